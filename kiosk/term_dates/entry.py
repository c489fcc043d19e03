"""One typed line of the calendar: a term, a holiday or a half day, and its mistakes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from kiosk.calendar.school import LONGEST_CLOSURE_DAYS
from kiosk.calendar.written import (
    FIRST_YEAR,
    LAST_YEAR,
    MOST_LETTERS,
    CalendarFile,
    HalfDay,
    Holiday,
    Stretch,
    Term,
    overlaps,
)
from kiosk.web.forms import FormErrors
from kiosk.wording.messages import N_, Message

CalendarItem = Term | Holiday | HalfDay
Mistake = tuple[str, Message]  # the name of a field, and the message beside it
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?", re.ASCII)


class EntryKind(StrEnum):
    """The kind of a line; the value is used in addresses and forms."""

    TERM = "terms"
    HOLIDAY = "holidays"
    HALF_DAY = "half-days"


@dataclass(frozen=True)
class Entry:
    """A line as it was typed; `number` distinguishes its fields from those of other lines."""

    number: int
    kind: EntryKind
    name: str = ""
    first: str = ""
    last: str = ""
    closes: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether all its fields are empty; such a line is removed."""
        return not (self.name or self.first or self.last or self.closes)

    @property
    def first_day(self) -> date | None:
        """The first day, if one was given."""
        return day_from(self.first)

    @property
    def last_day(self) -> date | None:
        """The last day, if one was given."""
        return day_from(self.last)


def entries_of(written: CalendarFile, kind: EntryKind) -> list[Entry]:
    """The lines of one list, in order of time, as somebody would have typed them."""
    if kind is EntryKind.HALF_DAY:
        halves = sorted(written.half_days, key=lambda half: half.day)
        return [
            Entry(number, kind, half.name, half.day.isoformat(), closes=f"{half.closes:%H:%M}")
            for number, half in enumerate(halves)
        ]
    stretches: Iterable[Stretch] = written.terms if kind is EntryKind.TERM else written.holidays
    return [
        Entry(
            number,
            kind,
            one.name,
            one.first.isoformat(),
            one.last.isoformat() if one.last > one.first or kind is EntryKind.TERM else "",
        )
        for number, one in enumerate(sorted(stretches, key=lambda one: (one.first, one.last)))
    ]


def typed_entry(form: Mapping[str, str], number: int, kind: EntryKind) -> Entry:
    """One line of a form that was sent."""
    given = {name: form.get(f"{name}-{number}", "").strip() for name in ("name", "first", "last", "closes")}
    return Entry(number, kind, **given)


def read_entries(entries: Iterable[Entry], written: CalendarFile) -> tuple[list[CalendarItem], FormErrors]:
    """The entries of the lines, and every problem in them; empty lines are skipped."""
    taken: list[CalendarItem] = []
    errors = FormErrors()
    where: dict[int, int] = {}
    for entry in entries:
        if not entry.is_empty:
            found = list(_entry_problems(entry, written))
            errors.add_all(found)
            if not found:
                taken.append(_item_of(entry))
                where[id(taken[-1])] = entry.number
    errors.add_all(_overlaps(taken, where))
    return taken, errors


def with_entries(written: CalendarFile, kind: EntryKind, taken: Iterable[CalendarItem]) -> CalendarFile:
    """The calendar with one of its lists replaced."""
    name = {EntryKind.TERM: "terms", EntryKind.HOLIDAY: "holidays", EntryKind.HALF_DAY: "half_days"}[kind]
    return CalendarFile.model_validate(dict(written) | {name: tuple(taken)})


def day_from(text: str) -> date | None:
    """A day written like 2026-09-02; None for anything else."""
    found = _DAY.fullmatch(text)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def time_from(text: str) -> time | None:
    """A time written like 15:30; None for anything else."""
    found = _TIME.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def _entry_problems(entry: Entry, written: CalendarFile) -> Iterator[Mistake]:
    first, last = day_from(entry.first), day_from(entry.last)
    if len(entry.name) > MOST_LETTERS or not entry.name.isprintable():
        yield _mistake(entry, "name", N_("Shorten the name to %(most)s letters or fewer."), most=MOST_LETTERS)
    if first is None:
        yield _mistake(
            entry, "first", N_("Give the day. Where you type it out: year-month-day, like 2026-09-02.")
        )
    if entry.kind is EntryKind.HALF_DAY:
        yield from _time_problems(entry, written)
    elif entry.last or entry.kind is EntryKind.TERM:
        if last is None:
            yield _mistake(
                entry,
                "last",
                N_("Give the last day. Where you type it out: year-month-day, like 2026-12-18."),
            )
        elif first and last < first:
            yield _mistake(entry, "last", N_("The last day comes before the first: change one of them."))
        elif first and last - first > timedelta(days=LONGEST_CLOSURE_DAYS):
            yield _mistake(entry, "last", N_("That is longer than a year: check the two years."))


def _time_problems(entry: Entry, written: CalendarFile) -> Iterator[Mistake]:
    closes = time_from(entry.closes)
    if closes is None:
        yield _mistake(
            entry, "closes", N_("Write when the school closes that day as hours and minutes, like 12:30.")
        )
    elif not written.opens < closes <= written.closes:
        yield _mistake(
            entry,
            "closes",
            N_("Choose a time after %(opens)s, when school begins, and not after %(closes)s, when it ends."),
            opens=f"{written.opens:%H:%M}",
            closes=f"{written.closes:%H:%M}",
        )


def _item_of(entry: Entry) -> CalendarItem:
    """The calendar item of a line without problems."""
    first, last, closes = day_from(entry.first), day_from(entry.last), time_from(entry.closes)
    assert first
    if entry.kind is EntryKind.HALF_DAY:
        assert closes
        return HalfDay(day=first, closes=closes, name=entry.name)
    made = Term if entry.kind is EntryKind.TERM else Holiday
    return made(first=first, last=last or first, name=entry.name)


def _overlaps(taken: list[CalendarItem], where: Mapping[int, int]) -> Iterator[Mistake]:
    """Terms that overlap, and days that close early twice."""
    for _, later in overlaps([one for one in taken if isinstance(one, Term)]):
        message = Message(N_("This term begins before the one before it has ended: change one of the two."))
        yield f"first-{where[id(later)]}", message
    seen: set[date] = set()
    for half in taken:
        if isinstance(half, HalfDay):
            if half.day in seen:
                yield f"first-{where[id(half)]}", Message(N_("This day is listed twice: remove one."))
            seen.add(half.day)


def _mistake(entry: Entry, field: str, text: str, **values: str | int) -> Mistake:
    return f"{field}-{entry.number}", Message(text, values)


def renumbered(entries: Iterable[Entry]) -> list[Entry]:
    """The lines numbered from 0 again."""
    return [replace(entry, number=number) for number, entry in enumerate(entries)]
