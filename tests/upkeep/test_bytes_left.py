"""`kiosk doctor --privacy` finds bytes and times on the disk that would say when a child told, and nothing else."""

import os
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update

from kiosk.calendar.file import load_calendar
from kiosk.config import Config
from kiosk.db import Databases, now_utc
from kiosk.report.held import read_held
from kiosk.report.keeper import FILE
from kiosk.report.models import BroughtIn
from kiosk.report.taking import SealedReport, store
from kiosk.report.tidying import is_on_postgresql
from kiosk.sealing.site_key import SiteKey
from kiosk.upkeep import bytes_left
from kiosk.upkeep.bytes_left import EARLY, LATE_SECONDS, RUNS, look_at_bytes
from kiosk.upkeep.doctor import Finding
from kiosk.upkeep.server_log import is_log
from tests.incidents.school import School, fill_school
from tests.serving import HOST, reserved_port

LATER = timedelta(days=7)
A_DAY = timedelta(days=1)


@pytest.fixture
def school(databases: Databases, config: Config, key: SiteKey, nothing_counted: None) -> Iterator[School]:
    """A school of real days, as the server's own log has real times."""
    made = School(databases, load_calendar(config), key, config)
    fill_school(made)
    yield made
    made.keeper.dispose()


@pytest.fixture
def folder(databases: Databases) -> Path:
    """The data directory of the server."""
    with databases.reports.engine.connect() as connection:
        return Path(connection.execute(text("SHOW data_directory")).scalar_one())


def look(school: School, *folders: Path) -> list[Finding]:
    return list(look_at_bytes(school.config, folders))


def bad(school: School, *folders: Path) -> list[str]:
    return [finding.text for finding in look(school, *folders) if not finding.good]


def a_week_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every slot of today has ended, and what was merged today was merged long ago."""
    monkeypatch.setattr(bytes_left, "now_utc", lambda: datetime.now(UTC) + LATER)


def test_after_a_merge_and_a_beat_nothing_is_left_to_find(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.told()
    school.keeper.tidy()
    a_week_passes(monkeypatch)
    texts = ["times of files: those of the worker's beat"]
    texts += ["bytes of the intake: nothing is left of what was merged before today"]
    if is_on_postgresql(school.databases.reports):
        texts += ["order on the disk: rows and long values lie as a merge writes them"]
        texts += ["what PostgreSQL notes: in order", "statistics of PostgreSQL: nothing was counted"]
        texts += ["settings of PostgreSQL's log: neither statements nor connections are written down"]
    assert [(finding.good, finding.text) for finding in look(school)] == [(True, text) for text in texts]


def test_what_was_told_since_the_last_beat_is_nobodys_business(school: School) -> None:
    school.tell("bullying", now_utc())
    school.tell(danger="yes")
    school.merge(now_utc())
    assert bad(school) == []


def test_ids_that_were_merged_long_ago_and_are_still_in_the_intake_are_found(school: School) -> None:
    id = school.tell("bullying", now_utc())
    today = now_utc().astimezone(school.config.zone).date()
    with school.databases.reports.write() as session:
        session.execute(insert(BroughtIn).values(id=id, day=today))
    assert bad(school) == [], "those of today may go with the next beat"
    with school.databases.reports.write() as session:
        session.execute(update(BroughtIn).values(day=today - A_DAY))
    found = bad(school)
    assert found == [f"bytes of the intake: {FILE}-wal still holds what was merged before today; {RUNS}"]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("name", [FILE, "reports.sqlite"])
def test_a_file_that_was_written_before_the_last_beat_and_says_so_is_found(school: School, name: str) -> None:
    school.keeper.tidy()
    written = time.time() - LATE_SECONDS - 60.5
    os.utime(school.config.data_dir / name, (written, written))
    assert bad(school) == [f"times of files: {name} may say when something came last; {RUNS}"]


@pytest.mark.database("sqlite")
def test_where_no_worker_runs_the_moment_at_which_a_file_was_changed_is_found(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.told()
    assert bad(school) == []
    later = time.time() + LATE_SECONDS + 60
    monkeypatch.setattr("kiosk.upkeep.bytes_left.time.time", lambda: later)
    (found,) = bad(school)
    assert all(name in found for name in (FILE, f"{FILE}-wal", "reports.sqlite", "reports.sqlite-wal"))


@pytest.mark.database("sqlite")
def test_a_school_that_was_never_started_is_looked_at_and_not_made(tmp_path: Path) -> None:
    found = list(look_at_bytes(Config(data_dir=tmp_path / "none"), ()))
    assert [finding.text for finding in found] == ["times of files: those of the worker's beat"]
    assert not (tmp_path / "none").exists()


@pytest.mark.database("postgresql")
def test_a_server_that_notes_who_looks_is_found(school: School) -> None:
    noting = f"{school.config.reports_url}&options=-ctrack_counts%3Don"
    school.config = school.config.model_copy(update={"reports_database_url": noting})
    (found,) = bad(school)
    assert found.startswith("what PostgreSQL notes: KIOSK_REPORTS_DATABASE_URL: ")


@pytest.mark.database("postgresql")
def test_a_server_that_is_away_is_said_once_for_each_thing_that_nobody_knows_then(school: School) -> None:
    with reserved_port() as nobody:
        away = f"postgresql://kiosk@{HOST}:{nobody}/reports"
        school.config = school.config.model_copy(update={"reports_database_url": away})
        found = bad(school, school.config.data_dir)
    assert [one.partition(":")[0] for one in found] == [
        "bytes of the intake",
        "order on the disk",
        "what PostgreSQL notes",
        "statistics of PostgreSQL",
        "settings of PostgreSQL's log",
        "log of PostgreSQL",
    ]
    assert not any("\n" in one for one in found)


@pytest.mark.database("postgresql")
def test_the_log_of_a_server_says_nothing_of_reports_that_were_merged(
    school: School, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [school.told(), school.told(danger="yes")]
    log = _log(folder)
    assert all(id.bytes in log for id in ids), "the control: they are there"
    a_week_passes(monkeypatch)
    *_, last = look(school, folder)
    assert last.good
    assert last.text.startswith(f"{folder}: ")
    assert last.text.endswith(" files of PostgreSQL's log say nothing of when a child told")


@pytest.mark.database("postgresql")
def test_a_report_that_was_written_before_its_slot_had_ended_is_found_in_the_log(
    school: School, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.told()
    id = school.tell("bullying", now_utc() + A_DAY)  # its slot ends hours from now, whatever the time is
    _store_at_once(school, id)
    assert bad(school, folder) == [], "as long as its slot has not ended nobody is told that it is there"
    a_week_passes(monkeypatch)
    found = bad(school, folder)
    assert found
    for one in found:
        assert one.startswith(f"{folder}/pg_wal/")
        assert one.endswith(f": {EARLY}")


@pytest.mark.parametrize(
    ("name", "log"),
    [("000000010000000A000000FF", True), ("000000010000000A000000FF.partial", True), ("pgstat.stat", False)],
)
def test_a_piece_of_the_log_is_known_by_its_name(name: str, log: bool) -> None:
    assert is_log(Path("archive", name)) is log


def _store_at_once(school: School, id: uuid.UUID) -> None:
    """As kiosk did before there was an intake."""
    found = read_held(school.key, id, school.keeper.get([id])[id])
    assert isinstance(found, SealedReport)
    with school.databases.reports.write() as session:
        store(session, found)


def _log(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted((folder / "pg_wal").iterdir()) if is_log(path))
