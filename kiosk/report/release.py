"""When a report is released to its readers: at the end of its slot as it was sealed, or at once."""

from datetime import date, datetime, timedelta

from kiosk.calendar.school import MOST_DAYS
from kiosk.report.models import ReportState

WAITING = (ReportState.NEW, ReportState.RELEASED)  # nobody has opened it yet
LONGEST = timedelta(days=MOST_DAYS, hours=1)  # five days over which the clocks go back


def is_due(urgent: bool, due: datetime, now: datetime) -> bool:
    """Whether a report is to be passed on: it is urgent, its slot has ended, or no slot ends so late."""
    return urgent or due <= now or due > now + LONGEST


def is_impossible_day(day: date, today: date) -> bool:
    """Whether no report can have this day: it lies further ahead than any slot ends (promise S10)."""
    return day > today + timedelta(days=MOST_DAYS)
