"""A running process notices a new calendar file, and a broken one changes nothing but what it says."""

import os
from datetime import datetime, time
from pathlib import Path
from threading import Event
from unittest.mock import patch

import pytest
from flask import Flask

from kiosk.calendar import watcher as kept_module
from kiosk.calendar.file import write_calendar
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.watcher import KeptCalendar
from kiosk.calendar.written import Written
from kiosk.config import Config, SettingError
from kiosk.db import Databases, now_utc
from kiosk.report.app import create_report_app
from kiosk.sealing.site_key import SiteKey
from kiosk.upkeep.worker import Memory, run_worker, tick

AN_HOUR_AGO = 3600


def age(path: Path, seconds: float = AN_HOUR_AGO) -> None:
    """Let a file have been written so long ago."""
    written = now_utc().timestamp() - seconds
    os.utime(path, (written, written))


def test_a_new_file_is_noticed_and_so_is_a_change_and_its_end(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    kept = KeptCalendar(config)
    assert kept.look().closes == time(15, 30)
    for closes in (time(16), time(17)):
        write_calendar(config, Written(closes=closes))
        assert kept.look().closes == closes
    (tmp_path / "calendar.toml").unlink()
    assert kept.look().closes == time(15, 30)


def test_two_changes_within_one_tick_of_the_clock_are_both_noticed(tmp_path: Path) -> None:
    path, config = tmp_path / "calendar.toml", Config(data_dir=tmp_path)
    path.write_text("closes = 16:00:00")
    stamp = path.stat().st_mtime_ns
    kept = KeptCalendar(config)
    path.write_text("closes = 17:00:00")  # in place and as long as before
    os.utime(path, ns=(stamp, stamp))
    assert kept.look().closes == time(17)


def test_a_file_at_rest_is_looked_at_but_not_read_again(tmp_path: Path) -> None:
    path, config = tmp_path / "calendar.toml", Config(data_dir=tmp_path)
    path.write_text("closes = 16:00:00")
    age(path)
    kept = KeptCalendar(config)
    with patch.object(kept_module, "read_calendar") as reading:
        for _ in range(5):
            kept.look()
    reading.assert_not_called()


def test_a_broken_file_keeps_the_last_good_calendar_and_says_what_is_wrong_until_it_is_mended(
    tmp_path: Path,
) -> None:
    path, config = tmp_path / "calendar.toml", Config(data_dir=tmp_path)
    path.write_text("closes = 16:00:00")
    kept = KeptCalendar(config)
    path.write_text("closes = [")
    assert kept.look().closes == time(16)
    assert kept.problem.startswith(f"KIOSK_CALENDAR_FILE: {path}: ")
    assert kept.written.closes == time(16)
    path.write_text("closes = 17:00:00")
    assert kept.look().closes == time(17)
    assert kept.problem == ""


def test_a_named_file_that_vanishes_keeps_the_last_good_calendar(tmp_path: Path) -> None:
    path = tmp_path / "named.toml"
    path.write_text("closes = 16:00:00")
    kept = KeptCalendar(Config(data_dir=tmp_path, calendar_file=path))
    path.unlink()
    assert kept.look().closes == time(16)
    assert "named.toml" in kept.problem


@pytest.mark.database("sqlite")
def test_nothing_starts_on_a_broken_file(tmp_path: Path, databases: Databases) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text("opens = 9")
    with pytest.raises(SettingError, match="opens: "):
        KeptCalendar(Config(data_dir=tmp_path))
    with pytest.raises(SettingError, match="opens: "):
        run_worker(Config(data_dir=tmp_path), databases, Event())


@pytest.mark.database("sqlite")
def test_both_apps_use_a_new_file_from_the_next_request_on(
    app: Flask, config: Config, databases: Databases, key: SiteKey, content: dict[str, object]
) -> None:
    report_app = create_report_app(config, databases.reports, key, content)
    write_calendar(config, Written(closes=time(18)))
    for running, address in ((app, "/healthz"), (report_app, "/icon.svg")):
        running.test_client().get(address)
        assert running.extensions["kiosk.calendar.school"].closes == time(18)


@pytest.mark.database("sqlite")
def test_a_request_looks_at_the_file_once(app: Flask) -> None:
    with patch.object(KeptCalendar, "_look_at_file", autospec=True, return_value=None) as looking:
        app.test_client().get("/staff/sign-in")
    assert looking.call_count == 1


@pytest.mark.database("sqlite")
def test_the_worker_passes_on_by_a_new_file_and_goes_on_when_that_is_broken(
    config: Config, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[time] = []

    def noting(databases: Databases, config: Config, calendar: SchoolCalendar, now: datetime) -> bool:
        used.append(calendar.closes)
        return False

    monkeypatch.setattr("kiosk.upkeep.worker.release", noting)
    memory = Memory()
    tick(config, databases, now_utc(), memory)
    write_calendar(config, Written(closes=time(18)))
    tick(config, databases, now_utc(), memory)
    (config.data_dir / "calendar.toml").write_text("closes = [")
    tick(config, databases, now_utc(), memory)
    assert used == [time(15, 30), time(18), time(18)]
