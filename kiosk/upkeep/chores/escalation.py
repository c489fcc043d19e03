"""Escalation: when nobody has read a report in time, the next people are told by mail (promise D11).

Each step tells those who were to read it first once more, and the next role of its route; each step once. The mail is
constant, and goes to nobody whom the report is kept from: where a child may have named somebody, only those hear of
it who have the report already. What was sent is stored as a number of steps, without a time.

What is decided within the hour rings at any hour, until somebody has opened it. When it rings next this worker alone
remembers; after it was started anew, it waits once more before the next step.
"""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.models import Incident
from kiosk.incidents.queue.unread import OLDEST, without_incident
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import chunks, queue_mail
from kiosk.report.access.keyring import Keyholder, read_keyring
from kiosk.report.access.listing import count_closed, key_marks
from kiosk.report.access.routes import ROUTES, UNKNOWN, Route, groups_for, may_read
from kiosk.report.models import EscalationStep, Report, ReportState
from kiosk.report.release import is_impossible_day
from kiosk.sealing.reader_key import mark_of
from kiosk.storage.db import Databases
from kiosk.storage.upsert import insert_if_new

# a deadline that ends as school closes is still reported on that afternoon
STILL_THERE = timedelta(hours=1)
MAY_NAME = {*ABOUT_STAFF, UNKNOWN.id}  # on these routes a child may have said who must not read it

# Minutes from one ring to the next, the first since it was passed on; then at these hours of the school's day.
RINGS = (10, 10, 10, 30, 30, 30, 30)
RING_HOURS = (7, 12, 18, 22)
CLIMBS_FROM = 3  # the ring with which the next people of the route are told too
TOGETHER = timedelta(minutes=10)  # all ring at these steps of the clock: many are one, and none moves another

_ROWS = select(Report.id, Report.day, Report.slot, Report.route, Report.urgent)
# Two ranges of an index; with "is not" SQLite would look at every row.
_NOT_CLOSED = _ROWS.where(or_(Report.state < ReportState.CLOSED, Report.state > ReportState.CLOSED))

# When what is urgent rings next, and when a slot that cannot be true was first seen; in memory alone.
Seen = dict[uuid.UUID, datetime]


@dataclass(frozen=True)
class UnreadReport:
    """What counts for the clock of a report that nobody has opened."""

    id: uuid.UUID
    slot: Slot
    route: Route
    urgent: bool


def escalate_reports(
    databases: Databases, calendar: SchoolCalendar, root: bytes | None, now: datetime, seen: Seen
) -> None:
    """Queue the mails of every step that is due, in one transaction with the note that it was taken."""
    unread = _unread_reports(databases)
    for gone in seen.keys() - {one.id for one in unread}:
        del seen[gone]
    false = {slot for slot in {one.slot for one in unread} if is_impossible_day(slot.day, now.date())}
    for one in unread:
        if one.slot in false and not one.urgent:
            seen.setdefault(one.id, now)
    urgent = [one for one in unread if one.urgent]
    late = [one for one in unread if not one.urgent] if is_hour_to_tell(calendar, now) else []
    if not urgent and not late:
        return
    with databases.reports.session(write=False) as reports:
        people = read_keyring(reports, root, now.astimezone(calendar.zone).date()).readers
        taken = _steps_taken(reports, [one.id for one in (*urgent, *late)])
    due = {
        one.id: (one.route, range(taken.get(one.id, 0) + 1, step + 1))
        for one, step in _with_steps(late, false, calendar, now, seen)
        if step > taken.get(one.id, 0)
    }
    _tell(databases, MailKind.LATE, due, people)
    rings = {
        one.id: (one.route, range(step, step + 1)) for one, step in _rings(urgent, taken, calendar, now, seen)
    }
    _tell(databases, MailKind.AGAIN, rings, people)


def next_ring(calendar: SchoolCalendar, taken: int, now: datetime) -> datetime:
    """When something that has rung so often, last now, rings again: at the nearest step of the clock.

    By what it is alone: who may not know of another would else learn of it by the minute (promise S9).
    """
    if taken < len(RINGS):
        steps = (now.timestamp() + RINGS[taken] * 60) / TOGETHER.seconds
        return datetime.fromtimestamp(ceil(steps - 0.5) * TOGETHER.seconds, calendar.zone)
    day = now.astimezone(calendar.zone).date()
    hours = (
        datetime.combine(day + timedelta(days=on), time(hour), calendar.zone)
        for on in (0, 1)
        for hour in RING_HOURS
    )
    return next(moment for moment in hours if moment > now)


def whom_to_ring(
    route: Route, step: int, people: Sequence[Keyholder], holders: Collection[uuid.UUID]
) -> set[str]:
    """The addresses of one ring: the able readers, and from `CLIMBS_FROM` on each of the next roles, one after another.

    Those who have no key are told with the fact alone, and ring the others.
    """
    climbs = min(max(step - CLIMBS_FROM + 1, 0), max(len(route.escalates_to), 1))
    return set().union(*(whom_to_tell(route, one, people, holders) for one in range(climbs + 1)))


