"""Who has to do what about a case, and by which day: the log says it, and a row for each tells its owner of it.

A task belongs to its owner for as long as they may read the case and can act. Otherwise it passes to everybody who
can act, as the case itself would (`whose.is_for`): so it is never lost, and nobody learns of a case that they may not
read.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

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
ITEM = "item"  # the field that holds which item of the checklist a task is
AGAIN_ON = "again_on"  # the field of a record, and of closing, that holds the day to look at a case again
LOOK = "look"  # the field in the line that a closing adds: the case is to be looked at again, though it is closed
RECORDS_WITH_A_DAY = (Act.SUPPORT, Act.NOT_REFERRED, Act.PARENTS)
SETTING = (Act.TASK_SET, *RECORDS_WITH_A_DAY)  # lines of which each may have a row
MOST_DAYS = 120  # a closed case is looked at again within this time, so that no row can put it off for long
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
    item: str = ""  # the item of the checklist that it is, if it is one
    again: bool = False  # a day to look again
    survives: bool = False  # a day to look again that closing set


def read_task(sent: Mapping[str, str], people: Collection[str], today: date) -> Filled:
    """The form for a new task, with every mistake; `people`: the ids of whoever may have it."""
    filled = read_form(TASK, QUESTIONS, sent, {"owner": people})
    due_on = filled.values["due_on"]
    if is_day(due_on) and date.fromisoformat(due_on) < today:
        filled.errors.add("due_on", N_("That day has passed."))
    return filled


def set_task(acting: Acting, case: CaseFile, owner: Reader, due_on: date, what: str, item: str = "") -> None:
    """Give a reader something to do, once, and alert them if that is somebody else. Raises IncidentClosed."""
    case.refuse_closed()
    if owner.id not in {one.id for one in case.report.readers} or not what.strip():
        raise ValueError("a task is in words, and for a reader")
    if any((one.what, one.owner_id, one.due_on) == (what, owner.id, due_on) for one in open_tasks_in(case)):
        return
    named = [(ITEM, item)] if item else []
    note = as_note([("note", what), ("owner", owner.id.hex), ("due_on", due_on.isoformat()), *named])
    add_row(acting, case.append(acting, Act.TASK_SET, note), owner.id, due_on)
    if owner.id != acting.staff.id:
        queue_alert(acting.reports, case.incident.report_id, [owner.email])


def add_row(acting: Acting, line: IncidentEntry, owner_id: uuid.UUID, due_on: date) -> None:
    """Add the row of a line: lists and mails learn its owner and day from it, as they cannot open the line."""
    acting.school.add(CaseTask(id=line.id, incident_id=line.incident_id, owner_id=owner_id, due_on=due_on))
    acting.school.flush()


def set_look_again(acting: Acting, case: CaseFile, day: str) -> None:
    """Say in the log of a case that closes now on which day its owner looks at it again."""
    owner = case.incident.owner_id
    note = as_note([(LOOK, "yes"), ("owner", owner.hex), ("due_on", day)])
    add_row(acting, case.append(acting, Act.TASK_SET, note), owner, date.fromisoformat(day))


def end_looks(acting: Acting, case: CaseFile) -> None:
    """Whoever reopens a case looks at it: no day that its closing set waits any more."""
    waiting = [one.id for one in tasks_in(case) if one.survives and not one.done]
    acting.school.execute(update(CaseTask).where(CaseTask.id.in_(waiting)).values(done_on=acting.today))


def complete_task(acting: Acting, case: CaseFile, task_id: uuid.UUID) -> None:
    """Say that a task is done, twice is once; to look again needs no open case, and its day. Raises IncidentClosed,
    NoSuchTask."""
    task = next((one for one in tasks_in(case) if one.id == task_id), None)
    if task is None or (task.survives and acting.today < task.due_on):
        raise NoSuchTask
    if not task.survives:
        case.refuse_closed()
    if task.done:
        return
    named = [(ITEM, task.item)] if task.item else [(LOOK, "yes")] if task.survives else []
    case.append(acting, Act.TASK_DONE, as_note([(TASK, task.id.hex), ("note", task.what), *named]))
    acting.school.execute(update(CaseTask).where(CaseTask.id == task.id).values(done_on=acting.today))


def tasks_in(case: CaseFile) -> list[Task]:
    """Every task and day to look again by a log, the most pressing first; rows that were tampered with are ignored."""
    done: dict[str, IncidentEntry] = {}
    reopened: IncidentEntry | None = None
    found: list[Task] = []
    for entry in case.entries:  # the newest first: a task is done after it was set
        if entry.act is Act.REOPENED:
            reopened = entry
        elif entry.act in (Act.TASK_DONE, *SETTING):
            values = answers_of(entry, case.report.case_keys)
            is_task = entry.act is Act.TASK_SET
            day = values.get("due_on" if is_task else AGAIN_ON, "")
            if entry.act is Act.TASK_DONE:
                done[values.get(TASK, "")] = entry
            elif is_day(day):
                survives = is_task and LOOK in values
                found.append(
                    Task(
                        entry.id,
                        values.get("note", ""),
                        uuid.UUID(values["owner"]) if is_task else entry.staff_id,
                        date.fromisoformat(day),
                        done.get(entry.id.hex) or (reopened if survives else None),
                        values.get(ITEM, ""),
                        survives or not is_task,
                        survives,
                    )
                )
    return sorted(found, key=lambda one: (one.due_on, one.what))


def open_tasks_in(case: CaseFile) -> list[Task]:
    """The open tasks of a case, without days to look again: of those closing says what becomes of them."""
    return [one for one in tasks_in(case) if one.done is None and not one.again]


def next_look(case: CaseFile) -> Task | None:
    """The first day, of those that are noted and not over, on which a case is to be looked at again."""
    return next((one for one in tasks_in(case) if one.done is None and one.again), None)


class DueLook(NamedTuple):
    """A closed case that is to be looked at again by now: whose it is, and since which day."""

    owner_id: uuid.UUID
    due_on: date


_CLOSING, _REOPENING, _LATER = (aliased(IncidentEntry) for _ in range(3))
_REOPENED = (
    exists()
    .where(
        _REOPENING.incident_id == IncidentEntry.incident_id,
        _REOPENING.act == Act.REOPENED,
        _REOPENING.seq.between(_CLOSING.seq, IncidentEntry.seq),
    )
    .correlate(IncidentEntry, _CLOSING)
)
_CLOSED = exists().where(
    _CLOSING.incident_id == IncidentEntry.incident_id,
    _CLOSING.act == Act.CLOSED,
    _CLOSING.seq < IncidentEntry.seq,
    ~_REOPENED,
)
_IN_ITS_PLACE = exists().where(
    _LATER.incident_id == IncidentEntry.incident_id,
    _LATER.act.in_((Act.REOPENED, Act.TASK_SET, Act.TASK_DONE)),
    _LATER.seq > IncidentEntry.seq,
)
# The last task of each case, if it was set after the case closed, and neither done nor followed by a new beginning.
_LOOKS = select(IncidentEntry.incident_id, IncidentEntry.id, IncidentEntry.at, IncidentEntry.staff_id).where(
    IncidentEntry.act == Act.TASK_SET, _CLOSED, ~_IN_ITS_PLACE
)


def due_looks(session: Session, today: date) -> dict[uuid.UUID, DueLook]:
    """The closed cases that are to be looked at again by now, by id, whoever may know of them; two queries.

    By the log: nobody is given anything to do in a closed case, so what was set after it closed is a day to look again.
    A row that is gone, or says what its line cannot have said, puts nothing off: such a case is due at once.
    """
    set_by = {line.incident_id: line for line in session.execute(_LOOKS)}
    rows = {
        one.id: one
        for one in session.scalars(
            select(CaseTask).where(CaseTask.id.in_([one.id for one in set_by.values()]))
        )
    }
    found = {}
    for id, line in set_by.items():
        row, set_on = rows.get(line.id), line.at.date()
        if (
            row is None
            or row.incident_id != id
            or row.done_on
            or row.due_on > set_on + timedelta(days=MOST_DAYS)
        ):
            found[id] = DueLook(line.staff_id if row is None else row.owner_id, set_on)
        elif row.due_on <= today:
            found[id] = DueLook(row.owner_id, row.due_on)
    return found


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
