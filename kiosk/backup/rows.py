"""The rows of a database as lines of JSON that either kind of database can write and read back, and that are compared.

A database is read in one transaction, whatever its revision, and each table in the order of its key, so that no order
of arrival travels. Beside the rows are the types of the columns and a digest of each table. Tables that are none of
kiosk's are left alone.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    column,
    create_engine,
    exists,
    func,
    insert,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.schema import DropTable
from sqlalchemy.types import CHAR, TypeEngine

from kiosk.storage.db import Database
from kiosk.storage.schema import FIRST_REVISION, METADATA, SchemaNotCurrent, alembic_config

FORMAT = 1
AT_ONCE = 500
REVISIONS = "alembic_version"
UUID_LETTERS = 32  # SQLite keeps one as so many letters
FUNCTIONS = text(
    "SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname = current_schema() AND p.prorettype = 'trigger'::regtype "
    "AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid) "
    "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)


class RowsBroken(Exception):
    """Lines that are not those of a whole database, or that do not fit it; the text says what is wrong."""


@dataclass(frozen=True)
class TableRows:
    """One table as it was written: its columns with their types, the key that orders it, and what it held."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    count: int = 0
    digest: str = ""


@dataclass(frozen=True)
class _Kind:
    """How values of one type are written and read, and the type of a column that holds them."""

    stored_as: TypeEngine[Any]
    like: type[TypeEngine[Any]]
    write: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None


_KINDS = {
    "uuid": _Kind(Uuid(), Uuid, lambda it: it.hex, UUID),
    "bytes": _Kind(
        LargeBinary(),
        LargeBinary,
        lambda it: b64encode(it).decode("ascii"),
        lambda it: b64decode(it, validate=True),
    ),
    "instant": _Kind(DateTime(), DateTime, datetime.isoformat, datetime.fromisoformat),
    "day": _Kind(Date(), Date, date.isoformat, date.fromisoformat),
    "truth": _Kind(Boolean(), Boolean),
    "number": _Kind(Integer(), Integer),
    "text": _Kind(Text(), String),
}


@contextmanager
def frozen(database: Database) -> Iterator[Connection]:
    """A connection that sees the database as it is now until the end of the block, while others go on writing."""
    options: dict[str, Any] = {"long": True}
    if database.engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with database.engine.connect().execution_options(**options) as connection, connection.begin():
        revision_of(connection)  # the moment that is seen is that of the first statement
        yield connection


def revision_of(connection: Connection) -> str | None:
    """The revision of a database; None where no migration has ever run."""
    return MigrationContext.configure(connection).get_current_revision()


def write_rows(connection: Connection, tree: str) -> Iterator[bytes]:
    """The whole database as lines: its head, each table with its rows and their digest, and its end."""
    yield _line({"kiosk_rows": FORMAT, "tree": tree, "revision": revision_of(connection)})
    tables = tables_of(connection, tree)
    for one in tables:
        yield _line({"table": one.name, "columns": one.columns, "key": one.key})
        digest, count = sha256(), 0
        for lines in _lines_of(connection, one):
            digest.update(b"".join(lines))
            count += len(lines)
            yield b"".join(lines)
        yield _line({"end": one.name, "rows": count, "sha256": digest.hexdigest()})
    yield _line({"tables": len(tables)})


def tables_of(connection: Connection, tree: str) -> list[TableRows]:
    """The tables of kiosk's in a database, each after those that it refers to, without what they hold."""
    return [
        TableRows(
            one.name,
            tuple(sorted((column.name, _kind_of(one, column.type)) for column in one.columns)),
            tuple(column.name for column in one.primary_key),
        )
        for one in _reflected(connection, tree).sorted_tables
        if one.name != REVISIONS
    ]


