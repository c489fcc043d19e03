"""What was recorded runs again on stores whose every write and sync is noted."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from tests.faults.powercut_disk import Image
from tests.faults.powercut_record import STORES, Closed, Recording, Thanked
from tests.faults.vfs import LAYER, Change, recording

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
Rows = Mapping[str, frozenset[tuple[Any, ...]]]


@dataclass(frozen=True)
class Committed:
    """A transaction is over: COMMIT has returned, and this is what stands in that store."""

    store: str
    rows: Rows


@dataclass
class Story:
    """The files at the start, what stood in them, and every change of a file, commit and thank-you since."""

    before: Image
    rows: Mapping[str, Rows]  # by store
    events: list[Change | Committed | Thanked]
    after: Image
    site_key: bytes


def replay(recorded: Recording, folder: Path, said: Callable[[str], str] = lambda sql: sql) -> Story:
    """Run each statement once more, on the connection that ran it; `said` may change a statement first."""
    start = _rows_in(recorded.before, folder / "at-first")
    rows = dict(start)
    place = _laid(recorded.before, folder / "again")
    connections: dict[int, apsw.Connection] = {}
    with recording() as log:
        for step in recorded.steps:
            if isinstance(step, Thanked):
                log.append(step)
                continue
            if isinstance(step, Closed):
                connections.pop(step.connection).close()
                continue
            connection = connections.get(step.connection)
            if connection is None:
                path = str(place / step.store)
                connection = connections[step.connection] = apsw.Connection(path, vfs=LAYER)
            was_inside, before = connection.in_transaction, connection.total_changes()
            list(connection.execute(said(step.sql)))
            if not connection.in_transaction and (was_inside or connection.total_changes() != before):
                now = rows_of(connection)
                if now != rows[step.store]:
                    log.append(Committed(step.store, now))
                    rows[step.store] = now
        for connection in connections.values():
            connection.close()
    after = {path.name: path.read_bytes() for path in place.iterdir() if path.suffix != ".sqlite-shm"}
    return Story(recorded.before, start, log, after, recorded.site_key)  # type: ignore[arg-type]


def with_synchronous(level: str) -> Callable[[str], str]:
    """The same statements, but for how hard SQLite is to ask the disk."""

    def said(sql: str) -> str:
        return f"PRAGMA synchronous={level}" if sql.startswith("PRAGMA synchronous=") else sql

    return said


def rows_of(connection: apsw.Connection | sqlite3.Connection) -> Rows:
    """Everything in a database, by table."""
    names = [str(name) for (name,) in connection.execute(TABLES).fetchall()]
    return {
        name: frozenset(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in sorted(names)
    }


def _laid(image: Image, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, content in image.items():
        (folder / name).write_bytes(content)
    return folder


def _rows_in(image: Image, folder: Path) -> dict[str, Rows]:
    found, place = {}, _laid(image, folder)
    for store in STORES:
        with closing(sqlite3.connect(place / store)) as connection:
            found[store] = rows_of(connection)
    return found
