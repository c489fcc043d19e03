"""When a report is released to its readers, at the end of its slot as it was sealed or sooner, and read by when."""

from datetime import UTC, date, datetime, timedelta

from kiosk.calendar.school import MOST_DAYS, SchoolCalendar
from kiosk.report.models import ReportState

WAITING = (ReportState.NEW, ReportState.RELEASED)  # nobody has opened it yet
LONGEST = timedelta(days=MOST_DAYS, hours=1)  # five days over which the clocks go back
QUARTER = timedelta(minutes=15)
# the `due` of what is passed on as it comes: it says nothing of when that was
AT_ONCE = datetime.fromtimestamp(0, UTC)
HOUR = timedelta(hours=1)


def is_due(urgent: bool, due: datetime, now: datetime) -> bool:
    """Whether a report is to be passed on: its `due` has come, or lies further ahead than any does."""
    return due <= now or due > now + (QUARTER if urgent else LONGEST)


def due_within_the_hour(calendar: SchoolCalendar, at_once: bool, now: datetime) -> datetime:
    """When something told now that is decided within the hour is passed on: at once, or in school with the quarter
    (promise D16).

    In a lesson a minute would point at a tablet.
    """
    if at_once or not calendar.is_open(now):
        return AT_ONCE
    quarter = datetime.fromtimestamp(now.timestamp() // QUARTER.seconds * QUARTER.seconds, UTC) + QUARTER
    return min(quarter, calendar.slot_end(calendar.slot_of(now)).astimezone(UTC))


def read_within_the_hour(calendar: SchoolCalendar, minutes: int | None, passed_on: datetime) -> datetime:
    """By when something passed on then is to be opened: within the hour while school is open, else as it opens.

    `minutes`: how long its route gives; an hour at most.
    """
    due = passed_on + (min(timedelta(minutes=minutes), HOUR) if minutes else HOUR)
    if calendar.is_open(passed_on) and due <= calendar.hours(passed_on.astimezone(calendar.zone).date())[1]:
        return due
    return calendar.next_opening(passed_on + timedelta(microseconds=1))


def is_impossible_day(day: date, today: date) -> bool:
    """Whether no report can have this day: it lies further ahead than any slot ends (promise S10)."""
    return day > today + timedelta(days=MOST_DAYS)
