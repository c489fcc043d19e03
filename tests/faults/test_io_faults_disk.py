"""Real limits: a file that may not grow, a database that may not, and a disk that is full (promises D1, D3)."""

import logging
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.faults.figures import reached, trials
from tests.faults.io_faults_calls import REPORTS
from tests.faults.io_faults_world import COLD, World, world

PAGE = 4096
SMALL_DISK = 3 * 1024 * 1024


@pytest.fixture
def school(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """While it is open, no file of this process grows over `size`."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    logging.disable()  # what is printed may go into a file as well
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        logging.disable(logging.NOTSET)


def test_a_file_that_may_not_grow_is_no_false_thank_you(school: World) -> None:
    log = school.config.data_dir / f"{REPORTS}-wal"
    steps = trials(6, 60)
    for step in range(steps):
        size = log.stat().st_size + step * 14 * PAGE // steps if step else 1024
        school.trial(f"files up to {size}", no_file_larger_than(size))
        school.clear_spool(f"files up to {size}")
    reached("files that may not grow", f"{steps} trials, {school.thanked} thanked, {school.honest} told")
    assert (school.wrong, school.stuck) == ([], [])
    assert school.thanked
    assert school.honest


def test_a_database_that_may_not_grow_is_no_false_thank_you(school: World) -> None:
    more = iter(range(trials(4, 12)))

    def limit(connection: sqlite3.Connection, record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + allowed // 3}")

    for allowed in more:
        event.listen(school.databases.reports.engine, "connect", limit)
        for _ in range(4):
            school.trial(f"{allowed} more", no_limit(), COLD)
        event.remove(school.databases.reports.engine, "connect", limit)
        school.databases.reports.engine.dispose()
        assert list(school.config.spool_path.glob("*.sealed")) or allowed, "it was never full"
        school.clear_spool(f"{allowed} more")
    assert (school.wrong, school.stuck) == ([], [])


@contextmanager
def no_limit() -> Iterator[None]:
    """The limit is in the connection already."""
    yield


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "kiosk-full-disk", disk], capture_output=True
    )
    if not made or made.returncode:
        pytest.skip("a small disk can only be mounted by root, where the machine allows it")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@contextmanager
def filled(disk: Path, left: int) -> Iterator[None]:
    """While it is open, only `left` bytes of a disk are free."""
    free = shutil.disk_usage(disk).free - left
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(max(0, free)))
    try:
        yield
    finally:
        ballast.unlink()


def test_a_full_disk_is_no_false_thank_you(small_disk: Path, tmp_path: Path) -> None:
    steps = trials(6, 40)
    with world(small_disk, aside=tmp_path / "aside") as school:
        for step in range(steps):
            left = step * PAGE * 40 // steps
            school.trial(f"{left} bytes left", filled(small_disk, left), COLD)
            school.clear_spool(f"{left} bytes left")
        reached("a full disk", f"{steps} trials, {school.thanked} thanked, {school.honest} told")
        assert (school.wrong, school.stuck) == ([], [])
        assert school.thanked
        assert school.honest
        school.databases.reports.engine.dispose()
