"""How a report or an incident becomes a row of the queue, and where it stands."""

import uuid
from datetime import datetime

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.incidents.clock import Clock, acknowledge_by, read_clock
from kiosk.incidents.listed_acts import ListedAct
from kiosk.incidents.models import Level
from kiosk.incidents.open_cases import IncidentRow, OpenCase
from kiosk.incidents.queue_page import Group, QueueRow
from kiosk.incidents.unread import level_of
from kiosk.report.opening import WaitingReport

LEVELS = {level: place for place, level in enumerate(Level)}  # the most urgent first
GROUPS = {group: place for place, group in enumerate(Group)}
Order = tuple[int, bool, int, datetime, Slot, bytes]


class Deadlines:
    """By when reports must be read, worked out once for each slot and promise: it depends on no moment."""

    def __init__(self, calendar: SchoolCalendar) -> None:
        self.calendar = calendar
        self._due: dict[tuple[Slot, int | None], datetime] = {}

    def of(self, report: WaitingReport) -> datetime:
        """By when a report that nobody has opened must be read."""
        place = report.slot, report.route.acknowledge_minutes
        if place not in self._due:
            self._due[place] = acknowledge_by(self.calendar, report)
        return self._due[place]

    def clock(self, report: WaitingReport, now: datetime) -> Clock:
        """The clock of a report that nobody has read yet, counted from the end of its slot."""
        return read_clock(self.calendar, self.calendar.slot_end(report.slot), self.of(report), now)


def place_unread(report: WaitingReport, due: datetime, now: datetime) -> tuple[Group, Order]:
    """The group of a report that nobody has read, and its place."""
    group = Group.NOW if must_be_read_now(report) else Group.LATE if now > due else Group.UNREAD
    return group, order_of(group, now > due, level_of(report), due, report.slot)


def is_late(case: OpenCase, now: datetime) -> bool:
    """Whether the next step of an incident is late, or the answer to a complaint."""
    return now > case.incident.next_step_by or case.complaint_late


def place_case(case: OpenCase, now: datetime) -> tuple[Group, Order]:
    """The group of an open incident, and its place."""
    due, late = case.incident.next_step_by, is_late(case, now)
    group = Group.LATE if late else Group.YOURS if case.waits else Group.OTHERS
    return group, order_of(group, late, case.level, due, case.report.slot, case.incident.report_id.bytes)


def order_of(group: Group, late: bool, level: Level, due: datetime, slot: Slot, lot: bytes = b"") -> Order:
    """First what must be read now, then what is late, then the most urgent, then the oldest; the rest by lot."""
    return GROUPS[group], not late, LEVELS[level], due, slot, lot


def must_be_read_now(report: WaitingReport) -> bool:
    """Whether a report that nobody has opened cannot wait for its clock."""
    return report.urgent or report.altered


def unread_row(report_id: uuid.UUID, report: WaitingReport, clock: Clock) -> QueueRow:
    """The row of a report that nobody has opened, and that looks like this one."""
    return QueueRow(
        report_id=report_id,
        route=report.route.id,
        level=level_of(report),
        slot=report.slot,
        clock=clock,
        goes_to=report.route.readers[0],
        now=must_be_read_now(report),
        altered=report.altered,
    )


def case_row(
    case: OpenCase, owner: str, yours: bool, line: ListedAct | None, calendar: SchoolCalendar, now: datetime
) -> QueueRow:
    """The row of an open incident, its clock counted from the last thing that was done."""
    incident = case.incident
    start = min(line.at if line else incident.opened_at, incident.next_step_by)
    return QueueRow(
        report_id=incident.report_id,
        route=case.report.route.id,
        level=case.level,
        altered=case.report.altered,
        slot=case.report.slot,
        clock=read_clock(calendar, start, incident.next_step_by, now),
        goes_to=case.report.route.readers[0],
        number=incident.number,
        owner=owner,
        yours=yours,
        mine=case.mine,
        why=case.why,
        second=case.second,
        tasks=case.tasks,
        complaint_late=case.complaint_late,
        last_act=line.act if line else None,
    )


def closed_row(incident: IncidentRow, report: WaitingReport, owner: str, yours: bool) -> QueueRow:
    """The row of a closed incident; its clock has stopped."""
    return QueueRow(
        report_id=incident.report_id,
        route=report.route.id,
        level=Level.URGENT if report.altered else incident.level,
        altered=report.altered,
        slot=report.slot,
        clock=Clock(incident.next_step_by, late=False, late_minutes=0, share=1),
        goes_to=report.route.readers[0],
        number=incident.number,
        owner=owner,
        yours=yours,
        mine=False,
        outcome=incident.outcome,
        closed_at=incident.closed_at,
    )


_kept: list[Deadlines] = []  # of the calendar that was asked last


def deadlines_of(calendar: SchoolCalendar) -> Deadlines:
    """The deadlines of a calendar, kept for as long as the school's calendar stays the same."""
    kept = next((one for one in _kept if one.calendar is calendar), None)
    if kept is None:
        kept = Deadlines(calendar)
        _kept[:] = [kept]
    return kept
