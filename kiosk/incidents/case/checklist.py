"""What there is to do about each kind of report: done, or not, because. The log says who chose what, and when.

A choice and its reason stand sealed in one line for each saving; the newest choice of an item holds. What is decided in
a form of its own (parents, police or social care) is done when that form was filled in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from kiosk.incidents.case.cards import Step
from kiosk.incidents.case.case_file import Acting, CaseFile, is_severe
from kiosk.incidents.case.forms import GENERAL_LONGEST, Filled, errors_of
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case.staff_reports import BY
from kiosk.incidents.case.tasks import ITEM
from kiosk.incidents.case_log.entries import answers_in, answers_of, as_note, note_if_whole
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.report.access.routes import BULLYING_SEVERE, ROUTES
from kiosk.wording.messages import N_

TWICE = timedelta(minutes=2)  # a second tap within this time counts as the same call
# Words of every item; the log keeps the name of the item, so that it is read in any language.
ITEMS: Mapping[str, str] = {
    "writer": N_("Speak with the colleague who wrote it"),
    "principal": N_("Tell the principal that there is a case, not the words"),
    "doctor": N_("See that a doctor or nurse looks; nobody looks at more than they have seen"),
    "bell": N_("Ask social care before the bell: may the child go home, and which parent may be told"),
    "look-after": N_("Decide who looks after whoever may be hurt, today"),
    "support": N_("Offer support to everybody whom it touched, whoever did it too"),
    "parents": N_("Decide whether parents are told, by whom and how"),
    "outside": N_("Decide whether police or social care are told"),
    "device": N_("Leave the device as it is; nobody looks for, opens or copies a picture"),
    "take-down": N_("Offer help to have the picture taken down"),
    "account": N_("Say that having an account is no reason to be in trouble"),
    "block": N_("Help to block and report the account, after what it wrote is written down"),
    "lado": N_("Ask the LADO before anybody speaks to the person"),
    "apart": N_("See to it that the person is not alone with children until it is clear"),
    "no-talk": N_("Tell nobody at school whom it may be about"),
    "both": N_("Listen to whoever it happened to and to whoever did it, one at a time"),
    "severe": N_("Decide whether it repeats, threatens, hates or is sexual: then hand it over"),
    "address": N_("Give the filter desk the address, never the words"),
    "never-open": N_("Nobody opens the address to look"),
    "filter": N_("Decide whether to block it, and say when it was checked"),
    "illegal": N_("If it may show the abuse of a child: report it, do not look"),
    "password": N_("Help to change the password and to get the account back"),
    "network": N_("Tell the network manager what kind of scam it was"),
    "kind": N_("Decide what kind of worry it is, and hand it over if a child may be harmed"),
    "quiet": N_("Look out for the friend without saying that somebody told"),
    "plan": N_("Agree with people who help children in distress what happens today"),
    "bullying-log": N_("Enter it in the bullying log"),
    "protection-log": N_("Enter it in the child protection log"),
}
_BULLYING = ("both", "severe", "parents", "support")
LISTS: Mapping[str, tuple[str, ...]] = {
    "danger": ("principal", "look-after", "outside", "parents"),
    "harm": ("principal", "look-after", "outside", "parents"),
    "me": ("principal", "look-after", "plan", "parents"),
    "injury": ("doctor", "bell", "look-after", "outside", "parents"),
    "home": ("look-after", "outside", "parents", "support"),
    "images": ("principal", "device", "look-after", "take-down", "outside", "parents"),
    "stranger": ("principal", "account", "device", "block", "outside", "parents"),
    "friend": ("quiet", "look-after", "parents", "outside"),
    "adult": ("no-talk", "lado", "apart", "outside", "support"),
    "head": ("no-talk", "lado", "apart", "outside", "support"),
    "bullying": _BULLYING,
    "bullying-severe": _BULLYING,
    "site": ("never-open", "address", "illegal", "filter"),
    "scam": ("password", "network", "parents"),
    "other": ("kind", "look-after"),
    "handed-over": ("principal", "look-after", "outside", "parents"),
}


# Rules are kept, not done: they stand apart, and there is nothing to tick.
RULES = frozenset({"device", "no-talk", "never-open"})
# What is decided in a form of its own, and by which lines of the log.
BY_RECORD: Mapping[str, tuple[Act, ...]] = {
    "parents": (Act.PARENTS,),
    "outside": (Act.REFERRED, Act.NOT_REFERRED),
    "writer": (Act.SPOKE,),
}
RECORD_OF = {"parents": "parents", "outside": "referred", "writer": "spoke"}  # by which kind of record
AT_DESK = ("address", "filter")  # done by what stands at the filter desk, and in no other way
TO_DO = "todo"  # the name of the form; what stands before the name of an item in its fields
STILL, DONE, NOT = "open", "done", "not"


@dataclass(frozen=True)
class Choice:
    """What was chosen of an item, why where it is NOT, and the line that says so."""

    choice: str = STILL
    why: str = ""
    line: IncidentEntry | None = None

    @property
    def text(self) -> str:
        """The choice and its reason, as a line of the log holds them."""
        return f"{self.choice} {self.why}".strip()


def choice_of(text: str, line: IncidentEntry | None = None) -> Choice:
    """A choice and its reason, as a line of the log holds them."""
    choice, _, why = text.partition(" ")
    return Choice(choice, why, line)


def goes_on(case: CaseFile) -> bool:
    """Whether it is bullying that goes on, threatens, hates or is sexual, by the sealed text; or that was reopened."""
    if case.report.route.id == "bullying":
        return any(one.act is Act.REOPENED for one in case.entries)
    return case.report.route.id == BULLYING_SEVERE


def items_for(case: CaseFile) -> list[str]:
    """What there is to do in a case; what is severe or goes on always has parents and people outside in it,
    and what a colleague wrote a talk with them; last, the school's other log, if it belongs there."""
    listed = [name for name in LISTS.get(case.report.route.id, ()) if name not in RULES]
    writer = ["writer"] if BY in case.report.body else []
    always = ("parents", "outside") if is_severe(case) or goes_on(case) else ()
    log = log_of(case.report.route.id)
    return [*writer, *listed, *(name for name in always if name not in listed), *([log] if log else ())]


