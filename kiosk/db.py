"""Databases: engines with checked durability, column types, and reading and writing sessions."""

import enum
import re
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

from kiosk.clock import CLOCK
from kiosk.files import make_private_file, make_private_folder

BUSY_MILLISECONDS = 5000
GONE_WITH_THE_DISK = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)
KEY_BYTES = 16
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class DatabaseNotSafe(Exception):
    """A database that could lose what it has confirmed; kiosk does not start with it."""


class WriteInReading(Exception):
    """Code in a reading session tried to write."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: in Python always with the time zone UTC, stored without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC without its zone; a naive instant is a mistake and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The same instant, aware."""
        return value.replace(tzinfo=UTC) if value else None


def stored_enum(kind: type[enum.StrEnum]) -> Enum:
    """A column type that stores an enum by its value and lets the database refuse any other."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()
    return Enum(
        kind,
        name=name,
        native_enum=False,
        length=20,
        create_constraint=True,
        values_callable=lambda values: [value.value for value in values],
    )


RandomKey = Annotated[uuid.UUID, mapped_column(primary_key=True, default=uuid.uuid4)]
Digest = Annotated[bytes, mapped_column(LargeBinary(32))]
ShortText = Annotated[str, mapped_column(String(200))]
ContentVersion = Annotated[str, mapped_column(String(16))]


class SchoolBase(DeclarativeBase):
    """Tables of the school database: people, learning, incidents."""

    metadata = MetaData(naming_convention=NAMING)


class ReportsBase(DeclarativeBase):
    """Tables of the reports database; nothing here points at a person or a time."""

    metadata = MetaData(naming_convention=NAMING)


class SessionsBase(DeclarativeBase):
    """Tables of the staff sessions' store, which is never backed up."""

    metadata = MetaData(naming_convention=NAMING)


@dataclass(frozen=True)
class Database:
    """One database with one session maker for reading and one for writing."""

    engine: Engine
    reading: sessionmaker[Session]
    writing: sessionmaker[Session]

    def session(self, write: bool) -> Session:
        """A new session; a reading one refuses to flush changes."""
        return self.writing() if write else self.reading()

    @contextmanager
    def rows(self, write: bool) -> Iterator[Connection]:
        """A plain connection in a transaction, for fast statements; committed at the end if it may write."""
        engine = self.engine.execution_options(write=True) if write else self.engine
        with engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed at the end, or rolled back if anything raises."""
        with self.writing.begin() as session:
            yield session


@dataclass(frozen=True)
class Databases:
    """The three stores of one school."""

    school: Database
    reports: Database
    sessions: Database

    def dispose(self) -> None:
        """Close every connection."""
        for database in (self.school, self.reports, self.sessions):
            database.engine.dispose()


def open_database(url: str) -> Database:
    """The database at `url`; raises DatabaseNotSafe if a connection is not durable."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = _open_sqlite(url, parsed.database)
    else:
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True
        )
        event.listen(engine, "connect", _check_postgresql)
    reading = sessionmaker(engine, expire_on_commit=False)
    event.listen(reading, "before_flush", _refuse_write)
    return Database(
        engine, reading, sessionmaker(engine.execution_options(write=True), expire_on_commit=False)
    )


def _open_sqlite(url: str, path: str | None) -> Engine:
    if path:
        make_private_folder(Path(path).parent)
        make_private_file(Path(path))  # SQLite gives the files beside it the same mode
    engine = create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", discard_broken_connection)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Set and check what durability needs: a confirmed commit survives a power cut (promise D1)."""
    connection.isolation_level = None  # we issue BEGIN ourselves
    for pragma, value, expected in (
        ("journal_mode", "wal", "wal"),
        ("synchronous", "full", 2),
        ("foreign_keys", "on", 1),
        ("busy_timeout", str(BUSY_MILLISECONDS), BUSY_MILLISECONDS),
        ("secure_delete", "on", 1),
    ):
        connection.execute(f"PRAGMA {pragma}={value}")
        found = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
        if found != expected:
            raise DatabaseNotSafe(
                f"SQLite keeps {pragma}={found!r} instead of {expected!r}; is the folder on a network disk?"
            )


def discard_broken_connection(context: ExceptionContext) -> None:
    """Never reuse a connection after a disk error: SQLite may have reopened it for reading only."""
    code = getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF
    if code in GONE_WITH_THE_DISK:
        context.is_disconnect = True


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock at once: a reader that becomes a writer would fail in spite of busy_timeout."""
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _check_postgresql(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        (found,) = cursor.fetchone()
    connection.rollback()
    if found not in {"on", "remote_apply"}:
        raise DatabaseNotSafe(f"PostgreSQL has synchronous_commit={found}; it must be on")


def _refuse_write(session: Session, *_: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise WriteInReading("a reading session was asked to write")


def now_utc() -> datetime:
    """This instant; the only clock of the school side. A jump of the computer's clock is not followed."""
    return CLOCK.now()


def ping(database: Database) -> None:
    """Raise if the database does not answer."""
    with database.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
