"""Tasks about keys for somebody who signs in: a step of setting up, a key to approve, a late self-test."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.readers.holders import may_approve, readers
from kiosk.readers.setup import SetupStep, setup_state
from kiosk.readers.tampering import TamperFinding, key_events, tamper_findings
from kiosk.report.self_test import self_test_late
from kiosk.report.setup import is_published
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.site_key import SiteKey

MAY_LOOK = READING_ROLES | {Role.NETWORK}


@dataclass(frozen=True)
class KeyTasks:
    """What a person can do or has to know about the keys."""

    tamper_findings: tuple[TamperFinding, ...] = ()
    setup_step: SetupStep | None = None  # the next step, until the page is open to children
    to_approve: tuple[str, ...] = ()  # names of readers whose new key this person can approve
    self_test_late: bool = False

    def __bool__(self) -> bool:
        return bool(self.setup_step or self.to_approve or self.self_test_late)


def key_tasks(
    school: Session,
    reports: Session,
    site_key: SiteKey,
    me: StaffMember,
    calendar: SchoolCalendar,
    now: datetime,
) -> KeyTasks:
    """The tasks of this person; none for somebody who neither reads reports nor manages the network."""
    if not MAY_LOOK & me.roles:
        return KeyTasks()
    events = key_events(school)
    lines = readers(school, events)
    setup_step = None if is_published(reports) else setup_state(school, reports, lines, events).next_step
    return KeyTasks(
        tamper_findings=tuple(tamper_findings(school, reports, site_key, events)),
        setup_step=setup_step,
        to_approve=tuple(line.staff.name for line in lines if may_approve(lines, me, line)),
        self_test_late=self_test_late(reports, calendar, now),
    )
