"""A page of the queue: its groups and rows, and how much there is on other pages."""

import enum
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.calendar.school import Slot
from kiosk.incidents.ages import Age
from kiosk.incidents.clock import Clock
from kiosk.incidents.duty import Colleague
from kiosk.incidents.models import Act, CaseOutcome, Level
from kiosk.incidents.third_worry import ThirdWorry
from kiosk.incidents.whose import WhyNot
from kiosk.report.listing import PileKey


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
    OTHERS = "others"
    CLOSED = "closed"


GROUPS = list(Group)


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
    yours: bool = False  # the owner is who looks
    mine: bool = True  # its next step is one for who looks
    why: WhyNot | None = None  # the owner cannot act now
    second: bool = False  # who looks is asked to agree to closing it
    tasks: tuple[date, ...] = ()  # by when who looks has something to do
    complaint_late: bool = False
    last_act: Act | None = None
    outcome: CaseOutcome | None = None
    closed_at: datetime | None = None
    worry: ThirdWorry | None = None  # it is one of three or more of a kind
    goes_on_in: int | None = None  # the number of the case in which work on it goes on


@dataclass(frozen=True)
class QueueGroup:
    """The rows of a group that are on this page; `count` is how many it has on all pages."""

    group: Group
    count: int
    rows: list[QueueRow] = field(default_factory=list)


@dataclass(frozen=True)
class Queue:
    """One page of a tab, and how much there is on others; of nothing that this person may not read."""

    groups: list[QueueGroup] = field(default_factory=list)
    page: int = 1
    pages: int = 1
    mine: int = 0
    everything: int = 0
    late: int = 0  # of `mine`
    not_read: int = 0  # of `mine`
    seconds: int = 0  # who looks is asked to agree to closing these
    busy: int = 0  # unread and more than a slot usually brings: shown on the busy tab
    owners: Mapping[uuid.UUID, str] = field(default_factory=dict)
    unsure: Collection[PileKey] | None = (
        None  # unread, and not all opened by the key of who looks (or not known)
    )
    tasks: Mapping[int, tuple[date, ...]] = field(default_factory=dict)  # of who looks, by number
    ages: Mapping[Age, int] = field(default_factory=dict)  # how many open cases there are of each
    colleagues: Sequence[Colleague] = ()  # who reads first what this person may read, who looks included

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.groups

    @property
    def rows(self) -> list[QueueRow]:
        """Every row of this page."""
        return [row for group in self.groups for row in group.rows]

    @property
    def unread(self) -> list[QueueRow]:
        """The rows of reports that nobody has opened."""
        return [row for row in self.rows if row.number is None]

    @property
    def open(self) -> list[QueueRow]:
        """The rows of incidents at which staff work."""
        return [row for row in self.rows if row.number is not None and row.closed_at is None]

    @property
    def closed(self) -> list[QueueRow]:
        """The rows of closed incidents."""
        return [row for row in self.rows if row.closed_at is not None]
