"""The keeper of the intake: what children send waits here, sealed, until it is merged into the reports database.

What is secret is when, and in which order, children told, until their slot has ended (promise A5). So arrival has a
file of its own, which is emptied and rewritten at each merge, and the reports database never learns of it.
"""

import threading
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    bindparam,
    delete,
    event,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import dialect, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from kiosk.calendar.school import Slot
from kiosk.config import Config
from kiosk.report.intake.rewrite import blur_times, files_of, rewrite
from kiosk.storage.db import Database, open_database
from kiosk.storage.outages import DatabaseNotSafe
from kiosk.storage.prepared import Prepared

FILE = "intake.sqlite"
SCHEMA = 1  # of the file; it has no migrations, as it is empty after every slot

_HELD = Table(
    "held",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("day", Date, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("thread_id", LargeBinary(16), nullable=False),
    Column("mailed", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    # Without rowid: SQLite would otherwise number the rows in the order they came.
    sqlite_with_rowid=False,
)
_BY_THREAD = Index("ix_held_thread_id", _HELD.c.thread_id)
_BY_SLOT = Index("ix_held_day", _HELD.c.urgent, _HELD.c.day, _HELD.c.slot)
_STATEMENTS: tuple[DDLElement, ...] = (
    CreateTable(_HELD, if_not_exists=True),
    *(CreateIndex(index, if_not_exists=True) for index in (_BY_THREAD, _BY_SLOT)),
)
_TABLE = [str(statement.compile(dialect=dialect())) for statement in _STATEMENTS]
# Made once: making a statement costs as much as sending it.
_PUT = insert(_HELD).on_conflict_do_nothing(index_elements=["id"])
_SLOTS = Prepared(select(_HELD.c.urgent, _HELD.c.day, _HELD.c.slot).distinct())
_IN_SLOT = select(_HELD.c.id, _HELD.c.mailed).where(
    _HELD.c.urgent == bindparam("urgent"), _HELD.c.day == bindparam("day"), _HELD.c.slot == bindparam("slot")
)
_OF_THREAD = select(_HELD.c.id, _HELD.c.sealed).where(_HELD.c.thread_id == bindparam("thread_id"))
_MAILED = select(_HELD.c.mailed).where(_HELD.c.id == bindparam("id"))
MOST_TOGETHER = 64

Item = TypeVar("Item")


class NotKept(Exception):
    """The intake could not store something durably, so the child must be told (promise D3)."""


@dataclass(frozen=True)
class Held:
    """One thing that a child sent; all that stands in clear is here but `sealed`, which the site key opens."""

    id: uuid.UUID
    day: date
    slot: int  # minutes after midnight
    urgent: bool
    thread_id: bytes
    sealed: bytes


@dataclass(frozen=True)
class HeldSlot:
    """A slot for which something is held, apart for what is urgent."""

    urgent: bool
    slot: Slot


def open_keeper(config: Config) -> "Keeper":
    """The keeper of a school; raises DatabaseNotSafe, or OSError where the data folder takes no file."""
    return Keeper(open_database(f"sqlite:///{config.data_dir.resolve()}/{FILE}"))


class Keeper:
    """Stores what children send, durably and each thing once, from any thread of any process."""

    def __init__(self, database: Database) -> None:
        event.listen(database.engine, "connect", _prepare)
        self._database = database
        self._files = files_of(database)
        self._together = Together(self._commit)

    def check(self) -> None:
        """Raise if nothing can be kept; no connection is left open, as servers fork afterwards."""
        with self._database.rows(write=True) as connection:
            _SLOTS.all(connection, {})
        self._database.engine.dispose()

    def put(self, held: Held) -> None:
        """Return once this is durable; a second thing with the same id is left out. Raises NotKept."""
        if not self._together.do(held):
            raise NotKept

    def slots(self) -> list[HeldSlot]:
        """The slots for which something is held: few, however much is held."""
        with self._database.connect(write=False) as connection:
            found = _SLOTS.all(connection, {}, alone=True)
        return [HeldSlot(urgent, Slot(day, slot)) for urgent, day, slot in found]

    def ids(self, held: HeldSlot) -> dict[uuid.UUID, bool]:
        """What is held for a slot, and whether staff had a mail of it."""
        with self._database.rows(write=False) as connection:
            rows = connection.execute(
                _IN_SLOT, {"urgent": held.urgent, "day": held.slot.day, "slot": held.slot.minute}
            )
            return {row.id: row.mailed for row in rows}

    def get(self, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, bytes]:
        """What is sealed under these ids, as far as it is still held."""
        with self._database.rows(write=False) as connection:
            rows = connection.execute(select(_HELD.c.id, _HELD.c.sealed).where(_HELD.c.id.in_(ids)))
            return {row.id: row.sealed for row in rows}

    def of_thread(self, thread_id: bytes) -> Mapping[uuid.UUID, bytes]:
        """Everything held that belongs to one child's pictures, by id."""
        with self._database.rows(write=False) as connection:
            rows = connection.execute(_OF_THREAD, {"thread_id": thread_id})
            return {row.id: row.sealed for row in rows}

    def mailed(self, id: uuid.UUID) -> bool | None:
        """Whether staff had a mail of this; None once it is held no more, as it was merged."""
        with self._database.rows(write=False) as connection:
            found: bool | None = connection.execute(_MAILED, {"id": id}).scalar()
        return found

    def note_mailed(self, ids: Collection[uuid.UUID]) -> None:
        """Note that staff had a mail of these, so that they get no second one when these are merged."""
        with self._database.rows(write=True) as connection:
            connection.execute(update(_HELD).where(_HELD.c.id.in_(ids)).values(mailed=True))
        blur_times(self._files)

    def forget(self, ids: Collection[uuid.UUID]) -> None:
        """Delete what was merged; `tidy` removes the traces."""
        with self._database.rows(write=True) as connection:
            connection.execute(delete(_HELD).where(_HELD.c.id.in_(ids)))
        blur_times(self._files)

    def tidy(self) -> bool:
        """Rewrite the file in place, so that nothing is left of what was forgotten; False if it is busy.

        Done on a fixed beat as well, whether anything was held or not: then the file's own times say nothing.
        """
        return rewrite(self._database)

    def dispose(self) -> None:
        """Close every connection."""
        self._database.engine.dispose()

    def _commit(self, some: Sequence[Held]) -> None:
        """Make all these durable; raises whatever the disk has against it."""
        rows = [vars(one) | {"mailed": False} for one in some]
        try:
            self._write(rows)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self._write(rows)  # SQLite had opened the file for reading alone, while its disk failed
        blur_times(self._files)

    def _write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        with self._database.rows(write=True) as connection:
            connection.execute(_PUT, rows)


def _prepare(connection: Any, record: Any) -> None:
    """Make the table in a new file; a file of another version of kiosk is not touched."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found not in {0, SCHEMA}:
        raise DatabaseNotSafe(f"{FILE} is of another version of kiosk")
    if found == SCHEMA:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in _TABLE:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={SCHEMA}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


@dataclass
class _Waiting(Generic[Item]):
    item: Item
    durable: bool | None = None  # not known yet


class Together(Generic[Item]):
    """Commits the items of all threads of one process: whoever has the turn commits what all others wait for too."""

    def __init__(self, commit: Callable[[Sequence[Item]], None]) -> None:
        """`commit` makes all that it is given durable or raises; it is never called by two threads at once."""
        self._commit = commit
        self._waiting: deque[_Waiting[Item]] = deque()
        self._turn = threading.Lock()

    def do(self, item: Item) -> bool:
        """Return once it is known whether this item is durable."""
        mine = _Waiting(item)
        self._waiting.append(mine)
        while mine.durable is None:
            with self._turn:
                if mine.durable is None:
                    self._commit_all(self._next_batch())
        return mine.durable

    def _next_batch(self) -> list[_Waiting[Item]]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]

    def _commit_all(self, batch: list[_Waiting[Item]]) -> None:
        """Commit all together; if that fails, try each alone, so that one does not stop the others."""
        together = len(batch) > 1 and self._is_durable(batch)
        for waiting in batch:
            waiting.durable = together or self._is_durable([waiting])

    def _is_durable(self, batch: list[_Waiting[Item]]) -> bool:
        try:
            self._commit([waiting.item for waiting in batch])
        except BaseException:  # whatever the error was: nobody may be left waiting, and nobody thanked
            return False
        return True
