"""Promise A6: a copy of the reports database made after a release tells no order, and kiosk makes no other one."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases, open_database
from kiosk.report.release import forget_order, release_due
from kiosk.sealing.site_key import SiteKey
from tests.incidents.school import School, fill_school
from tests.report.anonymity.order import kendall, on_disk
from tests.tree import files, read

TOLD_AT = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
AFTERWARDS = datetime(2026, 11, 23, 12, tzinfo=UTC)
REPORTS = 40
CLEAR = 0.35  # more than three deviations of tau for so many reports


@pytest.mark.database("sqlite")
def test_a_copy_made_after_a_release_tells_no_order_and_one_made_before_does(
    databases: Databases, config: Config, tmp_path: Path
) -> None:
    school = School(databases, SchoolCalendar(config.zone), SiteKey(b"k" * 32))
    fill_school(school)
    told = [school.tell("bullying", TOLD_AT).hex for _ in range(REPORTS)]
    assert abs(_tau_of_copy(config, tmp_path / "early", told)) > CLEAR, (
        "the control: an early copy is a clock"
    )
    with databases.reports.write() as session:
        release_due(session, school.calendar, AFTERWARDS)
    forget_order(databases.reports.engine)
    assert abs(_tau_of_copy(config, tmp_path / "late", told)) < CLEAR


def test_no_part_of_kiosk_copies_or_replicates_a_database_while_it_runs() -> None:
    ways = (".backup(", "VACUUM INTO", "litestream", "CREATE PUBLICATION", "pg_dump", "iterdump")
    ours = [name for name in files() if name.startswith("kiosk/") and name.endswith(".py")]
    assert len(ours) > 100, "the control: there was something to look at"
    assert [(name, way) for name in ours for way in ways if way in read(name)] == []


def _tau_of_copy(config: Config, folder: Path, told: list[str]) -> float:
    """How much a copy of the file, journal and all, says of the order in which children told."""
    folder.mkdir()
    copy = folder / "reports.sqlite"
    for end in ("", "-wal"):
        source = config.data_dir / f"reports.sqlite{end}"
        if source.exists():
            (folder / f"reports.sqlite{end}").write_bytes(source.read_bytes())
    sqlite3.connect(copy).close()
    opened = open_database(f"sqlite:///{copy}")
    try:
        return kendall(on_disk(opened, "report"), told)
    finally:
        opened.engine.dispose()
