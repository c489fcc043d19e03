"""The first day of the term and of the school year, from which lessons and Codes are due again."""

from datetime import date, timedelta

from kiosk.calendar.school import SchoolCalendar

YEAR_BEGINS = (8, 1)  # whatever begins after July belongs to the new school year
UNLISTED_TERMS = ((9, 1), (1, 1), (4, 15))  # autumn, spring and summer, where the school lists no terms


def term_began(calendar: SchoolCalendar, today: date) -> date:
    """The first day of the current term; in a holiday, that of the term before."""
    listed = [first for first, _ in calendar.terms if first <= today]
    if listed and not calendar.outside_listed_terms(today):
        return max(listed)
    return _last_day_of(UNLISTED_TERMS, today)


def terms_after(calendar: SchoolCalendar, day: date, today: date) -> list[date]:
    """The first days of all terms that began after `day`, up to the current one, in order."""
    found, first = [], term_began(calendar, today)
    while first > day:
        found.append(first)
        first = term_began(calendar, first - timedelta(days=1))
    return found[::-1]


def year_began(today: date) -> date:
    """The first day of the school year that holds `today`."""
    return _last_day_of((YEAR_BEGINS,), today)


def _last_day_of(days: tuple[tuple[int, int], ...], today: date) -> date:
    found = [date(year, *day) for year in (today.year - 1, today.year) for day in days]
    return max(day for day in found if day <= today)
