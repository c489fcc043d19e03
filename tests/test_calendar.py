"""Slots, opening hours and clocks in school time, over daylight saving, leap days, terms and half days."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.calendar import SUMMER_DAYS, SchoolCalendar, Slot
from kiosk.config import Config, SettingError
from kiosk.term_dates.file import load_calendar

LONDON = ZoneInfo("Europe/London")
CLOCKS_FORWARD, CLOCKS_BACK = date(2027, 3, 28), date(2026, 10, 25)  # gov.uk/when-do-the-clocks-change
FIRST, LAST = datetime(2026, 9, 1, tzinfo=UTC), datetime(2028, 8, 31, tzinfo=UTC)  # holds 29 February 2028
WHOLE_FILE = """
opens = 08:45:00
closes = 15:15:00
weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
holidays = [2026-12-25, 2027-01-01]
terms = [
  {first = 2026-09-02, last = 2026-12-18},
  {first = 2027-01-05, last = 2099-07-20},
]
half_days = [{day = 2026-12-18, closes = 12:00:00}]
"""

zones = st.sampled_from(
    [
        ZoneInfo(name)
        for name in ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
    ]
)
instants = st.datetimes(
    FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC)
)  # to the microsecond
days = st.dates(FIRST.date(), LAST.date())


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    """Schools with odd hours, on Sundays, with holidays, half days and terms."""
    opens = draw(st.integers(6 * 4, 10 * 4)) * 15
    closes = opens + draw(st.integers(4, 36)) * 15
    terms = draw(
        st.sampled_from([(), ((date(2026, 9, 7), date(2026, 10, 30)), (date(2027, 1, 4), date(2027, 7, 2)))])
    )
    halves = draw(st.lists(days, max_size=20, unique=True))
    return SchoolCalendar(
        draw(zones),
        draw(st.sampled_from([15, 45, 60, 240])),
        opens=time(opens // 60, opens % 60),
        closes=time(closes // 60, closes % 60),
        weekdays=frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        holidays=frozenset(draw(st.sets(days, max_size=40))),
        terms=terms,
        half_days={half: time((opens + 30) // 60, (opens + 30) % 60) for half in halves},
    )


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
    assert calendar.is_school_day(slot.day)
    assert calendar.slot_start(slot) < calendar.slot_end(slot)
    if calendar.is_open(now):
        assert calendar.slot_start(slot) <= now < calendar.slot_end(slot)
        assert calendar.slot_end(slot) - calendar.slot_start(slot) <= timedelta(minutes=calendar.slot_minutes)
    else:
        assert calendar.slot_end(slot) == calendar.next_opening(now) >= now


@given(calendars(), instants)
def test_a_slot_tells_nothing_finer_than_itself(calendar: SchoolCalendar, now: datetime) -> None:
    slot = calendar.slot_of(now)
    for moment in (now.replace(second=0, microsecond=0), now.replace(second=59, microsecond=999_999)):
        assert calendar.slot_of(moment) == slot, "seconds are no part of it"
    if calendar.is_open(now):
        assert (slot.minute - (calendar.opens.hour * 60 + calendar.opens.minute)) % calendar.slot_minutes == 0
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


@given(calendars(), instants, st.integers(0, 1000), st.integers(0, 1000))
def test_more_school_time_ends_later_and_a_later_start_never_earlier(
    calendar: SchoolCalendar, start: datetime, one: int, other: int
) -> None:
    less, more = sorted((one, other))
    assert calendar.add_school_time(start, less) <= calendar.add_school_time(start, more)
    assert calendar.add_school_time(start, more) <= calendar.add_school_time(start + timedelta(hours=7), more)


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


def test_in_the_holidays_the_next_slot_is_before_the_first_day_of_term() -> None:
    calendar = SchoolCalendar(
        LONDON, terms=((date(2026, 9, 2), date(2026, 12, 18)), (date(2027, 1, 5), date(2027, 7, 20)))
    )
    assert calendar.slot_of(datetime(2026, 12, 24, 11, tzinfo=LONDON)) == Slot(date(2027, 1, 5), 0)


def test_a_report_finds_a_day_even_if_nobody_has_listed_the_next_terms() -> None:
    ends_on = date(2027, 7, 20)
    calendar = SchoolCalendar(LONDON, terms=((date(2026, 9, 2), ends_on),))
    assert calendar.ends_on == ends_on
    summer = datetime(2027, 8, 1, 12, tzinfo=LONDON)
    assert calendar.slot_of(summer).day > ends_on + timedelta(days=SUMMER_DAYS)
    years_later = datetime(2031, 11, 26, 12, tzinfo=LONDON)
    assert calendar.slot_of(years_later) == Slot(years_later.date(), 11 * 60 + 30)


def load(tmp_path: Path, written: str | bytes) -> SchoolCalendar:
    path = tmp_path / "calendar.toml"
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    return load_calendar(Config(calendar_file=path))


def test_a_calendar_file_says_terms_holidays_hours_and_half_days(tmp_path: Path) -> None:
    calendar = load(tmp_path, WHOLE_FILE)
    assert (calendar.opens, calendar.closes) == (time(8, 45), time(15, 15))
    assert calendar.half_days == {date(2026, 12, 18): time(12, 0)}
    assert calendar.is_school_day(date(2026, 12, 18))
    assert not calendar.is_school_day(date(2026, 12, 21))
    assert not calendar.is_school_day(date(2027, 1, 1))
    assert calendar.zone == LONDON


def test_what_a_calendar_file_leaves_out_is_as_in_most_schools(tmp_path: Path) -> None:
    assert load(tmp_path, "") == load_calendar(Config())
    assert load(tmp_path, "closes = 16:00:00") == replace(load_calendar(Config()), closes=time(16))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("opens =\n", "line 1"),
        ("holiday = [2026-12-25]", "holiday: "),
        ('holidays = ["2026-12-25"]', "holidays 1: "),
        ("holidays = 2026-12-25", "holidays: "),
        ("opens = 9", "opens: "),
        ("opens = 16:00:00", "closes before it has been open"),
        ("terms = [{first = 2026-12-18, last = 2026-09-02}]", "terms 1: a term ends before it begins"),
        ("terms = [{first = 2026-09-02}]", "terms 1 last: "),
        ('terms = [{first = "2026-09-02", last = 2026-12-18}]', "terms 1 first: "),
        ("weekdays = []", "weekdays: "),
        ("weekdays = [1, 2]", "weekdays 1: "),
        ('weekdays = ["Mon"]', "weekdays 1: "),
        ("half_days = [{day = 2026-12-18, closes = 08:00:00}]", "a half day closes before the school opens"),
        (
            "terms = [{first = 2026-01-01, last = 2026-02-01}, {first = 2098-01-01, last = 2098-02-01}]",
            "no school day",
        ),
        (b"opens = \xff", "utf-8"),
    ],
)
def test_a_bad_calendar_file_is_named_in_one_line_with_what_to_mend(
    tmp_path: Path, written: str | bytes, said: str
) -> None:
    with pytest.raises(SettingError) as refused:
        load(tmp_path, written)
    line = str(refused.value)
    assert line.startswith(f"KIOSK_CALENDAR_FILE: {tmp_path}/calendar.toml: ")
    assert said in line
    assert "\n" not in line


def test_a_missing_calendar_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^KIOSK_CALENDAR_FILE: .*no\.toml"):
        load_calendar(Config(calendar_file=tmp_path / "no.toml"))
