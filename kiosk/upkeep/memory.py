"""What the worker remembers from one round to the next."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kiosk.calendar.school import Slot
from kiosk.mail.claims import MailClaims
from kiosk.report.intake.urgent import Mailed
from kiosk.roles import Role
from kiosk.shared_files import Seen as SeenFiles
from kiosk.storage.outages import LogThrottle
from kiosk.upkeep.chores.escalation import Seen
from kiosk.upkeep.lease import Lease

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass
class RetryWait:
    """How long to wait before trying a mail server or an address again after it refused a mail."""

    until: datetime
    length: timedelta


def wait_after(wait: RetryWait | None, now: datetime) -> RetryWait:
    """The wait after a refusal: twice as long as the one before it, up to a quarter of an hour."""
    length = min(wait.length * 2, LONGEST_WAIT) if wait else FIRST_WAIT
    return RetryWait(now + length, length)


@dataclass
class WorkerMemory:
    """What the worker remembers from one round to the next; only in memory, so that it leaves no trace."""

    claims: MailClaims = field(default_factory=MailClaims)  # and its name among the workers of the school
    lease: Lease = field(default_factory=Lease)
    server: RetryWait | None = None
    addresses: dict[str, RetryWait] = field(default_factory=dict)
    mailed: Mailed = field(default_factory=dict)  # about urgent reports, while their database is away
    tidied: float | None = None  # the last multiple of REWRITE_SECONDS at which files were rewritten
    ended_on: date | None = None
    folder_cleared_on: date | None = None
    log_verified_on: date | None = None
    drawn_at: datetime | None = None  # when the lots of self-tests were drawn last
    beat_at: datetime | None = None
    unsent_since: Slot | None = None
    clock_is_wrong: bool = False
    mail_asked_at: datetime | None = None
    mail_away: bool = False
    log_changed: bool = False
    form_failed_on: date | None = None
    well_on: date | None = None
    not_working_since: datetime | None = None
    machine_told: dict[Role, date] = field(default_factory=dict)
    figures_on: date | None = None
    book_at: datetime | None = None
    escalated_at: datetime | None = None
    seen: Seen = field(default_factory=dict)  # when each urgent report was seen first: starts its clock
    files: SeenFiles = field(default_factory=dict)  # of the data folder, as they were read last
    once: LogThrottle = field(default_factory=LogThrottle)
