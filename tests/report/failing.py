"""A disk that takes nothing, while it can still be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from kiosk.storage.db import Database

_rows = Database.rows


@contextmanager
def nothing_is_taken(error: Exception | None = None) -> Iterator[None]:
    """Whatever is committed meanwhile, to the intake or to a database, fails as on a full disk."""
    raised = error or OperationalError("insert", {}, OSError("disk full"))

    @contextmanager
    def rows(self: Database, write: bool) -> Iterator[Connection]:
        if write:
            raise raised
        with _rows(self, write) as connection:
            yield connection

    with patch.object(Database, "rows", rows):
        yield
