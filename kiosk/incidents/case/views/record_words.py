"""Words of the records about an incident: kinds, labels, choices, and a line of the log with its answers."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.checklist import DONE, ITEMS, NOT, STILL, TO_DO, choice_of
from kiosk.incidents.case.complaints import ANSWER, DUE
from kiosk.incidents.case.forms import Filled, is_day
from kiosk.incidents.case.links import BELONGS, INTO, LEADS
from kiosk.incidents.case.need_to_know import BACK, WORD_ANSWERS
from kiosk.incidents.case.records import KINDS, PLAIN
from kiosk.incidents.case.staff_reports import COMPLAINTS
from kiosk.incidents.case.tags import tags_of_note
from kiosk.incidents.case.tasks import ITEM, TASK, TASKS_LEFT, read_tasks_left
from kiosk.incidents.case.tasks import QUESTIONS as TASK_QUESTIONS
from kiosk.incidents.case.views.related import tags_words
from kiosk.incidents.case.views.report_words import BANDS
from kiosk.incidents.case_log.entries import answers_in, is_forged_undo, note_if_whole
from kiosk.incidents.closing.questions import LESSON, NO_LESSON, questions_for
from kiosk.incidents.export.child_protection_file import FILE, SCHOOL_FILE
from kiosk.incidents.kind_words import ACTS, FILTER_DECISIONS, FILTER_REASONS, OUTCOMES, REFERRALS
from kiosk.incidents.learning.follow_ups import lessons_for_route
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.lessons.lesson import Lesson
from kiosk.report.access.opening import OpenedReport
from kiosk.site import current_site
from kiosk.wording.messages import N_
from kiosk.wording.words import day_and_year, moment_words

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("The child"), ("support", "parents", "witness", "spoke")),
    (N_("Outside"), ("referred", "not_referred", "provider")),
    (N_("In school"), ("device", "discipline", "complaint", "did")),
)
TITLES = {
    "support": N_("Support given"),
    "parents": N_("Parents told, or not yet"),
    "witness": N_("Spoke to a witness"),
    "spoke": N_("Spoke with the colleague who wrote it"),
    "referred": N_("Referred outside"),
    "not_referred": N_("Decided not to refer"),
    "provider": N_("Provider or platform contacted"),
    "device": N_("Device kept, checked or given back"),
    "discipline": N_("What followed in school"),
    "complaint": N_("A complaint"),
    "did": N_("Something else that I did"),
}
HINTS = {
    "support": N_("Who looks after the child now, and how. Nobody is asked who wrote."),
    "parents": N_("First consider whether a parent may be part of it. Do not say who told the school."),
    "witness": N_("Ask open questions, one person at a time. Write their words, not what you make of them."),
    "spoke": N_("Don’t ask them which other children talked."),
    "referred": N_("kiosk sends nothing. Ring or write to them yourself, then record it here."),
    "not_referred": N_("Not to refer is a decision too. Whoever reads this later must be able to follow it."),
    "provider": N_(
        "The website, game or app on which it happened: what you asked of it. Never open what may be illegal to see."
    ),
    "device": N_(
        "No name of its owner and no number of the device. Nobody looks for, opens or copies a picture that may be "
        "illegal: the device stays as it is, and the police are rung."
    ),
    "discipline": N_("Nobody may be worse off for having told."),
    "complaint": N_(
        "One about a member of staff goes to the principal, one about the principal to the chair, and is not "
        "written here: write it under “Somebody told me”, and say there whether it is about the principal. "
        "What is written here has a clock: the case stays open until it is answered."
    ),
    "did": N_("A line cannot be changed or removed later. To correct one, add another."),
}
LABELS = {
    "who": N_("Who"),
    "note": N_("What was done"),
    "day": N_("Day"),
    "again_on": N_("Look at it again on"),
    "with": N_("With whom"),
    "reference": N_("Their reference (leave empty until you have one)"),
    "support.who": N_("Who gives it"),
    "support.note": N_("What the support is"),
    "support.again_on": N_("Look again on (you may leave this empty)"),
    "parents.told": N_("What was decided"),
    "parents.decided_by": N_("Who decided"),
    "parents.day": N_("Day, if they were told"),
    "parents.who": N_("Who was told, if they were"),
    "parents.how": N_("How, if they were told"),
    "parents.again_on": N_("Look at it again on, if not yet"),
    "parents.note": N_("Why, or what came of it"),
    "witness.who": N_("Who was spoken to"),
    "witness.note": N_("What they said"),
    "spoke.note": N_("What they added, or why nobody speaks with them"),
    "referred.to": N_("To whom"),
    "referred.time": N_("About what time (you may leave this empty)"),
    "referred.note": N_("What was said or sent (you may leave this empty)"),
    "not_referred.to": N_("To whom it could have been"),
    "not_referred.known": N_("What was known"),
    "not_referred.note": N_("Why it was not referred"),
    "not_referred.with": N_("Decided with"),
    "provider.who": N_("Which provider or platform"),
    "provider.note": N_("What was asked, and the answer"),
    "device.did": N_("What was done"),
    "device.right": N_("By what right"),
    "device.with": N_("Second person who was there"),
    "device.note": N_("Anything else (you may leave this empty)"),
    "discipline.outcome": N_("What followed"),
    "discipline.with": N_("Who decided it"),
    "discipline.note": N_("Why"),
    "complaint.about": N_("About"),
    "complaint.from": N_("From"),
    "complaint.day": N_("Day on which it came in"),
    "complaint.note": N_("What the complaint is"),
    "complaint.due_on": N_("Answer due by"),
    "answered.complaint": N_("Which complaint"),
    "answered.how": N_("How it was answered"),
    "answered.day": N_("Day on which it was answered"),
    "answered.note": N_("What was answered"),
    "did.note": N_("What I did"),
    "close.outcome": N_("How it ended"),
    "close.note": N_("What the result was, or why (needed for the last two)"),
    "close.stopped": N_("Has it stopped?"),
    "close.says": N_("Who says so"),
    "close.no_answer": N_("No answer is sent, because (leave this empty if you answer)"),
    "close.again_on": N_("Look again on (needed for bullying; else you may leave this empty)"),
    "close.learn": N_("Is there something to learn for the school?"),
    "close.change": N_("What we change, in general words"),
    "close.lesson": N_("A lesson that fits (you may leave this empty)"),
    "close.owner": N_("Who will see to it"),
    "close.due_on": N_("By when"),
    "link.number": N_("Number of the other case"),
    "belongs.number": N_("Belongs to case"),
    "file.purpose": N_("What it is for"),
    "file.to": N_("To whom (the name of the person or the office)"),
    "file.digest": N_("Digest of the file (SHA-256)"),
    "task.note": N_("What is to be done"),
    "task.owner": N_("Who does it"),
    "due_on": N_("By which day"),
    "colleague": N_("To whom"),
    "word.note": N_("What they need to know"),
    "address.address": N_("Address"),
    "address.decision": N_("Decision"),
    "address.whom": N_("For whom"),
    "address.reason": N_("Reason"),
    "address.because": N_("Why"),
    "answer.answer": N_("Answer"),
    "answer.note": N_("A line to whoever asked (may be left empty)"),
    "task.look": N_("To look at again, though it is closed"),
    "close.left": N_("Left to do"),
}
HOW = {"phone": N_("By phone"), "person": N_("In person"), "letter": N_("By letter or e-mail")}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "parents.told": {
        "yes": N_("A parent or carer was told"),
        "later": N_("Not yet"),
        "no": N_("Not, because it may put the child at risk"),
    },
    "parents.how": HOW,
    "referred.to": REFERRALS,
    "not_referred.to": REFERRALS,
    "device.did": {
        "kept": N_("Kept in school"),
        "checked": N_("Looked at"),
        "returned": N_("Given back"),
        "police": N_("Handed to the police"),
    },
    "device.right": {
        "consent": N_("The pupil agreed, and a parent knows"),
        "power": N_("The school's power to search, by somebody whom the principal named for it"),
        "police": N_("The police asked for it"),
        "own": N_("It belongs to the school"),
    },
    "discipline.outcome": {
        "talk": N_("A talk, and it was put right"),
        "sanction": N_("A step under the discipline policy"),
        "access": N_("Use of computers limited for a time"),
        "none": N_("Nothing"),
    },
    "complaint.about": COMPLAINTS,
    "complaint.from": {
        "pupil": N_("A pupil"),
        "parent": N_("A parent or carer"),
        "staff": N_("A member of staff"),
        "other": N_("Somebody else"),
    },
    "file.purpose": {
        SCHOOL_FILE: N_("The child’s own file at this school"),
        "next-school": N_("The child’s next school"),
        "social-care": N_("Children’s social care"),
        "police": N_("The police"),
    },
    "answered.how": HOW,
    "close.stopped": {
        "yes": N_("Yes: the child, or staff who see them, say so"),
        "no": N_("No, it goes on: the case stays open"),
        "unknown": N_("We do not know yet: the case stays open"),
    },
    "close.learn": {"nothing": N_("Nothing to change"), "yes": N_("Yes, something")},
    "task.look": {"yes": N_("Has it stopped?")},
    "address.decision": {one.value: words for one, words in FILTER_DECISIONS.items()},
    "address.reason": {one.value: words for one, words in FILTER_REASONS.items()},
    "answer.answer": WORD_ANSWERS,
    "close.outcome": {outcome.value: words for outcome, words in OUTCOMES.items()},
}
OUTSIDE = "outside"
OUTSIDE_WORDS = N_("The police or social care")
KIND_OF = {
    **{Act(name): name for name in KINDS},
    **dict.fromkeys((Act.CLOSE_ASKED, Act.CLOSED), "close"),
    **dict.fromkeys((Act.TASK_SET, Act.TASK_DONE), TASK),
    Act.PASSED_WORD: "word",
    Act.PASSED_ADDRESS: "address",
    Act.WORD_BACK: "answer",
    Act.FILED: FILE,
    Act.ANSWERED: "answered",
}
PEOPLE = ("decided_by", "owner", "colleague")
BELONGS_WORDS: Mapping[Act, Mapping[str, str]] = {
    Act.BELONGS: {
        BELONGS: N_("This one belongs to Case %(number)s."),
        LEADS: N_("Case %(number)s belongs to this one."),
    },
    Act.PARTED: {
        BELONGS: N_("This one belongs to Case %(number)s no more."),
        LEADS: N_("Case %(number)s belongs to this one no more."),
    },
}
CHOSEN = {STILL: N_("Still to do"), DONE: N_("Done"), NOT: N_("Not, because")}
NOT_SHOWN = ("answered", "complaint")  # the id of the complaint's log line


def choices_of(kind: str, people: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The choices of each question of a kind; `people`: whoever can be chosen, by id."""
    found = {
        label.partition(".")[2]: {value: str(_(words)) for value, words in choices.items()}
        for label, choices in CHOICES.items()
        if label.startswith(f"{kind}.")
    }
    if kind == "parents":
        found["decided_by"] = {**people, OUTSIDE: _(OUTSIDE_WORDS)}
    return found


