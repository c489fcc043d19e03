"""The actions that the policy lists for an incident: a short form for each, and one log line with its answers."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.forms import LINE_LONGEST, NOTE_LONGEST, Question
from kiosk.incidents.case.tasks import AGAIN_ON, add_row
from kiosk.incidents.case_log.entries import as_note
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.wording.messages import N_

WHAT = N_("Write what you did.")
WHICH_DAY = N_("Choose the day.")


# The questions of each kind; its name is that of the act in its line.
KINDS: Mapping[str, tuple[Question, ...]] = {
    "support": (
        Question("who", N_("Write who gives the support."), LINE_LONGEST),
        Question("note", N_("Write what the support is."), NOTE_LONGEST),
        Question("again_on", is_day=True),
    ),
    "parents": (
        Question("told", N_("Choose whether parents are told.")),
        Question("decided_by", N_("Choose who decided.")),
        Question("day", WHICH_DAY, is_day=True, only_if=("told", "yes")),
        Question("who", N_("Write who was told."), LINE_LONGEST, only_if=("told", "yes")),
        Question(
            "again_on", N_("Choose the day to look at it again."), is_day=True, only_if=("told", "later")
        ),
        Question("how", N_("Choose how they were told."), only_if=("told", "yes")),
        Question("note", N_("Write why, or what came of it."), NOTE_LONGEST),
    ),
    "witness": (
        Question("who", N_("Write who was spoken to."), LINE_LONGEST),
        Question("day", WHICH_DAY, is_day=True),
        Question("note", N_("Write what was said, in their words."), NOTE_LONGEST),
    ),
    "spoke": (
        Question("day", WHICH_DAY, is_day=True),
        Question("note", N_("Write what they added, or why nobody speaks with them."), NOTE_LONGEST),
    ),
    "referred": (
        Question("to", N_("Choose who it was referred to.")),
        Question("day", WHICH_DAY, is_day=True),
        Question("time", "", LINE_LONGEST),
        Question("reference", "", LINE_LONGEST),
        Question("note", "", NOTE_LONGEST),
    ),
    "not_referred": (
        Question("to", N_("Choose to whom it could have been referred.")),
        Question("known", N_("Write what was known."), NOTE_LONGEST),
        Question("note", N_("Write why it was not referred."), NOTE_LONGEST),
        Question("with", N_("Write with whom you decided it, or “nobody”."), LINE_LONGEST),
        Question("again_on", N_("Choose the day to look at it again."), is_day=True),
    ),
    "provider": (
        Question("who", N_("Write which provider or platform."), LINE_LONGEST),
        Question("day", WHICH_DAY, is_day=True),
        Question("reference", "", LINE_LONGEST),
        Question("note", N_("Write what was asked, and the answer."), NOTE_LONGEST),
    ),
    "device": (
        Question("did", N_("Choose what was done with the device.")),
        Question("right", N_("Choose by what right.")),
        Question("with", N_("Write who the second person was, or “nobody”."), LINE_LONGEST),
        Question("day", WHICH_DAY, is_day=True),
        Question("note", "", NOTE_LONGEST),
    ),
    "discipline": (
        Question("outcome", N_("Choose what followed under the discipline policy.")),
        Question("with", N_("Write who decided it."), LINE_LONGEST),
        Question("note", N_("Write why."), NOTE_LONGEST),
    ),
    "complaint": (
        Question("about", N_("Choose what the complaint is about.")),
        Question("from", N_("Choose who complains.")),
        Question("day", N_("Choose the day on which it came."), is_day=True),
        Question("note", N_("Write what the complaint is."), NOTE_LONGEST),
    ),
    "did": (Question("note", WHAT, NOTE_LONGEST),),
}
PLAIN = "did"


def record(
    acting: Acting,
    case: CaseFile,
    kind: str,
    values: Mapping[str, str],
    known: Mapping[str, str] = MappingProxyType({}),
) -> IncidentEntry:
    """Add the line of one of KINDS, with what kiosk itself adds to it (`known`); no deadline changes.

    A day to look again stands with the tasks of whoever wrote it. Raises IncidentClosed.
    """
    case.refuse_closed()
    asked = KINDS[kind]
    missing = [one.name for one in asked if one.missing and not one.only_if and not values.get(one.name)]
    if missing:
        raise ValueError(f"a record of kind {kind} lacks {missing}")
    answers = [(one.name, values[one.name]) for one in asked if values.get(one.name)]
    line = case.append(acting, Act(kind), as_note([*answers, *known.items()]))
    if AGAIN_ON in dict(answers):
        add_row(acting, line, line.staff_id, date.fromisoformat(values[AGAIN_ON]))
    return line
