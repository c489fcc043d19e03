"""Guesses what kind of calendar line each event of an .ics file is, with the reason, and joins it to the calendar."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from kiosk.calendar.written import CalendarFile, HalfDay, Holiday, Term
from kiosk.term_dates.entry import CalendarItem, Entry, EntryKind, time_from
from kiosk.term_dates.ics import Event
from kiosk.wording.messages import N_, Message

OVER = timedelta(days=366)
SHORTEST_TERM = timedelta(days=6)
LONGEST_TERM = timedelta(days=300)
NOON = time(12)

HALF_DAY = re.compile(
    r"half[ -]?day|early (clos|finish|dismiss|releas)|(clos|finish)\w* early"
    r"|(clos|finish|end)\w* at (noon|mid-?day|\d)"
)
HOLIDAY = re.compile(
    r"half[ -]?term|holidays?\b|vacation|\brecess\b|\binset\b|(training|staff|baker|development) day"
    r"|school (is )?closed|closed (for|to)|closure"
    r"|(spring|summer|autumn|fall|winter|christmas|easter|thanksgiving|february|october|mid-?term) break"
)
SOMETHING_ELSE = re.compile(r"\b(clubs?|camps?|fairs?|part(y|ies)|trips?|homework|reading|bookings?|lunch)\b")
TERM = re.compile(r"\b(term|semester|trimester)\b")
STARTS = re.compile(r"\b(starts?|begins?|beginning|start of|first day)\b")
ENDS = re.compile(r"\b(ends?|finish(es)?|last day|closes)\b")
_STARTING = re.compile(r"(?i)\b(starts?|begins?|beginning|first day)\b( of| for pupils)?|^\s*of\b")
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)\b|\b(\d{1,2})[:.](\d{2})\b")
EARLIEST_HOUR = 7  # no school closes earlier, so "closes at 1.15" is in the afternoon


def merge_calendar(written: CalendarFile, taken: Iterable[CalendarItem], in_place: bool) -> CalendarFile:
    """The calendar with the imported items added, or in place of the listed ones; hours and weekdays stay.

    An item that is listed already, under any name, is not listed twice. Raises ValueError for terms that
    overlap and for more lines than a file may hold.
    """
    new = list(taken)
    lists = {
        "terms": _merge(() if in_place else written.terms, [one for one in new if isinstance(one, Term)]),
        "holidays": _merge(
            () if in_place else written.holidays, [one for one in new if isinstance(one, Holiday)]
        ),
        "half_days": _merge(
            () if in_place else written.half_days, [one for one in new if isinstance(one, HalfDay)]
        ),
    }
    return CalendarFile.model_validate(dict(written) | lists)


def overlapping_terms(written: CalendarFile, taken: Iterable[CalendarItem]) -> list[int]:
    """The places of imported terms that overlap with a listed term."""
    found = []
    for place, one in enumerate(taken):
        if isinstance(one, Term):
            same = [term for term in written.terms if (term.first, term.last) == (one.first, one.last)]
            others = [term for term in written.terms if term.first <= one.last and one.first <= term.last]
            if others and not same:
                found.append(place)
    return found


def _merge(listed: Iterable[CalendarItem], new: Iterable[CalendarItem]) -> tuple[CalendarItem, ...]:
    by_days = {_days_of(one): one for one in (*listed, *new)}  # the imported item has the newer name or time
    return tuple(by_days.values())


def _days_of(one: CalendarItem) -> tuple[date, date]:
    return (one.day, one.day) if isinstance(one, HalfDay) else (one.first, one.last)


@dataclass(frozen=True)
class Guess:
    """An event as the line it would become; `kind` is None if it is left out."""

    event: Event
    kind: EntryKind | None
    why: Message
    entry: Entry


def guesses(events: Iterable[Event], written: CalendarFile, today: date) -> list[Guess]:
    """A guess for each event in the given order, with beginnings and ends of terms combined."""
    made: list[Guess] = []
    begun: int | None = None
    for number, event in enumerate(events):
        guess = _guess(number, event, written, today)
        words = event.name.lower()
        if guess.kind is None and _is_term_edge(event, words):
            if STARTS.search(words):
                begun = number
            elif begun is not None and (made_of := _term_between(made[begun], event)):
                made[begun], begun = made_of, None
                begins = {"line": made_of.event.line}
                guess = replace(guess, why=Message(N_("The last day of the term of line %(line)s."), begins))
        made.append(guess)
    return made


def _guess(number: int, event: Event, written: CalendarFile, today: date) -> Guess:
    kind, why = _guess_kind(event, today)
    entry = Entry(
        number,
        kind or EntryKind.HOLIDAY,
        event.name,
        event.first.isoformat() if event.first else "",
        event.last.isoformat() if event.last and event.last != event.first else "",
    )
    if kind is EntryKind.TERM and event.last:
        entry = replace(entry, last=event.last.isoformat())
    if kind is EntryKind.HALF_DAY:
        closes, known = _closing_time(event, written)
        entry = replace(entry, last="", closes=f"{closes:%H:%M}")
        if not known:
            why = Message(
                N_("Its name mentions closing early, but not when: check whether %(time)s is right."),
                {"time": entry.closes},
            )
    return Guess(event, kind, why, entry)


def _guess_kind(event: Event, today: date) -> tuple[EntryKind | None, Message]:
    """The kind of an event and the reason, by the first rule that fits."""
    words = event.name.lower()
    if event.problem:
        return None, event.problem
    assert event.first
    assert event.last
    if event.cancelled:
        return None, Message(N_("It is marked as cancelled."))
    if event.last < today - OVER:
        return None, Message(N_("It ended more than a year ago."))
    if SOMETHING_ELSE.search(words):
        return None, Message(N_("Its name describes an event, not a time when the school is closed."))
    if HALF_DAY.search(words):
        if event.first == event.last:
            return EntryKind.HALF_DAY, Message(N_("Its name mentions closing early."))
        return None, Message(N_("The school closes early on several days: add each of them yourself."))
    if HOLIDAY.search(words):
        return EntryKind.HOLIDAY, Message(N_("Its name says that the school is closed."))
    if TERM.search(words):
        if SHORTEST_TERM <= event.last - event.first <= LONGEST_TERM:
            return EntryKind.TERM, Message(N_("Its name mentions a term, and it is as long as one."))
        return None, Message(N_("It mentions a term but is not as long as one."))
    return None, Message(N_("Nothing in its name says that the school is open or closed."))


def _is_term_edge(event: Event, words: str) -> bool:
    """Whether an event is a single day at which a term begins or ends."""
    single = event.first is not None and event.first == event.last and not event.cancelled
    return single and bool(TERM.search(words)) and bool(STARTS.search(words) or ENDS.search(words))


def _term_between(start: Guess, end: Event) -> Guess | None:
    """The term from one event to another; None where that is no term."""
    first, last = start.event.first, end.last
    if not first or not last or not SHORTEST_TERM <= last - first <= LONGEST_TERM:
        return None
    name = " ".join(_STARTING.sub(" ", start.event.name).split())
    name = name[:1].upper() + name[1:]
    why = Message(N_("From this day to “%(name)s”."), {"name": end.name})
    entry = replace(start.entry, kind=EntryKind.TERM, name=name, last=last.isoformat())
    return replace(start, kind=EntryKind.TERM, why=why, entry=entry)


def _closing_time(event: Event, written: CalendarFile) -> tuple[time, bool]:
    """When the school closes on a half day, and whether the event says so; noon if it does not."""
    words = event.name.lower()
    if re.search(r"noon|mid-?day", words):
        return NOON, True
    if (found := _CLOCK.search(words)) and (told := _time_in_name(found)):
        return told, True
    for moment in (event.begins, event.ends):
        if moment and written.opens < moment < written.closes:
            return moment.replace(second=0, microsecond=0), True
    return NOON, False


def _time_in_name(found: re.Match[str]) -> time | None:
    """The time of day in a name: 1.15pm, 1 pm, 13:15, 1:15."""
    if found[3]:
        whole = time_from(f"{found[1]}:{found[2] or '00'}")
        return whole.replace(hour=whole.hour % 12 + (12 if found[3] == "pm" else 0)) if whole else None
    whole = time_from(f"{found[4]}:{found[5]}")
    return whole.replace(hour=whole.hour + 12) if whole and whole.hour < EARLIEST_HOUR else whole
