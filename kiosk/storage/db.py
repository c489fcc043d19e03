"""Databases: column types, tables' bases, reading and writing sessions, and whether a database answers."""

import enum
import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

from kiosk.host.clock import CLOCK
from kiosk.storage.engines import engine_for_reading, open_engine
from kiosk.storage.outages import DATABASE_ERRORS

KEY_BYTES = 16
HEALTH_SECONDS = 2
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class WriteInReading(Exception):
    """Code in a reading session tried to write."""


_EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


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
        """The same instant, aware; at either end of the calendar, one near it that can be said in every zone."""
        return min(max(value.replace(tzinfo=UTC), _EARLIEST), _LATEST) if value else None


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
StaffId = Annotated[uuid.UUID, mapped_column(ForeignKey("staff_member.id"))]
PupilId = Annotated[uuid.UUID, mapped_column(ForeignKey("pupil.id", ondelete="CASCADE"))]
ClassId = Annotated[uuid.UUID, mapped_column(ForeignKey("class_group.id", ondelete="CASCADE"))]
CaseId = Annotated[uuid.UUID, mapped_column(ForeignKey("incident.id"))]


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
    reader: Engine  # holds nothing between two statements where the database allows that
    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    health: "DatabaseHealth" = field(default_factory=lambda: DatabaseHealth(), init=False)

    def session(self, write: bool, on: Connection | None = None) -> Session:
        """A new session, `on` a connection where one is given; a reading one refuses to flush changes."""
        maker = self.writing if write else self.reading
        return maker() if on is None else maker(bind=on, join_transaction_mode="control_fully")

    def connect(self, write: bool) -> Connection:
        """A plain connection, in a transaction from its first statement on; the caller commits and closes it."""
        return (self._write_engine if write else self.reader).connect()

    @contextmanager
    def rows(self, write: bool) -> Iterator[Connection]:
        """A plain connection in a transaction, for fast statements; committed at the end if it may write."""
        with self.connect(write) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed at the end, or rolled back if anything raises."""
        with self.writing.begin() as session:
            yield session

    @cached_property
    def _write_engine(self) -> Engine:
        return self.engine.execution_options(write=True)


@dataclass(frozen=True)
class Databases:
    """The three stores of one school."""

    school: Database
    reports: Database
    sessions: Database

    def are_up(self) -> bool:
        """Whether all of them answer, by a check that is at most some seconds old; cheap enough for every request."""
        return all(one.health.is_up(one) for one in (self.school, self.reports, self.sessions))

    def dispose(self) -> None:
        """Close every connection."""
        for database in (self.school, self.reports, self.sessions):
            database.engine.dispose()


def open_database(url: str) -> Database:
    """The database at `url`; raises DatabaseNotSafe if a connection is not durable."""
    engine = open_engine(url)
    reader = engine_for_reading(engine)
    reading = sessionmaker(reader, expire_on_commit=False)
    event.listen(reading, "before_flush", _refuse_write)
    writing = sessionmaker(engine.execution_options(write=True), expire_on_commit=False)
    return Database(engine, reader, reading, writing)


def _refuse_write(session: Session, *_: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise WriteInReading("a reading session was asked to write")


def now_utc() -> datetime:
    """This instant; the only clock of the school side. A jump of the computer's clock is not followed."""
    return CLOCK.now()


def ping(database: Database) -> None:
    """Raise if the database does not answer; of SQLite the file is read, as a bare SELECT would not."""
    look = "SELECT count(*) FROM sqlite_master" if database.engine.name == "sqlite" else "SELECT 1"
    with database.engine.connect() as connection:
        connection.execute(text(look))


class DatabaseHealth:
    """Whether a database answers: one thread checks it, the others use the last result."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered, self._ask_again = True, 0.0

    def is_up(self, database: Database) -> bool:
        """Whether the database answered when it was asked last, HEALTH_SECONDS ago at most."""
        if time.monotonic() >= self._ask_again and self._lock.acquire(blocking=False):
            try:
                self._answered = _is_up(database)
                self._ask_again = time.monotonic() + HEALTH_SECONDS
            finally:
                self._lock.release()
        return self._answered


def _is_up(database: Database) -> bool:
    try:
        ping(database)
    except DATABASE_ERRORS:
        return False
    return True
