"""After the power came back: is all in a store that a child was thanked for, and merged once and whole after that?"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

from kiosk.config import Config
from kiosk.storage.outages import DATABASE_ERRORS
from tests.faults.merger import merger_of
from tests.faults.powercut_disk import Disk, Image, crashes
from tests.faults.powercut_record import IDS, INTAKE, REPORTS, STORES, Thanked
from tests.faults.powercut_replay import Committed, Rows, Story, rows_of

EACH_ALERT = "SELECT count(*) FROM outbox_row GROUP BY report_id, address"
OF_A_REPORT = ("SELECT report_id FROM outbox_row", "SELECT report_id FROM report_reader")
THROWN = "SELECT id FROM thread WHERE length(thrown) > 0"


@dataclass
class Promise:
    """What must be found after a crash at one moment."""

    thanked: frozenset[str] = frozenset()
    possible: Mapping[str, Sequence[Rows]] = field(default_factory=dict)  # by store


@dataclass
class Verdict:
    """How many different crash states were opened and merged, and what was wrong with which."""

    states: int = 0
    lost: int = 0  # in neither store, or not there after a merge
    corrupt: int = 0
    halves: int = 0
    doubled: int = 0  # a second alert, or something that stays in the intake after its merge
    strange: int = 0
    in_both: int = 0  # merged and not yet forgotten: nothing wrong, but it must have been tried
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, kind: str, moment: int, faults: list[str]) -> None:
        """Count one state."""
        self.states += 1
        self.kinds[kind] += 1
        for fault in faults:
            setattr(self, fault, getattr(self, fault) + 1)
            if fault != "in_both":
                self.wrong.append(f"{fault} at {moment} ({kind})")


def judge(story: Story, folder: Path, chance: Random, rounds: int, at_most: int) -> Verdict:
    """Open states from every moment of a story; where that makes more than `at_most`, about as many by chance."""
    verdict, seen = Verdict(), set()
    share = at_most / (len(story.events) * (2 + 4 * rounds))
    for moment, (disk, promise) in enumerate(_moments(story)):
        for kind, image in crashes(disk, chance, rounds, share):
            mark = _mark(image, promise)
            if mark not in seen:
                seen.add(mark)
                verdict.add(kind, moment, found_wrong(image, promise, folder, story.site_key))
    return verdict


def found_wrong(image: Image, promise: Promise, folder: Path, site_key: bytes) -> list[str]:
    """What is true of these files: by what a fresh connection finds, and after kiosk has merged what waits in them."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, content in (image | {"site.key": site_key}).items():
        (folder / name).write_bytes(content)
    (folder / "site.key").chmod(0o600)
    try:
        found = _look(folder)
        with merger_of(Config(data_dir=folder)) as intake:
            intake.merge_all()
        merged = _look(folder)
    except (sqlite3.DatabaseError, *DATABASE_ERRORS):
        return ["corrupt"]
    there = found.held | found.merged
    faults = {
        "lost": not promise.thanked <= there or not there <= merged.merged,
        "halves": found.by_half or merged.by_half,
        "doubled": merged.alerted_twice or bool(merged.held or merged.merged - there),
        "strange": any(found.rows[store] not in promise.possible.get(store, ()) for store in STORES),
        "in_both": bool(found.held & found.merged),
    }
    return [name for name, is_so in faults.items() if is_so]


@dataclass
class _Found:
    """What stands in both stores."""

    rows: dict[str, Rows]
    held: set[str]
    merged: set[str]
    by_half: bool
    alerted_twice: bool


def _look(folder: Path) -> _Found:
    """What fresh connections find; raises sqlite3.DatabaseError where a file is broken."""
    with _opened(folder / INTAKE) as intake, _opened(folder / REPORTS) as reports:
        rows = {INTAKE: rows_of(intake), REPORTS: rows_of(reports)}
        held = _column(intake, IDS[INTAKE]) if rows[INTAKE] else set()  # else nobody has made a table yet
        merged = _column(reports, IDS[REPORTS])
        told = _column(reports, "SELECT id FROM report")
        by_half = any(_column(reports, sql) != told for sql in OF_A_REPORT)
        by_half |= not told <= merged or len(merged - told) != len(_column(reports, THROWN))
        return _Found(rows, held, merged, by_half, max(_column(reports, EACH_ALERT), default=1) > 1)


def _column(connection: sqlite3.Connection, sql: str) -> set[Any]:
    return {row[0] for row in connection.execute(sql)}


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=off")  # this disk may forget; only what is found counts
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError(f"{path.name} is broken")
        yield connection


def _moments(story: Story) -> Iterator[tuple[Disk, Promise]]:
    """Each point between two operations: the disk, which reports are thanked for, which states are whole.

    Whole is a state after a commit: not older than the last one on which something was built, a thank-you or a
    commit in the other store, and at most one that was begun.
    """
    commits = {store: [story.rows[store]] for store in STORES}
    for one in story.events:
        if isinstance(one, Committed):
            commits[one.store].append(one.rows)
    disk, thanked = Disk.holding(story.before), frozenset[str]()
    done, owed = dict.fromkeys(STORES, 0), dict.fromkeys(STORES, 0)

    def promise() -> Promise:
        return Promise(thanked, {one: commits[one][owed[one] : done[one] + 2] for one in STORES})

    yield disk, promise()
    for one in story.events:
        if isinstance(one, Thanked):
            thanked |= one.ids
            owed = dict(done)
        elif isinstance(one, Committed):
            done[one.store] += 1
            owed |= {store: done[store] for store in STORES if store != one.store}
            continue
        else:
            disk.apply(one)
        yield disk, promise()


def _mark(image: Image, promise: Promise) -> bytes:
    """Two states with one mark are the same state."""
    possible = [(store, len(states)) for store, states in sorted(promise.possible.items())]
    digest = blake2b(repr((sorted(promise.thanked), possible)).encode())
    for name in sorted(image):
        digest.update(name.encode() + len(image[name]).to_bytes(8) + image[name])
    return digest.digest()
