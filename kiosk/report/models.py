"""Tables of the reports database: no person who told, no time finer than a slot, no order of arrival."""

import enum
import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import ReportsBase, ShortText, stored_enum


class State(enum.StrEnum):
    """Where a report stands (privacy.md Q5)."""

    NEW = "new"
    RELEASED = "released"
    OPENED = "opened"
    CLOSED = "closed"


class Report(ReportsBase):
    """What one child told; all that stands in clear is listed in privacy.md S1."""

    __tablename__ = "report"
    # Without rowid: SQLite would otherwise number the rows in the order they came.
    __table_args__ = (
        CheckConstraint("slot between 0 and 1439", name="slot_in_day"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date]
    slot: Mapped[int]
    route: Mapped[str] = mapped_column(String(20))
    urgent: Mapped[bool]
    state: Mapped[State] = mapped_column(stored_enum(State))
    retention: Mapped[str] = mapped_column(String(20))
    envelope_version: Mapped[int]
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


class ReportReader(ReportsBase):
    """Who may open a report: the readers of its route, less anyone whom the child ticked (privacy.md S4)."""

    __tablename__ = "report_reader"
    __table_args__ = ({"sqlite_with_rowid": False},)

    report_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True
    )
    reader_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class Reader(ReportsBase):
    """A copy of who can be sent a report, so that this zone need not know the school's people."""

    __tablename__ = "reader"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[ShortText]
    email: Mapped[str] = mapped_column(String(254))
    roles: Mapped[ShortText]
