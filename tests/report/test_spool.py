"""What no database takes waits as a sealed file, whole or not at all, and is brought in once (promise D3)."""

import os
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kiosk.db import Databases
from kiosk.outbox import OutboxRow
from kiosk.report import spool
from kiosk.report.intake import SealedReport, store
from kiosk.report.models import Report, ReportReader, ReportState, Thread
from kiosk.report.setup import zone_of
from kiosk.report.spool import SpoolBroken, bring_in, discard, put_aside, read_file, read_waiting, waiting
from tests.factories import open_zone
from tests.report.sealed import RING, sealed_report, words_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files wait; it is made with the first of them."""
    return tmp_path / "spool"


def one_row(databases: Databases, table: Any) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("reply", ["yes", ""])
def test_what_is_put_aside_comes_back_as_it_was(folder: Path, reply: str) -> None:
    sealed = sealed_report(words="please keep me", danger="yes", reply=reply)
    put_aside(folder, sealed)
    (path,) = waiting(folder)
    assert asdict(read_file(path)) == asdict(sealed)
    assert b"please keep me" not in path.read_bytes()


def test_a_file_tells_nothing_of_when_it_came_and_is_for_its_owner_alone(folder: Path) -> None:
    for _ in range(30):
        put_aside(folder, sealed_report())
    paths = waiting(folder)
    assert len({path.name for path in paths}) == 30
    assert all(re.fullmatch(r"[0-9a-f]{32}\.sealed", path.name) for path in paths)
    assert {path.stat().st_mtime for path in paths} == {0}
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    names = "".join(path.name for path in paths)
    assert not any(read_file(path).id.hex in names for path in paths), "nor of which report it holds"


def test_the_names_of_files_are_not_in_the_order_in_which_they_came(folder: Path) -> None:
    came = []
    for _ in range(30):
        sealed = sealed_report()
        put_aside(folder, sealed)
        came.append(sealed.id)
    assert [sealed.id for _, sealed in read_waiting(folder)] != came


@pytest.mark.parametrize("broken", ["os.write", "os.fsync", "pathlib.Path.replace", "os.open", "os.utime"])
def test_what_cannot_be_made_durable_is_said_and_leaves_nothing(folder: Path, broken: str) -> None:
    folder.mkdir()
    with patch(broken, side_effect=OSError(28, "no space")), pytest.raises(OSError, match="no space"):
        put_aside(folder, sealed_report())
    assert list(folder.iterdir()) == []


def test_file_and_folder_are_both_forced_to_the_disk_and_the_name_comes_last(folder: Path) -> None:
    calls: list[str] = []
    sync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        calls.append("folder" if Path(f"/proc/self/fd/{handle}").is_dir() else "file")
        sync(handle)

    def named(path: Path, target: Path) -> Path:
        calls.append("name")
        return replace(path, target)

    folder.mkdir()
    with patch("os.fsync", synced), patch.object(Path, "replace", named):
        put_aside(folder, sealed_report())
    assert calls[-3:] == ["file", "name", "folder"]


def test_what_waits_is_brought_in_whole_with_its_alerts_and_its_way_back(
    databases: Databases, folder: Path, readers: dict[str, str]
) -> None:
    sealed = sealed_report(RING, words="kept", reply="yes")
    put_aside(folder, sealed)
    assert bring_in(databases.reports, folder) == 1
    assert waiting(folder) == []
    with databases.reports.session(write=False) as session:
        row = session.scalars(select(Report)).one()
        assert (row.id, row.day, row.slot, row.route) == (sealed.id, sealed.day, sealed.slot, sealed.route)
        assert (row.envelope, row.urgent, row.retention) == (sealed.envelope, sealed.urgent, sealed.retention)
        assert words_of(session) == ["kept"]
    assert one_row(databases, ReportReader) == len(sealed.wraps)
    assert one_row(databases, OutboxRow) == len(sealed.alerts)
    assert one_row(databases, Thread) == 1


def test_after_something_was_brought_in_reports_are_looked_through_for_new_keys_again(
    databases: Databases, folder: Path
) -> None:
    with databases.reports.write() as session:
        open_zone(session)
        zone_of(session).noted_version = 3
    assert bring_in(databases.reports, folder) == 0
    with databases.reports.session(write=False) as session:
        assert zone_of(session).noted_version == 3, "nothing came, nothing is looked through"
    put_aside(folder, sealed_report(RING))  # for the readers of then; the list may have changed since
    assert bring_in(databases.reports, folder) == 1
    with databases.reports.session(write=False) as session:
        assert zone_of(session).noted_version == 0


def test_the_same_report_twice_in_the_spool_and_once_in_the_database_is_one_report(
    databases: Databases, folder: Path
) -> None:
    sealed = sealed_report(RING)
    with databases.reports.write() as session:
        store(session, sealed)
        session.get_one(Report, sealed.id).state = ReportState.OPENED
    put_aside(folder, sealed)
    put_aside(folder, sealed)
    assert bring_in(databases.reports, folder) == 2
    assert bring_in(databases.reports, folder) == 0
    with databases.reports.session(write=False) as session:
        assert [row.state for row in session.scalars(select(Report))] == [ReportState.OPENED]
    assert one_row(databases, ReportReader) == len(sealed.wraps) == 3
    assert one_row(databases, OutboxRow) == len(sealed.alerts) == 2


def test_a_crash_between_storing_and_discarding_brings_it_in_again_and_keeps_one(
    databases: Databases, folder: Path
) -> None:
    put_aside(folder, sealed_report(words="kept"))
    with patch.object(spool, "discard", side_effect=SystemExit), pytest.raises(SystemExit):
        bring_in(databases.reports, folder)
    assert len(waiting(folder)) == 1
    assert bring_in(databases.reports, folder) == 1
    assert (one_row(databases, Report), waiting(folder)) == (1, [])


def test_a_file_stays_until_its_report_is_durable(databases: Databases, folder: Path) -> None:
    put_aside(folder, sealed_report(words="kept"))
    with (
        patch.object(Session, "commit", side_effect=OperationalError("commit", {}, OSError())),
        patch.object(spool, "store", side_effect=OperationalError("insert", {}, OSError())),
        pytest.raises(OperationalError),
    ):
        bring_in(databases.reports, folder)
    assert len(waiting(folder)) == 1
    assert bring_in(databases.reports, folder) == 1


def _cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


@pytest.mark.parametrize(
    "change", [_cut, lambda whole: b"", lambda whole: b"{}", lambda whole: b"[1]", lambda whole: b"\xff\xfe"]
)
def test_a_file_that_is_none_of_ours_is_passed_over_and_never_removed(
    databases: Databases, folder: Path, change: Callable[[bytes], bytes]
) -> None:
    put_aside(folder, sealed_report())
    (broken,) = waiting(folder)
    broken.write_bytes(change(broken.read_bytes()))
    with pytest.raises(SpoolBroken):
        read_file(broken)
    put_aside(folder, sealed_report(words="kept"))
    assert bring_in(databases.reports, folder) == 1
    assert waiting(folder) == [broken]


def test_a_half_written_file_does_not_count_and_a_missing_folder_is_empty(folder: Path) -> None:
    assert waiting(folder) == []
    folder.mkdir()
    (folder / "0123.part").write_bytes(b"half")
    assert waiting(folder) == []
    discard(folder / "gone.sealed")


def test_a_report_that_a_database_refuses_does_not_keep_the_others_out(
    databases: Databases, folder: Path
) -> None:
    bad = sealed_report(words="bad")
    with patch.object(spool, "random_bytes", return_value=bytes(16)):  # the first by name
        put_aside(folder, bad)
    for number in range(3):
        put_aside(folder, sealed_report(words=f"good {number}"))

    def refusing(session: Any, sealed: SealedReport) -> None:
        if sealed.id == bad.id:
            raise ValueError("refused")
        store(session, sealed)

    with patch.object(spool, "store", refusing), pytest.raises(ValueError, match="refused"):
        bring_in(databases.reports, folder)
    with databases.reports.session(write=False) as session:
        assert words_of(session) == ["good 0", "good 1", "good 2"]
    assert [read_file(path).id for path in waiting(folder)] == [bad.id]
