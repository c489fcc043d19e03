"""A case whose next step, answer to a complaint or task is late: whose it is is told by mail, a day later the others.

What was to be decided within the hour and was not rings owner and other readers once, at whatever hour that is. The
owner of a closed case is told on the day on which it is to be looked at again.

Only people with a key to the report are told: those who stepped aside, left or are excluded have none. Where the
owner is away, has left or lost the key, the others are told at once, so that no case is left without somebody
responsible (promise D11).
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.assignment import StaffAvailability, staff_availability
from kiosk.incidents.case.complaints import due_days
from kiosk.incidents.case.tasks import due_looks, open_tasks
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.incidents.queue.open_cases import IS_OPEN
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import chunks, queue_mail
from kiosk.report.access.listing import key_marks
from kiosk.report.access.renewals_due import can_read
from kiosk.report.models import EscalationStep, Report
from kiosk.storage.db import Databases
from kiosk.storage.upsert import insert_if_new
from kiosk.upkeep.chores.escalation import is_hour_to_tell

STEPS = 2  # the owner, then the others


def tell_of_late_cases(
    databases: Databases, calendar: SchoolCalendar, root: bytes | None, now: datetime
) -> None:
    """Queue the mails of every case that is late, each step once for each day on which a next step was due."""
    in_hours = is_hour_to_tell(calendar, now)
    with databases.school.session(write=False) as school, databases.reports.session(write=False) as reports:
        cases = _late_cases(school, calendar, now)
        if not cases:
            return
        today = now.astimezone(calendar.zone).date()
        owners = {owner for late in cases.values() for one in late for owner in one.owners}
        there = staff_availability(school, reports, owners, today, root)
    for ids in chunks(sorted(cases)):
        with databases.reports.write() as reports:
            marks = key_marks(reports, ids)
            routes = select(Report.id, Report.route, Report.urgent).where(Report.id.in_(ids))
            addresses: dict[MailKind, set[str]] = defaultdict(set)
            for id, route, urgent in sorted(reports.execute(routes).all()):
                for late in cases[id]:
                    # one from the moment on which it was due, one more a school day later
                    day_later = calendar.add_school_time(late.due, calendar.school_day_minutes())
                    for step in range(1, (STEPS if day_later <= now else 1) + 1):
                        rings = urgent and late.is_undecided and step == 1
                        if not (rings or in_hours):
                            continue
                        told = whom_to_tell(step, late.owners, route, marks.get(id, {}), there)
                        if rings:
                            told |= whom_to_tell(STEPS, late.owners, route, marks.get(id, {}), there)
                        stored = late.stored_step(calendar, step)
                        if told and insert_if_new(reports, EscalationStep, {"report_id": id, "step": stored}):
                            kind = MailKind.NEWS if late.is_look else MailKind.LATE
                            addresses[MailKind.AGAIN if rings else kind] |= told
            addresses[MailKind.NEWS] -= addresses[MailKind.LATE]
            for kind, told in addresses.items():
                queue_mail(reports, kind, told)


@dataclass(frozen=True)
class _LateStep:
    """What of a case has not been done: whose it is, and when it was due."""

    owners: frozenset[uuid.UUID]
    due: datetime
    is_task: bool = False
    is_look: bool = False
    is_undecided: bool = False  # nobody has planned a step yet

    def stored_step(self, calendar: SchoolCalendar, step: int) -> int:
        """The number under which `EscalationStep` stores a step: from the day it was due, negative for a task."""
        number = self.due.astimezone(calendar.zone).date().toordinal() * STEPS + step
        return -number if self.is_task else number


def _late_cases(school: Session, calendar: SchoolCalendar, now: datetime) -> dict[uuid.UUID, list[_LateStep]]:
    """What is late of every open case, by its report; complaints and tasks from the midnight after their last day."""
    rows = school.execute(
        select(Incident.id, Incident.report_id, Incident.owner_id, Incident.next_step_by).where(IS_OPEN)
    ).all()
    today, found = now.astimezone(calendar.zone).date(), dict[uuid.UUID, list[_LateStep]]()
    complaints, tasks = due_days(school), open_tasks(school)
    passed = [row.id for row in rows if row.next_step_by < now]
    plans = select(IncidentEntry.incident_id).where(IncidentEntry.act == Act.PLANNED)
    planned = set(school.scalars(plans.where(IncidentEntry.incident_id.in_(passed))))
    for row in rows:
        owner, due = frozenset({row.owner_id}), {row.next_step_by} if row.next_step_by < now else set()
        if (last := complaints.get(row.id)) and last < today:
            due.add(_day_after(last, calendar))
        late = [
            _LateStep(owner, one, is_undecided=one == row.next_step_by and row.id not in planned)
            for one in sorted(due)
        ]
        for last in sorted({one.due_on for one in tasks.get(row.id, []) if one.due_on < today}):
            whose = frozenset(one.owner_id for one in tasks[row.id] if one.due_on == last)
            late.append(_LateStep(whose, _day_after(last, calendar), is_task=True))
        if late:
            found[row.report_id] = late
    looks = due_looks(school, today)
    closed = select(Incident.id, Incident.report_id).where(Incident.id.in_(looks))
    for id, report_id in school.execute(closed):
        due_at = datetime.combine(looks[id].due_on, time(), calendar.zone)
        again = _LateStep(frozenset({looks[id].owner_id}), due_at, is_task=True, is_look=True)
        found.setdefault(report_id, []).append(again)
    return found


def _day_after(last: date, calendar: SchoolCalendar) -> datetime:
    return datetime.combine(last + timedelta(days=1), time(), calendar.zone)


def whom_to_tell(
    step: int,
    owners: Collection[uuid.UUID],
    route: str,
    key_marks: Mapping[uuid.UUID, bytes],
    there: StaffAvailability,
) -> set[str]:
    """The addresses of one step, the first is 1: whose it is, then the others; who cannot act is passed over.

    `key_marks`: for whom, and for which key, the report is sealed. Where nobody is there who can open it, all who
    have it by their role are told.
    """
    owners = {there.heir_of(one, route, key_marks) or one for one in owners}
    can = there.available_readers(route, key_marks)
    have = {one for one in key_marks if one in there.holders and can_read(there.holders[one], route)}
    told = can & set(owners) if step == 1 else can - set(owners)
    return {there.holders[one].email for one in told or can or have} - {""}
