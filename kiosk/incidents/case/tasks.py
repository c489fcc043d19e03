"""Who has to do what about a case, and by which day: the log says it, and a row for each tells its owner of it.

A task belongs to its owner for as long as they may read the case and can act. Otherwise it passes to everybody who
can act, as the case itself would (`whose.is_for`): so it is never lost, and nobody learns of a case that they may not
read.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.incidents.case.assignment import Unavailable, staff_availability
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.forms import LINE_LONGEST, Filled, Question, is_day, read_form
from kiosk.incidents.case_log.entries import answers_of, as_note
from kiosk.incidents.models import Act, CaseTask, IncidentEntry
from kiosk.mail.outbox import queue_alert
from kiosk.report.access.listing import key_marks
from kiosk.report.access.opening import OpenedReport
from kiosk.report.models import Reader
from kiosk.wording.messages import N_

TASK = "task"  # the name of the form, and of the field in a log line that holds the id of the finished task
TASKS_LEFT = "left"  # the field in the log line that closes a case: which tasks are still to do
QUESTIONS = (
    Question("note", N_("Write what is to be done."), LINE_LONGEST),
    Question("owner", N_("Choose who does it.")),
    Question("due_on", N_("Choose by which day."), is_day=True),
)


class NoSuchTask(Exception):
    """This case has no task like that."""


@dataclass(frozen=True)
class Task:
    """Something to do, as the log says it; `done` is the line that says that it was."""

    id: uuid.UUID
    what: str
    owner_id: uuid.UUID
    due_on: date
    done: IncidentEntry | None = None


def read_task(sent: Mapping[str, str], people: Collection[str], today: date) -> Filled:
    """The form for a new task, with every mistake; `people`: the ids of whoever may have it."""
    filled = read_form(TASK, QUESTIONS, sent, {"owner": people})
    due_on = filled.values["due_on"]
    if is_day(due_on) and date.fromisoformat(due_on) < today:
        filled.errors.add("due_on", N_("That day has passed."))
    return filled


def set_task(acting: Acting, case: CaseFile, owner: Reader, due_on: date, what: str) -> None:
    """Give a reader of the report something to do, and alert them if that is somebody else. Raises IncidentClosed.

    The same thing for the same person by the same day is one task, however often the form is sent.
    """
    case.refuse_closed()
    if owner.id not in {one.id for one in case.report.readers} or not what.strip():
        raise ValueError("a task is in words, and for a reader")
    if any((one.what, one.owner_id, one.due_on) == (what, owner.id, due_on) for one in open_tasks_in(case)):
        return
    note = as_note([("note", what), ("owner", owner.id.hex), ("due_on", due_on.isoformat())])
    line = case.append(acting, Act.TASK_SET, note)
    row = CaseTask(id=line.id, incident_id=case.incident.id, owner_id=owner.id, due_on=due_on)
    acting.school.add(row)
    acting.school.flush()
    if owner.id != acting.staff.id:
        queue_alert(acting.reports, case.incident.report_id, [owner.email])


def complete_task(acting: Acting, case: CaseFile, task_id: uuid.UUID) -> None:
    """Say that a task is done, by its owner or by any other reader; twice is once.

    Raises IncidentClosed, or NoSuchTask where the log of this case sets none like it.
    """
    case.refuse_closed()
    task = next((one for one in tasks_in(case) if one.id == task_id), None)
    if task is None:
        raise NoSuchTask
    if task.done:
        return
    case.append(acting, Act.TASK_DONE, as_note([(TASK, task.id.hex), ("note", task.what)]))
    acting.school.execute(update(CaseTask).where(CaseTask.id == task.id).values(done_on=acting.today))


def tasks_in(case: CaseFile) -> list[Task]:
    """Every task of a case by its log, the most pressing first; rows that were tampered with are ignored."""
    done: dict[str, IncidentEntry] = {}
    found: list[Task] = []
    for entry in case.entries:  # the newest first: a task is done after it was set
        if entry.act in (Act.TASK_SET, Act.TASK_DONE):
            values = answers_of(entry, case.report.case_keys)
            if entry.act is Act.TASK_DONE:
                done[values.get(TASK, "")] = entry
            elif is_day(values.get("due_on", "")):
                owner, due_on = uuid.UUID(values["owner"]), date.fromisoformat(values["due_on"])
                found.append(Task(entry.id, values["note"], owner, due_on, done.get(entry.id.hex)))
    return sorted(found, key=lambda one: (one.due_on, one.what))


def open_tasks_in(case: CaseFile) -> list[Task]:
    """The open tasks of a case."""
    return [one for one in tasks_in(case) if one.done is None]


def open_tasks(session: Session) -> dict[uuid.UUID, list[CaseTask]]:
    """Everything that is not done, by the id of its incident, whoever may know of it; one query."""
    found: dict[uuid.UUID, list[CaseTask]] = defaultdict(list)
    for row in session.scalars(select(CaseTask).where(CaseTask.done_on.is_(None))):
        found[row.incident_id].append(row)
    return found


def why_not_by_person(
    school: Session, reports: Session, report: OpenedReport, owners: Collection[uuid.UUID], today: date
) -> dict[uuid.UUID, Unavailable | None]:
    """Of every reader of a report and of these owners of tasks, why they cannot act now; None: they can."""
    people = {*owners, *(one.id for one in report.readers)}
    there = staff_availability(school, reports, people, today)
    marks = key_marks(reports, [report.id]).get(report.id, {})
    return {one: there.why_unavailable(one, report.route.id, marks.get(one)) for one in people}


def possible_owners(report: OpenedReport, why_not: Mapping[uuid.UUID, Unavailable | None]) -> dict[str, str]:
    """The names of whoever may read the case now, by id: also of those who are away, as a day may be after that."""
    able = (None, Unavailable.AWAY)
    return {one.id.hex: one.name for one in report.readers if why_not[one.id] in able}


def write_tasks_left(tasks: Sequence[Task]) -> str:
    """What stays to do when a case is closed, as it is written in the line that closes it."""
    return "\n".join(f"{one.id.hex} {' '.join(one.what.split())}" for one in tasks)


def read_tasks_left(text: str) -> dict[str, str]:
    """Reads back what was still to do when a case was closed: the words of each task by its id."""
    return dict(line.split(" ", 1) for line in text.splitlines() if " " in line)
