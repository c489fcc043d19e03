"""What waits for a member of staff: unread reports and open incidents, the late ones first."""

import enum
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.incidents.clock import Clock, acknowledge_by, read_clock
from kiosk.incidents.log import LastAct, last_acts
from kiosk.incidents.models import Act, CaseOutcome, Incident, Level
from kiosk.outbox import chunks
from kiosk.report.models import ReportState
from kiosk.report.opening import WaitingReport, waiting_reports
from kiosk.sealing.site_key import SiteKey

LONGEST_GROUP = 200  # rows of one group on a page; late and urgent ones come first
BUSY_SLOT = 30  # more in one slot are a flood: the rest are shown on separate pages (promise A19)
LEVELS = list(Level)  # the most urgent first
# The incident is stored before the report's state: after a power cut between them the report is still in the queue.
AT_WORK = (ReportState.RELEASED, ReportState.OPENED)
DONE = (ReportState.OPENED, ReportState.CLOSED)


class Tab(enum.StrEnum):
    """Which part of the queue is shown."""

    MINE = "mine"
    ALL = "all"
    BUSY = "busy"
    CLOSED = "closed"


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue; it does not say when exactly a report came, from where, or in which words."""

    report_id: uuid.UUID
    route: str
    level: Level
    slot: Slot
    clock: Clock
    goes_to: str  # the first role of the route
    now: bool = False  # must be read at once
    number: int | None = None
    owner: str = ""
    last_act: Act | None = None
    outcome: CaseOutcome | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Queue:
    """The groups of one tab; `left_out` is how many rows are not shown because the page would be too long."""

    unread: list[QueueRow] = field(default_factory=list)
    open: list[QueueRow] = field(default_factory=list)
    closed: list[QueueRow] = field(default_factory=list)
    left_out: int = 0
    busy: int = 0  # unread and more than a slot usually brings: shown on the busy tab, a page at a time

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.unread or self.open or self.closed)


def waiting(
    reports_session: Session,
    school_session: Session,
    staff: StaffMember,
    calendar: SchoolCalendar,
    key: SiteKey,
    now: datetime,
    tab: Tab = Tab.MINE,
    page: int = 1,
) -> Queue:
    """The part of the queue that this person may see; three queries, however many reports there are.

    `BUSY`: one page of the reports from slots with too many to be shown together; none is ever left out.
    `MINE`: every unread report that this person may read, and the incidents they own. `ALL`: those of others too.
    """
    states = DONE if tab is Tab.CLOSED else AT_WORK
    reports = waiting_reports(reports_session, staff.id, staff.roles, states)
    incidents = _incidents(school_session, reports, tab)
    if tab is Tab.CLOSED:
        closed = [
            _incident_row(report, incidents[report.id], None, calendar, now)
            for report in reports
            if report.id in incidents
        ]
        return _cut(closed=sorted(closed, key=lambda row: row.closed_at or now, reverse=True))
    lines = last_acts(school_session, [incident.id for incident in incidents.values()]) if incidents else {}
    unread, opened = [], []
    # All reports of one slot and route share a clock, so that a flood needs few of them.
    clocks: dict[tuple[Slot, str], Clock] = {}
    for report in sorted(reports, key=lambda report: _mark(key, report)):
        incident = incidents.get(report.id)
        if incident is None:
            kind = (report.slot, report.route.id)
            if kind not in clocks:
                clocks[kind] = unread_clock(calendar, report, now)
            unread.append(_unread_row(report, clocks[kind]))
        elif incident.closed_at is None and (tab is Tab.ALL or incident.owner_id == staff.id):
            opened.append(_incident_row(report, incident, lines.get(incident.id), calendar, now))
    usual, busy = split_busy(sorted(unread, key=_order))
    if tab is Tab.BUSY:
        start = (max(page, 1) - 1) * LONGEST_GROUP
        return Queue(unread=busy[start : start + LONGEST_GROUP], busy=len(busy))
    return replace(_cut(unread=usual, open=sorted(opened, key=_order)), busy=len(busy))


def split_busy(rows: list[QueueRow]) -> tuple[list[QueueRow], list[QueueRow]]:
    """The rows to show of each slot, and the rest of slots with more than BUSY_SLOT; the order is kept."""
    shown: dict[Slot, int] = {}
    usual: list[QueueRow] = []
    busy: list[QueueRow] = []
    for row in rows:
        shown[row.slot] = shown.get(row.slot, 0) + 1
        (usual if shown[row.slot] <= BUSY_SLOT else busy).append(row)
    return usual, busy


def _incidents(session: Session, reports: list[WaitingReport], tab: Tab) -> dict[uuid.UUID, Incident]:
    """The incidents of these reports; all open ones at once, as the ids of a flood do not fit one statement."""
    closed = tab is Tab.CLOSED
    rows = session.scalars(
        select(Incident)
        .options(joinedload(Incident.owner).lazyload(StaffMember.holdings))
        .where(Incident.closed_at.is_not(None) if closed else Incident.closed_at.is_(None))
        .order_by(Incident.number.desc())
    )
    wanted = {report.id for report in reports}
    found = {row.report_id: row for row in rows if row.report_id in wanted}
    # Opened but not among the open incidents: it was closed a moment ago and the report's state has not followed.
    odd = [report.id for report in reports if report.state is ReportState.OPENED and report.id not in found]
    for ids in chunks([] if closed else odd):
        found |= {
            row.report_id: row for row in session.scalars(select(Incident).where(Incident.report_id.in_(ids)))
        }
    return found


def unread_clock(calendar: SchoolCalendar, report: WaitingReport, now: datetime) -> Clock:
    """The clock of a report that nobody has read yet, counted from the end of its slot."""
    return read_clock(calendar, calendar.slot_end(report.slot), acknowledge_by(calendar, report), now)


def _unread_row(report: WaitingReport, clock: Clock) -> QueueRow:
    return QueueRow(
        report_id=report.id,
        route=report.route.id,
        level=level_of(report),
        slot=report.slot,
        clock=clock,
        goes_to=report.route.readers[0],
        now=report.urgent,
    )


def _incident_row(
    report: WaitingReport,
    incident: Incident,
    line: LastAct | None,
    calendar: SchoolCalendar,
    now: datetime,
) -> QueueRow:
    start = min(line.at if line else incident.opened_at, incident.next_step_by)
    return QueueRow(
        report_id=report.id,
        route=incident.route,
        level=incident.level,
        slot=report.slot,
        clock=read_clock(calendar, start, incident.next_step_by, now),
        goes_to=report.route.readers[0],
        number=incident.number,
        owner=incident.owner.name,
        last_act=line.act if line else None,
        outcome=incident.outcome,
        closed_at=incident.closed_at,
    )


def level_of(report: WaitingReport) -> Level:
    """How soon somebody must look at a report, before staff have changed the level."""
    return Level.URGENT if report.urgent else Level(report.route.level)


def _mark(key: SiteKey, report: WaitingReport) -> bytes:
    """A report's place within its slot: always the same, and unrelated to when it came (promise A5)."""
    return key.derive("queue-order", report.id.bytes, 8)


def _order(row: QueueRow) -> tuple[bool, bool, int, datetime, Slot]:
    """First what must be read now, then what is late, then the most urgent, then the oldest.

    Rows of one slot stay shuffled.
    """
    return (not row.now, not row.clock.late, LEVELS.index(row.level), row.clock.due, row.slot)


def _cut(**groups: list[QueueRow]) -> Queue:
    return Queue(
        unread=groups.get("unread", [])[:LONGEST_GROUP],
        open=groups.get("open", [])[:LONGEST_GROUP],
        closed=groups.get("closed", [])[:LONGEST_GROUP],
        left_out=sum(max(len(rows) - LONGEST_GROUP, 0) for rows in groups.values()),
    )
