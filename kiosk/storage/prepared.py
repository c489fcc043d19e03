"""Prepared statements for what pages send all the time: compiled once and given directly to the driver (ADR 34).
SQLAlchemy caches compiled statements too, but its work around each execution costs several times what a database needs
to answer. Connections, their transactions and errors stay SQLAlchemy's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Column, Connection, Dialect, Executable
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeEngine, Uuid

from kiosk.storage.engines import ask_driver

MOST_IDS = 1000  # that one column of a statement knows without making them anew

Values = Mapping[str, Any]
Row = tuple[Any, ...]
Change = Callable[[Any], Any]  # converts one value from Python to the database, or back


@dataclass(frozen=True)
class _CompiledStatement:
    """A compiled statement: its parameters, how they are converted, and how a row is read."""

    sql: str
    in_order: bool  # the driver takes a list of values, not their names
    names: frozenset[str]
    places: list[tuple[str, Change | None]]
    fixed: Values
    columns: list[Change | None] | None

    def given(self, values: Values) -> list[Any] | dict[str, Any]:
        """The values as the driver takes them; raises ValueError where others are given than the first time."""
        if values.keys() != self.names:
            raise ValueError(f"other values than the first time: {sorted(values)} for {sorted(self.names)}")
        known = {**self.fixed, **values} if self.fixed else values
        if self.in_order:
            return [store(known[name]) if store else known[name] for name, store in self.places]
        return {name: store(known[name]) if store else known[name] for name, store in self.places}

    def read(self, rows: list[Row]) -> list[Row]:
        """The rows as Python knows them."""
        if self.columns is None:
            return rows
        return [
            tuple([read(value) if read else value for read, value in zip(self.columns, row, strict=True)])
            for row in rows
        ]


class PreparedStatement:
    """A statement whose values have names; a change names the same columns each time. It takes no list of values."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, _CompiledStatement] = {}

    def all(self, connection: Connection, values: Values, without_transaction: bool = False) -> list[Row]:
        """Its rows, read in the connection's transaction, which begins with the first statement.

        `without_transaction`: none begins, so that nothing is held when this returns.
        """
        if not without_transaction:
            _begin(connection)
        return self._rows(connection, values)

    def seen_by(self, session: Session, values: Values) -> list[Row]:
        """Its rows in the transaction of a session, after what the session has changed is written."""
        session.flush()
        return self.all(session.connection(), values)

    def first(self, connection: Connection, values: Values, without_transaction: bool = False) -> Row | None:
        """Its first row, or None; `without_transaction` as for `all`."""
        found = self.all(connection, values, without_transaction)
        return found[0] if found else None

    def send(self, connection: Connection, values: Values) -> None:
        """Change what it says, in the connection's transaction."""
        _begin(connection)
        self._rows(connection, values)

    def _rows(self, connection: Connection, values: Values) -> list[Row]:
        words = self._compiled.get(connection.dialect.name)
        if words is None:
            words = _compile(self._statement, connection.dialect, values)
            self._compiled[connection.dialect.name] = words
        return words.read(driver_rows(connection, words.sql, words.given(values)))


def _begin(connection: Connection) -> None:
    if not connection.in_transaction():
        connection.begin()


def driver_rows(
    connection: Connection, words: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[Row]:
    """The rows of a statement in the driver's own words, in the transaction if there is one; raises what SQLAlchemy
    would.
    """
    # Listeners on SQLAlchemy's engine are told of this statement as well.
    for listener in connection.engine.dispatch.before_cursor_execute:
        listener(connection, None, words, values, None, False)
    return ask_driver(connection, words, values)


def _compile(statement: Executable, dialect: Dialect, values: Values) -> _CompiledStatement:
    assert isinstance(statement, ClauseElement)
    made = statement.compile(dialect=dialect, column_keys=[*values])
    assert isinstance(made, SQLCompiler)
    if any(each.expanding or each.literal_execute for each in made.binds.values()):
        raise ValueError("a value that stands in the words makes another statement each time")
    defaults = {column.key: _default_of(column) for column in made.insert_prefetch}
    constants = {name: value for name, value in made.params.items() if value is not None}
    places: list[str] = (made.positiontup if made.positional else [*made.params]) or []
    if unknown := values.keys() - places:
        raise ValueError(f"no such value in the statement: {sorted(unknown)}")
    columns = [_reading(column.type, dialect) for column in getattr(statement, "selected_columns", ())]
    return _CompiledStatement(
        str(made),
        made.positional,
        frozenset(values),
        [(name, _storing(made.binds[name].type, dialect)) for name in places],
        {**constants, **defaults},
        columns if any(columns) else None,
    )


def _default_of(column: Column[Any]) -> object:
    """What a new row has where nothing is given; raises ValueError where that is another value each time."""
    if not isinstance(column.default, ScalarElementColumnDefault):
        raise ValueError(f"{column.key} has to be given, as its default is another one each time")
    return column.default.arg


def _storing(kind: TypeEngine[Any], dialect: Dialect) -> Change | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Change | None:
    read = kind.dialect_impl(dialect).result_processor(dialect, None)
    # The same ids come with many rows, and to make one anew costs more than all else that is done to a row.
    return lru_cache(MOST_IDS)(read) if read and isinstance(kind, Uuid) else read