def count_rows(connection: Connection, tree: str) -> dict[str, int]:
    """How many rows each table has."""
    names = [one.name for one in tables_of(connection, tree)]
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def is_empty(connection: Connection, tree: str) -> bool:
    """Whether no table of kiosk's has a row, whatever version made it."""
    there = set(inspect(connection).get_table_names())
    ours = [one for one in METADATA[tree].sorted_tables if one.name in there]
    return not any(connection.scalar(select(exists(select(1).select_from(one)))) for one in ours)


def load_rows(connection: Connection, lines: Iterable[bytes], tree: str) -> list[TableRows]:
    """Make a database without any table hold exactly what was written, at the revision it had, in this transaction.

    Raises RowsBroken where lines are missing or do not fit, where a row refers to none, or where what stands in the
    database afterwards is not, row by row, what was written.
    """
    reading = iter(lines)
    head = _read(next(reading, b""))
    if not isinstance(head, dict) or (head.get("kiosk_rows"), head.get("tree")) != (FORMAT, tree):
        raise RowsBroken(f"these are no rows of a {tree} database that this version can read")
    make_schema(connection, tree, str(head["revision"]))
    made = {one.name: one for one in tables_of(connection, tree)}
    try:
        loaded = list(_load_tables(connection, reading, made))
        _check_references(connection)
    except OperationalError:  # a full disk, say: the rows are not at fault
        raise
    except (SQLAlchemyError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise RowsBroken(f"rows of the {tree} database do not fit ({type(error).__name__})") from None
    if missing := made.keys() - {one.name for one in loaded}:
        raise RowsBroken(f"the {tree} database has more tables: {', '.join(sorted(missing))}")
    compare_rows(connection, loaded)
    return loaded


def compare_rows(connection: Connection, written: Iterable[TableRows]) -> None:
    """Read every row of a database again; raises RowsBroken unless each table holds exactly what was written."""
    for one in written:
        digest, count = sha256(), 0
        for lines in _lines_of(connection, one):
            digest.update(b"".join(lines))
            count += len(lines)
        if (count, digest.hexdigest()) != (one.count, one.digest):
            raise RowsBroken(f"{one.name} holds something else than was written")


def make_schema(connection: Connection, tree: str, revision: str) -> None:
    """Make the tables of one revision in a database without any; SchemaNotCurrent where this version has no such."""
    if revision not in known_revisions(tree):
        age = "a newer version of kiosk" if revision > FIRST_REVISION else "a version of kiosk before 0.2"
        raise SchemaNotCurrent(f"these are rows of {age} (schema {revision} of the {tree} database)")
    command.upgrade(alembic_config(tree, connection), revision)


def known_revisions(tree: str) -> list[str]:
    """The revisions of a database that this version knows."""
    return [one.revision for one in ScriptDirectory.from_config(alembic_config(tree)).walk_revisions()]


def drop_tables(connection: Connection, tree: str) -> None:
    """Take everything of kiosk out of a database, in this transaction."""
    for one in reversed(_reflected(connection, tree).sorted_tables):
        connection.execute(DropTable(one))
    if connection.dialect.name == "postgresql":
        for function in connection.execute(FUNCTIONS).scalars().all():
            connection.execute(text(f"DROP FUNCTION {function}"))


def _reflected(connection: Connection, tree: str) -> MetaData:
    metadata, others = MetaData(), _others(connection, tree)
    metadata.reflect(connection, only=lambda name, _: name not in others)
    return metadata


def _others(connection: Connection, tree: str) -> set[str]:
    """Tables that are not of kiosk: neither this version has them, nor did that which made this database."""
    unknown = set(inspect(connection).get_table_names()) - METADATA[tree].tables.keys() - {REVISIONS}
    revision = revision_of(connection)
    if not unknown or revision is None:
        return unknown
    if revision not in known_revisions(tree):  # a newer version's, which knows which are its own
        return set()
    engine = create_engine("sqlite://")
    with engine.begin() as beside:
        make_schema(beside, tree, revision)
        unknown -= set(inspect(beside).get_table_names())
    engine.dispose()
    return unknown


def _kind_of(one: Table, found: TypeEngine[Any]) -> str:
    """The name of a column's type, the same in both kinds of database."""
    if isinstance(found, CHAR) and found.length == UUID_LETTERS:
        return "uuid"
    for name, kind in _KINDS.items():
        if isinstance(found, kind.like):
            return name
    raise RowsBroken(f"{one.name} has a column of a type that no copy knows: {found}")


def _lines_of(connection: Connection, one: TableRows) -> Iterator[list[bytes]]:
    """The rows of a table in the order of its key, some hundred lines at a time."""
    kinds = [_KINDS[kind] for _, kind in one.columns]
    columns = {name: column(name, _KINDS[kind].stored_as) for name, kind in one.columns}
    wanted = (
        select(*columns.values()).select_from(table(one.name)).order_by(*_ordered(connection, one, columns))
    )
    rows = connection.execute(wanted.execution_options(yield_per=AT_ONCE))
    for some in rows.partitions():
        yield [
            _line(
                [
                    value if value is None or kind.write is None else kind.write(value)
                    for value, kind in zip(row, kinds, strict=True)
                ]
            )
            for row in some
        ]


def _ordered(connection: Connection, one: TableRows, columns: dict[str, Any]) -> Iterator[ColumnElement[Any]]:
    """What orders a table: its key, and words by their bytes, as in SQLite, whatever the language of the server."""
    by_bytes = connection.dialect.name == "postgresql"
    kinds = dict(one.columns)
    for name in one.key:
        yield columns[name].collate("C") if by_bytes and kinds[name] == "text" else columns[name]


def _load_tables(
    connection: Connection, reading: Iterator[bytes], made: dict[str, TableRows]
) -> Iterator[TableRows]:
    for count, line in enumerate(reading):
        head = _read(line)
        if not isinstance(head, dict):
            raise RowsBroken("a row stands outside of a table")
        if "tables" in head:
            if head["tables"] != count or next(reading, None) is not None:
                raise RowsBroken("some tables are missing or too many")
            return
        fits = made.get(str(head.get("table")))
        columns = tuple((str(name), str(kind)) for name, kind in head.get("columns", ()))
        if fits is None or columns != fits.columns:
            raise RowsBroken(f"the table {head.get('table')} is not one of that revision")
        yield _load_table(connection, reading, TableRows(fits.name, columns, tuple(head["key"])))
    raise RowsBroken("the end is missing")


def _load_table(connection: Connection, reading: Iterator[bytes], one: TableRows) -> TableRows:
    kinds = [(name, _KINDS[kind]) for name, kind in one.columns]
    into = insert(table(one.name, *(column(name, kind.stored_as) for name, kind in kinds)))
    digest, count, rows = sha256(), 0, []
    for line in reading:
        row = _read(line)
        if isinstance(row, dict):
            break
        digest.update(line)
        count += 1
        rows.append(
            {
                name: value if value is None or kind.read is None else kind.read(value)
                for value, (name, kind) in zip(row, kinds, strict=True)
            }
        )
        if len(rows) == AT_ONCE:
            connection.execute(into, rows)
            rows = []
    else:
        raise RowsBroken("the end is missing")
    if rows:
        connection.execute(into, rows)
    if row != {"end": one.name, "rows": count, "sha256": digest.hexdigest()}:
        raise RowsBroken(f"rows of {one.name} are missing, or were changed")
    return replace(one, count=count, digest=digest.hexdigest())


def _check_references(connection: Connection) -> None:
    """PostgreSQL has checked each row as it came; SQLite is asked once more about all of them."""
    if connection.dialect.name == "sqlite" and (
        found := connection.execute(text("PRAGMA foreign_key_check")).first()
    ):
        raise RowsBroken(f"a row of {found[0]} refers to none")


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _read(line: bytes) -> Any:
    """What a line says: a list for a row, an object for what stands around rows."""
    if not line.endswith(b"\n"):
        raise RowsBroken("the end is missing")
    found = json.loads(line)
    if not isinstance(found, list | dict):
        raise RowsBroken("a line is none of kiosk's")
    return found
