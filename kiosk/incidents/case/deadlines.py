"""Deadlines of the queue, in school time: by when a report must be read and the next step taken."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.report.access.opening import OpenedRow, WaitingReport
from kiosk.report.access.routes import HOUR_MINUTES, Route
from kiosk.report.release import HOUR, read_within_the_hour

LONGEST = timedelta(days=1000)
KEPT = 1024  # deadlines kept in the cache: each depends on the calendar alone
LAST_DAY = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


@dataclass(frozen=True)
class Clock:
    """One clock at one moment; `share` is how much of its time has gone, 0 to 1."""

    due: datetime
    late: bool
    late_minutes: int  # in school time; 0 on the evening after a clock ran out
    share: float


def read_clock(calendar: SchoolCalendar, start: datetime, due: datetime, now: datetime) -> Clock:
    """The clock that runs from `start` to `due`, at the moment `now`."""
    whole = school_minutes(calendar, start, due)
    gone = school_minutes(calendar, start, min(now, due))
    return Clock(
        due=due,
        late=now > due,
        late_minutes=school_minutes(calendar, due, now),
        share=gone / whole if whole else float(now >= due),
    )


def acknowledge_by(calendar: SchoolCalendar, report: WaitingReport) -> datetime:
    """By when the school promises to read such a report: the route's time, counted from the end of the slot.

    What is decided within the hour was passed on by then; what came out of school is late as school opens.
    """
    return _read_by(calendar, report.slot, report.route, report.urgent)


@lru_cache(maxsize=KEPT)
def _read_by(calendar: SchoolCalendar, slot: Slot, route: Route, urgent: bool) -> datetime:
    end = calendar.slot_end(slot)
    if not urgent:
        return calendar.add_school_time(end, route.acknowledge_minutes or calendar.school_day_minutes())
    if _came_in_school(calendar, slot):
        return read_within_the_hour(calendar, route.acknowledge_minutes, end)
    return calendar.next_opening(end)


def decide_by(calendar: SchoolCalendar, report: OpenedRow | WaitingReport, opened_at: datetime) -> datetime:
    """By when staff must decide what to do after opening this report.

    Within the hour, where it is so urgent: of being passed on, as far as its slot tells when that was, while school is
    open; else of being opened, as whoever opens it is on duty for it.
    """
    if not report.urgent:
        return route_decides_by(calendar, report.route, opened_at)
    passed_on = calendar.slot_end(report.slot)
    in_time = opened_at < passed_on + HOUR and calendar.is_open(opened_at)
    if in_time and _came_in_school(calendar, report.slot):
        return min(opened_at, passed_on) + HOUR
    return opened_at + HOUR


def route_decides_by(calendar: SchoolCalendar, route: Route, opened_at: datetime) -> datetime:
    """By when staff must decide after opening something of this route, however urgent the child made it."""
    minutes = route.decide_school_days * calendar.school_day_minutes() or HOUR_MINUTES
    return calendar.add_school_time(opened_at, minutes)


def _came_in_school(calendar: SchoolCalendar, slot: Slot) -> bool:
    return calendar.slot_start(slot) >= calendar.hours(slot.day)[0]


def school_minutes(calendar: SchoolCalendar, start: datetime, end: datetime) -> int:
    """Minutes of school time between two instants; 0 if the second is not after the first.

    A moment that is years away can only come from tampering; it must not make a page slow or fail.
    """
    first = start.astimezone(calendar.zone)
    last = min(end, start + min(LONGEST, LAST_DAY - start)).astimezone(calendar.zone)
    total = timedelta()
    day = first.date()
    while day <= last.date():
        if calendar.is_school_day(day):
            opens, closes = calendar.hours(day)
            total += max(min(closes, last) - max(opens, first), timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds() // 60)
