"""Promise A6: a copy of the reports database tells no order whenever it is made; of kiosk's own see tests/backup."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.report.access.sealed_report import SealedReport, store_report
from kiosk.report.intake.sealed_item import open_sealed_item
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Database, Databases, open_database
from tests.incidents.school import School, fill_school
from tests.report.anonymity.order import kendall, on_disk
from tests.tree import files, read

FIRST_SLOT = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
NEXT_SLOT = datetime(2026, 11, 23, 10, 40, tzinfo=UTC)
AFTERWARDS = datetime(2026, 11, 23, 12, tzinfo=UTC)
REPORTS = 40
CLEAR = 0.6  # more than five deviations of tau for so many reports; of a kept order it is 1


@pytest.fixture
def school(databases: Databases, config: Config) -> Iterator[School]:
    """A small school."""
    made = School(databases, SchoolCalendar(config.zone), SiteKey(b"k" * 32), config)
    fill_school(made)
    yield made
    made.intake_store.dispose()


@pytest.mark.database("sqlite")
def test_a_copy_tells_no_order_at_whichever_moment_it_is_made(school: School, tmp_path: Path) -> None:
    first = [school.tell("bullying", FIRST_SLOT).hex for _ in range(REPORTS)]
    assert _in_a_copy(school, tmp_path / "before any slot has ended") == []
    school.merge(NEXT_SLOT)
    second = [school.tell("bullying", NEXT_SLOT).hex for _ in range(REPORTS)]
    between = _in_a_copy(school, tmp_path / "in the middle of the next slot")
    assert sorted(between) == sorted(first)
    assert abs(kendall(between, first)) < CLEAR
    school.merge(AFTERWARDS)
    late = _in_a_copy(school, tmp_path / "after both")
    assert sorted(late) == sorted(first + second)
    for told in (first, second):
        assert abs(kendall([id for id in late if id in told], told)) < CLEAR


@pytest.mark.database("sqlite")
def test_a_copy_of_a_database_that_was_written_as_children_told_would_be_a_clock(
    school: School, tmp_path: Path
) -> None:
    """The positive control."""
    told = [school.tell("bullying", FIRST_SLOT) for _ in range(REPORTS)]
    for id in told:
        found = open_sealed_item(school.key, id, school.intake_store.get([id])[id])
        assert isinstance(found, SealedReport)
        with school.databases.reports.write() as session:
            store_report(session, found)
    assert _in_a_copy(school, tmp_path / "control") == [id.hex for id in told]


def test_no_part_of_kiosk_copies_or_replicates_a_database_while_it_runs() -> None:
    ways = (".backup(", "VACUUM INTO", "litestream", "CREATE PUBLICATION", "pg_dump", "iterdump")
    ours = [name for name in files() if name.startswith("kiosk/") and name.endswith(".py")]
    assert len(ours) > 100, "the control: there was something to look at"
    assert [(name, way) for name in ours for way in ways if way in read(name)] == []


def _in_a_copy(school: School, folder: Path) -> list[str]:
    """The reports in a copy of the file, journal and all, as they lie there."""
    folder.mkdir()
    copy = folder / "reports.sqlite"
    for end in ("", "-wal"):
        source = school.config.data_dir / f"reports.sqlite{end}"
        if source.exists():
            (folder / f"reports.sqlite{end}").write_bytes(source.read_bytes())
    sqlite3.connect(copy).close()
    opened: Database = open_database(f"sqlite:///{copy}")
    try:
        return on_disk(opened, "report")
    finally:
        opened.engine.dispose()
