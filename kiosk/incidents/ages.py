"""How long ago an open case was opened, in four steps, each as people say it in a meeting."""

import enum
from datetime import datetime, timedelta

from kiosk.calendar.school import SchoolCalendar


class Age(enum.StrEnum):
    """When a case was opened, the latest first; each begins where the one before it ends."""

    WEEK = "week"
    TWO_WEEKS = "two-weeks"
    MONTH = "month"
    LONGER = "longer"


_REACH = {Age.TWO_WEEKS: timedelta(days=14), Age.MONTH: timedelta(days=31)}


def age_of(opened_at: datetime, calendar: SchoolCalendar, now: datetime) -> Age:
    """The age of a case; this week began on Monday."""
    opened, today = (moment.astimezone(calendar.zone).date() for moment in (opened_at, now))
    if opened >= today - timedelta(days=today.weekday()):
        return Age.WEEK
    return next((age for age, reach in _REACH.items() if today - opened <= reach), Age.LONGER)
