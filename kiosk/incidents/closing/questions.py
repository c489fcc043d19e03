"""The questions of closing a case: how it ended, has it stopped, when to look again, and what the school learns."""

from datetime import date, timedelta

from kiosk.incidents.case.forms import (
    GENERAL_LONGEST,
    LINE_LONGEST,
    NOTE_LONGEST,
    Filled,
    Question,
    is_day,
)
from kiosk.incidents.case.tasks import AGAIN_ON, MOST_DAYS
from kiosk.incidents.models import CaseOutcome
from kiosk.wording.messages import N_

LESSON, NO_LESSON = "lesson", "none"
YES, NOTHING = "yes", "nothing"
OUTCOME = Question("outcome", N_("Choose how it ended. A case needs an outcome before it can be closed."))
RESULT = Question("note", "", NOTE_LONGEST)
STOPPED = (
    Question("stopped"),
    Question("says", N_("Write who says so."), LINE_LONGEST, only_if=("stopped", YES)),
)
NO_ANSWER = Question("no_answer", "", GENERAL_LONGEST)
AGAIN = Question(AGAIN_ON, is_day=True)
LEARN = (
    Question("learn"),
    Question("change", N_("Write what changes now."), GENERAL_LONGEST, only_if=("learn", YES)),
    Question(LESSON, only_if=("learn", YES)),
    Question("owner", N_("Choose who sees to it."), only_if=("learn", YES)),
    Question("due_on", N_("Choose by which day."), is_day=True, only_if=("learn", YES)),
)
# Nobody alone says these, and nobody without a reason.
WITH_REASON = (CaseOutcome.NOT_SERIOUS, CaseOutcome.NO_ACTION)


def questions_for(stopped: bool = True, answer: bool = True, lessons: bool = True) -> tuple[Question, ...]:
    """The questions of closing; `stopped`: of bullying that goes on, `answer`: where a child waits for one, `lessons`:
    where one fits."""
    learn = [one for one in LEARN if lessons or one.name != LESSON]
    return (OUTCOME, RESULT, *(STOPPED if stopped else ()), *((NO_ANSWER,) if answer else ()), AGAIN, *learn)


def check_closing(filled: Filled, today: date) -> None:
    """Note what is missing for this outcome, and a day to look again that is none."""
    values = filled.values
    if values["outcome"] in WITH_REASON and not values["note"]:
        filled.errors.add("note", N_("Write why: two people say this, with a reason."))
    day = values[AGAIN_ON]
    if is_day(day) and not timedelta() < date.fromisoformat(day) - today <= timedelta(days=MOST_DAYS):
        filled.errors.add(AGAIN_ON, N_("Choose a day to come, within %(days)d days."), days=MOST_DAYS)
