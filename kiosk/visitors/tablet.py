"""The tablet at reception: open from when the office opens it until school ends. It holds what is true of that day."""

from datetime import datetime

from kiosk.calendar.school import SchoolCalendar
from kiosk.sealing.site_key import SiteKey


def school_ends(calendar: SchoolCalendar, now: datetime) -> datetime | None:
    """When school ends today; None once it has, and on a day without school."""
    day = now.astimezone(calendar.zone).date()
    if not calendar.is_school_day(day):
        return None
    closes = calendar.hours(day)[1]
    return closes if now < closes else None


def token_of_day(key: SiteKey, calendar: SchoolCalendar, now: datetime) -> str:
    """What a tablet holds that the office has opened today: nobody can work it out, and tomorrow it is another."""
    return key.derive("visitor-tablet", now.astimezone(calendar.zone).date().isoformat().encode()).hex()
