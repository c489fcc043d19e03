"""Slots, opening hours and clocks in school time, over daylight saving, leap days, terms and half days."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.calendar.school import MOST_DAYS, SUMMER_DAYS, SchoolCalendar, Slot
from tests.calendar.slow_calendar import CHANGES, calendars, counted_on, instants, open_at

LONDON = ZoneInfo("Europe/London")
CLOCKS_FORWARD, CLOCKS_BACK = date(2027, 3, 28), date(2026, 10, 25)  # gov.uk/when-do-the-clocks-change
changes = st.sampled_from([(zone, change) for zone, found in CHANGES.items() for change in found])
hours_before = st.integers(0, 24 * 6).map(lambda hours: timedelta(hours=hours))


def school_time(calendar: SchoolCalendar, start: datetime, end: datetime) -> timedelta:
    """School time between two instants, added up day by day in UTC: another way than the code's."""
    total, day = timedelta(), start.astimezone(calendar.zone).date()
    while day <= end.astimezone(calendar.zone).date():
        if calendar.is_school_day(day):
            opens, closes = (moment.astimezone(UTC) for moment in calendar.hours(day))
            total += max(min(closes, end) - max(opens, start), timedelta())
        day += timedelta(days=1)
    return total


@given(calendars(), instants)
def test_a_slot_holds_its_moment_or_is_the_one_before_the_next_bell(
    calendar: SchoolCalendar, now: datetime
) -> None:
    slot = calendar.slot_of(now)
    assert calendar.slot_start(slot) < calendar.slot_end(slot)
    if calendar.is_open(now):
        assert calendar.slot_start(slot) <= now < calendar.slot_end(slot)
        length, set = (
            calendar.slot_end(slot) - calendar.slot_start(slot),
            timedelta(minutes=calendar.slot_minutes),
        )
        opens, closes = calendar.hours(slot.day)
        assert min(set, closes - opens) <= length < 3 * set, "never shorter than the setting"
    elif calendar.is_school_day(slot.day):
        assert calendar.slot_end(slot) == calendar.next_opening(now) >= now
    else:
        assert now < calendar.slot_end(slot) < calendar.next_opening(now), "a fifth day without school"


@given(calendars(), instants)
def test_a_slot_tells_nothing_finer_than_itself(calendar: SchoolCalendar, now: datetime) -> None:
    slot = calendar.slot_of(now)
    for moment in (now.replace(second=0, microsecond=0), now.replace(second=59, microsecond=999_999)):
        assert calendar.slot_of(moment) == slot, "seconds are no part of it"
    if calendar.is_open(now):
        opens = calendar.opens.hour * 60 + calendar.opens.minute
        assert slot.minute == opens or slot.minute % calendar.slot_minutes == 0, "on the clock"
    else:
        assert slot.minute == 0


@given(calendars(), instants, instants)
def test_what_comes_later_never_has_an_earlier_slot(
    calendar: SchoolCalendar, one: datetime, other: datetime
) -> None:
    earlier, later = sorted((one, other))
    assert calendar.slot_of(earlier) <= calendar.slot_of(later)


@given(calendars(), instants)
def test_the_next_opening_is_the_first_bell_that_is_not_before(
    calendar: SchoolCalendar, now: datetime
) -> None:
    found = calendar.next_opening(now)
    assert found >= now
    assert calendar.is_open(found)
    assert calendar.hours(found.date())[0] == found
    assert calendar.next_opening(found) == found, "a bell that rings now is not before now"
    day = now.astimezone(calendar.zone).date()
    while day < found.date():
        assert not calendar.is_school_day(day) or calendar.hours(day)[0] < now
        day += timedelta(days=1)


@given(calendars(), instants, st.integers(0, 4000))
@example(SchoolCalendar(LONDON), datetime(2026, 10, 23, 14, 29, tzinfo=UTC), 60)  # over the clocks going back
@example(SchoolCalendar(LONDON), datetime(2027, 3, 26, 15, 29, tzinfo=UTC), 60)  # and forward
@example(SchoolCalendar(LONDON), datetime(2028, 2, 28, 15, 29, tzinfo=UTC), 60)  # and into 29 February
def test_school_time_is_exact(calendar: SchoolCalendar, start: datetime, minutes: int) -> None:
    end = calendar.add_school_time(start, minutes)
    assert end >= start
    assert school_time(calendar, start, end) == timedelta(minutes=minutes)
    opens, closes = calendar.hours(end.astimezone(calendar.zone).date())
    assert opens <= end <= closes, "it ends while somebody is there"


def test_school_days_are_counted_both_ways_and_a_half_day_is_one() -> None:
    friday = date(2026, 12, 4)
    calendar = SchoolCalendar(LONDON, half_days={date(2026, 12, 7): time(9)})
    assert calendar.add_school_days(friday, 2) == date(2026, 12, 8)
    assert calendar.add_school_days(friday, -2) == date(2026, 12, 2)
    assert calendar.add_school_days(friday, 0) == friday
    assert calendar.school_days_between(friday, date(2026, 12, 8)) == 2


@given(calendars(), instants, st.integers(0, 1000), st.integers(0, 1000))
def test_more_school_time_ends_later_and_a_later_start_never_earlier(
    calendar: SchoolCalendar, start: datetime, one: int, other: int
) -> None:
    less, more = sorted((one, other))
    assert calendar.add_school_time(start, less) <= calendar.add_school_time(start, more)
    assert calendar.add_school_time(start, more) <= calendar.add_school_time(start + timedelta(hours=7), more)


