"""Passing reports on when their slot has ended, and forgetting in which order they came."""

import uuid
from datetime import datetime

from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.outbox import chunks, make_due
from kiosk.report.models import Report, ReportState

WAITING = (ReportState.NEW, ReportState.RELEASED)  # nobody has opened it yet
REWRITTEN = (
    ("report", "slot"),
    ("report_reader", "reader_id"),
    ("outbox_row", "due"),
    ("thread", "ends_on"),
    ("reply", "thread_id"),
)


def is_due(urgent: bool, slot: Slot, calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether a report is to be passed on: it is urgent, its slot has ended, or its slot cannot be true."""
    return urgent or is_false(slot, calendar, now) or calendar.slot_end(slot) <= now


def is_false(slot: Slot, calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether no report can have this slot: it lies beyond the end of the next school day (promise S10)."""
    last = calendar.next_opening(now).date()
    return slot.day > last or (slot.day == last and calendar.slot_start(slot) >= calendar.hours(last)[1])


def due_reports(session: Session, calendar: SchoolCalendar, now: datetime) -> list[uuid.UUID]:
    """Reports to be passed on."""
    new = session.execute(
        select(Report.id, Report.urgent, Report.day, Report.slot).where(Report.state == ReportState.NEW)
    )
    return [row.id for row in new if is_due(row.urgent, Slot(row.day, row.slot), calendar, now)]


def release_due(session: Session, calendar: SchoolCalendar, now: datetime) -> int:
    """Pass on what is due and let the alerts leave; returns how many reports that were."""
    due = due_reports(session, calendar, now)
    for ids in chunks(due):
        session.execute(
            update(Report)
            .where(Report.id.in_(ids), Report.state == ReportState.NEW)
            .values(state=ReportState.RELEASED)
        )
    make_due(session, due)
    return len(due)


def forget_order(engine: Engine) -> None:
    """Rewrite the reports database so that no trace of the order of arrival is left (promise A5)."""
    if engine.dialect.name != "sqlite":
        return _rewrite_postgresql(engine)
    connection = engine.raw_connection()
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _rewrite_postgresql(engine: Engine) -> None:
    """Write every row again in one transaction, in the order of random keys; all get the same transaction number."""
    engine = engine.execution_options(long=True)
    for table, column in REWRITTEN:
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET {column} = {column}"))  # nosec B608 - our own names
        with engine.begin() as connection:
            connection.execute(text(f"CLUSTER {table} USING pk_{table}"))
