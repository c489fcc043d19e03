"""The calendar file: what it may say, where it lies, and that writing it never leaves half of one."""

import os
import stat
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.calendar.file import (
    as_toml,
    calendar_path,
    can_be_written,
    load_calendar,
    read_calendar,
    write_calendar,
)
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.written import CalendarFile, HalfDay, Holiday, Term
from kiosk.config import Config, SettingError

LONDON = ZoneInfo("Europe/London")
WHOLE_FILE = """
opens = 08:45:00
closes = 15:15:00
weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
holidays = [2026-12-25, 2027-01-01, {first = 2026-10-26, last = 2026-10-30, name = "Half-term"}]
terms = [
  {first = 2026-09-02, last = 2026-12-18},
  {first = 2027-01-05, last = 2099-07-20, name = "A long term"},
]
half_days = [{day = 2026-12-18, closes = 12:00:00}]
"""


def write(tmp_path: Path, written: str | bytes) -> Path:
    """A calendar file that holds this."""
    path = tmp_path / "calendar.toml"
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    return path


def load(tmp_path: Path, written: str | bytes) -> SchoolCalendar:
    """The calendar of a file that holds this."""
    return load_calendar(Config(calendar_file=write(tmp_path, written)))


def test_a_calendar_file_says_terms_holidays_hours_and_half_days(tmp_path: Path) -> None:
    calendar = load(tmp_path, WHOLE_FILE)
    assert (calendar.opens, calendar.closes) == (time(8, 45), time(15, 15))
    assert calendar.half_days == {date(2026, 12, 18): time(12, 0)}
    assert calendar.is_school_day(date(2026, 12, 18))
    assert not calendar.is_school_day(date(2026, 12, 21))
    assert not calendar.is_school_day(date(2027, 1, 1))
    assert not any(calendar.is_school_day(date(2026, 10, day)) for day in range(26, 31))
    assert calendar.zone == LONDON


def test_what_a_calendar_file_leaves_out_is_as_in_most_schools(tmp_path: Path) -> None:
    as_usual = load_calendar(Config(data_dir=tmp_path / "none"))
    assert load(tmp_path, "") == as_usual
    assert load(tmp_path, "closes = 16:00:00") == replace(as_usual, closes=time(16))


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
        ("opens = 08:30:30", "opens: write a time as hours and minutes"),
        ("opens = 04:30:00", "opens after 05:00"),
        ("half_days = [{day = 2026-12-18, closes = 16:00:00}]", "closes later than other days"),
        ("terms = [{first = 2026-09-02, last = 9999-12-31}]", "terms 1 last: the year is not between"),
        (
            "holidays = [{first = 2026-12-18, last = 2026-12-17}]",
            "holidays 1: a holiday ends before it begins",
        ),
        ("holidays = [{first = 2026-12-18, last = 2028-12-18}]", "longer than a year"),
        (
            "terms = [{first = 2026-09-02, last = 2026-12-18}, {first = 2026-12-18, last = 2027-02-01}]",
            "the term that begins on 2026-12-18 begins before the one before it ends",
        ),
        ('half_days = [{day = 2026-12-18, closes = 12:00:00, name = "a\\nb"}]', "a name is one line"),
        (f"holidays = [{'2026-12-25, ' * 201}]", "holidays: "),
        ("# " + "x" * 300_000, "larger than"),
        ("a = " + "[" * 5_000, "calendar.toml: "),
        (
            "holidays = [{first = 2099-01-01, last = 2099-12-31}, {first = 2100-01-01, last = 2100-06-30}]",
            "no school day in the",
        ),
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


names = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), max_size=60)
days = st.dates(date(2026, 1, 1), date(2030, 1, 1))


@st.composite
def calendars_written(draw: st.DrawFn) -> CalendarFile:
    """Whatever the page may write."""
    starts = sorted(draw(st.sets(st.integers(0, 40), max_size=6)))
    new_year = date(2026, 1, 1)
    return CalendarFile(
        opens=draw(st.times(time(6), time(9)).map(lambda one: one.replace(second=0, microsecond=0))),
        closes=time(draw(st.integers(13, 20)), draw(st.integers(0, 59))),
        weekdays=tuple(draw(st.sets(st.sampled_from(("monday", "friday", "sunday")), min_size=1))),
        terms=tuple(
            Term(
                first=new_year + timedelta(days=30 * start),
                last=new_year + timedelta(days=30 * start + draw(st.integers(7, 29))),
                name=draw(names),
            )
            for start in starts
        ),
        holidays=tuple(
            Holiday(first=day, last=day + timedelta(days=draw(st.integers(0, 10))), name=draw(names))
            for day in draw(st.lists(days, max_size=5))
        ),
        half_days=tuple(
            HalfDay(day=day, closes=time(12, draw(st.integers(0, 59))), name=draw(names))
            for day in draw(st.lists(days, max_size=5))
        ),
    )


