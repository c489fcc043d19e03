"""Nothing stays in a database's files of what was deleted and when it came, nor in PostgreSQL's notes (promise A4)."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from kiosk.config import SettingError
from kiosk.storage.db import Database, ReportsBase
from kiosk.storage.outages import DATABASE_ERRORS

# SQLAlchemy does not look at a connection of sqlite3's own.
REWRITE_ERRORS = (*DATABASE_ERRORS, sqlite3.Error)


MOST_PAGES = 10_000  # about 40 MB: more would make a child who tells wait, and might not fit in memory
# The change time (ctime) cannot be set; until the worker's next heartbeat it shows when the last report arrived. When
# it was written (mtime) is set back at once all the same: copies and archives of the folder carry that one along.
DAY_SECONDS = 24 * 3600
BESIDE = ("", "-wal", "-shm")
# PostgreSQL's counts hold the microsecond at which a table was read last, and so the one at which a child looked for
# an answer; its activities hold the one of the last statement. Only an administrator can switch them off.
_COMMANDS = text(
    "SELECT 'ALTER ROLE ' || quote_ident(session_user) || ' IN DATABASE ' || quote_ident(current_database())"
    " || ' SET ' || name || ' = off' FROM pg_settings"
    " WHERE name IN ('track_counts', 'track_activities') AND setting <> 'off' ORDER BY name"
)

# PostgreSQL marks a row as it is first read, and so writes its file once more: at the time of a child's look.
_FIRST_LOOK = text("SELECT (SELECT count(*) FROM thread), (SELECT count(*) FROM reply)")


def rewrite_file(database: Database) -> bool:
    """Rewrite a file and empty its write-ahead log; False if that does not work now, or it is no SQLite file.

    A file that may be open is never replaced by another. In one that holds very much, what was deleted is overwritten
    and nothing moves (`secure_delete`).
    """
    if database.engine.dialect.name != "sqlite":
        return False
    try:
        connection: Any = database.engine.raw_connection()
    except REWRITE_ERRORS:
        return False
    try:
        connection.execute("PRAGMA temp_store=memory")  # else sealed reports could lie in a temporary folder
        emptied = _empty_log(connection)
        if _pages_in_use(connection) <= MOST_PAGES:
            connection.execute("VACUUM")
        return _empty_log(connection) and emptied
    except REWRITE_ERRORS:
        connection.invalidate()  # after a disk error the connection may be read-only
        return False
    finally:
        connection.close()
        blur_times(files_of(database))


def empty_log(database: Database) -> None:
    """Empty the write-ahead log of a file, in which every earlier state of its rows stands; if it works now."""
    if is_on_postgresql(database):
        return
    with (
        contextlib.suppress(*REWRITE_ERRORS),
        contextlib.closing(database.engine.raw_connection()) as connection,
    ):
        _empty_log(connection)


def _pages_in_use(connection: Any) -> int:
    (every,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    return int(every) - int(free)


def _empty_log(connection: Any) -> bool:
    """Empty the write-ahead log; returns whether it is empty. A reader can be in the way, which is no error."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def blur_times(paths: Iterable[Path]) -> None:
    """Set the times of these files back to the start of the day in UTC; files that cannot be changed are skipped."""
    day = time.time() // DAY_SECONDS * DAY_SECONDS
    for path in paths:
        with contextlib.suppress(OSError):
            os.utime(path, (day, day))


def files_of(database: Database) -> list[Path]:
    """The files of an SQLite database; none for PostgreSQL."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return []
    return [Path(f"{url.database}{end}") for end in BESIDE]


def check_tracking(reports: Database) -> None:
    """Raise SettingError, in one line with what to do, if PostgreSQL records when kiosk reads the reports database."""
    if not is_on_postgresql(reports):
        return
    with reports.engine.connect() as connection:
        commands = "; ".join(connection.execute(_COMMANDS).scalars())
    if commands:
        raise SettingError(
            f"KIOSK_REPORTS_DATABASE_URL: PostgreSQL notes when a child looks for an answer; as its administrator run"
            f" `{commands}` and start kiosk again"
        )


def look_first(reports: Database) -> None:
    """Read all that children look up before they do, so that no file of PostgreSQL's is written as a child looks."""
    if is_on_postgresql(reports):
        with reports.rows(write=False) as connection:
            connection.execute(_FIRST_LOOK).all()


def vacuum(reports: Database) -> None:
    """Clear away dead rows: as the server counts no changes of this database, it does not do so by itself."""
    if not is_on_postgresql(reports):
        return
    engine = reports.engine.execution_options(isolation_level="AUTOCOMMIT", long=True)
    with engine.connect() as connection:
        # A table that is locked is skipped until tomorrow.
        connection.execute(
            text(f"VACUUM (ANALYZE, SKIP_LOCKED) {', '.join(sorted(ReportsBase.metadata.tables))}")
        )


def is_on_postgresql(database: Database) -> bool:
    """Whether a server of its own has this database."""
    return database.engine.dialect.name == "postgresql"
