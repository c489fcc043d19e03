"""A running process notices a new calendar file, and a broken one changes nothing but what it says."""

import os
from datetime import datetime, time
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask

from kiosk.calendar import watcher
from kiosk.calendar.file import write_calendar
from kiosk.calendar.watcher import read_term_dates, refresh
from kiosk.calendar.written import CalendarFile
from kiosk.config import Config, SettingError
from kiosk.site import Hosts, Site, site_of_request
from kiosk.start import open_site
from kiosk.storage.db import Database, Databases, now_utc
from kiosk.upkeep.memory import WorkerMemory
from kiosk.upkeep.worker import run_round
from tests.sites import make_app, make_report_app, make_site, shipped_content

AN_HOUR_AGO = 3600


def age(path: Path, seconds: float = AN_HOUR_AGO) -> None:
    """Let a file have been written so long ago."""
    written = now_utc().timestamp() - seconds
    os.utime(path, (written, written))


def test_a_new_file_is_noticed_and_so_is_a_change_and_its_end(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    known = read_term_dates(config)
    assert refresh(config, known).calendar.closes == time(15, 30)
    for closes in (time(16), time(17)):
        write_calendar(config, CalendarFile(closes=closes))
        assert refresh(config, known).calendar.closes == closes
    (tmp_path / "calendar.toml").unlink()
    assert refresh(config, known).calendar.closes == time(15, 30)


def test_two_changes_within_one_tick_of_the_clock_are_both_noticed(tmp_path: Path) -> None:
    path, config = tmp_path / "calendar.toml", Config(data_dir=tmp_path)
    path.write_text("closes = 16:00:00")
    stamp = path.stat().st_mtime_ns
    known = read_term_dates(config)
    path.write_text("closes = 17:00:00")  # in place and as long as before
    os.utime(path, ns=(stamp, stamp))
    assert refresh(config, known).calendar.closes == time(17)


def test_a_file_at_rest_is_looked_at_but_not_read_again(tmp_path: Path) -> None:
    path, config = tmp_path / "calendar.toml", Config(data_dir=tmp_path)
    path.write_text("closes = 16:00:00")
    age(path)
    known = read_term_dates(config)
    with patch.object(watcher, "read_calendar") as reading:
        for _ in range(5):
            assert refresh(config, known) is known
    reading.assert_not_called()


def test_a_broken_file_keeps_the_last_good_calendar_and_says_what_is_wrong_until_it_is_mended(
    tmp_path: Path,
) -> None:
    path, config = tmp_path / "calendar.toml", Config(data_dir=tmp_path)
    path.write_text("closes = 16:00:00")
    known = read_term_dates(config)
    path.write_text("closes = [")
    broken = refresh(config, known)
    assert broken.calendar.closes == broken.written.closes == time(16)
    assert broken.problem.startswith(f"KIOSK_CALENDAR_FILE: {path}: ")
    path.write_text("closes = 17:00:00")
    fixed = refresh(config, broken)
    assert fixed.calendar.closes == time(17)
    assert fixed.problem == ""


def test_a_named_file_that_vanishes_keeps_the_last_good_calendar(tmp_path: Path) -> None:
    path = tmp_path / "named.toml"
    path.write_text("closes = 16:00:00")
    config = Config(data_dir=tmp_path, calendar_file=path)
    known = read_term_dates(config)
    path.unlink()
    gone = refresh(config, known)
    assert gone.calendar.closes == time(16)
    assert "named.toml" in gone.problem


@pytest.mark.database("sqlite")
def test_nothing_starts_on_a_broken_file(config: Config, databases: Databases) -> None:
    (config.data_dir / "calendar.toml").write_text("opens = 9")
    with pytest.raises(SettingError, match="opens: "):
        open_site(config, databases, shipped_content())


@pytest.mark.database("sqlite")
def test_both_apps_use_a_new_file_from_the_next_request_on(config: Config, databases: Databases) -> None:
    app, report_app = make_app(config, databases), make_report_app(config, databases)
    write_calendar(config, CalendarFile(closes=time(18)))
    for running, address in ((app, "/healthz"), (report_app, "/icon.svg")):
        with running.test_client() as browser:
            browser.get(address)
            assert site_of_request().calendar.closes == time(18)


@pytest.mark.database("sqlite")
def test_a_request_looks_at_the_file_once(app: Flask) -> None:
    with patch.object(watcher, "_mark_of_file", return_value=None) as looking:
        app.test_client().get("/staff/sign-in")
    assert looking.call_count == 1


@pytest.mark.database("sqlite")
def test_the_worker_passes_on_by_a_new_file_and_goes_on_when_that_is_broken(
    config: Config, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[time] = []

    def noting(site: Site, reports: Database, now: datetime) -> bool:
        used.append(site.calendar.closes)
        return False

    monkeypatch.setattr("kiosk.upkeep.worker.transfer_due", noting)
    hosts, memory = Hosts(make_site(config, databases)), WorkerMemory()
    run_round(hosts, now_utc(), memory)
    write_calendar(config, CalendarFile(closes=time(18)))
    run_round(hosts, now_utc(), memory)
    (config.data_dir / "calendar.toml").write_text("closes = [")
    run_round(hosts, now_utc(), memory)
    assert used == [time(15, 30), time(18), time(18)]
