"""The demo school's calendar: real-looking, and a week of school whatever the day is."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.calendar.file import calendar_path, load_calendar
from kiosk.calendar.written import calendar_from
from kiosk.config import Config
from kiosk.demo.calendar import add_calendar, demo_calendar
from tests.demo_school import demo_config, filled_demo

LONDON = ZoneInfo("Europe/London")


@given(st.dates(date(2025, 1, 1), date(2040, 1, 1)))
def test_on_any_day_today_lies_in_a_term_with_weeks_of_school_around(today: date) -> None:
    calendar = calendar_from(Config(), demo_calendar(today))
    for away in range(-14, 12 - today.weekday()):
        day = today + timedelta(days=away)
        assert calendar.is_school_day(day) == (day.weekday() < 5)
    assert calendar.starts_on
    assert calendar.ends_on
    assert calendar.ends_on - today > timedelta(days=200), "nobody has to list the next terms yet"
    bell = calendar.next_opening(datetime.combine(today, time(), LONDON))
    assert bell.date() - today < timedelta(days=3), "a report is passed on within a weekend"


@pytest.mark.parametrize(
    ("today", "name"),
    [
        (date(2026, 11, 24), "Autumn term"),
        (date(2027, 2, 3), "Spring term"),
        (date(2027, 8, 11), "Summer term"),
    ],
)
def test_terms_are_called_as_at_that_time_of_the_year(today: date, name: str) -> None:
    (term,) = [one for one in demo_calendar(today).terms if one.first <= today <= one.last]
    assert term.name == name


def test_a_demo_is_filled_with_its_calendar() -> None:

    assert len(load_calendar(demo_config(filled_demo())).terms) == 3


def test_a_file_that_the_settings_name_is_left_alone(tmp_path: Path) -> None:
    named = tmp_path / "own.toml"
    named.write_text("closes = 16:00:00")
    config = Config(data_dir=tmp_path, calendar_file=named)
    add_calendar(config, date(2026, 11, 24))
    assert named.read_text() == "closes = 16:00:00"
    assert not (tmp_path / "calendar.toml").exists()
    add_calendar(Config(data_dir=tmp_path), date(2026, 11, 24))
    assert calendar_path(Config(data_dir=tmp_path)).exists()
