"""`kiosk update`: one line a step, all of a school's data or nothing, and a way back while nobody has gone on."""

import os
import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from kiosk.backup.card import new_card
from kiosk.cli.main import main
from kiosk.config import Config, SettingError
from kiosk.host.copies import read_notes, write_notes
from kiosk.report.intake.store import open_intake
from kiosk.report.models import Report
from kiosk.sealing.key_fingerprint import shown_fingerprint
from kiosk.sealing.site_key import read_site_key
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import now_utc
from kiosk.upkeep import update as steps
from kiosk.upkeep.running import running
from kiosk.upkeep.upgrading import DONE, FOLDER, forget_way_back, upgrade_unfinished
from kiosk.wording.facts import Facts
from tests.factories import make_class_group, make_staff, make_window
from tests.sites import held_by, transfer_all
from tests.storage.planted import State, make_newer, state, state_after, version
from tests.upkeep.looked_at import LONG_AGO, reports_of, waits

pytestmark = pytest.mark.database("sqlite")
Disk = namedtuple("Disk", "free")


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The migrations of a newer version."""
    return make_newer(tmp_path / "newer")


@pytest.fixture(autouse=True)
def _settings(healthy: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Facts, "overdue", lambda facts, today: [])
    monkeypatch.setenv("KIOSK_DATA_DIR", str(healthy.data_dir))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Content is not read: that a start is tried is for the first test."""
    monkeypatch.setattr(steps, "read_content", lambda config: None)
    monkeypatch.setattr(
        steps, "create_wsgi", lambda config, databases, content: check_ready(config, databases)
    )


def now(config: Config) -> State:
    with closing_databases(config) as databases:
        return state(databases)


def kiosk(*words: str) -> tuple[int, list[str]]:
    """How a command ended, and the beginnings of its lines."""
    said = CliRunner().invoke(main, words)
    return said.exit_code, [line.split(":")[0] for line in said.output.splitlines()]


def test_each_step_is_a_line_and_what_was_held_in_the_intake_is_held_on(healthy: Config, newer: Path) -> None:
    waits(healthy, LONG_AGO)
    keeper = open_intake(healthy)
    held = held_by(keeper)
    with version(newer):
        assert kiosk("update") == (
            0,
            [
                *("ok    stopped", "ok    databases", "ok    before", "ok    classes", "ok    disk"),
                *("LOOK  copy", "ok    updated", "ok    after"),
            ],
        )
        assert {revision for revision, _ in state_after(healthy).values()} == {"9000"}
        assert not upgrade_unfinished(healthy)
        assert held_by(keeper) == held == 1
        with closing_databases(healthy) as databases:
            transfer_all(healthy, databases)
        assert held_by(keeper) == 0
        with reports_of(healthy) as session:
            assert session.scalar(select(func.count()).select_from(Report)) == 1
    keeper.dispose()


