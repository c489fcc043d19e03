"""The worker's heartbeat, and a start on a computer whose clock cannot be right."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.cli.main import main
from kiosk.config import Config, SettingError
from kiosk.host.heartbeat import (
    FILE_NAME,
    LATE,
    LONGEST_REST,
    alert_is_overdue,
    check_clock,
    confirm_clock,
    last_beat,
    write_heartbeat,
)
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.storage.db import Databases
from kiosk.upkeep.memory import WorkerMemory
from tests.jumping_clock import YEAR, computer_clock
from tests.sites import run_worker_round

NOON = datetime(2026, 11, 24, 12, 10, 33, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SLOT = Slot(NOON.date(), 12 * 60)


def test_the_worker_beats_once_a_minute_and_says_no_more_than_the_minute(
    config: Config, databases: Databases
) -> None:
    memory, path = WorkerMemory(), config.data_dir / FILE_NAME
    run_worker_round(config, databases, NOON, memory)
    first = path.read_bytes()
    run_worker_round(config, databases, NOON + MINUTE / 2, memory)
    assert path.read_bytes() == first
    run_worker_round(config, databases, NOON + MINUTE, memory)
    found = last_beat(config)
    assert found
    assert found.at == datetime(2026, 11, 24, 12, 11, tzinfo=UTC)
    assert path.stat().st_mtime == found.at.timestamp()
    assert path.stat().st_mode & 0o777 == 0o600


def test_mail_that_cannot_leave_is_remembered_by_its_slot_until_it_has_left(
    config: Config, databases: Databases
) -> None:
    away = config.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"})
    run_worker_round(away, databases, NOON, WorkerMemory())
    assert (found := last_beat(away))
    assert found.unsent_since is None
    with databases.reports.write() as session:
        queue_mail(session, MailKind.LATE, ["lead@school.example"])
    for minutes in (1, 30, 90):
        run_worker_round(away, databases, NOON + minutes * MINUTE, WorkerMemory())  # each time started anew
        assert (found := last_beat(away))
        assert found.unsent_since == SLOT
    with databases.reports.write() as session:
        session.connection().exec_driver_sql("DELETE FROM outbox_row")
    run_worker_round(away, databases, NOON + 91 * MINUTE, WorkerMemory())
    assert (found := last_beat(away))
    assert found.unsent_since is None


def test_an_alert_is_late_only_after_its_slot(config: Config) -> None:
    calendar = SchoolCalendar(config.zone)
    ends = calendar.slot_end(SLOT)
    assert not alert_is_overdue(SLOT, calendar, ends + LATE - MINUTE)
    assert alert_is_overdue(SLOT, calendar, ends + LATE)


@pytest.mark.parametrize(
    "written", ["", "{", "[]", '{"at": 3}', json.dumps({"at": "2026", "unsent_day": "x"})]
)
def test_a_heartbeat_that_cannot_be_read_is_none(config: Config, written: str) -> None:
    (config.data_dir / FILE_NAME).write_text(written)
    assert last_beat(config) is None
    check_clock(config)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("off", [DAY, 50 * DAY, -MINUTE])
def test_a_computer_that_was_switched_off_over_the_holidays_starts(config: Config, off: timedelta) -> None:
    write_heartbeat(config, NOON, None)
    with computer_clock(NOON + off):
        check_clock(config)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("wrong", [YEAR, -YEAR, -DAY, LONGEST_REST + DAY])
def test_a_start_with_a_clock_that_cannot_be_right_is_refused_until_somebody_says_that_it_is(
    config: Config, wrong: timedelta
) -> None:
    write_heartbeat(config, NOON, SLOT)
    with computer_clock(NOON + wrong):
        with pytest.raises(SettingError) as refused:
            check_clock(config)
        assert str(refused.value) == (
            f"the computer's clock says {NOON + wrong:%-d %B %Y, %H:%M} UTC, but kiosk last ran on "
            "24 November 2026, 12:10 UTC; set the clock right, or, if it is right, run `kiosk clock confirm`"
        )
        confirm_clock(config)
        check_clock(config)
        assert (found := last_beat(config))
        assert found.unsent_since == SLOT


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_commands_refuse_in_one_line(migrated: Path, tmp_path: Path, command: str) -> None:
    for path in migrated.glob("*.sqlite"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "site.key").write_text("5a" * 32)
    write_heartbeat(Config(data_dir=tmp_path), datetime.now(UTC) + YEAR, None)
    settings = {"KIOSK_DATA_DIR": str(tmp_path)}
    done = CliRunner().invoke(main, [command], env=settings)
    assert done.exit_code == 1
    assert done.output.count("\n") == 1
    assert done.output.startswith("kiosk: the computer's clock says ")
    said = CliRunner().invoke(main, ["clock", "confirm"], env=settings)
    assert said.output.startswith("kiosk goes by this clock: ")
    check_clock(Config(data_dir=tmp_path))
