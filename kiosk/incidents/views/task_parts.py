"""Parts of a case's page: who has to do what, and the form to give somebody something to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import gettext as _

from kiosk.incidents.forms import Filled, Question
from kiosk.incidents.general_words import told_in
from kiosk.incidents.models import Incident, IncidentEntry
from kiosk.incidents.tasks import (
    QUESTIONS,
    TASK,
    Task,
    may_have,
    tasks_in,
    why_not_by_person,
)
from kiosk.incidents.views.steps import Field, fields_of
from kiosk.incidents.views.task_words import LABELS, by_day, whose_words
from kiosk.messages import N_
from kiosk.report.opening import OpenedReport
from kiosk.site import current_site
from kiosk.stores import reports, school
from kiosk.words import date_words, moment_words

SETTLED = "task_"  # before a task's id: the name of its question when a case is closed
DONE, LEFT_OVER = "done", "left"
CHOICES = {DONE: N_("It is done"), LEFT_OVER: N_("It stays to do, and the log says so")}


@dataclass(frozen=True)
class TaskLine:
    """A task in words: whose it is, by when, and who did it."""

    id: str
    what: str
    who: str
    by: str
    late: bool
    done: str


@dataclass(frozen=True)
class TaskPanel:
    """What there is to do in a case, and the fields to add to it; no fields where it is closed."""

    lines: list[TaskLine]
    fields: list[Field]
    open: bool  # the form comes back with something to correct


def task_panel(
    incident: Incident,
    report: OpenedReport,
    entries: Sequence[IncidentEntry],
    names: Mapping[str, str],
    filled: Filled | None,
    now: datetime,
) -> TaskPanel:
    """The tasks of a case for its page, the open ones first."""
    tasks, today = tasks_in(entries, report), current_site().today()
    why_not = why_not_by_person(school(), reports(), report, {one.owner_id for one in tasks}, today)
    lines = [
        TaskLine(
            id=str(one.id),
            what=one.what,
            who=whose_words(names.get(one.owner_id.hex, ""), None if one.done else why_not[one.owner_id]),
            by=by_day(one.due_on, today),
            late=one.due_on < today,
            done=_done_words(one, now),
        )
        for one in sorted(tasks, key=lambda one: one.done is not None)
    ]
    choices = {"owner": may_have(report, why_not)}
    fields = [] if incident.closed_at else list(fields_of(TASK, QUESTIONS, LABELS, choices, filled))
    return TaskPanel(lines, fields, bool(filled and filled.step == TASK))


def passed_lines(
    entries: Sequence[IncidentEntry], report: OpenedReport, names: Mapping[str, str]
) -> list[tuple[str, str, bool]]:
    """Who was told of a case in general words, on which day they read it ("": not yet), and if a hand changed that."""
    site = current_site()
    return [
        (
            names.get(one.to_id.hex, ""),
            date_words(one.read_on, site.today()) if one.read_on else "",
            one.changed,
        )
        for one in told_in(school(), site.key, entries, report)
    ]


def settling_questions(tasks: Sequence[Task]) -> tuple[Question, ...]:
    """What is asked of each open task when a case is closed."""
    missing = N_("Choose whether it is done or stays to do.")
    return tuple(Question(SETTLED + one.id.hex, missing) for one in tasks)


def settling_choices(tasks: Sequence[Task]) -> dict[str, dict[str, str]]:
    """The choices of those questions."""
    choices = {value: str(_(words)) for value, words in CHOICES.items()}
    return {SETTLED + one.id.hex: choices for one in tasks}


def settling_fields(
    form: str, tasks: Sequence[Task], names: Mapping[str, str], filled: Filled | None, today: date
) -> list[Field]:
    """The controls for them: each with what is to be done, by whom and by when."""
    made = fields_of(form, settling_questions(tasks), {}, settling_choices(tasks), filled)
    return [
        replace(field, label=f"{one.what} ({names.get(one.owner_id.hex, '')}. {by_day(one.due_on, today)})")
        for one, field in zip(tasks, made, strict=True)
    ]


def _done_words(task: Task, now: datetime) -> str:
    if task.done is None:
        return ""
    when = moment_words(task.done.at, current_site().calendar, now)
    return str(_("%(name)s, %(when)s", name=task.done.staff.name, when=when))