def log_of(route: str) -> str:
    """The item of the school's other log in which a case of this route belongs as well (clause 14.2 of the policy).

    None for a case about a grown-up at school, as they, or their friends, may read that log.
    """
    if route.startswith("bullying"):
        return "bullying-log"
    return "protection-log" if ROUTES[route].retention == "protection" and route not in ABOUT_STAFF else ""


def choices_made(case: CaseFile) -> dict[str, Choice]:
    """What stands of each item by the log since it was last reopened; nothing of one that nobody has touched."""
    found: dict[str, Choice] = {}
    entries = case.entries_since_reopening
    for entry in reversed(entries):  # the oldest first
        if entry.act is Act.TICKED:
            for name, text in answers_in(note_if_whole(entry, case.report.case_keys) or ""):
                found[name] = choice_of(text, entry)
        elif entry.act is Act.TASK_DONE:
            item = answers_of(entry, case.report.case_keys).get(ITEM, "")
            if item not in (
                "",
                *BY_RECORD,
                *AT_DESK,
            ):  # to have seen to it is not to have said what was decided
                found[item] = Choice(DONE, line=entry)
        elif entry.act is Act.PASSED_ADDRESS:
            decided = "decision" in answers_of(entry, case.report.case_keys)
            found["address"] = Choice(DONE, line=entry)
            found["filter"] = Choice(DONE, line=entry) if decided else Choice()
    for name, acts in BY_RECORD.items():
        if line := next((one for one in entries if one.act in acts), None):
            found[name] = Choice(DONE, line=line)
    return found


def steps_taken(case: CaseFile) -> dict[str, IncidentEntry]:
    """The steps of the first five minutes that were taken, by their ids, each with its first log line."""
    return {note.partition(" ")[0]: entry for entry, note in reversed(list(_noted(case, Act.RANG)))}


def _noted(case: CaseFile, act: Act) -> Iterator[tuple[IncidentEntry, str]]:
    """The lines of an act with their notes, the first one first."""
    for entry in sorted(case.entries, key=lambda one: one.seq):
        if entry.act is act:
            yield entry, note_if_whole(entry, case.report.case_keys) or ""


def decided_items(case: CaseFile) -> set[str]:
    """The items that are done, or not, because."""
    return {name for name, one in choices_made(case).items() if one.choice != STILL}


def read_choices(case: CaseFile, sent: Mapping[str, str]) -> tuple[dict[str, Choice], Filled]:
    """What somebody chose on a page, without what stood there already; and all of it with its mistakes."""
    chosen, errors, values = {}, errors_of(TO_DO), {}
    for name in items_for(case):
        one = Choice(sent.get(f"{TO_DO}-{name}", ""), " ".join(sent.get(f"why-{name}", "").split()))
        values[name] = one.text
        if one.choice != NOT:
            one = Choice(one.choice)
        allowed = one.choice in (STILL, NOT) or (one.choice == DONE and name not in (*BY_RECORD, *AT_DESK))
        if not allowed or one.text == sent.get(f"was-{name}", STILL):
            continue  # a page that was opened before a colleague chose something says nothing against it
        chosen[name] = one
        if one.choice == NOT and not one.why:
            errors.add(name, N_("Write the reason, in a line."))
        elif len(one.why) > GENERAL_LONGEST:
            too_long = N_("This is longer than %(limit)d letters. Make it shorter; nothing is lost.")
            errors.add(name, too_long, limit=GENERAL_LONGEST)
    return chosen, Filled(TO_DO, values, errors)


def save_choices(acting: Acting, case: CaseFile, chosen: Mapping[str, Choice]) -> bool:
    """Add one line with what was chosen and was not so before, if anything; no clock moves. Raises IncidentClosed."""
    case.refuse_closed()
    known, items = choices_made(case), items_for(case)
    new = [
        (name, one.text)
        for name, one in chosen.items()
        if name in items and one.text != known.get(name, Choice()).text
    ]
    if any(text == NOT for _, text in new):
        raise ValueError("what is not done has a reason")
    if new:
        case.append(acting, Act.TICKED, as_note(new))
    return bool(new)


def record_step(acting: Acting, case: CaseFile, step: Step) -> None:
    """Add a line that a step of the card was taken, in its words; tapped twice, it is one. Raises IncidentClosed."""
    case.refuse_closed()
    for entry, note in _noted(case, Act.RANG):
        mine = entry.staff_id == acting.staff.id and acting.now - entry.at < TWICE
        if mine and note.partition(" ")[0] == step.id:
            return
    case.append(acting, Act.RANG, f"{step.id} {step.button.striptags()}: {step.do.striptags()}")
