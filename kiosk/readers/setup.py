"""The progress of setting up sealed reports: five steps and a practice report (promise S6)."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import KeyAct, KeyEvent, StaffMember
from kiosk.accounts.reader_keys import add_event
from kiosk.accounts.roles import held_roles, problems_of
from kiosk.readers.holders import KeyState, ReaderLine
from kiosk.report.keyring import ZONE_ID, proven_recovery
from kiosk.report.models import RecoveryKey, Report, ReportState, Zone
from kiosk.report.reading_routes import PRACTICE
from kiosk.report.setup import FEWEST_TO_OPEN, publish, zone_of
from kiosk.sealing.reader_key import fingerprint
from kiosk.sealing.site_key import SiteKey


class SetupStep(enum.StrEnum):
    """What has to be done once, in this order."""

    ROLES = "roles"
    READERS = "readers"
    SHEETS = "sheets"
    PROVEN = "proven"
    OPENED = "opened"
    PRACTICE = "practice"


@dataclass(frozen=True)
class Setup:
    """What is done and what comes next."""

    done: frozenset[SetupStep]
    recovery: RecoveryKey | None  # the active one
    unproven: RecoveryKey | None  # the newest one that nobody has typed back yet
    published_on: date | None
    staff_promise: bool

    @property
    def next_step(self) -> SetupStep | None:
        """The first step that is not done; None if all are."""
        return next((step for step in SetupStep if step not in self.done), None)

    @property
    def can_open(self) -> bool:
        """Whether the page can be opened to children now."""
        needed = {SetupStep.READERS, SetupStep.PROVEN}
        return needed <= self.done and SetupStep.OPENED not in self.done


def setup_state(
    school: Session, reports: Session, lines: Sequence[ReaderLine], events: Sequence[KeyEvent]
) -> Setup:
    """How far this school is with setting up."""
    zone = reports.get(Zone, ZONE_ID)
    keys = list(reports.scalars(select(RecoveryKey).order_by(RecoveryKey.made_on.desc(), RecoveryKey.id)))
    active = proven_recovery(reports)
    recovery = next((row for row in keys if row.public_key == active), None)
    typed = {event.fingerprint for event in events if event.act is KeyAct.SHEETS_PROVEN}
    newer = [row for row in keys if row.proven_on is None and fingerprint(row.public_key) not in typed]
    newer = [row for row in newer if recovery is None or row.made_on >= recovery.made_on]
    practised = select(Report.id).where(Report.route == PRACTICE, Report.state == ReportState.CLOSED).limit(1)
    published_on = zone.published_on if zone else None
    facts = {
        SetupStep.ROLES: not problems_of(held_roles(school)),
        SetupStep.READERS: sum(line.state is KeyState.ACTIVE for line in lines) >= FEWEST_TO_OPEN,
        SetupStep.SHEETS: bool(keys),
        SetupStep.PROVEN: recovery is not None,
        SetupStep.OPENED: published_on is not None,
        SetupStep.PRACTICE: reports.scalar(practised) is not None,
    }
    return Setup(
        done=frozenset(step for step, done in facts.items() if done),
        recovery=recovery,
        unproven=newer[0] if newer else None,
        published_on=published_on,
        staff_promise=zone is not None and zone.staff_promise,
    )


def open_page(
    school: Session, reports: Session, site_key: SiteKey, by: StaffMember, promise: bool, today: date
) -> None:
    """Open the report page to children, with the staff's promise if it was given; raises NotReady.

    Opening it again changes nothing.
    """
    zone = zone_of(reports)
    if zone.published_on is not None:
        return
    publish(reports, today)
    zone.staff_promise = zone.staff_promise or promise
    add_event(school, site_key, KeyAct.PAGE_OPENED, None, by, proven_recovery(reports) or b"", today)
    reports.flush()
