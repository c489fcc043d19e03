"""The school's only view of reports: what has been released, to whom, and what staff did with it."""

import random
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, exists, select
from sqlalchemy.orm import Session

from kiosk.calendar import SchoolCalendar, Slot
from kiosk.outbox import make_due
from kiosk.report.models import Reader, Report, ReportReader, State
from kiosk.report.routes import ROUTES, Route, may_read, readers_for
from kiosk.sealing import unpack


class ReportNotYours(Exception):
    """There is no such report, or this person may not know of it: the same answer for both."""


@dataclass(frozen=True)
class WaitingReport:
    """What a list may show of a report: never a word of the child's."""

    id: uuid.UUID
    slot: Slot
    route: Route
    urgent: bool
    state: State


@dataclass(frozen=True)
class OpenedReport:
    """A report in the hands of somebody who may read it."""

    id: uuid.UUID
    slot: Slot
    route: Route
    urgent: bool
    body: dict[str, Any]
    readers: list[Reader]


def release_due(session: Session, calendar: SchoolCalendar, now: datetime) -> int:
    """Pass on every report whose slot has ended, urgent ones at once, and let their alerts leave; returns how many."""
    new = session.scalars(select(Report).where(Report.state == State.NEW)).all()
    due = [row for row in new if row.urgent or calendar.slot_end(Slot(row.day, row.slot)) <= now]
    for row in due:
        row.state = State.RELEASED
    make_due(session, [row.id for row in due])
    return len(due)


def forget_order(engine: Engine) -> None:
    """Rewrite the reports database so that nothing of the order of arrival is left (privacy.md A5)."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]
        connection.execute("VACUUM")  # type: ignore[attr-defined]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]
    finally:
        connection.close()


def waiting_reports(
    session: Session, reader_id: uuid.UUID, roles: Collection[str], states: Iterable[State] = (State.RELEASED,)
) -> list[WaitingReport]:
    """Reports in these states that this person may open, by slot; inside a slot in no order of arrival."""
    rows = session.scalars(
        select(Report)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(ReportReader.reader_id == reader_id, Report.state.in_(list(states)))
        .order_by(Report.day, Report.slot, Report.id)
    )
    return [_waiting(row) for row in rows if may_read(ROUTES[row.route], roles)]


def open_report(session: Session, report_id: uuid.UUID, reader_id: uuid.UUID, roles: Collection[str]) -> OpenedReport:
    """The whole report, for one of its readers; raises ReportNotYours. A released one becomes opened."""
    row = _row_for(session, report_id, reader_id, roles)
    if row.state == State.RELEASED:
        row.state = State.OPENED
    return _opened(session, row)


def read_report(session: Session, report_id: uuid.UUID, reader_id: uuid.UUID, roles: Collection[str]) -> OpenedReport:
    """The whole report again, for one of its readers; changes nothing; raises ReportNotYours."""
    return _opened(session, _row_for(session, report_id, reader_id, roles))


def set_closed(session: Session, report_id: uuid.UUID, closed: bool) -> None:
    """Note that staff closed a report, or took it up again."""
    row = session.get(Report, report_id)
    if row is None:
        raise ReportNotYours
    row.state = State.CLOSED if closed else State.OPENED


def step_aside(session: Session, report_id: uuid.UUID, reader_id: uuid.UUID) -> list[Reader]:
    """Take a reader away who may be involved; returns who is left, filled up from the route where too few are."""
    row = session.get(Report, report_id)
    if row is None:
        raise ReportNotYours
    session.execute(
        delete(ReportReader).where(ReportReader.report_id == report_id, ReportReader.reader_id == reader_id)
    )
    excluded = set(unpack(row.id, row.route, row.envelope_version, row.envelope).get("exclude", []))
    everybody = session.scalars(select(Reader)).all()
    left = _readers_of(session, report_id)
    wanted = readers_for(ROUTES[row.route], everybody, {*excluded, reader_id.hex})
    for reader in wanted:
        if reader not in left:
            session.add(ReportReader(report_id=report_id, reader_id=reader.id))
            left.append(reader)
    return left


def replace_readers(session: Session, readers: Iterable[Reader]) -> None:
    """Keep the copy of who can be sent a report equal to the school's roles; a report without readers gets its own."""
    session.execute(delete(Reader))
    session.flush()
    everybody = list(readers)
    session.add_all(everybody)
    unread = select(Report).where(~exists().where(ReportReader.report_id == Report.id))
    for row in session.scalars(unread).all():
        excluded = unpack(row.id, row.route, row.envelope_version, row.envelope).get("exclude", [])
        for reader in readers_for(ROUTES[row.route], everybody, excluded):
            session.add(ReportReader(report_id=row.id, reader_id=reader.id))


def shuffled(reports: list[WaitingReport], seed: bytes) -> list[WaitingReport]:
    """The same reports, each slot in an order that tells nothing and does not change between two looks (A5)."""
    order = random.Random(seed)  # noqa: S311 - an order to show, not a secret
    marks = {report.id: order.random() for report in sorted(reports, key=lambda report: report.id)}
    return sorted(reports, key=lambda report: (report.slot, marks[report.id]))


def _row_for(session: Session, report_id: uuid.UUID, reader_id: uuid.UUID, roles: Collection[str]) -> Report:
    row = session.get(Report, report_id)
    if row is None or row.state == State.NEW or not may_read(ROUTES[row.route], roles):
        raise ReportNotYours
    if session.get(ReportReader, (report_id, reader_id)) is None:
        raise ReportNotYours
    return row


def _readers_of(session: Session, report_id: uuid.UUID) -> list[Reader]:
    return list(
        session.scalars(
            select(Reader)
            .join(ReportReader, ReportReader.reader_id == Reader.id)
            .where(ReportReader.report_id == report_id)
            .order_by(Reader.name)
        )
    )


def _waiting(row: Report) -> WaitingReport:
    return WaitingReport(row.id, Slot(row.day, row.slot), ROUTES[row.route], row.urgent, row.state)


def _opened(session: Session, row: Report) -> OpenedReport:
    body = unpack(row.id, row.route, row.envelope_version, row.envelope)
    return OpenedReport(
        row.id, Slot(row.day, row.slot), ROUTES[row.route], row.urgent, body, _readers_of(session, row.id)
    )
