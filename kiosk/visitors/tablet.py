"""Tablets at reception: each is open from when the office opens it until school ends, or until it is closed."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.sealing.site_key import SiteKey
from kiosk.visitors.models import VisitorTablet
from kiosk.wording.messages import N_, Refused


def school_ends(calendar: SchoolCalendar, now: datetime) -> datetime | None:
    """When school ends today; None once it has, and on a day without school."""
    day = now.astimezone(calendar.zone).date()
    if not calendar.is_school_day(day):
        return None
    closes = calendar.hours(day)[1]
    return closes if now < closes else None


def open_tablet(
    session: Session, key: SiteKey, calendar: SchoolCalendar, staff: StaffMember, now: datetime
) -> tuple[str, datetime]:
    """What a tablet keeps from now on, and until when it works; Refused while there is no school."""
    ends = school_ends(calendar, now)
    if ends is None:
        raise Refused(N_("A tablet is opened on a school day, until school ends. Until then there is paper."))
    token = secrets.token_urlsafe(32)
    day = now.astimezone(calendar.zone).date()
    session.add(VisitorTablet(cookie_digest=_digest(key, token), day=day, opened_by_id=staff.id))
    session.flush()
    return token, ends


def is_open(session: Session, key: SiteKey, calendar: SchoolCalendar, token: str, now: datetime) -> bool:
    """Whether a tablet with this token was opened today, and neither was it closed nor has school ended."""
    if not token or school_ends(calendar, now) is None:
        return False
    today = now.astimezone(calendar.zone).date()
    found = VisitorTablet.cookie_digest == _digest(key, token), VisitorTablet.day == today
    return session.scalar(select(VisitorTablet.id).where(*found)) is not None


def open_tablets(session: Session, calendar: SchoolCalendar, now: datetime) -> Sequence[Row[uuid.UUID, str]]:
    """The id of each tablet that is open, and who opened it."""
    if school_ends(calendar, now) is None:
        return []
    wanted = (
        select(VisitorTablet.id, StaffMember.name)
        .join(StaffMember, StaffMember.id == VisitorTablet.opened_by_id)
        .where(VisitorTablet.day == now.astimezone(calendar.zone).date())
    )
    return session.execute(wanted.order_by(StaffMember.name, VisitorTablet.id)).all()


def close_tablet(session: Session, tablet_id: uuid.UUID) -> None:
    """From now on a tablet shows that it is closed; one that is closed stays so."""
    session.execute(delete(VisitorTablet).where(VisitorTablet.id == tablet_id))


def forget_tablets(session: Session, today: date) -> None:
    """Delete the openings of the days before."""
    session.execute(delete(VisitorTablet).where(VisitorTablet.day < today))


def _digest(key: SiteKey, token: str) -> bytes:
    return key.derive("visitor-tablet", token.encode())
