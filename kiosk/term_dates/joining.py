"""What an import adds to the calendar, or puts in its place."""

from collections.abc import Iterable
from datetime import date

from kiosk.calendar.written import HalfDay, Holiday, Term, Written
from kiosk.term_dates.entry import CalendarItem


def joined(written: Written, taken: Iterable[CalendarItem], in_place: bool) -> Written:
    """The calendar with what was taken: added to what is listed, or in its place; hours and weekdays stay.

    A line that is listed already, whatever it is called, is not listed twice. Raises ValueError for terms that
    overlap and for more lines than a file may hold.
    """
    new = list(taken)
    lists = {
        "terms": _list(() if in_place else written.terms, [one for one in new if isinstance(one, Term)]),
        "holidays": _list(
            () if in_place else written.holidays, [one for one in new if isinstance(one, Holiday)]
        ),
        "half_days": _list(
            () if in_place else written.half_days, [one for one in new if isinstance(one, HalfDay)]
        ),
    }
    return Written.model_validate(dict(written) | lists)


def clashing(written: Written, taken: Iterable[CalendarItem]) -> list[int]:
    """Which of what was taken, by place, is a term that overlaps with one that is listed already."""
    found = []
    for place, one in enumerate(taken):
        if isinstance(one, Term):
            same = [term for term in written.terms if (term.first, term.last) == (one.first, one.last)]
            others = [term for term in written.terms if term.first <= one.last and one.first <= term.last]
            if others and not same:
                found.append(place)
    return found


def _list(listed: Iterable[CalendarItem], new: Iterable[CalendarItem]) -> tuple[CalendarItem, ...]:
    by_days = {
        _days(one): one for one in (*listed, *new)
    }  # what is new has the newer name, or the newer time
    return tuple(by_days.values())


def _days(one: CalendarItem) -> tuple[date, date]:
    return (one.day, one.day) if isinstance(one, HalfDay) else (one.first, one.last)
