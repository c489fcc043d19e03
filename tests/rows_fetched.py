"""How many statements a database answers meanwhile, and how many rows it gives: what grows is counted, never timed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from sqlalchemy.engine.default import DefaultExecutionContext

from kiosk.storage.db import Database

Row = Sequence[Any]


@dataclass
class Fetched:
    """What was asked of a database so far: statements that can bring rows, and the rows that were fetched."""

    statements: int = 0
    rows: int = 0


@contextmanager
def rows_fetched(*databases: Database) -> Iterator[Fetched]:
    """Counts what these databases are asked over SQLAlchemy meanwhile, be they SQLite or PostgreSQL."""
    found = Fetched()
    pools = [database.engine.pool for database in databases]
    make = DefaultExecutionContext.create_default_cursor

    def counting(context: DefaultExecutionContext) -> Any:
        cursor = make(context)
        return _CountingCursor(cursor, found) if context.root_connection.engine.pool in pools else cursor

    with patch.object(DefaultExecutionContext, "create_default_cursor", counting):
        yield found


class _CountingCursor:
    """A driver's cursor that counts; whatever it does not count is the driver's own."""

    def __init__(self, cursor: Any, found: Fetched) -> None:
        self._cursor, self._found = cursor, found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, *given: Any, **options: Any) -> Any:
        """Send a statement."""
        answer = self._cursor.execute(*given, **options)
        self._found.statements += self._cursor.description is not None
        return answer

    def fetchone(self) -> Row | None:
        """The next row, which counts."""
        row: Row | None = self._cursor.fetchone()
        self._found.rows += row is not None
        return row

    def fetchmany(self, *size: int) -> list[Row]:
        """The next rows, each of which counts."""
        return self._counted(self._cursor.fetchmany(*size))

    def fetchall(self) -> list[Row]:
        """All rows that are left, each of which counts."""
        return self._counted(self._cursor.fetchall())

    def _counted(self, rows: list[Row]) -> list[Row]:
        self._found.rows += len(rows)
        return rows
