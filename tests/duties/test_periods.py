"""A duty is due on the last school day of its period, and a late check does not push the next one."""

from datetime import date

import pytest

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.duties.periods import counts_from, first_due, next_due, period
from tests.duties.book import CALENDAR, duty

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("every", "first", "then"),
    [
        ("week", date(2026, 12, 4), date(2026, 12, 11)),
        ("month", date(2026, 11, 30), date(2026, 12, 18)),
        ("half-term", date(2026, 12, 18), date(2027, 2, 12)),
        ("term", date(2026, 12, 18), date(2027, 3, 26)),
        ("year", date(2027, 7, 21), date(2028, 7, 31)),
        ("2-years", date(2027, 7, 21), date(2029, 7, 31)),
    ],
)
def test_each_period_ends_on_its_last_school_day(every: str, first: date, then: date) -> None:
    one = duty(when={"every": every})
    assert first_due(CALENDAR, one, TODAY) == first
    assert next_due(CALENDAR, one, first, TODAY) == then


def test_a_late_check_does_not_push_the_next_one() -> None:
    assert next_due(CALENDAR, duty(), date(2026, 12, 18), date(2027, 2, 1)) == date(2027, 3, 26)


def test_a_check_that_is_terms_late_does_not_have_to_be_made_for_each_of_them() -> None:
    assert next_due(CALENDAR, duty(), date(2026, 12, 18), date(2027, 5, 3)) == date(2027, 7, 21)


def test_what_is_first_seen_in_a_holiday_is_due_in_the_next_term() -> None:
    assert first_due(CALENDAR, duty(), date(2026, 12, 27)) == date(2027, 3, 26)


def test_a_week_or_a_month_without_school_is_left_out() -> None:
    assert next_due(CALENDAR, duty(when={"every": "week"}), date(2026, 10, 23), TODAY) > TODAY
    assert next_due(CALENDAR, duty(when={"every": "week"}), date(2026, 12, 18), date(2026, 12, 18)) == date(
        2027, 1, 8
    )
    assert first_due(CALENDAR, duty(when={"every": "week"}), date(2026, 12, 24)) == date(2027, 1, 8)
    assert next_due(CALENDAR, duty(when={"every": "month"}), date(2027, 7, 21), date(2027, 7, 21)) > date(
        2027, 8, 31
    )


def test_the_last_term_that_is_listed_ends_with_its_last_day_or_later() -> None:
    assert next_due(CALENDAR, duty(), date(2027, 3, 26), date(2027, 3, 25)) == date(2027, 7, 21)


def test_a_term_is_halved_by_its_longest_break() -> None:
    assert period(CALENDAR, "half-term", date(2026, 10, 1)) == (date(2026, 9, 1), date(2026, 11, 1))
    assert period(CALENDAR, "half-term", date(2026, 11, 2))[0] == date(2026, 11, 2)


def test_a_check_counts_from_the_start_of_its_period_or_from_its_middle() -> None:
    due = date(2026, 12, 18)
    assert counts_from(CALENDAR, duty(), due) == date(2026, 9, 1)
    assert counts_from(CALENDAR, duty(early="half"), due) > date(2026, 10, 31)


def test_a_school_that_lists_no_terms_has_periods_all_the_same() -> None:
    every_week = SchoolCalendar(zone=Config().zone)
    assert first_due(every_week, duty(), TODAY) == date(2026, 12, 31)
    assert next_due(every_week, duty(), date(2026, 12, 31), TODAY) == date(2027, 4, 14)
