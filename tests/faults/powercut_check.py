"""After the power came back: is every report there that a child was thanked for, and nothing by half?"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from random import Random

from tests.faults.powercut_disk import Disk, Image, crashes
from tests.faults.powercut_record import REPORTS, Thanked
from tests.faults.powercut_replay import Committed, Rows, Story, rows_of


@dataclass
class Promise:
    """What must be found after a crash at one moment."""

    thanked: frozenset[str] = frozenset()
    possible: Sequence[Rows] = ()


@dataclass
class Verdict:
    """How many different crash states were opened, and what was wrong with which."""

    states: int = 0
    lost: int = 0
    corrupt: int = 0
    halves: int = 0
    strange: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, kind: str, moment: int, faults: list[str]) -> None:
        """Count one state."""
        self.states += 1
        self.kinds[kind] += 1
        for fault in faults:
            setattr(self, fault, getattr(self, fault) + 1)
            self.wrong.append(f"{fault} at {moment} ({kind})")


def judge(story: Story, folder: Path, chance: Random, rounds: int, at_most: int) -> Verdict:
    """Open states from every moment of a story; where that makes more than `at_most`, about as many by chance."""
    verdict, seen = Verdict(), set()
    folder.mkdir(parents=True)
    share = at_most / (len(story.events) * (2 + 4 * rounds))
    for moment, (disk, promise) in enumerate(_moments(story)):
        for kind, image in crashes(disk, chance, rounds, share):
            mark = _mark(image, promise)
            if mark not in seen:
                seen.add(mark)
                verdict.add(kind, moment, found_wrong(image, promise, folder))
    return verdict


def found_wrong(image: Image, promise: Promise, folder: Path) -> list[str]:
    """Which of lost, corrupt, halves, strange is true of what a fresh connection finds in these files."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in image.items():
        (folder / name).write_bytes(content)
    try:
        with closing(sqlite3.connect(folder / REPORTS)) as connection:
            connection.execute("PRAGMA synchronous=off")  # this disk may forget; only what is found counts
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return ["corrupt"]
            rows = rows_of(connection)
            return _faults(connection, rows, promise)
    except sqlite3.DatabaseError:
        return ["corrupt"]


def _faults(connection: sqlite3.Connection, rows: Rows, promise: Promise) -> list[str]:
    reports = _column(connection, "SELECT id FROM report")
    faults = []
    if not promise.thanked <= reports:
        faults.append("lost")
    if reports != _column(connection, "SELECT report_id FROM outbox_row") or reports != _column(
        connection, "SELECT report_id FROM report_reader"
    ):
        faults.append("halves")
    if rows not in promise.possible:
        faults.append("strange")
    return faults


def _column(connection: sqlite3.Connection, sql: str) -> set[str]:
    return {row[0] for row in connection.execute(sql)}


def _moments(story: Story) -> Iterator[tuple[Disk, Promise]]:
    """Each point between two operations: the disk, which reports are thanked for, which states are whole.

    Whole is a state after a commit: not older than the last one before a thank-you, at most one that was begun.
    """
    commits = [story.rows, *(one.rows for one in story.events if isinstance(one, Committed))]
    disk, thanked = Disk.holding(story.before), frozenset[str]()
    done = owed = 0
    yield disk, Promise(thanked, commits[:2])
    for one in story.events:
        if isinstance(one, Thanked):
            thanked |= one.reports
            owed = done
        elif isinstance(one, Committed):
            done += 1
            continue
        else:
            disk.apply(one)
        yield disk, Promise(thanked, commits[owed : done + 2])


def _mark(image: Image, promise: Promise) -> bytes:
    """Two states with one mark are the same state."""
    digest = blake2b(repr((sorted(promise.thanked), len(promise.possible))).encode())
    for name in sorted(image):
        digest.update(name.encode() + len(image[name]).to_bytes(8) + image[name])
    return digest.digest()
