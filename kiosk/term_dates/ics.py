"""Reads the events of an .ics file as days at the school: whole days, times in any zone, and repeats."""

import re
from calendar import isleap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar.parser import Contentline

from kiosk.calendar.written import FIRST_YEAR, LAST_YEAR, MOST_LETTERS
from kiosk.wording.messages import N_, Message, Refused

DAYS_BACK, DAYS_AHEAD = 366, 2 * 366
MOST_TIMES = 60
LONGEST_INTERVAL = 60
LEAP_DAY = (2, 29)
ABBREVIATIONS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DEEPEST = 4  # most levels of nested components; an alarm in an event in a calendar needs three
SHOWN_LETTERS = 40
_BREAKS = re.compile(r"\r\n|\n|\r")
CALENDAR, EVENT = "VCALENDAR", "VEVENT"
_contentline: Any = Contentline  # the library has no type hints
# What the parser may raise; OSError if the name of a time zone is that of a folder of zones.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, OSError)
MOST_BYTES = 512 * 1024
MOST_EVENTS = 300
# The parser takes a second for a line with a hundred thousand commas: it is given what kiosk uses, and never much.
USED = frozenset(
    {
        *("SUMMARY", "STATUS", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"),
        *("TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO"),  # of a time zone that the file itself describes
    }
)
MOST_USED_LINES = 6_000
LONGEST_USED_LINE = 4_000
_LINE = re.compile(r"\s*([\w-]+)\s*[;:]")
NO_NAME = N_("An event without a name")
_ODD = re.compile(r"[^\S ]+|\s{2,}")


@dataclass(frozen=True)
class Repeats:
    """A rule as in the file (empty: no repeats), its last day, and days that are left out."""

    rule: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    until: date | None = None
    without: frozenset[date] = frozenset()


def days_of_repeats(repeats: Repeats, first: date, today: date) -> Iterator[date]:
    """The days on which an event begins: its own, or those of its rule from a year back to two years ahead.

    Raises Refused for a rule that kiosk does not follow.
    """
    if not repeats.rule:
        if first not in repeats.without:
            yield first
        return
    _refuse_others(repeats.rule, first)
    earliest, latest = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    if repeats.until:
        latest = min(latest, repeats.until)
    times = int(repeats.rule.get("COUNT", (10**6,))[0])
    shown = 0
    for number, day in enumerate(_repeat_days(repeats.rule, first)):
        if number >= times or day > latest:
            return
        if day >= earliest and day not in repeats.without:
            shown += 1
            if shown > MOST_TIMES:
                raise Refused(
                    N_("It repeats more than %(most)s times, so it is not a holiday."), most=MOST_TIMES
                )
            yield day


def _repeat_days(rule: Mapping[str, tuple[Any, ...]], first: date) -> Iterator[date]:
    interval = int(rule.get("INTERVAL", (1,))[0])
    weekly = str(rule["FREQ"][0]).upper() == "WEEKLY"
    for number in count(0, interval):
        if weekly:
            yield first + timedelta(weeks=number)
        elif (first.month, first.day) != LEAP_DAY or isleap(first.year + number):
            yield first.replace(year=first.year + number)  # RFC 5545, 3.3.10: other years have no 29 February


def _refuse_others(rule: Mapping[str, tuple[Any, ...]], first: date) -> None:
    own = {
        "BYMONTH": first.month,
        "BYMONTHDAY": first.day,
        "BYDAY": ABBREVIATIONS[first.weekday()],
        "WKST": None,
    }
    kind = str(rule.get("FREQ", ("",))[0]).upper()
    fits = kind == "YEARLY" or (kind == "WEEKLY" and not {"BYMONTH", "BYMONTHDAY"} & set(rule))
    for name in set(rule) - {"FREQ", "COUNT", "INTERVAL", "UNTIL", "WKST"}:
        said = [str(one).upper() for one in rule[name]]
        by_weekday_in_year = name == "BYDAY" and kind == "YEARLY"
        fits = fits and name in own and not by_weekday_in_year and said == [str(own[name])]
    interval = int(rule.get("INTERVAL", (1,))[0])
    if not fits or not 1 <= interval <= LONGEST_INTERVAL:
        raise Refused(N_("It repeats in a way that kiosk does not support: add its days yourself."))


@dataclass(frozen=True)
class IcsLine:
    """A whole line, and the number in the file at which it begins."""

    number: int
    text: str

    @property
    def name(self) -> str:
        """The name of its property, in capitals; empty where there is none."""
        found = _LINE.match(self.text)
        return found[1].upper() if found else ""


def read_lines(content: bytes) -> list[IcsLine]:
    """The unfolded lines without empty ones; raises Refused if the file is not text or not a calendar."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise Refused(
            N_("Line %(line)s is not text in UTF-8. Export the file again, as .ics."), line=number
        ) from None
    lines: list[IcsLine] = []
    for number, piece in enumerate(_BREAKS.split(text), 1):
        if piece[:1] in (" ", "\t") and lines:
            lines[-1] = IcsLine(lines[-1].number, lines[-1].text + piece[1:])
        elif piece.strip():
            lines.append(IcsLine(number, piece))
    if not lines or lines[0].text.strip().upper() != f"BEGIN:{CALENDAR}":
        raise Refused(N_("This is not a calendar file: it does not start with BEGIN:VCALENDAR."))
    return lines


def check_lines(lines: list[IcsLine]) -> list[int]:
    """Where each event begins; raises Refused with the first line that is out of order."""
    is_open: list[tuple[str, int]] = []
    starts = []
    for line in lines:
        word, _, name = line.text.strip().upper().partition(":")
        if word == "BEGIN":
            if [kind for kind, _ in is_open] == [CALENDAR] and name == EVENT:
                starts.append(line.number)
            is_open.append((name, line.number))
            if len(is_open) > DEEPEST or (len(is_open) > 1 and name == CALENDAR):
                raise Refused(N_("Line %(line)s begins something inside something else."), line=line.number)
        elif word == "END":
            if not is_open or is_open[-1][0] != name:
                raise Refused(
                    N_("Line %(line)s ends something that did not begin: %(shown)s"), **_event_name(line)
                )
            is_open.pop()
        elif not is_open or not _can_be_read(line):
            raise Refused(N_("Line %(line)s cannot be read: %(shown)s"), **_event_name(line))
    if is_open:
        text = N_("The file ends in the middle of what begins on line %(line)s: it was cut off.")
        raise Refused(text, line=is_open[-1][1])
    return starts


def used_lines(lines: list[IcsLine]) -> list[IcsLine]:
    """Those of which kiosk uses something; raises Refused with the first that is too long, or one too many."""
    used = [line for line in lines if line.name in USED or line.name in ("BEGIN", "END")]
    for line in used:
        if len(line.text) > LONGEST_USED_LINE:
            text = N_("Line %(line)s is longer than %(most)s letters: %(shown)s")
            raise Refused(text, most=LONGEST_USED_LINE, **_event_name(line))
    if len(used) > MOST_USED_LINES:
        text = N_("From line %(line)s on it is too much to read. Export only the term dates.")
        raise Refused(text, line=used[MOST_USED_LINES].number)
    return used


def _can_be_read(line: IcsLine) -> bool:
    if line.name not in USED:
        return bool(line.name) and ":" in line.text
    try:
        _contentline(line.text).parts()
    except ValueError:
        return False
    return True


def _event_name(line: IcsLine) -> dict[str, str | int]:
    shown = "".join(letter for letter in line.text if letter.isprintable())
    return {"line": line.number, "shown": shown[:SHOWN_LETTERS]}


@dataclass(frozen=True)
class Event:
    """One event with its days, or its problem; `begins` and `ends` are set for events with a time."""

    line: int
    name: str
    first: date | None = None
    last: date | None = None
    begins: time | None = None
    ends: time | None = None
    cancelled: bool = False
    problem: Message | None = None


def read_events(content: bytes, zone: ZoneInfo, today: date) -> list[Event]:
    """Every event of a file, in order of time, those with problems last.

    Raises Refused, with the line if there is one, for a file that cannot be read at all.
    """
    if len(content) > MOST_BYTES:
        raise Refused(N_("The file is larger than %(most)s KB. Export only the term dates."), most=512)
    lines = read_lines(content)
    used = used_lines(lines)
    starts = check_lines(lines)
    if len(starts) > MOST_EVENTS:
        text = N_("The file has %(count)s events; at most %(most)s can be read. Export only the term dates.")
        raise Refused(text, count=len(starts), most=MOST_EVENTS)
    found = _read_components(used)
    if len(found) != len(starts):
        raise Refused(N_("The events of this file cannot be told apart. Export it again."))
    events = [
        event for line, one in zip(starts, found, strict=True) for event in _events_of(line, one, zone, today)
    ]
    if len(events) > MOST_EVENTS:
        text = N_("With repeats, the file has more than %(most)s events. Export only the term dates.")
        raise Refused(text, most=MOST_EVENTS)
    return sorted(events, key=lambda one: (one.first is None, one.first or today, one.line))


def _read_components(lines: list[IcsLine]) -> list[Mapping[str, Any]]:
    try:
        parsed = Calendar.from_ical("\r\n".join(line.text for line in lines) + "\r\n", multiple=True)
        return [one for calendar in parsed for one in calendar.subcomponents if one.name == "VEVENT"]
    except UNREADABLE as error:
        raise Refused(
            N_("The file cannot be read: %(why)s."), why=" ".join(str(error).split())[:120]
        ) from None


def _events_of(line: int, event: Mapping[str, Any], zone: ZoneInfo, today: date) -> Iterator[Event]:
    name = " ".join(_ODD.sub(" ", str(event.get("SUMMARY", ""))).split())[:MOST_LETTERS]
    name = "".join(letter for letter in name if letter.isprintable()) or NO_NAME
    try:
        begins, ends = _event_span(event, zone)
        length = _last_day(begins, ends) - _day(begins)
        cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
        for day in days_of_repeats(_repeats(event, zone), _day(begins), today):
            yield Event(
                line,
                name,
                day,
                day + length,
                begins.time() if isinstance(begins, datetime) else None,
                ends.time() if isinstance(ends, datetime) else None,
                cancelled,
            )
    except Refused as refused:
        yield Event(line, name, problem=refused.message)
    except UNREADABLE:
        yield Event(line, name, problem=Message(N_("Its days cannot be read.")))


def _event_span(event: Mapping[str, Any], zone: ZoneInfo) -> tuple[date, date]:
    """The first instant or day of an event, and the one after its last; instants in the school's time."""
    if "DTSTART" not in event:
        raise Refused(N_("It does not say when it begins."))
    begins = _in_our_years(_school_time(event["DTSTART"].dt, zone))
    if "DTEND" in event:
        ends = _school_time(event["DTEND"].dt, zone)
    elif "DURATION" in event:
        ends = begins + event["DURATION"].dt
    else:
        ends = begins if isinstance(begins, datetime) else begins + timedelta(days=1)
    if isinstance(begins, datetime) != isinstance(ends, datetime):
        raise Refused(N_("It begins with a time and ends with a day, or the other way round."))
    if ends < begins:
        raise Refused(N_("It ends before it begins."))
    return begins, _in_our_years(ends)


def _in_our_years(moment: date) -> date:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Refused(N_("Its year is too far away."))
    return moment


def _school_time(moment: Any, zone: ZoneInfo) -> date:
    """A day as it is, or an instant in the school's time; one without a zone counts as school time."""
    if not isinstance(moment, datetime):
        return moment if isinstance(moment, date) else _not_a_day()
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware.astimezone(zone).replace(tzinfo=None)


def _not_a_day() -> date:
    raise Refused(N_("Its days cannot be read."))


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _last_day(begins: date, ends: date) -> date:
    """The last day of an event; an end at midnight or given as a day is exclusive (RFC 5545, 3.6.1)."""
    if isinstance(begins, datetime) and isinstance(ends, datetime):
        return max((ends - timedelta(microseconds=1)).date(), begins.date())
    return max(_day(ends) - timedelta(days=1), _day(begins))


def _repeats(event: Mapping[str, Any], zone: ZoneInfo) -> Repeats:
    if "RDATE" in event or "RECURRENCE-ID" in event:
        raise Refused(N_("It changes or adds single days of a repeating event: add those yourself."))
    rules = event.get("RRULE", [])
    if isinstance(rules, list) and len(rules) > 1:
        raise Refused(N_("It repeats by more than one rule: add its days yourself."))
    rule = rules[0] if isinstance(rules, list) and rules else rules
    left_out = event.get("EXDATE", [])
    lists = left_out if isinstance(left_out, list) else [left_out]
    without = frozenset(_day(_school_time(one.dt, zone)) for listed in lists for one in listed.dts)
    until = rule.get("UNTIL", [None])[0] if rule else None
    return Repeats(
        rule={name: tuple(rule[name]) for name in rule} if rule else {},
        until=_day(_school_time(until, zone)) if until else None,
        without=without,
    )
