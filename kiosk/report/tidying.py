"""Rewriting an SQLite database in place, so that nothing is left in it of what was deleted."""

import sqlite3
from typing import Any

from kiosk.db import Database
from kiosk.outages import DATABASE_ERRORS
from kiosk.report.file_times import blur_times, files_of

# SQLAlchemy does not look at a connection of sqlite3's own.
TIDYING_ERRORS = (*DATABASE_ERRORS, sqlite3.Error)


MOST_PAGES = 10_000  # about 40 MB: nobody who tells waits for more, and it has room in memory


def rewrite(database: Database) -> bool:
    """Rewrite a file and empty its write-ahead log; False if that does not work now, or it is no SQLite file.

    A file that may be open is never replaced by another. In one that holds very much, what was deleted is overwritten
    and nothing moves (`secure_delete`).
    """
    if database.engine.dialect.name != "sqlite":
        return False
    try:
        connection: Any = database.engine.raw_connection()
    except TIDYING_ERRORS:
        return False
    try:
        connection.execute("PRAGMA temp_store=memory")  # or sealed words could lie in the system's folder
        emptied = _empty_log(connection)
        if _pages_in_use(connection) <= MOST_PAGES:
            connection.execute("VACUUM")
        return _empty_log(connection) and emptied
    except TIDYING_ERRORS:
        connection.invalidate()  # after an error of the disk it may do nothing but read
        return False
    finally:
        connection.close()
        blur_times(files_of(database))


def _pages_in_use(connection: Any) -> int:
    (every,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    return int(every) - int(free)


def _empty_log(connection: Any) -> bool:
    """Whether nothing is left in the write-ahead log: somebody who reads can be in the way, which is no error."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
