"""In which order rows lie on the disk, and how much that order says about another one."""

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select, text

from kiosk.report.models import Report, Thread
from kiosk.storage.db import Database

# Every table that a report writes, with what says to which report a row belongs.
TABLES = {
    "report": "id, day",
    "report_reader": "report_id, reader_id",
    "outbox_row": "report_id, address",
    "brought_in": "id, day",
}
THREADS = "thread"  # the last one; its rows bear the id of a thread
ENVELOPES = "the envelopes"
Key = TypeVar("Key")
INSIDE = slice(2000, 2032)  # of an envelope: beyond what SQLite and PostgreSQL keep beside the row


def kendall(one: Sequence[str], other: Sequence[str]) -> float:
    """Kendall's tau of two orders of the same things: 1 the same, 0 nothing to do with each other, -1 reversed."""
    places = {what: place for place, what in enumerate(other)}
    ranks = [places[what] for what in one]
    pairs = [(a, b) for b in range(len(ranks)) for a in range(b)]
    alike = sum(1 if ranks[a] < ranks[b] else -1 for a, b in pairs)
    return alike / len(pairs)


def orders(database: Database) -> Mapping[str, list[str]]:
    """Every order in which reports lie on the disk: rows of each table, transactions, and large envelopes."""
    found = {table: on_disk(database, table) for table in TABLES} | {THREADS: _threads(database)}
    if database.engine.dialect.name == "postgresql":
        return found | {"xmin": _by_transaction(database), ENVELOPES: _by_toast(database)}
    return found | {ENVELOPES: _by_page(database)}


def on_disk(database: Database, table: str) -> list[str]:
    """The rows of a table by the report that they belong to, as they lie on the disk."""
    if database.engine.dialect.name == "postgresql":
        column = TABLES[table].split(",")[0]
        return _asked(database, f"SELECT {column} FROM {table} ORDER BY ctid")
    return _in_the_file(database, table)


def _threads(database: Database) -> list[str]:
    """Threads as they lie on the disk."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            found = connection.execute(text("SELECT id FROM thread ORDER BY ctid")).scalars()
            return [bytes(one).hex() for one in found]
    with database.engine.connect() as connection:
        rows = connection.execute(select(Thread.id, Thread.public_key)).all()
    return by_place(_file_of(database), {row.id.hex(): row.id + row.public_key for row in rows})


def transactions(database: Database, table: str) -> int:
    """In how many transactions PostgreSQL says that the rows were written: their numbers tell an order as well."""
    with database.engine.connect() as connection:
        found = connection.execute(text(f"SELECT count(DISTINCT xmin::text) FROM {table}"))
        return int(found.scalar_one())


def _by_transaction(database: Database) -> list[str]:
    """Reports by the number of their transaction; those of one lie as they lie on the disk."""
    return _asked(database, "SELECT id FROM report ORDER BY age(xmin) DESC, ctid")


def _by_toast(database: Database) -> list[str]:
    """Reports by the number under which PostgreSQL keeps a large envelope apart: it gives them in turn."""
    with database.engine.connect() as connection:
        kept_in = connection.execute(
            text("SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = 'report'::regclass")
        ).scalar_one()
    # `pg_column_toast_chunk_id(envelope)` says the same from version 17 on.
    found = _asked(
        database,
        f"SELECT id FROM report JOIN {kept_in} ON chunk_seq = 0"
        " AND substring(envelope FOR 64) = substring(chunk_data FOR 64) ORDER BY chunk_id",
    )
    assert found, "no envelope is large enough to be kept apart"
    return found


def _asked(database: Database, question: str) -> list[str]:
    with database.engine.connect() as connection:
        return _first_each([uuid.UUID(str(row[0])).hex for row in connection.execute(text(question))])


def _by_page(database: Database) -> list[str]:
    """Reports by the place of the pages on which SQLite keeps large envelopes."""
    with database.engine.connect() as connection:
        rows = connection.execute(select(Report.id, Report.envelope)).all()
    return by_place(_file_of(database), {row.id.hex: row.envelope[INSIDE] for row in rows})


def _in_the_file(database: Database, table: str) -> list[str]:
    """Rows by the place at which their bytes stand first."""
    with database.engine.connect() as connection:
        rows = [
            tuple(map(str, row)) for row in connection.execute(text(f"SELECT {TABLES[table]} FROM {table}"))
        ]
    return _first_each(
        [row[0] for row in by_place(_file_of(database), {row: "".join(row).encode() for row in rows})]
    )


def by_place(path: Path, marks: Mapping[Key, bytes]) -> list[Key]:
    """Things by the place at which their marks stand first, in the journal or else in the file."""
    journal = path.with_name(path.name + "-wal")
    held = (journal.read_bytes() if journal.exists() else b"") + path.read_bytes()
    places = {key: held.find(mark) for key, mark in marks.items()}
    assert -1 not in places.values()
    return sorted(marks, key=places.__getitem__)


def _file_of(database: Database) -> Path:
    return Path(str(database.engine.url.database))


def _first_each(reports: list[str]) -> list[str]:
    return list(dict.fromkeys(reports))