def words_of(act: Act, note: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The note of a line as labels and words; a line of plain text has one pair without a label."""
    if act is Act.RANG:
        return [("", note.partition(" ")[2])]
    if act is Act.TICKED:
        return [(_(ITEMS[name]), choice_text(text)) for name, text in answers_in(note) if name in ITEMS]
    if act is Act.TAGGED:
        return [("", tags_words(tags_of_note(note)))]
    if act is Act.LINKED:
        return [("", _("Case %(number)s", number=note))]
    if act is Act.TAKEN_BACK:
        return []  # the note is only the id of the line that was undone
    if act in BELONGS_WORDS:
        values = dict(answers_in(note))
        words = BELONGS_WORDS[act].get(values.get("role", ""), "")
        return [("", _(words, number=values.get("number", "")))]
    kind = KIND_OF.get(act, PLAIN)
    # A task is named by a line of this log, and other cases are shown only to whoever may read them.
    answers = [
        (name, text) for name, text in answers_in(note) if name not in (TASK, INTO, ITEM, BACK) and text
    ]
    if [name for name, _text in answers] == ["note"]:
        return [("", answers[0][1])]
    return [
        (_answer_label(kind, name), _answer_in_words(kind, name, value, names))
        for name, value in answers
        if (kind, name) != NOT_SHOWN
    ]


def choice_text(text: str) -> str:
    """What was chosen of an item, with the reason, in words."""
    one = choice_of(text)
    return f"{_(CHOSEN.get(one.choice, one.choice))} {one.why}".strip()


def typed_text(kind: str, values: Mapping[str, str]) -> str:
    """What was typed into a form of a case, as one text: what stands under a label with it, a note as it is."""
    if kind == TO_DO:
        return "\n".join(f"{_(ITEMS[name])}: {choice_text(text)}" for name, text in values.items())
    return "\n".join(
        value if name == "note" else f"{_answer_label(kind, name)}: {_answer_in_words(kind, name, value, {})}"
        for name, value in values.items()
        if value and (name == "note" or _is_typed(kind, name))
    )


def not_shown(filled: Filled | None, *shown: str) -> str:
    """What was typed into a form that the page does not show any more, to copy from; `shown`: those that it shows."""
    return typed_text(filled.step, filled.values) if filled and filled.step not in shown else ""


def frame_of(case: CaseFile, filled: Filled | None, form: str) -> dict[str, Any]:
    """What every page with one form of a case says; `form`: which one it shows while the case is open, if any."""
    closed = case.incident.closed_at is not None
    return {
        "number": case.incident.number,
        "closed": closed,
        "errors": filled.errors.summary() if filled else [],
        "written": not_shown(filled, "" if closed else form),
    }


def _is_typed(kind: str, name: str) -> bool:
    has_label = f"{kind}.{name}" in LABELS or name in LABELS
    return has_label and name not in PEOPLE and (kind, name) != NOT_SHOWN


def _answer_label(kind: str, name: str) -> str:
    """The label of an answer in the log: that of the form field, without its hint on how to fill it in."""
    label, _bracket, _hint = str(_(LABELS.get(f"{kind}.{name}", LABELS.get(name, name)))).partition(" (")
    return label


def _answer_in_words(kind: str, name: str, value: str, names: Mapping[str, str]) -> str:
    if name == TASKS_LEFT:
        return "; ".join(read_tasks_left(value).values())
    if name in PEOPLE:
        return str(_(OUTSIDE_WORDS)) if value == OUTSIDE else names.get(value, value)
    if (kind, name) == ("close", LESSON):
        return chosen_words(value)
    if name in _days_of(kind) and is_day(value):
        return day_and_year(date.fromisoformat(value))
    chosen = CHOICES.get(f"{kind}.{name}", {}).get(value)
    return str(_(chosen)) if chosen else value


def _days_of(kind: str) -> set[str]:
    others = {"close": questions_for(), TASK: TASK_QUESTIONS, "answered": ANSWER}
    questions = others[kind] if kind in others else KINDS.get(kind, ())
    return {question.name for question in questions if question.is_day} | {DUE}


CHANGED = N_(
    "This report, or what is recorded about it, was changed in the database. Tell the safeguarding lead now."
)


def log_lines(
    entries: Sequence[IncidentEntry],
    pairs: Mapping[uuid.UUID, IncidentEntry],
    report: OpenedReport,
    names: Mapping[str, str],
    now: datetime,
) -> list[Mapping[str, Any]]:
    """Lines in words; `pairs`: those of the log that were taken back, each with the line that says so."""
    calendar = current_site().calendar
    return [
        {
            "at": entry.at.astimezone(calendar.zone).isoformat(timespec="minutes"),
            "when": moment_words(entry.at, calendar, now),
            "who": entry.staff.name,
            "did": _(ACTS[entry.act].did),
            "note": [("", _(CHANGED))] if is_forged_undo(entry, pairs) else note_words(entry, report, names),
            "taken_back": _("taken back by %(name)s", name=back.staff.name)
            if (back := pairs.get(entry.id))
            else "",
        }
        for entry in entries
    ]


def note_words(entry: IncidentEntry, report: OpenedReport, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a line of the log says, or that somebody changed it: that hides neither the child's words nor the rest."""
    note = note_if_whole(entry, report.case_keys)
    return [("", _(CHANGED))] if note is None else words_of(entry.act, note, names)


def undo_on_offer(line: IncidentEntry | None) -> Mapping[str, Any] | None:
    """The undo button that the page offers: which line this person can take back now, in the words of the log."""
    return {"id": line.id, "who": line.staff.name, "did": _(ACTS[line.act].did)} if line else None


def lesson_words(lesson: Lesson) -> str:
    """A lesson in what the school changes: its title and for whom."""
    return str(_("%(title)s, for %(years)s", title=lesson.title, years=_(BANDS[lesson.band])))


def lesson_choices(route: str, band: str) -> dict[str, str]:
    """The lessons that fit a case of this route, by id, those of this age group first, and none of them; nothing where
    there is none."""
    fitting = lessons_for_route(route, current_site().lessons)
    fitting.sort(key=lambda one: band not in one.bands)
    found = {one.id: lesson_words(one) for one in fitting}
    return {**found, NO_LESSON: str(_("None of these"))} if found else {}


def chosen_words(value: str) -> str:
    """The title of the lesson that was chosen; the id of one that no longer exists."""
    lessons: Mapping[str, Lesson] = current_site().lessons
    if value == NO_LESSON:
        return str(_("None of these"))
    return lesson_words(lessons[value]) if value in lessons else value
