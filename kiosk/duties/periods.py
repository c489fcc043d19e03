"""When a duty is due: the last school day of each period, and school days counted from a day."""

from datetime import date, timedelta
from itertools import pairwise

from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import UNLISTED_TERMS, term_began, year_began
from kiosk.duties.kind import Duty, Every

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
MOST_PERIODS = 400  # a line that is years late looks no further ahead


def first_due(calendar: SchoolCalendar, duty: Duty, today: date) -> date:
    """The day by which a duty that was never done is due."""
    every = _period_of(duty)
    due = _last_school_day(calendar, *period(calendar, every, today))
    if due >= today and calendar.is_school_day(due):
        return due
    return next_due(calendar, duty, due, today)


def next_due(calendar: SchoolCalendar, duty: Duty, was_due: date, today: date) -> date:
    """The last school day of the next period that is not over and has one, counted from the period of `was_due`."""
    every = _period_of(duty)
    if duty.when.every == "own-day":
        return _last_school_day(calendar, today, today + YEAR)
    last = period(calendar, every, was_due)[1]
    if duty.when.every == "2-years":
        last = period(calendar, every, last + DAY)[1]
    for _ in range(MOST_PERIODS):
        first, last = period(calendar, every, last + DAY)
        due = _last_school_day(calendar, first, last)
        if due >= today and due > was_due and calendar.is_school_day(due):
            break
    return due


def counts_from(calendar: SchoolCalendar, duty: Duty, due: date) -> date:
    """The first day on which doing it counts for the period that ends with `due`; before, it does not push the next."""
    if duty.waits:
        return date.min
    if duty.early == "year":
        return due - YEAR
    first, last = period(calendar, _period_of(duty), due)
    return first + (last - first) / 2 if duty.early == "half" else first


def period(calendar: SchoolCalendar, every: Every, day: date) -> tuple[date, date]:
    """The first and the last day of the period that holds a day; a holiday belongs to the term before it."""
    match every:
        case "week":
            first = day - timedelta(days=day.weekday())
            return first, first + timedelta(days=6)
        case "month":
            following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
            return day.replace(day=1), following - DAY
        case "term":
            return _term(calendar, day)
        case "half-term":
            first, last = _term(calendar, day)
            half = _half(calendar, first, last)
            return (first, half - DAY) if day < half else (half, last)
        case _:
            first = year_began(day)
            return first, year_began(first + timedelta(days=370)) - DAY


def after_event(calendar: SchoolCalendar, duty: Duty, on: date) -> date:
    """The day by which it is due after something that happened on a day."""
    if duty.when.clock == "calendar":
        return on + (duty.when.days - 1) * DAY  # as the law counts: the day on which it happened is the first
    return calendar.add_school_days(on, duty.when.days)


def _period_of(duty: Duty) -> Every:
    return duty.when.every or "term"


def _term(calendar: SchoolCalendar, day: date) -> tuple[date, date]:
    first = term_began(calendar, day)
    listed = [one for one, _ in calendar.terms if one > day]
    if listed and not calendar.outside_listed_terms(day):
        return first, min(listed) - DAY
    days = [date(year, *start) for year in (day.year, day.year + 1) for start in UNLISTED_TERMS]
    ended = max((last for began, last in calendar.terms if began <= day), default=first)
    return first, min(one for one in days if one > max(day, first, ended)) - DAY


def _half(calendar: SchoolCalendar, first: date, last: date) -> date:
    """The day on which the second half begins: after the longest break inside the term, or else in its middle."""
    days = [one for at in range((last - first).days + 1) if calendar.is_school_day(one := first + at * DAY)]
    breaks = [(after - before, after) for before, after in pairwise(days)]
    longest, after = max(breaks, default=(DAY, last), key=lambda one: one[0])
    if longest > timedelta(days=6):
        return after
    return days[len(days) // 2] if days else last


def _last_school_day(calendar: SchoolCalendar, first: date, last: date) -> date:
    found = last
    while found > first and not calendar.is_school_day(found):
        found -= DAY
    return found if calendar.is_school_day(found) else last
