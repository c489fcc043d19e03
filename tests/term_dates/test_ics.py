"""Events of an .ics file become days at the school, whatever program wrote it; a bad file is named by its line."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from kiosk.term_dates import ics as reader
from kiosk.term_dates.ics import (
    LONGEST_USED_LINE,
    MOST_BYTES,
    MOST_EVENTS,
    MOST_USED_LINES,
    Event,
    Repeats,
    days_of_repeats,
    read_events,
)
from kiosk.wording.messages import Refused
from tests.term_dates.files import HEAD, all_day, event, ics

MONDAY = date(2026, 11, 2)
LONDON, TODAY = ZoneInfo("Europe/London"), date(2026, 11, 24)


def repeated(first: str, rule: str, *more: str) -> list[date | None]:
    """The days on which an event begins that repeats."""
    return [one.first for one in read(ics(all_day("x", first, "", f"RRULE:{rule}", *more)))]


def test_what_happens_once_happens_on_its_day_whenever_that_is() -> None:
    assert list(days_of_repeats(Repeats(), date(2001, 1, 1), TODAY)) == [date(2001, 1, 1)]


def test_every_year_is_followed_from_a_year_back_to_two_years_ahead() -> None:
    christmas = [date(year, 12, 25) for year in (2025, 2026, 2027)]
    assert repeated("20091225", "FREQ=YEARLY") == christmas
    assert repeated("20091225", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25;WKST=MO") == christmas
    assert repeated("20261225", "FREQ=YEARLY;COUNT=2") == christmas[1:]
    assert repeated("20091225", "FREQ=YEARLY;UNTIL=20261226") == christmas[:2]


def test_a_leap_day_returns_in_leap_years_only() -> None:
    assert repeated("20240229", "FREQ=YEARLY;COUNT=2") == [date(2028, 2, 29)]


def test_every_week_is_followed_and_days_that_are_left_out_are() -> None:
    assert repeated("20261102", "FREQ=WEEKLY;COUNT=3;BYDAY=MO") == [
        MONDAY + timedelta(weeks=n) for n in range(3)
    ]
    assert repeated("20261102", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20261130T120000Z") == [
        MONDAY,
        date(2026, 11, 16),
        date(2026, 11, 30),
    ]
    assert repeated("20261102", "FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20261109,20261116") == [MONDAY]


def test_each_time_is_as_long_as_the_first_across_a_leap_day_too() -> None:
    found = read(ics(all_day("x", "20270226", "20270303", "RRULE:FREQ=YEARLY;COUNT=2")))
    assert [(one.first, one.last) for one in found] == [
        (date(2027, 2, 26), date(2027, 3, 2)),
        (date(2028, 2, 26), date(2028, 3, 1)),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;COUNT=5",
        "FREQ=MONTHLY",
        "FREQ=WEEKLY;BYDAY=MO,FR",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=WEEKLY;BYMONTH=11",
        "FREQ=YEARLY;BYDAY=1MO",
        "FREQ=YEARLY;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=5",
        "FREQ=YEARLY;BYMONTHDAY=3",
        "FREQ=YEARLY;BYYEARDAY=100",
        "FREQ=YEARLY;BYSETPOS=1",
        "FREQ=YEARLY;INTERVAL=61",
        "COUNT=5",
    ],
)
def test_a_rule_that_is_not_followed_is_told_and_gives_no_day(rule: str) -> None:
    said = problem_of(ics(event("SUMMARY:x", "DTSTART;VALUE=DATE:20261102", f"RRULE:{rule}")))
    assert "repeats" in said or "cannot be read" in said


def test_two_rules_at_once_are_told() -> None:
    both = ("DTSTART;VALUE=DATE:20261102", "RRULE:FREQ=YEARLY", "RRULE:FREQ=WEEKLY")
    assert "more than one rule" in problem_of(ics(event("SUMMARY:x", *both)))


def test_what_repeats_without_end_does_not_flood_the_page() -> None:
    found: list[Event] = read_events(ics(all_day("x", "20200106", "", "RRULE:FREQ=WEEKLY")), LONDON, TODAY)
    assert len(found) == 61
    assert "more than 60 times" in str(found[-1].problem)
    with pytest.raises(Refused):
        list(days_of_repeats(Repeats({"FREQ": ("WEEKLY",)}), date(2020, 1, 6), TODAY))


def read(content: bytes, zone: ZoneInfo = LONDON) -> list[Event]:
    """The events of a file as they are read today."""
    return read_events(content, zone, TODAY)


def days(content: bytes, zone: ZoneInfo = LONDON) -> list[tuple[date | None, date | None]]:
    """First and last day of each event."""
    return [(one.first, one.last) for one in read(content, zone)]


def refused(content: bytes) -> str:
    """Why a file is not read."""
    with pytest.raises(Refused) as found:
        read(content)
    return str(found.value)


def problem_of(content: bytes) -> str:
    """What is wrong with the one event of a file."""
    (found,) = read(content)
    assert found.first is None
    return str(found.problem)


def test_the_end_of_an_all_day_event_is_the_day_after_its_last() -> None:
    assert days(ics(all_day("Half-term", "20261026", "20261031"))) == [
        (date(2026, 10, 26), date(2026, 10, 30))
    ]


@pytest.mark.parametrize(
    "end", ["DTEND;VALUE=DATE:20261227", "DTEND;VALUE=DATE:20261226", "DURATION:P1D", ""]
)
def test_an_all_day_event_without_a_length_is_of_one_day(end: str) -> None:
    first = "20261226"
    lines = [f"DTSTART;VALUE=DATE:{first}", *([end] if end else [])]
    assert days(ics(event("SUMMARY:x", *lines))) == [(date(2026, 12, 26), date(2026, 12, 26))]


def test_an_event_with_times_lies_on_the_schools_own_days() -> None:
    late = event("SUMMARY:x", "DTSTART:20270701T230000Z", "DTEND:20270702T100000Z")
    assert days(ics(late)) == [(date(2027, 7, 2), date(2027, 7, 2))], "midnight in London in summer"
    assert days(ics(late), ZoneInfo("America/St_Johns")) == [(date(2027, 7, 1), date(2027, 7, 2))]
    zoned = event("SUMMARY:x", "DTSTART;TZID=Pacific/Auckland:20270105T083000", "DURATION:PT2H")
    (found,) = read(ics(zoned))
    assert (found.first, found.begins, found.ends) == (date(2027, 1, 4), time(19, 30), time(21, 30))


def test_a_time_without_a_zone_is_the_schools_own() -> None:
    (found,) = read(ics(event("SUMMARY:x", "DTSTART:20270701T123000", "DTEND:20270701T153000")))
    assert (found.first, found.begins, found.ends) == (date(2027, 7, 1), time(12, 30), time(15, 30))


def test_what_ends_at_midnight_ends_on_the_day_before() -> None:
    lines = ("DTSTART;TZID=Europe/London:20261026T000000", "DTEND;TZID=Europe/London:20261031T000000")
    assert days(ics(event("SUMMARY:x", *lines))) == [(date(2026, 10, 26), date(2026, 10, 30))]


def test_a_zone_that_the_file_itself_describes_is_understood() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:School\r\nBEGIN:STANDARD\r\nDTSTART:20200101T000000\r\nTZOFFSETFROM:+0500\r\n"
        "TZOFFSETTO:+0500\r\nTZNAME:PKT\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    lines = ("DTSTART;TZID=School:20270105T030000", "DTEND;TZID=School:20270105T040000")
    (found,) = read(ics(zone, event("SUMMARY:x", *lines)))
    assert (found.first, found.begins) == (date(2027, 1, 4), time(22))


def test_folded_lines_marks_at_the_start_and_any_line_ends_are_read() -> None:
    folded = event("SUMMARY:Autumn \r\n half-\r\n\tterm\\, all years", "DTSTART;VALUE=DATE:20261026")
    for content in (
        ics(folded),
        b"\xef\xbb\xbf" + ics(folded),
        ics(folded).replace(b"\r\n", b"\n"),
        ics(folded).replace(b"\r\n", b"\r"),
        ics(folded)
        .replace(b"\r\n", b"\r\n\r\n")
        .replace(b"\r\n\r\n ", b"\r\n ")
        .replace(b"\r\n\r\n\t", b"\r\n\t"),
    ):
        (found,) = read(content)
        assert (found.name, found.first) == ("Autumn half-term, all years", date(2026, 10, 26))


def test_every_event_knows_the_line_of_its_file_and_alarms_are_no_events() -> None:
    alarm = "BEGIN:VALARM\r\nTRIGGER:-P1D\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nEND:VALARM\r\n"
    first = event("SUMMARY:One", "DTSTART;VALUE=DATE:20270102").replace("END:VEVENT", f"{alarm}END:VEVENT")
    found = read(ics(first, all_day("Two", "20270101")))
    assert [(one.name, one.line) for one in found] == [("Two", 14), ("One", 4)]


def test_a_cancelled_event_is_known_as_one() -> None:
    assert read(ics(all_day("Holiday", "20270101", "", "STATUS:CANCELLED")))[0].cancelled


def test_a_name_is_one_short_line() -> None:
    (found,) = read(ics(all_day("A\\nB\u202e " + "x" * 100, "20270101")))
    assert found.name.startswith("A B x")
    assert len(found.name) <= 60
    assert read(ics(event("DTSTART;VALUE=DATE:20270101")))[0].name == "An event without a name"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("SUMMARY:x",), "does not say when it begins"),
        (("DTSTART:2026-13-99",), "cannot be read"),
        (("DTSTART;VALUE=DATE:20260230",), "cannot be read"),
        (("DTSTART;VALUE=DATE:20270101", "DTSTART;VALUE=DATE:20270102"), "cannot be read"),
        (("DTSTART;VALUE=DATE:20270102", "DTEND;VALUE=DATE:20270101"), "ends before it begins"),
        (("DTSTART;VALUE=DATE:20270102", "DTEND:20270103T100000Z"), "begins with a"),
        (("DTSTART;VALUE=DATE:20270102", "DURATION:PT3H"), ""),
        (("DTSTART;VALUE=DATE:16000102",), "too far away"),
        (("DTSTART;VALUE=DATE:99991231",), "too far away"),
        (("DTSTART;VALUE=DATE:20270102", "RDATE;VALUE=DATE:20270103"), "add those yourself"),
        (("DTSTART;VALUE=DATE:20270102", "RECURRENCE-ID;VALUE=DATE:20270103"), "add those yourself"),
        (("DTSTART;VALUE=DATE:20270102", "RRULE:FREQ=DAILY"), "kiosk does not support"),
    ],
)
def test_an_event_that_cannot_be_read_says_why_and_the_others_are_read(
    lines: tuple[str, ...], said: str
) -> None:
    found = read(ics(event(*lines), all_day("Good", "20270101")))
    assert "Good" in [one.name for one in found]
    if said:
        (bad,) = [one for one in found if one.problem]
        assert said in str(bad.problem)
        assert bad.line == 4


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "does not start with BEGIN:VCALENDAR"),
        (b"<html>no</html>", "does not start with BEGIN:VCALENDAR"),
        (HEAD.encode() + b"X:\xff\n", "Line 4 is not text"),
        (ics("what is this\r\n"), "Line 4 cannot be read: what is this"),
        (ics("END:VEVENT\r\n"), "Line 4 ends something that did not begin: END:VEVENT"),
        (ics("BEGIN:VEVENT\r\n"), "Line 5 ends something that did not begin"),
        (HEAD.encode() + b"BEGIN:VEVENT\r\nSUMMARY:x\r\n", "in the middle of what begins on line 4"),
        (ics("BEGIN:VEVENT\r\n" * 3000), "Line 7 begins something inside something else"),
        (ics() + b"SUMMARY:after the end\r\n", "Line 5 cannot be read"),
        (ics(event("DTSTART;TZID=Europe:20270101T120000")), "cannot be read"),
        (b"x" * (MOST_BYTES + 1), "larger than 512 KB"),
        (ics(all_day("x", "20270101") * (MOST_EVENTS + 1)), "has 301 events"),
        (ics(all_day("x", "20270101", "", "RRULE:FREQ=WEEKLY;COUNT=50") * 7), "more than 300 events"),
    ],
)
def test_a_bad_file_is_refused_with_the_line_to_look_at(content: bytes, said: str) -> None:
    assert said in refused(content)


COMMAS = "," * 500_000


@pytest.mark.parametrize(
    "line",
    [
        f"CATEGORIES:{COMMAS}",
        f"DESCRIPTION;X={COMMAS}:said",
        "X:\r\n" * 120_000,
        f"RRULE:FREQ=WEEKLY;BYDAY=MO{COMMAS}",
        f"DTEND;X={COMMAS}:20270102",
        "EXDATE;VALUE=DATE:20270101\r\n" * 18_000,
    ],
    ids=lambda line: line[:12],
)
def test_no_file_gives_the_parser_more_to_do_than_term_dates_would(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    line_of: Any = reader._contentline
    calendar_of: Any = Calendar.from_ical

    def read_line(text: str) -> Any:
        given.append(len(text))
        return line_of(text)

    def read_calendar(text: str, multiple: bool) -> Any:
        given.append(len(text))
        return calendar_of(text, multiple)

    monkeypatch.setattr(reader, "_contentline", read_line)
    monkeypatch.setattr(Calendar, "from_ical", read_calendar)
    content = ics(event("SUMMARY:Half-term", "DTSTART;VALUE=DATE:20270101", line.strip()))
    assert len(content) <= MOST_BYTES
    try:
        assert [one.name for one in read(content)] == ["Half-term"]
    except Refused as refusal:
        assert any(said in str(refusal) for said in ("Line 8 is longer than 4000", "From line 600"))
    assert sum(given) < 2_000, "one event of three lines that are used"


def test_days_of_a_whole_school_year_and_of_many_classes_are_read() -> None:
    without = "EXDATE;VALUE=DATE:" + ",".join(
        f"2027{month:02}{day:02}" for month in range(1, 13) for day in range(1, 29)
    )
    assert len(without) <= LONGEST_USED_LINE
    assert len(read(ics(all_day("Club", "20270101", "", "RRULE:FREQ=WEEKLY;COUNT=3", without)))) == 0
    many = ics(
        *(
            all_day(f"Day {number}", "20270101", "20270102", "STATUS:CONFIRMED")
            for number in range(MOST_EVENTS)
        )
    )
    assert len(read(many)) == MOST_EVENTS
    assert many.count(b"\n") < MOST_USED_LINES


def test_a_file_may_hold_several_calendars() -> None:
    assert len(read(ics(all_day("One", "20270101")) + ics(all_day("Two", "20270102")))) == 2


PIECES = (
    "DTSTART DTEND DURATION RRULE EXDATE SUMMARY TZID VALUE=DATE FREQ=YEARLY COUNT UNTIL BYDAY INTERVAL 20270101 "
    'T120000Z P1D -PT5M = ; : , BEGIN:VEVENT END:VEVENT BEGIN:VTIMEZONE END:VTIMEZONE " \\ 999999999999999'
)
words = st.sampled_from([*PIECES.encode().split(), b"\r\n", b"\r\n "])
soup = st.lists(words | st.binary(max_size=4), max_size=40).map(b"".join)


@settings(max_examples=300)
@given(soup, st.booleans())
def test_whatever_is_uploaded_is_read_or_refused(content: bytes, within: bool) -> None:
    content = (
        ics().replace(b"END:VCALENDAR", b"BEGIN:VEVENT\r\n" + content + b"\r\nEND:VEVENT\r\nEND:VCALENDAR")
        if within
        else content
    )
    try:
        found = read(content)
    except Refused as error:
        assert str(error)
    else:
        assert all(one.problem or (one.first and one.last and one.first <= one.last) for one in found)