@pytest.mark.later
@pytest.mark.usefixtures("quick")
def test_where_there_is_a_recovery_card_a_copy_comes_first_and_without_it_nothing_is_begun(
    healthy: Config, newer: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KIOSK_BACKUP_DIR", str(tmp_path / "copies"))
    before, key = now(healthy), read_site_key(healthy.key_path)
    card, mark = new_card(key).public_key.hex(), shown_fingerprint(key)
    write_notes(healthy, replace(read_notes(healthy), card=card, site_key=mark))
    with version(newer):
        said = CliRunner().invoke(main, ["update"])
        assert (said.exit_code, "there is no folder" in said.output) == (1, True)
        assert now(healthy) == before
        (tmp_path / "copies").mkdir()
        said = CliRunner().invoke(main, ["update"])
        assert said.exit_code == 0, said.output
    (made,) = (tmp_path / "copies").iterdir()
    assert f"ok    copy: {made}, read back" in said.output


def test_before_there_is_a_school_nothing_has_to_be_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Kiosk is installed in July and updated in August; the school begins in September."""
    monkeypatch.setenv("KIOSK_DATA_DIR", str(tmp_path / "installed"))
    assert kiosk("update") == (0, ["ok    stopped", "ok    school"])
    assert not (tmp_path / "installed/site.key").exists()


@pytest.mark.usefixtures("quick")
def test_a_school_whose_site_key_is_missing_is_a_school(healthy: Config, newer: Path) -> None:
    before = now(healthy)
    healthy.key_path.unlink()
    with version(newer):
        assert kiosk("update")[0] == 1
    assert now(healthy) == before


@pytest.mark.usefixtures("quick")
def test_while_kiosk_runs_nothing_is_touched(healthy: Config, newer: Path) -> None:
    before = now(healthy)
    with version(newer), running(healthy):
        said = CliRunner().invoke(main, ["update"])
    assert (said.exit_code, "stop `kiosk serve` and `kiosk worker` first" in said.output) == (1, True)
    assert now(healthy) == before


@pytest.mark.later
@pytest.mark.usefixtures("quick")
def test_while_a_class_is_open_it_waits_unless_somebody_says_now(healthy: Config, newer: Path) -> None:
    with closing_databases(healthy) as databases, databases.school.write() as session:
        make_window(session, make_class_group(session), make_staff(session))
    before = now(healthy)
    with version(newer):
        code, lines = kiosk("update")
        assert (code, lines[-1]) == (1, "kiosk")
        assert now(healthy) == before
        assert kiosk("update", "--now")[0] == 0


@pytest.mark.usefixtures("quick")
def test_without_room_on_the_disk_nothing_is_begun(
    healthy: Config, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = now(healthy)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Disk(5 * 1024**2))
    with version(newer), pytest.raises(SettingError, match="has 5 MB free, and an update may need 10"):
        list(steps.update_data(healthy))
    assert now(healthy) == before


def test_what_is_not_in_order_afterwards_brings_everything_back(
    healthy: Config, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = now(healthy)

    def no_start(*_: object) -> None:
        raise SettingError("it does not start")

    monkeypatch.setattr(steps, "create_wsgi", no_start)
    with version(newer):
        said = CliRunner().invoke(main, ["update"])
    assert (said.exit_code, said.output.splitlines()[-1]) == (1, "kiosk: it does not start")
    assert now(healthy) == before
    assert not (healthy.data_dir / FOLDER).exists()


@pytest.mark.later
@pytest.mark.usefixtures("quick")
def test_there_is_a_way_back_while_nobody_has_written_anything(healthy: Config, newer: Path) -> None:
    before = now(healthy)
    with version(newer):
        assert kiosk("update")[0] == 0
        said = CliRunner().invoke(main, ["update", "--back"])
    assert said.output == "ok    the databases are as they were before the update\n"
    assert now(healthy) == before
    assert CliRunner().invoke(main, ["update", "--back"]).output == "ok    no update changed the databases\n"


@pytest.mark.later
@pytest.mark.usefixtures("quick")
def test_there_is_no_way_back_over_what_was_written_since(healthy: Config, newer: Path) -> None:
    with version(newer):
        assert kiosk("update")[0] == 0
        with closing_databases(healthy) as databases, databases.school.write() as session:
            make_staff(session)
        after = now(healthy)
        said = CliRunner().invoke(main, ["update", "--back"])
        assert (said.exit_code, "going back would lose what was written" in said.output) == (1, True)
        assert now(healthy) == after


@pytest.mark.later
@pytest.mark.usefixtures("quick")
def test_what_was_written_down_for_the_way_back_goes_after_an_hour(healthy: Config, newer: Path) -> None:
    with version(newer):
        assert kiosk("update")[0] == 0
    done, at = healthy.data_dir / FOLDER / DONE, now_utc()
    os.utime(done, (at.timestamp(), at.timestamp()))
    forget_way_back(healthy, at + timedelta(minutes=59))
    assert done.exists()
    forget_way_back(healthy, at + timedelta(minutes=61))
    assert not done.parent.exists()


@pytest.mark.later
@pytest.mark.usefixtures("quick")
def test_a_second_update_begins_anew(healthy: Config, newer: Path) -> None:
    with version(newer):
        assert kiosk("update")[0] == 0
        assert kiosk("update")[0] == 0
        with closing_databases(healthy) as databases, databases.school.rows(write=True) as connection:
            assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9000"
    assert not (healthy.data_dir / FOLDER).exists()
