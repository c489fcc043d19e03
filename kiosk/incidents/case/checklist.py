"""What there is to do about each kind of report, to tick off: a line of the log says who did it, and when."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta

from kiosk.incidents.case.cards import Step
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case_log.entries import note_if_whole
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.wording.messages import N_

TWICE = timedelta(minutes=2)  # a second tap within this time counts as the same call
# Words of every item; the log keeps the name of the item, so that it is read in any language.
ITEMS: Mapping[str, str] = {
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
    "block": N_("Help to block and report the account, after what it wrote is noted"),
    "lado": N_("Ask the LADO before anybody speaks to the person"),
    "apart": N_("See to it that the person is not alone with children until it is clear"),
    "no-talk": N_("Tell nobody at school whom it may be about"),
    "both": N_("Listen to whoever it happened to and to whoever did it, one at a time"),
    "severe": N_("Decide whether it repeats, threatens, hates or is sexual: then hand it over"),
    "again": N_("Ask after two weeks whether it has stopped"),
    "address": N_("Give the network manager the address, never the words"),
    "never-open": N_("Nobody opens the address to look"),
    "filter": N_("Decide whether to block it, and say when it was checked"),
    "illegal": N_("If it may show the abuse of a child: report it, do not look"),
    "password": N_("Help to change the password and to get the account back"),
    "network": N_("Tell the network manager what kind of scam it was"),
    "kind": N_("Decide what kind of worry it is, and hand it over if a child may be harmed"),
    "quiet": N_("Look out for the friend without saying that somebody told"),
    "plan": N_("Agree with people who help children in distress what happens today"),
}
_BULLYING = ("both", "severe", "parents", "support", "again")
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


def ticked_items(case: CaseFile) -> dict[str, IncidentEntry]:
    """The checklist items that were ticked off, each with its first log line."""
    return {name: entry for entry, note in reversed(list(_noted(case, Act.TICKED))) for name in note.split()}


def steps_taken(case: CaseFile) -> dict[str, IncidentEntry]:
    """The steps of the first five minutes that were taken, by their ids, each with its first log line."""
    return {note.partition(" ")[0]: entry for entry, note in reversed(list(_noted(case, Act.RANG)))}


def _noted(case: CaseFile, act: Act) -> Iterator[tuple[IncidentEntry, str]]:
    """The lines of an act with their notes, the first one first."""
    for entry in sorted(case.entries, key=lambda one: one.seq):
        if entry.act is act:
            yield entry, note_if_whole(entry, case.report.case_keys) or ""


def mark_items_done(acting: Acting, case: CaseFile, names: Collection[str]) -> bool:
    """Add one line with what of this list is done now and was not before, if anything is. Raises IncidentClosed."""
    case.refuse_closed()
    known = ticked_items(case)
    new = [name for name in LISTS.get(case.report.route.id, ()) if name in names and name not in known]
    if new:
        case.append(acting, Act.TICKED, " ".join(new))
    return bool(new)


def record_step(acting: Acting, case: CaseFile, step: Step) -> None:
    """Add a line that a step of the first five minutes was taken, with its words as they stood on the card.

    Tapped twice, it is one line. Raises IncidentClosed.
    """
    case.refuse_closed()
    for entry, note in _noted(case, Act.RANG):
        mine = entry.staff_id == acting.staff.id and acting.now - entry.at < TWICE
        if mine and note.partition(" ")[0] == step.id:
            return
    case.append(acting, Act.RANG, f"{step.id} {step.button.striptags()}: {step.do.striptags()}")
