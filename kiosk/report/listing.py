"""What a list of reports asks of the reports database: piles that are counted there, and the rows of one page."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from kiosk.calendar.school import Slot
from kiosk.report.models import Report, ReportReader, ReportState
from kiosk.report.opening import LISTED
from kiosk.report.reading_routes import SELF_TEST
from kiosk.report.release import WAITING

PILE = (Report.day, Report.slot, Report.route, Report.urgent, Report.altered)
_MINE = ReportReader.reader_id == bindparam("reader_id")
# Made once, as every open page of the queue asks them once a minute.
_PILES = (
    select(*PILE, func.count())
    .join(ReportReader, ReportReader.report_id == Report.id)
    .where(_MINE, Report.state.in_(WAITING), Report.route != SELF_TEST)
    .group_by(*PILE)
)
_OPENED = (
    select(Report.id, Report.route)
    .join(ReportReader, ReportReader.report_id == Report.id)
    .where(_MINE, Report.state == ReportState.OPENED)
)


@dataclass(frozen=True)
class PileKey:
    """What reports share that look the same in a list, by what their rows say."""

    day: date
    minute: int
    route: str
    urgent: bool
    altered: bool

    @property
    def slot(self) -> Slot:
        """When they came, as their rows say it."""
        return Slot(self.day, self.minute)


@dataclass(frozen=True)
class ListedRow:
    """A row of a report, and whether a reader has a key to it."""

    id: uuid.UUID
    key: PileKey
    state: ReportState
    mine: bool


def count_piles(session: Session | Connection, reader_id: uuid.UUID) -> dict[PileKey, int]:
    """How many reports that this reader has a key to wait in each pile, by what their rows say; one query."""
    rows = session.execute(_PILES, {"reader_id": reader_id})
    return {PileKey(row[0], row[1], row[2], row[3], row[4]): row[5] for row in rows}


def ids_of_piles(
    session: Session,
    reader_id: uuid.UUID,
    keys: Sequence[PileKey],
    places: tuple[int, int],
    without: Collection[uuid.UUID] = (),
) -> dict[PileKey, list[uuid.UUID]]:
    """The reports of some piles from one place to another in each, in an order that has to do with no arrival."""
    place = func.row_number().over(partition_by=PILE, order_by=Report.id)
    numbered = (
        select(Report.id, *PILE, place.label("place"))
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(
            ReportReader.reader_id == reader_id,
            Report.state.in_(WAITING),
            tuple_(*PILE).in_([(one.day, one.minute, one.route, one.urgent, one.altered) for one in keys]),
            Report.id.not_in(without),
        )
        .subquery()
    )
    rows = session.execute(
        select(*numbered.c)
        .where(numbered.c.place > places[0], numbered.c.place <= places[1])
        .order_by(numbered.c.place)
    )
    found: dict[PileKey, list[uuid.UUID]] = {}
    for row in rows:
        found.setdefault(PileKey(*row[1:6]), []).append(row[0])
    return found


def opened_rows(
    session: Session, reader_id: uuid.UUID, also: Collection[uuid.UUID]
) -> dict[uuid.UUID, ListedRow]:
    """Every row that says that somebody opened it, and those of `also`, whatever they say; two queries."""
    found = _listed(session, reader_id, Report.state == ReportState.OPENED)
    return found | _listed(session, reader_id, Report.id.in_([one for one in also if one not in found]))


def opened_routes(session: Session | Connection, reader_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """The routes of what this reader has a key to and somebody opened, by what the rows say; one plain query."""
    return {row.id: row.route for row in session.execute(_OPENED, {"reader_id": reader_id})}


def every_row(session: Session, reader_id: uuid.UUID) -> dict[uuid.UUID, ListedRow]:
    """Every row, whatever it says: for when something was changed by hand."""
    return _listed(session, reader_id, Report.route != SELF_TEST)


def rows_of(session: Session, reader_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, ListedRow]:
    """These of the rows that there are."""
    return _listed(session, reader_id, Report.id.in_(ids))


def count_closed(session: Session) -> int:
    """How many rows say that staff closed the report."""
    return session.scalar(select(func.count()).where(Report.state == ReportState.CLOSED)) or 0


def without_key(session: Session, reader_id: uuid.UUID, most: int) -> set[uuid.UUID]:
    """The reports that this reader has no key to; up to `most` of them."""
    mine = select(ReportReader.report_id).where(
        ReportReader.report_id == Report.id, ReportReader.reader_id == reader_id
    )
    return set(session.scalars(select(Report.id).where(~mine.exists()).limit(most)))


def with_key(session: Session, reader_id: uuid.UUID) -> set[uuid.UUID]:
    """The reports that this reader has a key to."""
    return set(session.scalars(select(ReportReader.report_id).where(ReportReader.reader_id == reader_id)))


def key_marks(
    session: Session, report_ids: Collection[uuid.UUID], reader_ids: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, dict[uuid.UUID, bytes]]:
    """For which of these readers, or for whom at all, each of these reports is sealed, and for which key of theirs."""
    query = select(ReportReader.report_id, ReportReader.reader_id, ReportReader.key_mark).where(
        ReportReader.report_id.in_(report_ids)
    )
    if reader_ids is not None:
        query = query.where(ReportReader.reader_id.in_(reader_ids))
    found: dict[uuid.UUID, dict[uuid.UUID, bytes]] = {}
    for report_id, reader_id, mark in session.execute(query):
        found.setdefault(report_id, {})[reader_id] = mark
    return found


def _listed(session: Session, reader_id: uuid.UUID, condition: object) -> dict[uuid.UUID, ListedRow]:
    rows = session.execute(
        select(*LISTED, ReportReader.reader_id)
        .outerjoin(
            ReportReader, and_(ReportReader.report_id == Report.id, ReportReader.reader_id == reader_id)
        )
        .where(condition)  # type: ignore[arg-type]
    )
    return {
        row.id: ListedRow(
            row.id,
            PileKey(row.day, row.slot, row.route, row.urgent, row.altered),
            row.state,
            row.reader_id is not None,
        )
        for row in rows
    }
