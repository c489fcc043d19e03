"""What repeats every week or year is followed within limits; whatever else repeats is refused, not guessed."""

from datetime import date, timedelta

import pytest

from kiosk.messages import Refused
from kiosk.term_dates.ics import Event, read_events
from kiosk.term_dates.repeats import Repeats, days_of_repeats
from tests.term_dates.files import all_day, event, ics
from tests.term_dates.test_ics import LONDON, TODAY, problem_of, read

MONDAY = date(2026, 11, 2)


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
