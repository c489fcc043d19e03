"""Engines of both kinds of database: what makes them durable, how long they wait, and when a connection is no good."""

import logging
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DisconnectionError, OperationalError

from kiosk.host.files import make_private_file, make_private_folder
from kiosk.storage.borrowing import ReadingEngine
from kiosk.storage.outages import DatabaseNotSafe

BUSY_MILLISECONDS = 5000
CACHE_KILOBYTES = 16_000  # the most that the cache of each connection may take
BETWEEN_TRIES_SECONDS = 0.01
READ_ONLY = "this database takes no changes"  # what the triggers of a school that moves say (read_only.py)
_PRAGMAS = (
    ("journal_mode", "wal", "wal"),
    ("synchronous", "full", 2),
    ("foreign_keys", "on", 1),
    ("busy_timeout", str(BUSY_MILLISECONDS), BUSY_MILLISECONDS),
    ("secure_delete", "on", 1),
    # Keeps the pages of a long list in memory between requests; with 2 MB each request read them again.
    ("cache_size", str(-CACHE_KILOBYTES), -CACHE_KILOBYTES),
)
POOL = {
    "hide_parameters": True,  # an error names the statement, never what a person typed
    # Two connections for each thread that serves; a thread that finds none free gives up instead of queueing.
    "pool_size": 8,
    "max_overflow": 24,
    "pool_timeout": 3,
    "pool_pre_ping": True,
}
# Whether a commit is durable, which server answers, and whether it knows this statement by the name psycopg gave it.
_ABOUT_THE_SERVER = r"""SELECT current_setting('synchronous_commit'), pg_backend_pid(),
EXISTS (SELECT FROM pg_prepared_statements WHERE name LIKE '\_pg3\_%%')"""
GONE_WITH_THE_DISK = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)

registry.register("postgresql.kiosk", "kiosk.storage.postgresql", "BoundedDialect")
# SQLAlchemy's pool logs a traceback for each connection that an outage breaks; kiosk logs the outage itself, once.
for _name in ("sqlalchemy.pool", "psycopg"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def open_engine(url: str) -> Engine:
    """An engine whose connections are durable, or raise DatabaseNotSafe when they are made."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    return _open_postgresql(parsed)


def _open_postgresql(url: URL) -> Engine:
    engine = create_engine(url.set(drivername="postgresql+kiosk"), **POOL)
    event.listen(engine, "connect", _check_postgresql)
    event.listen(engine, "begin", _set_longest_wait)
    return engine


def _check_postgresql(connection: Any, record: Any) -> None:
    """Check what durability needs, and that statements may be prepared, whichever server a pooler connects to."""
    durable, server, as_named = connection.execute(_ABOUT_THE_SERVER, prepare=True).fetchone()
    if as_named and server != connection.info.backend_pid:
        # A pooler stands between, and it does not keep track of prepared statements: another server has none of them.
        connection.prepare_threshold = None
    connection.execute("DEALLOCATE ALL")
    connection.rollback()
    if durable not in {"on", "remote_apply"}:
        raise DatabaseNotSafe(f"PostgreSQL has synchronous_commit={durable}; it must be on")


def _set_longest_wait(connection: Connection) -> None:
    """Statements of pages time out soon; those that rewrite tables (option `long`) do not."""
    bounded: Any = connection.connection.dbapi_connection
    bounded.wait_for_answers(long=connection.get_execution_options().get("long", False))


def engine_for_reading(engine: Engine) -> Engine:
    """The engine for what only reads: on PostgreSQL one whose connections hold nothing between two statements."""
    return engine if engine.name == "sqlite" else ReadingEngine(engine)


def _open_sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, **_pool_of(url))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", discard_broken_connection)
    event.listen(engine, "handle_error", _say_busy, retval=True)
    if url.database:
        _use_this_file_alone(engine, Path(url.database))
    return engine


def _pool_of(url: URL) -> dict[str, Any]:
    return POOL | {"pool_pre_ping": False} if url.database else {"hide_parameters": True}


def _use_this_file_alone(engine: Engine, path: Path) -> None:
    """Make the file now, and never again: a file that is gone later is an error, not an empty school.

    What is written to a file that was deleted is lost, so a connection is used only while its file stands there.
    """
    make_private_folder(path.parent)
    make_private_file(path)  # SQLite gives its journal files the same mode as the database file

    @event.listens_for(engine, "do_connect")
    def _open_no_other(dialect: Any, record: Any, cargs: list[Any], cparams: dict[str, Any]) -> None:
        cargs[0], cparams["uri"] = f"{path.absolute().as_uri()}?mode=rw", True

    @event.listens_for(engine, "connect")
    def _remember(connection: Any, record: Any) -> None:
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def _is_still_there(connection: Any, record: Any, fairy: Any) -> None:
        if record.info["file"] != _identity(path):
            raise DisconnectionError("the file of the database was taken away or exchanged")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Set and check what durability needs: a confirmed commit survives a power cut (promise D1)."""
    connection.isolation_level = None  # we issue BEGIN ourselves
    for pragma, value, expected in _PRAGMAS:
        _set(connection, f"PRAGMA {pragma}={value}")
        found = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
        if found != expected:
            raise DatabaseNotSafe(
                f"SQLite keeps {pragma}={found!r} instead of {expected!r}; is the folder on a network disk?"
            )


def _set(connection: Any, pragma: str) -> None:
    """Set a pragma. Where two processes set up one new file, SQLite tells one of them at once that it is locked."""
    give_up_at = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute(pragma)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= give_up_at:
                raise
            time.sleep(BETWEEN_TRIES_SECONDS)
        else:
            return


def discard_broken_connection(context: ExceptionContext) -> None:
    """Never reuse a connection after a disk error: SQLite may have reopened it for reading only."""
    code = getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF
    if code in GONE_WITH_THE_DISK:
        context.is_disconnect = True


def _say_busy(context: ExceptionContext) -> OperationalError | None:
    """What a school that moves refuses is no mistake of the statement: it passes by itself, as on PostgreSQL."""
    error = context.original_exception
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_CONSTRAINT_TRIGGER and str(error) == READ_ONLY:
        return OperationalError(context.statement, None, error)
    return None


def ask_driver(
    connection: Connection, words: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """The rows of a statement in the driver's own words, without what SQLAlchemy does around one; its errors it raises.

    No transaction begins with it.
    """
    driver = driver_of(connection)
    try:
        found: list[tuple[Any, ...]] = (
            driver.execute(words, values).fetchall()
            if isinstance(driver, sqlite3.Connection)
            else driver.fetch(words, values, alone=not connection.in_transaction())
        )
    except connection.dialect.loaded_dbapi.Error as error:
        # After a disk failure every connection of the same age is discarded as well. Raises.
        connection._handle_dbapi_exception(error, words, None, None, None)
        raise
    return found


def driver_of(connection: Connection) -> Any:
    """The connection of the driver itself."""
    return connection.connection.dbapi_connection


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock at once: a reader that becomes a writer would fail in spite of busy_timeout."""
    is_writing = connection.get_execution_options().get("write", False)
    ask_driver(connection, "BEGIN IMMEDIATE" if is_writing else "BEGIN")
