"""The intake: what children send waits here, sealed, until it is transferred to the reports database. When and in
which order reports arrived stays secret until their slot has ended (promise A5). So arrivals have their own file,
which is emptied and rewritten at each transfer.
"""

import secrets
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    bindparam,
    delete,
    event,
    false,
    select,
    true,
    update,
)
from sqlalchemy.dialects.sqlite import dialect, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from kiosk.config import Config, Copies
from kiosk.report.intake.rewrite import blur_times, files_of, rewrite_file
from kiosk.storage.db import Database, open_database
from kiosk.storage.outages import DATABASE_ERRORS, DatabaseNotSafe
from kiosk.storage.prepared import PreparedStatement

FILE = "intake.sqlite"
SCHEMA = 3  # schema version of the file

_HELD = Table(
    "held",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("due", Integer, nullable=False),  # seconds since 1970
    Column("urgent", Boolean, nullable=False),
    Column("thread_id", LargeBinary(16), nullable=False),
    Column("mailed", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("copied", Boolean, nullable=False, server_default=false()),  # whether the other node has it too
    # Without rowid: SQLite would otherwise number the rows in the order they came.
    sqlite_with_rowid=False,
)
_BY_THREAD = Index("ix_held_thread_id", _HELD.c.thread_id)
_BY_SLOT = Index("ix_held_due", _HELD.c.urgent, _HELD.c.due)
_STATEMENTS: tuple[DDLElement, ...] = (
    CreateTable(_HELD, if_not_exists=True),
    *(CreateIndex(index, if_not_exists=True) for index in (_BY_THREAD, _BY_SLOT)),
)
_TABLE = [str(statement.compile(dialect=dialect())) for statement in _STATEMENTS]
# Built once, as building a statement costs as much as executing it.
_PUT = insert(_HELD).on_conflict_do_nothing(index_elements=["id"])
_SLOTS = PreparedStatement(
    select(_HELD.c.urgent, _HELD.c.due).distinct().order_by(_HELD.c.urgent.desc(), _HELD.c.due)
)
# By ids, which are random: in a part of them nothing says who came early.
_IN_SLOT = (
    select(_HELD.c.id, _HELD.c.mailed)
    .where(_HELD.c.urgent == bindparam("urgent"), _HELD.c.due == bindparam("due"))
    .order_by(_HELD.c.id)
)
_OF_THREAD = select(_HELD.c.id, _HELD.c.sealed).where(_HELD.c.thread_id == bindparam("thread_id"))
_MAILED = select(_HELD.c.mailed).where(_HELD.c.id == bindparam("id"))
# Version 1 held the day and the minute of a slot and no end of it: the longest slot, in any zone, has ended by then.
_CARRIED_OVER = """INSERT INTO held SELECT id, strftime('%s', day) + 60 * (slot + CASE slot WHEN 0 THEN 0 ELSE 240 END),
urgent, thread_id, mailed, sealed, 0 FROM held_1"""
_PUT_COPY = insert(_HELD).on_conflict_do_update(
    index_elements=["id"], set_={"mailed": _HELD.c.mailed | insert(_HELD).excluded.mailed}
)
_TO_COPY = (
    select(_HELD.c.id, _HELD.c.due, _HELD.c.urgent, _HELD.c.thread_id, _HELD.c.mailed, _HELD.c.sealed)
    .where(_HELD.c.copied == false())
    .order_by(_HELD.c.id)
    .limit(bindparam("most"))
)
# From a random id on and round: in a flood each has its chance.
_FROM, _BEFORE = (
    _TO_COPY.where(part) for part in (_HELD.c.id >= bindparam("start"), _HELD.c.id < bindparam("start"))
)
_COPIED = select(_HELD.c.copied).where(_HELD.c.id == bindparam("id"))
# Version 2 knew of one node alone.
_NOTHING_COPIED = "ALTER TABLE held ADD COLUMN copied BOOLEAN DEFAULT 0 NOT NULL"
COPY_SECONDS = (
    1.2  # how long a child waits for the second copy: within the two beats that the server's line has then
)
REST_SECONDS = 10.0  # in which nobody waits for it, after the other node was away
LOOK_SECONDS = 0.05
MOST_IN_ONE_COMMIT = 64

Item = TypeVar("Item")


class NotKept(Exception):
    """The intake could not store something durably, so the child must be told so (promise D3)."""


class OneCopy(NotKept):
    """This node has it durably, and the other one, which must have it too, has not said so in time."""


@dataclass(frozen=True)
class SealedItem:
    """One thing that a child sent: `sealed`, which the site key opens, and all that stands unencrypted beside it."""

    id: uuid.UUID
    due: datetime  # the end of its slot, as it was when it was sealed
    urgent: bool
    thread_id: bytes
    sealed: bytes


@dataclass(frozen=True)
class CopyItem:
    """An item as one node gives it to the other."""

    id: uuid.UUID
    due: int
    urgent: bool
    thread_id: bytes
    mailed: bool
    sealed: bytes


@dataclass(frozen=True)
class IntakeSlot:
    """A slot for which something is held; urgent items are listed apart."""

    urgent: bool
    due: datetime


def open_intake(config: Config) -> "IntakeStore":
    """The intake store of a school; raises DatabaseNotSafe, or OSError if the data folder cannot be written."""
    copies = config.report_copies if config.keeper_addresses else None
    return IntakeStore(open_database(f"sqlite:///{config.data_dir.resolve()}/{FILE}"), copies)


class IntakeStore:
    """Stores what children send, durably and each thing once, from any thread of any process."""

    def __init__(self, database: Database, copies: Copies | None = None) -> None:
        """`copies`: how many nodes must have an item before it counts as stored; None where there is one node."""
        event.listen(database.engine, "connect", _prepare_file)
        self._database = database
        self._files = files_of(database)
        self._together = GroupCommit(self._commit_items)
        self._copies, self._wait_again = copies, 0.0

    def check(self) -> None:
        """Raise if nothing can be stored; no connection is left open, as servers fork afterwards."""
        with self._database.rows(write=True) as connection:
            _SLOTS.all(connection, {})
        self._database.engine.dispose()

    def put(self, held: SealedItem) -> None:
        """Store an item, and return once it is durable; a second item with the same id is ignored.

        Raises NotKept, or OneCopy.
        """
        if not self._together.submit(held):
            raise NotKept
        if self._copies and not self._is_copied_soon(held.id) and self._copies is Copies.BOTH:
            raise OneCopy

    def _is_copied_soon(self, id: uuid.UUID) -> bool:
        """Whether the other node has it too, within the time that a child can wait (one node alone: not even that)."""
        now = time.monotonic()
        if self._copies is Copies.ONE and now < self._wait_again:
            return False
        while time.monotonic() < now + COPY_SECONDS:
            with suppress(*DATABASE_ERRORS), self._database.rows(write=False) as connection:
                if (
                    connection.execute(_COPIED, {"id": id}).scalar() is not False
                ):  # one that is gone was transferred
                    return True
            time.sleep(LOOK_SECONDS)
        self._wait_again = time.monotonic() + REST_SECONDS
        return False

    def to_copy(self, most: int) -> list[CopyItem]:
        """Some of what the other node may lack, in the order of its random ids from anywhere on."""
        start, found = uuid.UUID(bytes=secrets.token_bytes(16)), list[CopyItem]()
        with self._database.rows(write=False) as connection:
            for part in (_FROM, _BEFORE):
                left = {"start": start, "most": most - len(found)}
                found += [CopyItem(*row) for row in connection.execute(part, left)]
        return found

    def take_copies(self, items: Sequence[CopyItem]) -> None:
        """Store what the other node has; the first sealing of an id stays whole."""
        if items:
            with self._database.rows(write=True) as connection:
                connection.execute(_PUT_COPY, [vars(one) | {"copied": True} for one in items])
            blur_times(self._files)

    def mark_copied(self, took: Collection[tuple[uuid.UUID, bool]]) -> None:
        """Note that the other node has these, each with whether staff were mailed about it."""
        if took:
            with self._database.rows(write=True) as connection:
                for id, mailed in took:
                    those = (_HELD.c.id == id) & (_HELD.c.mailed == mailed)
                    connection.execute(update(_HELD).where(those).values(copied=True))
            blur_times(self._files)

    def copy_all_again(self) -> None:
        """The other node may have lost what it held: give it everything once more."""
        with self._database.rows(write=True) as connection:
            connection.execute(update(_HELD).where(_HELD.c.copied == true()).values(copied=False))
        blur_times(self._files)

    def file_number(self) -> int:
        """A random number of this file, by which the other node notices a new one."""
        with self._database.rows(write=False) as connection:
            return int(connection.exec_driver_sql("PRAGMA application_id").scalar_one())

    def slots(self) -> list[IntakeSlot]:
        """The slots for which something is held, urgent ones first: few, however much is held."""
        with self._database.connect(write=False) as connection:
            found = _SLOTS.all(connection, {}, without_transaction=True)
        return [IntakeSlot(urgent, datetime.fromtimestamp(due, UTC)) for urgent, due in found]

    def ids(self, held: IntakeSlot) -> dict[uuid.UUID, bool]:
        """The ids of items held for a slot, in their random order, and whether staff were mailed about each."""
        with self._database.rows(write=False) as connection:
            rows = connection.execute(_IN_SLOT, {"urgent": held.urgent, "due": _unix_seconds(held.due)})
            return {row.id: row.mailed for row in rows}

    def get(self, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, bytes]:
        """The sealed items with these ids that are still in the intake."""
        with self._database.rows(write=False) as connection:
            rows = connection.execute(select(_HELD.c.id, _HELD.c.sealed).where(_HELD.c.id.in_(ids)))
            return {row.id: row.sealed for row in rows}

    def of_thread(self, thread_id: bytes) -> Mapping[uuid.UUID, bytes]:
        """Everything held that belongs to one child's pictures, by id."""
        with self._database.rows(write=False) as connection:
            rows = connection.execute(_OF_THREAD, {"thread_id": thread_id})
            return {row.id: row.sealed for row in rows}

    def mailed(self, id: uuid.UUID) -> bool | None:
        """Whether staff were mailed about this item; None once it was transferred."""
        with self._database.rows(write=False) as connection:
            found: bool | None = connection.execute(_MAILED, {"id": id}).scalar()
        return found

    def mark_mailed(self, ids: Collection[uuid.UUID]) -> None:
        """Note that staff were mailed about these, so that they get no second mail when the items are transferred."""
        with self._database.rows(write=True) as connection:
            connection.execute(update(_HELD).where(_HELD.c.id.in_(ids)).values(mailed=True, copied=False))
        blur_times(self._files)

    def forget(self, ids: Collection[uuid.UUID]) -> None:
        """Delete items that were transferred; `remove_traces` rewrites the file."""
        with self._database.rows(write=True) as connection:
            connection.execute(delete(_HELD).where(_HELD.c.id.in_(ids)))
        blur_times(self._files)

    def remove_traces(self) -> bool:
        """Rewrite the file in place, so that nothing is left of what was forgotten; False if it is busy.

        Also done at fixed times, whether or not anything was stored, so that the file's timestamps reveal nothing.
        """
        return rewrite_file(self._database)

    def dispose(self) -> None:
        """Close every connection."""
        self._database.engine.dispose()

    def _commit_items(self, some: Sequence[SealedItem]) -> None:
        """Write these items durably in one commit; raises whatever error the disk reports."""
        rows = [vars(one) | {"due": _unix_seconds(one.due), "mailed": False} for one in some]
        try:
            self._insert_items(rows)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self._insert_items(rows)  # SQLite had opened the file read-only while its disk failed
        blur_times(self._files)

    def _insert_items(self, rows: Sequence[Mapping[str, Any]]) -> None:
        with self._database.rows(write=True) as connection:
            connection.execute(_PUT, rows)


def _unix_seconds(due: datetime) -> int:
    return int(due.timestamp())


def _prepare_file(connection: Any, record: Any) -> None:
    """Create the tables in a new file, or convert a file of the earlier version; any other file is not touched."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found not in {0, 1, 2, SCHEMA}:
        raise DatabaseNotSafe(f"{FILE} is of another version of kiosk")
    if found == SCHEMA:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if found == 2:
            connection.execute(_NOTHING_COPIED)
        if found == 1:
            connection.execute("ALTER TABLE held RENAME TO held_1")
            connection.execute("DROP INDEX ix_held_thread_id")
        for statement in _TABLE:
            connection.execute(statement)
        if found == 1:
            connection.execute(_CARRIED_OVER)
            connection.execute("DROP TABLE held_1")
        connection.execute(f"PRAGMA application_id={secrets.randbits(31)}")
        connection.execute(f"PRAGMA user_version={SCHEMA}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


@dataclass
class _WaitingItem(Generic[Item]):
    item: Item
    durable: bool | None = None  # not known yet


class GroupCommit(Generic[Item]):
    """Commits the items of all threads of one process: the thread whose turn it is commits everything that the others
    are waiting to store."""

    def __init__(self, commit: Callable[[Sequence[Item]], None]) -> None:
        """`commit` makes all that it is given durable or raises; it is never called by two threads at once."""
        self._commit = commit
        self._waiting: deque[_WaitingItem[Item]] = deque()
        self._turn = threading.Lock()

    def submit(self, item: Item) -> bool:
        """Return once it is known whether this item is durable."""
        mine = _WaitingItem(item)
        self._waiting.append(mine)
        while mine.durable is None:
            with self._turn:
                if mine.durable is None:
                    self._commit_all(self._next_batch())
        return mine.durable

    def _next_batch(self) -> list[_WaitingItem[Item]]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_IN_ONE_COMMIT))]

    def _commit_all(self, batch: list[_WaitingItem[Item]]) -> None:
        """Commit all together; if that fails, commit each alone, so that one failure does not stop the others."""
        together = len(batch) > 1 and self._is_durable(batch)
        for waiting in batch:
            waiting.durable = together or self._is_durable([waiting])

    def _is_durable(self, batch: list[_WaitingItem[Item]]) -> bool:
        try:
            self._commit([waiting.item for waiting in batch])
        # whatever the error: nobody may be left waiting or be told that their report was stored
        except BaseException:
            return False
        return True
