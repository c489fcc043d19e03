"""A page of the queue: its groups and rows, and how much there is on other pages."""

import enum
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.incidents.case.assignment import StaffAvailability, StaffPresence
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.deadlines import Clock, acknowledge_by, decide_by, read_clock
from kiosk.incidents.case.tags import RepeatedRisk
from kiosk.incidents.case_log.entries import ListedAct
from kiosk.incidents.models import Act, Level
from kiosk.incidents.queue.duty import ToRing
from kiosk.incidents.queue.facts import Facts
from kiosk.incidents.queue.filters import Age
from kiosk.incidents.queue.open_cases import IncidentRow, OpenCase
from kiosk.incidents.queue.unread import Pile, level_of
from kiosk.report.access.keyring import able_now
from kiosk.report.access.listing import PileKey
from kiosk.report.access.opening import WaitingReport
from kiosk.report.access.renewals_due import can_read
from kiosk.report.access.routes import ROUTES, UNKNOWN, Route, may_read
from kiosk.roles import Role


def colleagues(there: StaffAvailability, roles: Collection[Role]) -> list[StaffPresence]:
    """Holders and deputies who read first what somebody with these roles may read, by name.

    The same for everybody with the same roles, whatever reports they are excluded from; people who can open nothing
    are left out, as on a child's page.
    """
    mine = [one for one in ROUTES.values() if may_read(one, roles)]
    found = [
        person
        for person in there.people.values()
        if not (person.left or person.frozen) and any(_reads_first(there, person, one) for one in mine)
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def _reads_first(there: StaffAvailability, person: StaffPresence, route: Route) -> bool:
    holder = there.holders.get(person.id)
    held = bool(set(route.readers) & set(person.roles)) and may_read(route, person.roles)
    able = holder and can_read(holder, route.id) and (person.away or able_now([holder]))
    return held and bool(able)


class Tab(enum.StrEnum):
    """Which part of the queue is shown."""

    MINE = "mine"
    ALL = "all"
    OTHERS = "others"
    BUSY = "busy"
    CLOSED = "closed"


class Group(enum.StrEnum):
    """The groups of a page, in their order."""

    NOW = "now"
    LATE = "late"
    UNREAD = "unread"
    YOURS = "yours"
    MORNING = "morning"
    OTHERS = "others"
    CLOSED = "closed"


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue; it does not say when exactly a report came, from where, or in which words."""

    report: WaitingReport  # what a list may show of the report
    level: Level
    clock: Clock
    incident: IncidentRow | None = None  # None: nobody has opened the report
    case: OpenCase | None = None  # None: nobody has opened the report, or its case is closed
    owner: str = ""
    yours: bool = False  # the viewer is the owner
    last_act: Act | None = None
    worry: RepeatedRisk | None = None  # set where the case is one of three or more of a kind
    answered: bool = False  # the child has had an answer
    facts: Facts | None = None  # None: not opened for it, or the viewer's key is put away

    @property
    def now(self) -> bool:
        """Whether the report must be read at once."""
        return self.incident is None and must_be_read_now(self.report)

    @property
    def closed(self) -> bool:
        """Whether the row is a closed case."""
        return self.incident is not None and self.case is None


@dataclass(frozen=True)
class QueueGroup:
    """The rows of a group that are on this page; `count`: how many it has on all pages, 0 where not counted."""

    group: Group
    count: int
    rows: list[QueueRow] = field(default_factory=list)


@dataclass(frozen=True)
class RedBlock:
    """A report of danger or hurt that nobody has opened; `others`: who else may open it and is there, to be rung."""

    row: QueueRow
    others: Sequence[ToRing] = ()


@dataclass(frozen=True)
class Queue:
    """One page of a tab, and how much there is on others; of nothing that this person may not read."""

    there: StaffAvailability  # by whom what waits can be acted on
    groups: list[QueueGroup] = field(default_factory=list)
    red: Sequence[RedBlock] = ()  # not in the groups; the same on every page
    page: int = 1
    pages: int = 1
    mine: int = 0
    everything: int = 0
    now: int = 0  # how many of `mine` cannot wait, those in red too
    late: int = 0  # how many of `mine` are late
    not_read: int = 0  # how many of `mine` nobody has opened
    seconds: int = 0  # cases in which the viewer is asked, as second reader, to agree to closing
    busy: int = 0  # unread reports beyond the usual number of a slot, shown on the busy tab
    # Piles of unread reports that the viewer's key does not open in full; None: not known
    unsure: Collection[PileKey] | None = None
    tasks: Mapping[int, tuple[date, ...]] = field(default_factory=dict)  # the viewer's, by case
    ages: Mapping[Age, int] = field(default_factory=dict)  # how many open cases there are of each
    colleagues: Sequence[StaffPresence] = ()  # first readers of what the viewer may read, the viewer included

    @property
    def shut(self) -> Mapping[uuid.UUID, str]:
        """The routes of the reports of this page that the viewer's key does not open, by their ids."""
        rows = [one.row for one in self.red] + [row for one in self.groups for row in one.rows]
        return {row.report.id: row.report.route.id for row in rows if row.facts and row.facts.shut}


LEVELS = {level: place for place, level in enumerate(Level)}  # the most urgent first
PLACES = {group: place for place, group in enumerate(Group)}
# What is urgent by another route is a threat, money over a picture or a meeting asked for: a row, in the first group.
RED = frozenset({"danger", "harm", "me", "friend", "adult", "head", UNKNOWN.id})
Order = tuple[int, bool, int, datetime, Slot, bytes]


def place_unread(report: WaitingReport, due: datetime, now: datetime, night: bool) -> tuple[Group, Order]:
    """The group and the sort key of a report that nobody has read."""
    waits = Group.MORNING if night else Group.LATE if now > due else Group.UNREAD
    group = Group.NOW if must_be_read_now(report) else waits
    return group, order_of(group, now > due, level_of(report), due, report.slot)


def is_late(case: OpenCase, now: datetime) -> bool:
    """Whether the next step of an incident is late, or the answer to a complaint."""
    return now > case.incident.next_step_by or case.complaint_late


def place_case(case: OpenCase, calendar: SchoolCalendar, now: datetime, night: bool) -> tuple[Group, Order]:
    """The group and the sort key of an open incident."""
    incident, due, late = case.incident, case.incident.next_step_by, is_late(case, now)
    group = Group.LATE if late else Group.YOURS if case.waits else Group.OTHERS
    if group is Group.YOURS and is_undecided(case, calendar):
        group = Group.NOW
    elif night and group is not Group.OTHERS and not (late and case.report.urgent):
        group = Group.MORNING
    return group, order_of(group, late, case.level, due, case.report.slot, incident.report_id.bytes)


def is_undecided(case: OpenCase | CaseFile, calendar: SchoolCalendar) -> bool:
    """Whether a case that is to be decided within the hour has no next step planned yet."""
    decided_by = decide_by(calendar, case.report, case.incident.opened_at)
    return case.report.urgent and case.incident.next_step_by == decided_by


def order_of(group: Group, late: bool, level: Level, due: datetime, slot: Slot, lot: bytes = b"") -> Order:
    """First what must be read now, then what is late, then the most urgent, then the oldest; the rest by lot."""
    return PLACES[group], not late, LEVELS[level], due, slot, lot


def must_be_read_now(report: WaitingReport) -> bool:
    """Whether an unread report must be read now, before its deadline."""
    return report.urgent or report.altered


def is_red(pile: Pile | None) -> bool:
    """Whether unread reports are of danger or hurt, as far as their rows say; what may be counts."""
    return pile is not None and pile.sample.urgent and pile.sample.route.id in RED


def unread_row(report: WaitingReport, calendar: SchoolCalendar, now: datetime) -> QueueRow:
    """The row of a report that nobody has opened; its clock is counted from the end of its slot."""
    clock = read_clock(calendar, calendar.slot_end(report.slot), acknowledge_by(calendar, report), now)
    return QueueRow(report, level_of(report), clock)


def case_row(case: OpenCase, acts: Sequence[ListedAct], calendar: SchoolCalendar, now: datetime) -> QueueRow:
    """The row of an open incident, its clock counted from the last thing that was done."""
    incident, report = case.incident, replace(case.report, id=case.incident.report_id)
    line = acts[-1] if acts else None
    start = min(line.at if line else incident.opened_at, incident.next_step_by)
    clock = read_clock(calendar, start, incident.next_step_by, now)
    answered = any(one.act is Act.REPLIED for one in acts)
    return QueueRow(
        report, case.level, clock, incident, case, last_act=line.act if line else None, answered=answered
    )


def closed_row(incident: IncidentRow, listed: WaitingReport) -> QueueRow:
    """The row of a closed incident; its clock has stopped."""
    report = replace(listed, id=incident.report_id)
    level = Level.URGENT if report.altered else incident.level
    return QueueRow(
        report, level, Clock(incident.next_step_by, late=False, late_minutes=0, share=1), incident
    )