def is_hour_to_tell(calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether mails about missed deadlines are sent now: in school hours and the hour after them."""
    return calendar.is_open(now) or calendar.is_open(now - STILL_THERE)


def steps_due(calendar: SchoolCalendar, route: Route, start: datetime, now: datetime) -> int:
    """How many steps a report should have climbed by now whose clock began at `start`: one each time it runs out."""
    minutes = route.acknowledge_minutes or calendar.school_day_minutes()
    steps, due = 0, calendar.add_school_time(start, minutes)
    while due <= now and steps < max(len(route.escalates_to), 1):
        steps, due = steps + 1, calendar.add_school_time(due, minutes)
    return steps


def whom_to_tell(
    route: Route, step: int, people: Sequence[Keyholder], holders: Collection[uuid.UUID]
) -> set[str]:
    """The addresses of one step, the first is 1; `holders` have the report.

    People who are away are skipped while others are present. Step 0 tells none but those who have it.
    """
    first = [one for one in people if one.id in holders and may_read(route, one.roles.split())]
    here = [one for one in first if not one.absent]
    if step and route.id not in MAY_NAME:
        here += _next_people(route, step, people)
    return {one.email for one in here or first if one.email}


def _next_people(route: Route, step: int, people: Sequence[Keyholder]) -> list[Keyholder]:
    """Who of the next role is here, or of the role after it where nobody is."""
    groups = ([one for one in group if not one.absent] for group in groups_for(route, people)[step:])
    return next((group for group in groups if group), [])


def _unread_reports(databases: Databases) -> list[UnreadReport]:
    """Every report without an incident, whatever its row says of its state (promise S10).

    What is called closed is counted alone: an incident belongs to each of these rows, or to another one that was read.
    If the count does not fit, somebody changed a row by hand, and all are read.
    """
    with databases.reports.session(write=False) as reports:
        rows, closed = reports.execute(_NOT_CLOSED).all(), count_closed(reports)
    with databases.school.session(write=False) as school:
        asked = chunks([row.id for row in rows])
        unread = {id for ids in asked for id in without_incident(school, ids)}
        incidents = school.scalar(select(func.count()).select_from(Incident))
    if closed + len(rows) - len(unread) != incidents:
        with databases.reports.session(write=False) as reports:
            rows = reports.execute(_ROWS).all()
        with databases.school.session(write=False) as school:
            unread = {row.id for row in rows}.difference(school.scalars(select(Incident.report_id)))
    return [
        UnreadReport(row.id, Slot(row.day, row.slot), ROUTES[row.route], row.urgent)
        for row in rows
        if row.id in unread
    ]


def _steps_taken(reports: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The last step of each of these reports of which people were told."""
    steps = select(EscalationStep.report_id, func.max(EscalationStep.step)).group_by(EscalationStep.report_id)
    return {
        id: step
        for some in chunks(ids)
        for id, step in reports.execute(steps.where(EscalationStep.report_id.in_(some)))
    }


def _with_steps(
    unread: Sequence[UnreadReport],
    false: Collection[Slot],
    calendar: SchoolCalendar,
    now: datetime,
    seen: Mapping[uuid.UUID, datetime],
) -> Iterator[tuple[UnreadReport, int]]:
    """Each with the steps that are due; those of one start and route are worked out once, as a flood brings many.

    A clock begins as its slot ends, or where its slot cannot be true (`false`) as the report was first seen.
    """
    oldest = now.date() - OLDEST
    ends = {
        slot: calendar.slot_end(Slot(max(slot.day, oldest), slot.minute))
        for slot in {one.slot for one in unread}.difference(false)
    }
    known: dict[tuple[str, datetime], int] = {}
    for one in unread:
        start = ends.get(one.slot) or seen[one.id]
        if (one.route.id, start) not in known:
            known[one.route.id, start] = steps_due(calendar, one.route, start, now)
        yield one, known[one.route.id, start]


def _rings(
    urgent: Sequence[UnreadReport],
    taken: Mapping[uuid.UUID, int],
    calendar: SchoolCalendar,
    now: datetime,
    seen: Seen,
) -> Iterator[tuple[UnreadReport, int]]:
    """What rings now, each with the number of its ring."""
    for one in urgent:
        if one.id not in seen:
            seen[one.id] = next_ring(calendar, taken.get(one.id, 0), now)
        if seen[one.id] <= now:
            step = taken.get(one.id, 0) + 1
            seen[one.id] = next_ring(calendar, step, now)
            yield one, step


def _tell(
    databases: Databases,
    kind: MailKind,
    due: Mapping[uuid.UUID, tuple[Route, range]],
    people: Sequence[Keyholder],
) -> None:
    rings = kind is MailKind.AGAIN
    whom = whom_to_ring if rings else whom_to_tell
    able = {one.id: mark_of(one.public_key) for one in people if one.public_key}
    for ids in chunks(sorted(due)):
        addresses: set[str] = set()
        with databases.reports.write() as reports:
            marks = key_marks(reports, ids)
            for id in sorted(reports.scalars(select(Report.id).where(Report.id.in_(ids)))):
                # nobody is woken who could not open it
                have = {one for one, mark in marks.get(id, {}).items() if not rings or able.get(one) == mark}
                route, steps = due[id]
                for step in steps:
                    told, taken = whom(route, step, people, have), {"report_id": id, "step": step}
                    if (told or rings) and insert_if_new(reports, EscalationStep, taken):
                        addresses |= told
            queue_mail(reports, kind, addresses)
