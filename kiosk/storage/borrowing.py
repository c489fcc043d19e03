"""Reading from PostgreSQL while holding no connection: each statement borrows one from the pool and gives it back.

A page that kept one while it was drawn, or while it asked another store, could wait for a page that waits for it; and
behind a pool of servers a connection in a transaction is one that nobody else has. Every statement of READ COMMITTED
sees a moment of its own, with a transaction around several or without: nothing that a page read together is lost.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Engine, NullPool
from sqlalchemy.engine.base import OptionEngine
from sqlalchemy.pool import PoolProxiedConnection


class ReadingEngine(OptionEngine):
    """An engine for reading over the pool of another: its connections are none until a statement is sent."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, {})
        borrower: Any = partial(Borrower, engine)  # all that SQLAlchemy asks of a driver's connection here
        self._writing, self._lenders = engine, NullPool(borrower)

    def raw_connection(self) -> PoolProxiedConnection:
        """What SQLAlchemy takes for a connection."""
        if self.dialect.server_version_info is None:  # a first connection tells it what server this is
            self._writing.connect().close()
        return self._lenders.connect()


class Borrower:
    """Stands in for a connection of the driver; whatever is sent is committed at once."""

    autocommit, broken = True, False

    def __init__(self, engine: Engine) -> None:
        self._engine, self._long = engine, False
        self.closed = False  # the connection that was borrowed last broke

    def wait_for_answers(self, long: bool) -> None:
        """Say how long a statement may take from now on."""
        self._long = long

    def cursor(self, name: str = "") -> "BorrowingCursor":
        """A cursor that keeps the rows here; one by a name would have to keep the connection as well."""
        return BorrowingCursor(self)

    def fetch(self, words: str, values: Any, alone: bool = True) -> list[tuple[Any, ...]]:
        """The rows of a prepared statement."""
        with self.borrowed() as connection:
            found: list[tuple[Any, ...]] = connection.fetch(words, values)
        return found

    @contextmanager
    def borrowed(self) -> Iterator[Any]:
        """A connection of the driver that commits by itself, for one statement."""
        lent = self._engine.pool.connect()  # the one of now: an engine that was disposed of begins another
        connection: Any = lent.dbapi_connection
        try:
            connection.wait_for_answers(self._long)
            connection.autocommit = True
            yield connection
        finally:
            if connection.closed:
                self.closed = True
                lent.invalidate()
            else:
                connection.autocommit = False
                lent.close()

    def commit(self) -> None:
        """Nothing is open."""

    def rollback(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Nothing is held."""


class BorrowingCursor:
    """A cursor of the driver whose connection is given back once it has the rows; it reads them from memory."""

    def __init__(self, borrower: Borrower) -> None:
        self._borrower = borrower
        self._cursor: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, words: str, values: Sequence[Any] | None = None) -> None:
        """Send a statement and take what it brings."""
        with self._borrower.borrowed() as connection:
            self._cursor = connection.cursor()
            self._cursor.execute(words, values)

    def close(self) -> None:
        """Forget the rows."""
        if self._cursor is not None:
            self._cursor.close()
