"""Reads the events of an .ics file as days at the school: whole days, times in any zone, and repeats."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from kiosk.calendar.written import FIRST_YEAR, LAST_YEAR, MOST_LETTERS
from kiosk.messages import N_, Message, Refused
from kiosk.term_dates.ics_lines import IcsLine, check_lines, read_lines
from kiosk.term_dates.repeats import Repeats, days_of_repeats

# What the parser may raise; OSError if the name of a time zone is that of a folder of zones.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, OSError)
MOST_BYTES = 512 * 1024
MOST_EVENTS = 300
NO_NAME = N_("An event without a name")
_ODD = re.compile(r"[^\S ]+|\s{2,}")


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
    starts = check_lines(lines)
    if len(starts) > MOST_EVENTS:
        text = N_("The file has %(count)s events; at most %(most)s can be read. Export only the term dates.")
        raise Refused(text, count=len(starts), most=MOST_EVENTS)
    found = _components(lines)
    if len(found) != len(starts):
        raise Refused(N_("The events of this file cannot be told apart. Export it again."))
    events = [
        event for line, one in zip(starts, found, strict=True) for event in _events(line, one, zone, today)
    ]
    if len(events) > MOST_EVENTS:
        text = N_("With repeats, the file has more than %(most)s events. Export only the term dates.")
        raise Refused(text, most=MOST_EVENTS)
    return sorted(events, key=lambda one: (one.first is None, one.first or today, one.line))


def _components(lines: list[IcsLine]) -> list[Mapping[str, Any]]:
    try:
        parsed = Calendar.from_ical("\r\n".join(line.text for line in lines) + "\r\n", multiple=True)
        return [one for calendar in parsed for one in calendar.subcomponents if one.name == "VEVENT"]
    except UNREADABLE as error:
        raise Refused(
            N_("The file cannot be read: %(why)s."), why=" ".join(str(error).split())[:120]
        ) from None


def _events(line: int, event: Mapping[str, Any], zone: ZoneInfo, today: date) -> Iterator[Event]:
    name = " ".join(_ODD.sub(" ", str(event.get("SUMMARY", ""))).split())[:MOST_LETTERS]
    name = "".join(letter for letter in name if letter.isprintable()) or NO_NAME
    try:
        begins, ends = _span(event, zone)
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


def _span(event: Mapping[str, Any], zone: ZoneInfo) -> tuple[date, date]:
    """The first instant or day of an event, and the one after its last; instants in the school's time."""
    if "DTSTART" not in event:
        raise Refused(N_("It does not say when it begins."))
    begins = _in_our_years(_local(event["DTSTART"].dt, zone))
    if "DTEND" in event:
        ends = _local(event["DTEND"].dt, zone)
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


def _local(moment: Any, zone: ZoneInfo) -> date:
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
    without = frozenset(_day(_local(one.dt, zone)) for listed in lists for one in listed.dts)
    until = rule.get("UNTIL", [None])[0] if rule else None
    return Repeats(
        rule={name: tuple(rule[name]) for name in rule} if rule else {},
        until=_day(_local(until, zone)) if until else None,
        without=without,
    )