@given(calendars_written())
def test_what_is_written_is_read_again_alike(written: CalendarFile) -> None:
    assert CalendarFile.model_validate(tomllib.loads(as_toml(written))) == written


def test_without_a_setting_the_file_lies_in_the_data_folder_and_need_not_be_there(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    assert load_calendar(config) == SchoolCalendar(LONDON)
    write_calendar(config, CalendarFile(closes=time(16)))
    assert (tmp_path / "calendar.toml").is_file()
    assert load_calendar(config).closes == time(16)
    (tmp_path / "calendar.toml").write_text("opens = 9")
    with pytest.raises(SettingError, match=r"calendar\.toml: opens: "):
        load_calendar(config)


def test_a_file_that_the_settings_name_comes_before_the_one_in_the_data_folder(tmp_path: Path) -> None:
    named = tmp_path / "elsewhere.toml"
    named.write_text("closes = 17:00:00")
    (tmp_path / "calendar.toml").write_text("closes = 14:00:00")
    config = Config(data_dir=tmp_path, calendar_file=named)
    assert load_calendar(config).closes == time(17)
    write_calendar(config, CalendarFile(closes=time(18)))
    assert load_calendar(config).closes == time(18)


def test_only_kiosk_may_read_the_file_and_nothing_else_is_left_behind(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    old = os.umask(0)
    try:
        write_calendar(config, CalendarFile())
        write_calendar(config, CalendarFile(closes=time(16)))
    finally:
        os.umask(old)
    assert stat.S_IMODE(calendar_path(config).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["calendar.toml"]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    real.write_text("")
    link.symlink_to(real)
    write_calendar(Config(data_dir=tmp_path, calendar_file=link), CalendarFile(closes=time(16)))
    assert link.is_symlink()
    assert "16:00" in real.read_text()


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_the_old_file_stays_whole_where_the_new_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    config = Config(data_dir=tmp_path)
    write_calendar(config, CalendarFile(closes=time(16)))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    owner = os if call == "fsync" else Path
    monkeypatch.setattr(owner, call, full)
    with pytest.raises(OSError, match="No space"):
        write_calendar(config, CalendarFile(closes=time(17)))
    assert load_calendar(config).closes == time(16)
    assert [path.name for path in tmp_path.iterdir()] == ["calendar.toml"]


def test_the_new_file_is_on_the_disk_before_it_takes_the_place_of_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    really: dict[str, Callable[..., object]] = {"fsync": os.fsync, "replace": Path.replace}

    def noted(name: str) -> Callable[..., object]:
        def run(*given: object) -> object:
            done.append(name)
            return really[name](*given)

        return run

    monkeypatch.setattr(os, "fsync", noted("fsync"))
    monkeypatch.setattr(Path, "replace", noted("replace"))
    write_calendar(Config(data_dir=tmp_path), CalendarFile())
    assert done == ["fsync", "replace", "fsync"], "the file, the new name, the folder that holds the name"


def test_a_calendar_that_would_leave_children_waiting_is_never_written(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    far = Term(first=date(2190, 9, 1), last=date(2190, 12, 1))
    near = Term(first=date(2026, 9, 1), last=date(2026, 12, 1))
    with pytest.raises(ValueError, match="no school day"):
        write_calendar(config, CalendarFile(terms=(near, far)))
    assert not calendar_path(config).exists()


def test_names_are_kept_for_people(tmp_path: Path) -> None:
    written, _ = read_calendar(Config(calendar_file=write(tmp_path, WHOLE_FILE)))
    assert written.terms[1].name == "A long term"
    assert [holiday.name for holiday in written.holidays] == ["", "", "Half-term"]


def test_it_is_told_whether_a_page_may_write_the_file(tmp_path: Path) -> None:
    assert can_be_written(Config(data_dir=tmp_path))
    assert not can_be_written(Config(data_dir=tmp_path, calendar_file=tmp_path / "no" / "calendar.toml"))
