"""The school's only view of reports: what has been released, to whom, and what staff did with it."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.orm import Session

from kiosk.calendar import SchoolCalendar, Slot
from kiosk.outbox import OutboxRow, chunks, make_due, put
from kiosk.report.models import Reader, Report, ReportReader, State
from kiosk.report.routes import FEWEST_READERS, ROUTES, Route, may_read, readers_for
from kiosk.sealing.envelope import unpack

LISTED = (Report.id, Report.day, Report.slot, Report.route, Report.urgent, Report.state)  # never the envelope


class ReportNotYours(Exception):
    """There is no such report, or this person may not know of it: the same answer for both."""


class NobodyLeft(Exception):
    """The last person who may read a report cannot step aside: then nobody would read it."""


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


def due_reports(session: Session, calendar: SchoolCalendar, now: datetime) -> list[uuid.UUID]:
    """Reports to be passed on: their slot has ended, or they are urgent."""
    new = session.execute(select(*LISTED).where(Report.state == State.NEW))
    return [row.id for row in new if row.urgent or calendar.slot_end(Slot(row.day, row.slot)) <= now]


def release_due(session: Session, calendar: SchoolCalendar, now: datetime) -> int:
    """Pass on what is due and let the alerts leave; returns how many reports that were."""
    due = due_reports(session, calendar, now)
    for ids in chunks(due):
        session.execute(
            update(Report).where(Report.id.in_(ids), Report.state == State.NEW).values(state=State.RELEASED)
        )
    make_due(session, due)
    return len(due)


def forget_order(engine: Engine) -> None:
    """Rewrite the reports database so that nothing of the order of arrival is left (privacy.md A5)."""
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
    """Write every row anew in one transaction, whose number each keeps, in the order of random keys."""
    for table, column in (("report", "slot"), ("report_reader", "reader_id"), ("outbox_row", "due")):
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET {column} = {column}"))  # nosec B608 - the names above
        with engine.begin() as connection:
            connection.execute(text(f"CLUSTER {table} USING pk_{table}"))


def waiting_reports(
    session: Session,
    reader_id: uuid.UUID,
    roles: Collection[str],
    states: Iterable[State] = (State.RELEASED,),
) -> list[WaitingReport]:
    """Reports in these states that this person may open, by slot; inside a slot in no order of arrival."""
    rows = session.execute(
        select(*LISTED)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(ReportReader.reader_id == reader_id, Report.state.in_(list(states)))
        .order_by(Report.day, Report.slot, Report.id)
    )
    return [_waiting(row) for row in rows if may_read(ROUTES[row.route], roles)]


def open_report(
    session: Session, report_id: uuid.UUID, reader_id: uuid.UUID, roles: Collection[str]
) -> OpenedReport:
    """The whole report, for one of its readers; raises ReportNotYours. A released one becomes opened."""
    row = _row_for(session, report_id, reader_id, roles)
    if row.state == State.RELEASED:
        row.state = State.OPENED
    return _opened(session, row)


def read_report(
    session: Session, report_id: uuid.UUID, reader_id: uuid.UUID, roles: Collection[str]
) -> OpenedReport:
    """The whole report again, for one of its readers; changes nothing; raises ReportNotYours."""
    return _opened(session, _row_for(session, report_id, reader_id, roles))


def set_closed(session: Session, report_id: uuid.UUID, closed: bool) -> None:
    """Note that staff closed a report, or took it up again."""
    row = session.get(Report, report_id)
    if row is None:
        raise ReportNotYours
    row.state = State.CLOSED if closed else State.OPENED


def step_aside(
    session: Session, report_id: uuid.UUID, reader_id: uuid.UUID, earlier: Collection[uuid.UUID] = ()
) -> list[Reader]:
    """Take a reader away who may be involved; returns who is left, filled up from its route.

    `earlier` stepped aside before and must not come back. Raises NobodyLeft; the caller then rolls back.
    """
    row = session.get(Report, report_id)
    if row is None:
        raise ReportNotYours
    session.execute(
        delete(ReportReader).where(ReportReader.report_id == report_id, ReportReader.reader_id == reader_id)
    )
    _fill_up(session, row, session.scalars(select(Reader)).all(), {reader_id, *earlier})
    left = _able(row.route, _readers_of(session, report_id))
    if not left:
        raise NobodyLeft
    return left


def replace_readers(
    session: Session,
    readers: Iterable[Reader],
    aside: Mapping[uuid.UUID, Collection[uuid.UUID]] | None = None,
) -> None:
    """Keep the copy of who can be sent a report equal to the school's roles.

    A report left with too few people able to read it gets those of its route, and they are told.
    `aside` says who stepped aside from which report: never them.
    """
    everybody = list(readers)
    session.execute(delete(Reader))
    session.flush()
    session.add_all(everybody)
    session.flush()
    session.execute(delete(OutboxRow).where(OutboxRow.address.not_in([reader.email for reader in everybody])))
    for report_id in _short_of_readers(session):
        row = session.get_one(Report, report_id)
        _fill_up(session, row, everybody, (aside or {}).get(report_id, ()))


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


def _able(route: str, readers: Iterable[Reader]) -> list[Reader]:
    return [reader for reader in readers if may_read(ROUTES[route], reader.roles.split())]


def _short_of_readers(session: Session) -> list[uuid.UUID]:
    """Reports still at work that fewer people than needed are able to read."""
    able: dict[uuid.UUID, int] = {}
    routes = session.execute(select(Report.id, Report.route).where(Report.state != State.CLOSED)).all()
    by_id = {row.id: row.route for row in routes}
    for report_id, reader in session.execute(
        select(ReportReader.report_id, Reader).join(Reader, Reader.id == ReportReader.reader_id)
    ):
        if report_id in by_id:
            able[report_id] = able.get(report_id, 0) + len(_able(by_id[report_id], [reader]))
    return [report_id for report_id in by_id if able.get(report_id, 0) < FEWEST_READERS]


def _fill_up(
    session: Session, row: Report, everybody: Iterable[Reader], kept_out: Collection[uuid.UUID]
) -> None:
    """Give a report the readers of its route whom it lacks, and alert them; nobody whom the child ticked."""
    body = unpack(row.id, row.route, row.envelope_version, row.envelope)
    excluded = {*body.get("exclude", []), *(person.hex for person in kept_out)}
    has = set(session.scalars(select(ReportReader.reader_id).where(ReportReader.report_id == row.id)))
    new = [reader for reader in readers_for(ROUTES[row.route], everybody, excluded) if reader.id not in has]
    session.add_all(ReportReader(report_id=row.id, reader_id=reader.id) for reader in new)
    session.flush()
    put(session, row.id, [reader.email for reader in new], due=row.urgent or row.state != State.NEW)


def _waiting(row: Any) -> WaitingReport:
    return WaitingReport(row.id, Slot(row.day, row.slot), ROUTES[row.route], row.urgent, row.state)


def _opened(session: Session, row: Report) -> OpenedReport:
    body = unpack(row.id, row.route, row.envelope_version, row.envelope)
    return OpenedReport(
        row.id, Slot(row.day, row.slot), ROUTES[row.route], row.urgent, body, _readers_of(session, row.id)
    )
