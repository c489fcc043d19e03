"""A database that is away: which errors mean it, and a log that says so once a minute."""

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

SAID_AGAIN_SECONDS = 60
LINE_BROKE = "8s2b"  # SQLAlchemy's number for it
DRIVERS = ("psycopg", "sqlite3")
TRY_AGAIN_SECONDS = 10  # what browsers are told; kiosk itself looks for the database every second


class DatabaseNotSafe(Exception):
    """A database that could lose what it has confirmed; kiosk does not start with it."""


# Whatever can mean that a database is away: `is_away` says whether an error does.
DATABASE_ERRORS = (SQLAlchemyError, DatabaseNotSafe)


def may_come_back(error: BaseException) -> bool:
    """Whether an error means that nothing answers where the database is: it may answer later, with nobody's help."""
    if isinstance(error, OperationalError):
        return not _is_mistake(error)
    return isinstance(error, InterfaceError | NoConnectionFree)


def is_away(error: BaseException) -> bool:
    """Whether an error means that the database does not answer, and not that something wrong was asked of it."""
    if may_come_back(error) or isinstance(error, DatabaseNotSafe):
        return True
    if isinstance(error, PendingRollbackError):
        return error.code == LINE_BROKE  # somebody asked on after the connection had broken
    return type(error) is DatabaseError  # SQLite: "malformed", "not a database"


def _is_mistake(error: OperationalError) -> bool:
    """Whether SQLite did not understand a statement, which it calls operational, too.

    It understands none about a part of a transaction that a full disk has ended: there the disk is what is wrong.
    """
    if getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF != sqlite3.SQLITE_ERROR:
        return False
    return not any(may_come_back(one) for one in _chain(error.orig))


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


class OnceAMinute:
    """Lets a log line of each kind pass once a minute, for all threads of this process."""

    def __init__(self, seconds: float = SAID_AGAIN_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._said: dict[Hashable, float] = {}

    def passes(self, kind: Hashable) -> bool:
        """Whether a line of this kind is to be written now; kinds are classes and places, never what was typed."""
        now = time.monotonic()
        with self._lock:
            last = self._said.get(kind)
            if last is not None and now - last < self._seconds:
                return False
            self._said[kind] = now
            return True


class ErrorLog:
    """What one app says of errors: each kind once a minute, and nothing that a person typed."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger, self._once = logger, OnceAMinute()

    def away(self, error: BaseException) -> None:
        """Say that a database does not answer."""
        if self._once.passes(kind_of(error)):
            self._logger.error("a database does not answer: %s", kind_of(error))

    def broken(self, what: str, error: BaseException) -> None:
        """Say what broke and where. A message of a database is left out: it can hold what was to be stored."""
        if not self._once.passes((type(error), place_of(error))):
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