@settings(max_examples=40)
@given(calendars(), instants, st.integers(0, 1500))
def test_school_time_is_what_counting_every_minute_gives(
    calendar: SchoolCalendar, start: datetime, minutes: int
) -> None:
    whole = start.replace(second=0, microsecond=0)
    assert calendar.add_school_time(whole, minutes) == counted_on(calendar, whole, minutes)


@given(calendars(), instants)
def test_a_school_is_open_when_what_is_listed_says_so(calendar: SchoolCalendar, now: datetime) -> None:
    assert calendar.is_open(now) == open_at(calendar, now)


@given(calendars(), instants)
def test_a_report_is_passed_on_later_than_it_came_and_not_after_the_next_bell(
    calendar: SchoolCalendar, now: datetime
) -> None:
    end = calendar.slot_end(calendar.slot_of(now))
    assert end > now
    assert calendar.is_open(now) or end <= calendar.next_opening(now)


@given(calendars(), changes, hours_before, st.integers(1, 3000))
def test_a_clock_that_was_set_before_the_clocks_changed_still_runs_out(
    calendar: SchoolCalendar, change: tuple[ZoneInfo, datetime], before: timedelta, minutes: int
) -> None:
    zone, at = change
    school = replace(calendar, zone=zone)
    start = at - before
    due = school.add_school_time(start, minutes)
    kept = due.astimezone(UTC)  # as a database keeps it
    assert school_time(school, start, kept) == timedelta(minutes=minutes)
    assert school.add_school_time(start.astimezone(zone), minutes) == kept, "in whichever zone it was set"
    assert school.add_school_time(kept, 1) > kept


@given(calendars(), st.datetimes(datetime(2001, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_there_is_an_answer_for_every_instant_of_a_century_and_a_half(
    calendar: SchoolCalendar, now: datetime
) -> None:
    slot = calendar.slot_of(now)
    assert calendar.slot_end(slot) >= calendar.slot_start(slot)
    assert calendar.add_school_time(now, 500) > now
    assert calendar.next_opening(now) >= now


@pytest.mark.parametrize("sunday", [CLOCKS_FORWARD, CLOCKS_BACK])
def test_the_bell_rings_at_the_same_hour_before_and_after_the_clocks_change(sunday: date) -> None:
    calendar = SchoolCalendar(LONDON)
    friday_night = datetime.combine(sunday - timedelta(days=2), time(20), LONDON)
    bell = calendar.next_opening(friday_night)
    assert (bell.date(), bell.time()) == (sunday + timedelta(days=1), time(8, 30))
    assert calendar.slot_of(bell - timedelta(seconds=1)) == Slot(bell.date(), 0)
    assert calendar.slot_of(bell) == Slot(bell.date(), 8 * 60 + 30)


def test_a_leap_day_is_a_school_day_like_any_other() -> None:
    calendar = SchoolCalendar(LONDON)
    assert calendar.next_opening(datetime(2028, 2, 28, 20, tzinfo=LONDON)).date() == date(2028, 2, 29)


def test_the_last_slot_of_a_half_day_ends_when_the_school_closes() -> None:
    day = date(2026, 12, 18)
    calendar = SchoolCalendar(LONDON, 60, half_days={day: time(12, 0)})
    slot = calendar.slot_of(datetime.combine(day, time(11, 45), LONDON))
    assert calendar.slot_end(slot).time() == time(12, 0)
    assert calendar.slot_of(datetime.combine(day, time(12, 0), LONDON)) == Slot(date(2026, 12, 21), 0)


def test_in_the_holidays_a_slot_ends_every_fifth_day_since_school_was_over_and_before_the_first_day_of_term() -> (
    None
):
    calendar = SchoolCalendar(
        LONDON, terms=((date(2026, 9, 2), date(2026, 12, 18)), (date(2027, 1, 5), date(2027, 7, 20)))
    )
    for told, day in ((19, 23), (23, 28), (24, 28)):
        assert calendar.slot_of(datetime(2026, 12, told, 11, tzinfo=LONDON)) == Slot(date(2026, 12, day), 0)
    assert calendar.slot_of(datetime(2027, 1, 3, 11, tzinfo=LONDON)) == Slot(date(2027, 1, 5), 0)


def test_a_clock_that_was_set_in_terms_nobody_lists_any_more_stays_where_it_was() -> None:
    last_year = datetime(2026, 3, 4, 10, tzinfo=LONDON)
    calendar = SchoolCalendar(LONDON, terms=((date(2027, 9, 2), date(2027, 12, 17)),))
    assert calendar.starts_on == date(2027, 9, 2)
    assert calendar.add_school_time(last_year, 60) == last_year + timedelta(hours=1)
    assert not calendar.is_school_day(date(2027, 8, 18)), "the summer before the first term is still a summer"


def test_a_report_finds_a_day_even_if_nobody_has_listed_the_next_terms() -> None:
    ends_on = date(2027, 7, 20)
    calendar = SchoolCalendar(LONDON, terms=((date(2026, 9, 2), ends_on),))
    assert calendar.ends_on == ends_on
    summer = datetime(2027, 8, 1, 12, tzinfo=LONDON)
    assert calendar.next_opening(summer).date() > ends_on + timedelta(days=SUMMER_DAYS)
    assert summer.date() < calendar.slot_of(summer).day <= summer.date() + timedelta(days=MOST_DAYS)
    years_later = datetime(2031, 11, 26, 12, tzinfo=LONDON)
    assert calendar.slot_of(years_later) == Slot(years_later.date(), 12 * 60)
