"""Upsert: insert or update in one statement, so that two simultaneous taps both succeed and both count. Each
statement is built once for each kind of database, as building one costs more than executing it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

from kiosk.storage.prepared import PreparedStatement

Row = Mapping[str, Any]
NewRow = Any  # has the columns of the row that was to be inserted


class Upsert:
    """Inserts a row, or changes the one with the same primary key, if `where` holds for it."""

    def __init__(
        self,
        table: type[DeclarativeBase],
        change: Callable[[NewRow], dict[str, Any]],
        where: Callable[[NewRow], ColumnElement[bool]] | None = None,
    ) -> None:
        self._table, self._change, self._where = table, change, where
        self._made: dict[str, PreparedStatement] = {}

    def __call__(self, place: Session | Connection, row: Row) -> None:
        """Send it for one row; all rows of one statement name the same columns."""
        connection = _flushed(place)
        dialect = connection.dialect.name
        if dialect not in self._made:
            insert = _insert(dialect, self._table)
            changing = insert.on_conflict_do_update(
                index_elements=_key(self._table),
                set_=self._change(insert.excluded),
                where=self._where(insert.excluded) if self._where else None,
            )
            self._made[dialect] = PreparedStatement(changing)
        self._made[dialect].send(connection, row)


def insert_if_new(place: Session | Connection, table: type[DeclarativeBase], row: Row) -> bool:
    """Insert a row; one with the same primary key stays as it is. Returns whether the row is new."""
    connection = _flushed(place)
    return connection.execute(_keeping(connection.dialect.name, table), row).rowcount > 0


def count_new(place: Session | Connection, table: type[DeclarativeBase], rows: Sequence[Row]) -> int:
    """Insert the rows of which there is none with the same primary key, in one statement; how many those are."""
    connection = _flushed(place)
    return connection.execute(_keeping(connection.dialect.name, table), rows).rowcount if rows else 0


def _flushed(place: Session | Connection) -> Connection:
    if isinstance(place, Connection):
        return place
    place.flush()  # rows that this one refers to may not be flushed yet
    return place.connection()


@cache
def _keeping(dialect: str, table: type[DeclarativeBase]) -> Executable:
    statement = _insert(dialect, table).on_conflict_do_nothing(index_elements=_key(table))
    return statement.execution_options(preserve_rowcount=True)


def _insert(dialect: str, table: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    rows = table.metadata.tables[table.__tablename__]
    return sqlite.insert(rows) if dialect == "sqlite" else postgresql.insert(rows)


def _key(table: type[DeclarativeBase]) -> list[str]:
    return [column.name for column in table.__table__.primary_key]
