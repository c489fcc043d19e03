"""Outages of a database: which errors mean one, and a log that reports it once a minute."""

import logging
import sqlite3
import threading
import time
import traceback
from collections.abc import Hashable, Iterator
from pathlib import Path

from sqlalchemy.exc import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    PendingRollbackError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from kiosk.host.log_lines import school_of_thread

REPEAT_SECONDS = 60
CONNECTION_BROKE_CODE = "8s2b"  # SQLAlchemy's number for it
DRIVERS = ("psycopg", "sqlite3")
TRY_AGAIN_SECONDS = 10  # the Retry-After for browsers; kiosk itself retries every second


class DatabaseNotSafe(Exception):
    """A database that could lose what it has confirmed; kiosk does not start with it."""


# Whatever can mean that a database is away: `is_away` says whether an error does.
DATABASE_ERRORS = (SQLAlchemyError, DatabaseNotSafe)


def is_transient(error: BaseException) -> bool:
    """Whether an error means that the database cannot be reached, which may pass by itself."""
    if isinstance(error, OperationalError):
        return not _is_syntax_error(error)
    return isinstance(error, InterfaceError | NoConnectionFree)


def is_away(error: BaseException) -> bool:
    """Whether an error means that the database is unavailable rather than that a statement was wrong."""
    if is_transient(error) or isinstance(error, DatabaseNotSafe):
        return True
    if isinstance(error, PendingRollbackError):
        return error.code == CONNECTION_BROKE_CODE  # the connection was used again after it had broken
    return type(error) is DatabaseError  # SQLite: "malformed", "not a database"


def _is_syntax_error(error: OperationalError) -> bool:
    """Whether SQLite rejected a statement as wrong, which it reports as an operational error too. A savepoint that a
    full disk has ended is not such a mistake: there the disk is at fault.
    """
    if getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF != sqlite3.SQLITE_ERROR:
        return False
    return not any(is_transient(one) for one in _chain(error.orig))


def kind_of(error: BaseException) -> str:
    """The class of an error, and of what the driver raised; never its message, which can hold values."""
    original = getattr(error, "orig", None)
    return type(original or error).__name__


def place_of(error: BaseException) -> str:
    """File and line in which an error was raised."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


class LogThrottle:
    """Lets a log line of each kind pass once a minute, for all threads of this process."""

    def __init__(self, seconds: float = REPEAT_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._said: dict[Hashable, float] = {}

    def allows(self, kind: Hashable) -> bool:
        """Whether a line of this kind is to be written now; kinds are classes and places, never what was typed.

        Each school has its own lines: what breaks in one does not keep another's from the log.
        """
        now, kind = time.monotonic(), (school_of_thread(), kind)
        with self._lock:
            last = self._said.get(kind)
            if last is not None and now - last < self._seconds:
                return False
            self._said[kind] = now
            return True


class ErrorLog:
    """What one app says of errors: each kind once a minute, and nothing that a person typed."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger, self._once = logger, LogThrottle()

    def log_outage(self, error: BaseException) -> None:
        """Say that a database does not answer."""
        if self._once.allows(kind_of(error)):
            self._logger.error("a database does not answer: %s", kind_of(error))

    def log_failure(self, what: str, error: BaseException) -> None:
        """Say what broke and where. A message of a database is left out: it can hold what was to be stored."""
        if not self._once.allows((type(error), place_of(error))):
            return
        if any(_is_of_database(one) for one in _chain(error)):
            frames = "".join(traceback.format_tb(error.__traceback__))
            self._logger.error("%s: %s at %s\n%s", what, kind_of(error), place_of(error), frames)
        else:
            self._logger.error(what, exc_info=error)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_of_database(error: BaseException) -> bool:
    return isinstance(error, SQLAlchemyError) or type(error).__module__.partition(".")[0] in DRIVERS
