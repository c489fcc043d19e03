"""What waits for a member of staff: unread reports and open incidents, the late ones first."""

import enum
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.incidents.clock import Clock, acknowledge_by, read_clock
from kiosk.incidents.log import LastAct, last_acts
from kiosk.incidents.models import Act, CaseOutcome, Incident, Level
from kiosk.report.models import ReportState
from kiosk.report.opening import WaitingReport, waiting_reports
from kiosk.report.reading_routes import may_read
from kiosk.report.release import is_false
from kiosk.sealing.site_key import SiteKey

LONGEST_GROUP = 200  # rows of one group on a page; late and urgent ones come first
BUSY_SLOT = 30  # more in one slot are a flood: the rest are shown on separate pages (promise A19)
LEVELS = list(Level)  # the most urgent first
OLDEST = timedelta(days=1000)  # a slot that is older was put there by hand


_Order = tuple[bool, bool, int, datetime, Slot]


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
    altered: bool = False  # somebody changed it in the database by hand
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
    """The part of the queue that this person may see; a few queries, however many reports there are.

    What the incidents say counts, not the state or slot of a report's row: whoever can write the reports database
    must not be able to take a report out of the queue (promise S10).
    `BUSY`: one page of the reports from slots with too many to be shown together; none is ever left out.
    `MINE`: every unread report that this person may read, the incidents they own, and those whose owner may not read
    them any more: somebody has to go on. `ALL`: those of others too.
    """
    closed_ids = set(
        school_session.scalars(select(Incident.report_id).where(Incident.closed_at.is_not(None)))
    )
    reports = [
        _plausible(report, calendar, now)
        for report in waiting_reports(reports_session, staff.id, staff.roles, ReportState)
        if (report.id in closed_ids) is (tab is Tab.CLOSED)
    ]
    incidents = _incidents(school_session, reports, tab)
    if tab is Tab.CLOSED:
        closed = [
            _incident_row(report, incidents[report.id], None, calendar, now)
            for report in reports
            if report.id in incidents
        ]
        return _cut(closed=sorted(closed, key=lambda row: row.closed_at or now, reverse=True))
    lines = last_acts(school_session, [incident.id for incident in incidents.values()]) if incidents else {}
    roles = _roles_now(school_session)
    at_work = sorted(
        (report for report in reports if report.id in incidents), key=lambda one: _mark(key, one)
    )
    opened = [
        _incident_row(report, incident, lines.get(incident.id), calendar, now)
        for report in at_work
        if (incident := incidents[report.id]).closed_at is None
        and (
            tab is Tab.ALL
            or incident.owner_id == staff.id
            or not may_read(report.route, roles.get(incident.owner_id, ()))
        )
    ]
    unread = _Unread(
        [report for report in reports if report.id not in incidents],
        calendar,
        key,
        now,
    )
    if tab is Tab.BUSY:
        return Queue(unread=unread.busy_rows((max(page, 1) - 1) * LONGEST_GROUP), busy=unread.busy)
    queue = _cut(open=sorted(opened, key=_order))
    left_out = queue.left_out + max(unread.usual - LONGEST_GROUP, 0)
    return replace(queue, unread=unread.usual_rows(), left_out=left_out, busy=unread.busy)


class _Unread:
    """Unread reports in the order of a page; in a flood only the rows of that page are made.

    Reports with the same `_order` share a slot and stand together, shuffled by `_mark`. Of each slot the first
    BUSY_SLOT are usual, and the rest are busy; `usual` and `busy` count them.
    """

    def __init__(
        self, reports: list[WaitingReport], calendar: SchoolCalendar, key: SiteKey, now: datetime
    ) -> None:
        self._key = key
        alike: dict[tuple[Slot, str, bool], list[WaitingReport]] = {}
        for report in reports:
            alike.setdefault((report.slot, report.route.id, report.urgent), []).append(report)
        together: dict[_Order, list[WaitingReport]] = {}
        self._clocks: dict[tuple[Slot, str], Clock] = {}
        for (slot, route, _urgent), some in alike.items():
            if (slot, route) not in self._clocks:
                self._clocks[slot, route] = unread_clock(calendar, some[0], now)
            together.setdefault(_order(self._row(some[0])), []).extend(some)
        self._parts = [together[order] for order in sorted(together)]
        shown: Counter[Slot] = Counter()
        self._usual: list[int] = []  # how many of each part
        for part in self._parts:
            self._usual.append(min(len(part), BUSY_SLOT - shown[part[0].slot]))
            shown[part[0].slot] += self._usual[-1]
        self.usual = sum(self._usual)
        self.busy = len(reports) - self.usual

    def usual_rows(self) -> list[QueueRow]:
        """The first page of what slots usually bring."""
        return self._page([(part, 0, usual) for part, usual in zip(self._parts, self._usual, strict=True)], 0)

    def busy_rows(self, start: int) -> list[QueueRow]:
        """A page of the rest, from the row with this number on."""
        parts = zip(self._parts, self._usual, strict=True)
        return self._page([(part, usual, len(part)) for part, usual in parts], start)

    def _page(self, pieces: list[tuple[list[WaitingReport], int, int]], start: int) -> list[QueueRow]:
        rows: list[QueueRow] = []
        end = start + LONGEST_GROUP
        at = 0  # the number of the first row of a piece
        for part, first, last in pieces:
            from_here = first + max(start - at, 0)
            until = min(last, first + end - at)
            at += last - first
            if from_here < until:
                shuffled = sorted(part, key=lambda report: _mark(self._key, report))
                rows += [self._row(report) for report in shuffled[from_here:until]]
        return rows

    def _row(self, report: WaitingReport) -> QueueRow:
        return QueueRow(
            report_id=report.id,
            route=report.route.id,
            level=level_of(report),
            slot=report.slot,
            clock=self._clocks[report.slot, report.route.id],
            goes_to=report.route.readers[0],
            now=report.urgent or report.altered,
            altered=report.altered,
        )


def _plausible(report: WaitingReport, calendar: SchoolCalendar, now: datetime) -> WaitingReport:
    """The report as it is listed: one whose slot cannot be true is urgent, and stands with those of now."""
    if not is_false(report.slot, calendar, now) and report.slot.day >= now.date() - OLDEST:
        return report
    return replace(report, slot=calendar.slot_of(now), urgent=True, altered=True)


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
    return {row.report_id: row for row in rows if row.report_id in wanted}


def _roles_now(session: Session) -> Mapping[uuid.UUID, set[str]]:
    """The roles of everybody who holds one and works here."""
    roles: dict[uuid.UUID, set[str]] = {}
    query = select(RoleHolder.staff_id, RoleHolder.role).join(RoleHolder.staff)
    for id, role in session.execute(query.where(StaffMember.left_on.is_(None))):
        roles.setdefault(id, set()).add(role)
    return roles


def unread_clock(calendar: SchoolCalendar, report: WaitingReport, now: datetime) -> Clock:
    """The clock of a report that nobody has read yet, counted from the end of its slot."""
    return read_clock(calendar, calendar.slot_end(report.slot), acknowledge_by(calendar, report), now)


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
        level=Level.URGENT if report.altered else incident.level,
        altered=report.altered,
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
    return Level.URGENT if report.urgent or report.altered else Level(report.route.level)


def _mark(key: SiteKey, report: WaitingReport) -> bytes:
    """A report's place within its slot: always the same, and unrelated to when it came (promise A5)."""
    return key.derive("queue-order", report.id.bytes, 8)


def _order(row: QueueRow) -> _Order:
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
