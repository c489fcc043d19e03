"""Tables of the reports database: no person who told, no time finer than a slot, no order of arrival."""

import enum
import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import RandomKey, ReportsBase, ShortText, stored_enum


class ReportState(enum.StrEnum):
    """The state of a report (promise Q5)."""

    NEW = "new"  # only in a row that somebody changed by hand: it waits like one that was released
    RELEASED = "released"
    OPENED = "opened"
    CLOSED = "closed"


class Report(ReportsBase):
    """What one child told; promise S1 lists everything that is stored unsealed."""

    __tablename__ = "report"
    # Without rowid: SQLite would otherwise number the rows in the order they came.
    __table_args__ = (
        CheckConstraint("slot between 0 and 1439", name="slot_in_day"),
        # What waits is counted for every page of a reader, and listed without reading an envelope.
        Index(None, "state", "day", "slot", "route", "urgent", "altered"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date]
    slot: Mapped[int]
    route: Mapped[str] = mapped_column(String(20))
    urgent: Mapped[bool]
    state: Mapped[ReportState] = mapped_column(stored_enum(ReportState))
    retention: Mapped[str] = mapped_column(String(20))
    altered: Mapped[bool] = mapped_column(default=False)  # somebody changed it by hand (promise S10)
    envelope_version: Mapped[int]
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


class ReportReader(ReportsBase):
    """The case key of a report, wrapped for somebody who may open it or for recovery (promises S1, S4)."""

    __tablename__ = "report_reader"
    __table_args__ = ({"sqlite_with_rowid": False},)

    report_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    reader_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key_mark: Mapped[bytes] = mapped_column(LargeBinary(8))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(200))
    # A digest of what stands in clear, under a key of this reader, once they have compared it with the sealed text.
    # Until then a random one: nobody else can tell the one from the other.
    checked: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)


class KeyDue(ReportsBase):
    """A report that needs a new case key from the next reader, because a reader left or one is missing."""

    __tablename__ = "key_due"
    __table_args__ = ({"sqlite_with_rowid": False},)

    report_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )


class Reader(ReportsBase):
    """A copy of who can receive a report, so that this zone does not need the school's people."""

    __tablename__ = "reader"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[ShortText]
    email: Mapped[str] = mapped_column(String(254))
    roles: Mapped[ShortText]
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    absent: Mapped[bool] = mapped_column(default=False)
    holds: Mapped[ShortText] = mapped_column(default="")  # the roles that are not only deputised


class ReaderList(ReportsBase):
    """One version of the signed list of readers; it counts only where its signatures do (promise G3)."""

    __tablename__ = "reader_list"
    __table_args__ = ({"sqlite_with_rowid": False},)

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    signatures: Mapped[str] = mapped_column(Text)


class ListPutBack(ReportsBase):
    """One reader's signature under the statement that an earlier list was put back (promise G3)."""

    __tablename__ = "list_put_back"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # of the list that was put back
    reader_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    lost: Mapped[bytes] = mapped_column(LargeBinary)  # the beginnings of the hashes of the versions after it
    day: Mapped[date]
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))


class RecoveryKey(ReportsBase):
    """The public half of a recovery key; reports are wrapped for the one that was proven last (promise S6)."""

    __tablename__ = "recovery_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[RandomKey]
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    verify_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    proof: Mapped[bytes] = mapped_column(LargeBinary(200))
    made_on: Mapped[date]
    proven_on: Mapped[date | None]


class Zone(ReportsBase):
    """The settings of this zone: a single row, always with the same key."""

    __tablename__ = "zone"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    published_on: Mapped[date | None]
    staff_promise: Mapped[bool] = mapped_column(default=False)
    checked_on: Mapped[date | None]
    alarmed_on: Mapped[date | None]
    well_on: Mapped[date | None]  # the mail that all is well was queued
    differed_on: Mapped[date | None]  # a reader's key stayed shut, and everybody was told
    noted_on: Mapped[
        date | None
    ]  # reports were looked through for keys to renew, after this version of the list
    noted_version: Mapped[int] = mapped_column(default=0)


class Climbed(ReportsBase):
    """That people were told by mail that a report is late, step by step: each step once, and no word of when.

    Of a case that staff opened, a step is named by the day on which something was due: its next step or the answer to a
    complaint; below zero what somebody had to do.
    """

    __tablename__ = "climbed"
    __table_args__ = ({"sqlite_with_rowid": False},)

    report_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Thread(ReportsBase):
    """The thread with answers for one child, found with the child's pictures or from the sealed report."""

    __tablename__ = "thread"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    ends_on: Mapped[date | None]
    head: Mapped[bytes] = mapped_column(LargeBinary, default=b"")  # where its answers stand, sealed
    # What the child said was thrown away since the head was sealed: statements of one length, one after another.
    thrown: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


class Reply(ReportsBase):
    """An answer, sealed to the key that only the child's pictures make (promise C5)."""

    __tablename__ = "reply"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[RandomKey]
    thread_id: Mapped[bytes] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class BroughtIn(ReportsBase):
    """The id of something that came from the intake, so that it never comes twice (promise A15)."""

    __tablename__ = "brought_in"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date]
