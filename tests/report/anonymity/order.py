"""In which order rows lie on the disk, and how much that order says about another one."""

import uuid
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from kiosk.db import Database

TABLES = {
    "report": "id",
    "report_reader": "report_id, reader_id",
    "outbox_row": "report_id, address",
}


def kendall(one: Sequence[str], other: Sequence[str]) -> float:
    """Kendall's tau of two orders of the same things: 1 the same, 0 nothing to do with each other, -1 reversed."""
    places = {what: place for place, what in enumerate(other)}
    ranks = [places[what] for what in one]
    pairs = [(a, b) for b in range(len(ranks)) for a in range(b)]
    alike = sum(1 if ranks[a] < ranks[b] else -1 for a, b in pairs)
    return alike / len(pairs)


def on_disk(database: Database, table: str) -> list[str]:
    """The rows of a table by the report that they belong to, as they lie on the disk."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            column = TABLES[table].split(",")[0]
            found = connection.execute(text(f"SELECT {column} FROM {table} ORDER BY ctid"))
            return _first_each([uuid.UUID(str(row[0])).hex for row in found])
    return _in_the_file(database, table)


def transactions(database: Database, table: str) -> int:
    """In how many transactions PostgreSQL says that the rows were written: their numbers tell an order as well."""
    with database.engine.connect() as connection:
        found = connection.execute(text(f"SELECT count(DISTINCT xmin::text) FROM {table}"))
        return int(found.scalar_one())


def _in_the_file(database: Database, table: str) -> list[str]:
    """Rows by the place at which their bytes stand first, in the journal or else in the file."""
    with database.engine.connect() as connection:
        rows = [
            tuple(map(str, row)) for row in connection.execute(text(f"SELECT {TABLES[table]} FROM {table}"))
        ]
    path = Path(str(database.engine.url.database))
    journal = path.with_name(path.name + "-wal")
    held = (journal.read_bytes() if journal.exists() else b"") + path.read_bytes()
    places = {row: held.find("".join(row).encode()) for row in rows}
    assert -1 not in places.values()
    return _first_each([row[0] for row in sorted(rows, key=places.__getitem__)])


def _first_each(reports: list[str]) -> list[str]:
    return list(dict.fromkeys(reports))
