"""Clocks count school time alone."""

import uuid
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.incidents.case.deadlines import acknowledge_by, decide_by, read_clock, school_minutes
from kiosk.report.access.opening import OpenedRow, WaitingReport
from kiosk.report.access.routes import ROUTES
from kiosk.report.models import ReportState

LONDON = ZoneInfo("Europe/London")
THURSDAY, FRIDAY, MONDAY = date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 30)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON)


def waiting(route: str, slot: Slot, urgent: bool = False) -> WaitingReport:
    return WaitingReport(uuid.uuid4(), slot, ROUTES[route], urgent, ReportState.RELEASED)


def opened_as(route: str, slot: Slot, urgent: bool = False) -> OpenedRow:
    return OpenedRow(uuid.uuid4(), slot, ROUTES[route], urgent, {}, [], [])


def test_a_report_is_to_be_read_so_long_after_the_end_of_its_slot(calendar: SchoolCalendar) -> None:
    ten = Slot(THURSDAY, 10 * 60)
    assert acknowledge_by(calendar, waiting("stranger", ten)) == at(THURSDAY, 12)
    assert acknowledge_by(calendar, waiting("danger", ten)) == at(THURSDAY, 11, 30)
    assert acknowledge_by(calendar, waiting("bullying", ten)) == at(FRIDAY, 11)


def test_what_came_in_the_night_counts_from_the_first_bell(calendar: SchoolCalendar) -> None:
    assert acknowledge_by(calendar, waiting("stranger", Slot(MONDAY, 0))) == at(MONDAY, 9, 30)


def test_the_clock_rests_over_a_weekend(calendar: SchoolCalendar) -> None:
    friday_afternoon = Slot(FRIDAY, 14 * 60 + 30)
    assert acknowledge_by(calendar, waiting("images", friday_afternoon)) == at(MONDAY, 9, 30)


def test_decisions_take_an_hour_a_day_or_three_by_route(calendar: SchoolCalendar) -> None:
    opened, ten = at(FRIDAY, 10), Slot(FRIDAY, 10 * 60)
    assert decide_by(calendar, opened_as("danger", ten), opened) == at(FRIDAY, 11)
    assert decide_by(calendar, opened_as("images", ten), opened) == at(MONDAY, 10)
    assert decide_by(calendar, opened_as("bullying", ten), opened) == at(date(2026, 12, 2), 10)


BEFORE_SCHOOL = Slot(MONDAY, 0)


@pytest.mark.parametrize("route", ["danger", "harm", "head", "friend", "stranger", "bullying-severe"])
@pytest.mark.parametrize(
    ("slot", "opened", "decided"),
    [
        (Slot(THURSDAY, 10 * 60), at(THURSDAY, 10, 20), at(THURSDAY, 11, 20)),
        (Slot(THURSDAY, 10 * 60), at(THURSDAY, 11, 50), at(THURSDAY, 12)),  # it was passed on by 11
        (Slot(THURSDAY, 10 * 60), at(THURSDAY, 13), at(THURSDAY, 14)),  # late: whoever opens it has an hour
        (
            Slot(FRIDAY, 14 * 60 + 30),
            at(FRIDAY, 15, 20),
            at(FRIDAY, 16, 20),
        ),  # on duty for it, after the bell too
        (BEFORE_SCHOOL, at(date(2026, 11, 28), 22, 50), at(date(2026, 11, 28), 23, 50)),
        (BEFORE_SCHOOL, at(MONDAY, 8, 10), at(MONDAY, 9, 10)),
        (BEFORE_SCHOOL, at(MONDAY, 9, 0), at(MONDAY, 10, 0)),
    ],
)
def test_what_is_so_urgent_is_decided_within_the_hour_whatever_its_route_and_the_hour(
    calendar: SchoolCalendar, route: str, slot: Slot, opened: datetime, decided: datetime
) -> None:
    assert decide_by(calendar, opened_as(route, slot, urgent=True), opened) == decided


def test_what_is_so_urgent_and_unopened_is_late_within_the_hour_or_as_school_opens(
    calendar: SchoolCalendar,
) -> None:
    ten, last = Slot(THURSDAY, 10 * 60), Slot(FRIDAY, 14 * 60 + 30)
    assert acknowledge_by(calendar, waiting("bullying-severe", ten, urgent=True)) == at(THURSDAY, 12)
    assert acknowledge_by(calendar, waiting("danger", ten, urgent=True)) == at(THURSDAY, 11, 30)
    assert acknowledge_by(calendar, waiting("danger", last, urgent=True)) == at(MONDAY, 8, 30)
    assert acknowledge_by(calendar, waiting("friend", BEFORE_SCHOOL, urgent=True)) == at(MONDAY, 8, 30)


def test_a_calendar_whose_last_term_is_over_still_names_a_day(calendar: SchoolCalendar) -> None:
    over = replace(calendar, terms=((date(2026, 9, 1), FRIDAY),))
    opened = at(FRIDAY, 15)
    assert (
        opened
        < decide_by(over, opened_as("bullying", Slot(FRIDAY, 14 * 60)), opened)
        < opened + timedelta(days=60)
    )


def test_lateness_is_counted_in_school_time(calendar: SchoolCalendar) -> None:
    due = at(FRIDAY, 15)
    clock = read_clock(calendar, at(FRIDAY, 14), due, at(MONDAY, 9))
    assert (clock.late, clock.late_minutes) == (True, 60)
    assert read_clock(calendar, at(FRIDAY, 14), at(FRIDAY, 15, 30), at(FRIDAY, 22)).late_minutes == 0


def test_a_clock_shows_how_much_of_its_time_has_gone(calendar: SchoolCalendar) -> None:
    start, due = at(FRIDAY, 10), at(FRIDAY, 12)
    assert read_clock(calendar, start, due, at(FRIDAY, 9)).share == 0
    assert read_clock(calendar, start, due, at(FRIDAY, 10, 30)).share == pytest.approx(0.25)
    assert read_clock(calendar, start, due, at(FRIDAY, 14)).share == 1


def test_no_school_minute_lies_on_a_holiday_or_after_a_half_day(calendar: SchoolCalendar) -> None:
    changed = replace(calendar, holidays=frozenset({FRIDAY}), half_days={THURSDAY: time(12)})
    assert school_minutes(changed, at(THURSDAY, 11), at(MONDAY, 8, 45)) == 60 + 15


def test_the_clock_keeps_right_when_the_hour_changes(calendar: SchoolCalendar) -> None:
    before, after = (
        date(2026, 10, 23),
        date(2026, 10, 26),
    )  # summer time ends in the night to Sunday, 25 October
    assert school_minutes(calendar, at(before, 15), at(after, 9)) == 60
    assert at(after, 9) - at(before, 15) == timedelta(days=2, hours=18)  # by the wall
