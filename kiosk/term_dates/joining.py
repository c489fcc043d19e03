"""Adds an import to the calendar, or replaces the calendar with it."""

from collections.abc import Iterable
from datetime import date

from kiosk.calendar.written import CalendarFile, HalfDay, Holiday, Term
from kiosk.term_dates.entry import CalendarItem


def joined(written: CalendarFile, taken: Iterable[CalendarItem], in_place: bool) -> CalendarFile:
    """The calendar with the imported items added, or in place of the listed ones; hours and weekdays stay.

    An item that is listed already, under any name, is not listed twice. Raises ValueError for terms that
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
    return CalendarFile.model_validate(dict(written) | lists)


def clashing(written: CalendarFile, taken: Iterable[CalendarItem]) -> list[int]:
    """The places of imported terms that overlap with a listed term."""
    found = []
    for place, one in enumerate(taken):
        if isinstance(one, Term):
            same = [term for term in written.terms if (term.first, term.last) == (one.first, one.last)]
            others = [term for term in written.terms if term.first <= one.last and one.first <= term.last]
            if others and not same:
                found.append(place)
    return found


def _list(listed: Iterable[CalendarItem], new: Iterable[CalendarItem]) -> tuple[CalendarItem, ...]:
    by_days = {_days(one): one for one in (*listed, *new)}  # the imported item has the newer name or time
    return tuple(by_days.values())


def _days(one: CalendarItem) -> tuple[date, date]:
    return (one.day, one.day) if isinstance(one, HalfDay) else (one.first, one.last)
