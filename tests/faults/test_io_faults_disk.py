"""Real limits: a file that may not grow, a database that may not, and a disk that is full (promises D1, D3)."""

import logging
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.faults.figures import reached, trials
from tests.faults.io_faults_calls import INTAKE, STORES
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


@pytest.mark.parametrize("store", STORES)
def test_a_file_that_may_not_grow_is_no_false_thank_you(store: str, school: World) -> None:
    log = school.config.data_dir / f"{store}-wal"
    steps = trials(6, 60)
    for act in (school.trial, school.merge_trial):
        for step in range(steps):
            act("first", no_limit())  # each begins with a log of the same kind
            size = log.stat().st_size + step * 20 * PAGE // steps if step else 1024
            act(f"files up to {size}", no_file_larger_than(size))
    said(f"files that may not grow beyond the log of {store}", 2 * steps, school)
    assert (school.wrong, school.stuck) == ([], [])
    assert school.thanked and school.honest
    assert school.merged and school.unmerged


@pytest.mark.parametrize("store", STORES)
def test_a_store_that_may_not_grow_is_no_false_thank_you(store: str, school: World) -> None:
    engine = (school.intake.intake if store == INTAKE else school.intake.reports).engine
    more = trials(4, 12)

    def limit(connection: sqlite3.Connection, record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + allowed // 3}")

    @contextmanager
    def limited() -> Iterator[None]:
        engine.dispose()
        with closing(sqlite3.connect(school.config.data_dir / store)) as connection:
            connection.execute("VACUUM")  # or what the last trial left would be free
        event.listen(engine, "connect", limit)
        yield
        event.remove(engine, "connect", limit)
        engine.dispose()

    for allowed in range(more):
        for act in (school.trial, school.merge_trial):
            for _ in range(4):
                act(f"{allowed} more", limited(), COLD)
    said(f"{store} that may not grow", 8 * more, school)
    assert (school.wrong, school.stuck) == ([], [])
    assert school.honest if store == INTAKE else school.unmerged, "it was full"


def said(what: str, tried: int, school: World) -> None:
    """The results of these trials."""
    reached(
        what,
        f"{tried} trials, {school.thanked} thanked, {school.honest} told, {school.merged} merged in spite of it, "
        f"{school.unmerged} later",
    )


@contextmanager
def no_limit() -> Iterator[None]:
    """Everything goes well."""
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
        for act in (school.trial, school.merge_trial):
            for step in range(steps):
                left = step * PAGE * 40 // steps
                act(f"{left} bytes left", filled(small_disk, left), COLD)
        said("a full disk", 2 * steps, school)
        assert (school.wrong, school.stuck) == ([], [])
        assert school.thanked
        assert school.honest
        assert school.merged and school.unmerged
        school.intake.dispose()
