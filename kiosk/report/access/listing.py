"""What a list of reports asks of the reports database: piles that are counted there, and the rows of one page."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, case, func, select, tuple_
from sqlalchemy.orm import Session

from kiosk.calendar.school import Slot
from kiosk.report.models import Report, ReportReader, ReportState
from kiosk.report.release import WAITING

PILE = (Report.day, Report.slot, Report.route, Report.urgent, Report.altered)


class PileKey(NamedTuple):
    """What reports that look the same in a list have in common, by what their rows say."""

    day: date
    minute: int
    route: str
    urgent: bool
    altered: bool

    @property
    def slot(self) -> Slot:
        """The slot in which these reports came, as their rows say."""
        return Slot(self.day, self.minute)


class PileCount(NamedTuple):
    """How many reports wait in a pile, how many a reader has a key to, and how many their current key opens."""

    every: int = 0
    mine: int = 0
    opened: int = 0


class ListedRow(NamedTuple):
    """A row of a report, and the mark of the key for which it is sealed to a reader; None where it is not."""

    id: uuid.UUID
    key: PileKey
    state: ReportState
    mark: bytes | None

    @property
    def mine(self) -> bool:
        """Whether this reader has a key to it."""
        return self.mark is not None


# Statements are made once: making one costs more than most of the answers.
_MINE = and_(ReportReader.report_id == Report.id, ReportReader.reader_id == bindparam("reader"))
_PILES = (
    select(
        *PILE,
        func.count(),
        func.count(ReportReader.reader_id),
        func.sum(case((ReportReader.key_mark == bindparam("mark"), 1), else_=0)),
    )
    .outerjoin(ReportReader, _MINE)
    .where(Report.state.in_(WAITING))
    .group_by(Report.state, *PILE)  # in the order of the index, so that nothing has to be sorted
)
_LISTED = select(Report.id, *PILE, Report.state, ReportReader.key_mark).outerjoin(ReportReader, _MINE)
_OPENED = _LISTED.where(Report.state == ReportState.OPENED)
_OPENED_ROUTES = (
    select(Report.id, Report.route).join(ReportReader, _MINE).where(Report.state == ReportState.OPENED)
)
_THESE = _LISTED.where(Report.id.in_(bindparam("ids", expanding=True)))
_COUNT_CLOSED = select(func.count()).where(Report.state == ReportState.CLOSED)
_WITH_KEY = select(ReportReader.report_id).where(
    ReportReader.reader_id == bindparam("reader"),
    ReportReader.report_id.in_(bindparam("ids", expanding=True)),
)
_MARKS = select(ReportReader.report_id, ReportReader.reader_id, ReportReader.key_mark).where(
    ReportReader.report_id.in_(bindparam("ids", expanding=True))
)
_MARKS_OF = select(ReportReader.report_id, ReportReader.key_mark).where(
    tuple_(ReportReader.report_id, ReportReader.reader_id).in_(bindparam("pairs", expanding=True))
)
_NUMBERED = (
    select(
        Report.id,
        *PILE,
        func.row_number().over(partition_by=PILE, order_by=Report.id).label("place"),
    )
    .join(ReportReader, ReportReader.report_id == Report.id)
    .where(
        ReportReader.reader_id == bindparam("reader"),
        Report.state.in_(WAITING),
        tuple_(*PILE).in_(bindparam("keys", expanding=True)),
        Report.id.not_in(bindparam("without", expanding=True)),
    )
    .subquery()
)
_PLACES = (
    select(*_NUMBERED.c)
    .where(_NUMBERED.c.place > bindparam("first"), _NUMBERED.c.place <= bindparam("last"))
    .order_by(_NUMBERED.c.place)
)


def count_piles(
    session: Session | Connection, reader_id: uuid.UUID, mark: bytes = b""
) -> dict[PileKey, PileCount]:
    """How many reports wait in each pile, by what the rows say; `mark`: of the reader's current key. One query."""
    found: dict[PileKey, PileCount] = {}
    for *key, every, mine, opened in session.execute(_PILES, {"reader": reader_id, "mark": mark}):
        before = found.get(pile := PileKey(*key), PileCount())  # a pile may have rows in both states
        found[pile] = PileCount(before.every + every, before.mine + mine, before.opened + int(opened))
    return found


def ids_of_piles(
    session: Session,
    reader_id: uuid.UUID,
    keys: Sequence[PileKey],
    places: tuple[int, int],
    without: Collection[uuid.UUID] = (),
) -> dict[PileKey, list[uuid.UUID]]:
    """The reports of some piles from one place to another in each, in an order that has to do with no arrival."""
    rows = session.execute(
        _PLACES,
        {
            "reader": reader_id,
            "keys": [tuple(one) for one in keys],
            "without": list(without),
            "first": places[0],
            "last": places[1],
        },
    )
    found: dict[PileKey, list[uuid.UUID]] = {}
    for row in rows:
        found.setdefault(PileKey(*row[1:6]), []).append(row[0])
    return found


def opened_rows(
    session: Session, reader_id: uuid.UUID, also: Collection[uuid.UUID]
) -> dict[uuid.UUID, ListedRow]:
    """Every row that says that somebody opened it, and those of `also`, whatever they say; two queries at most."""
    found = _listed_rows(session, _OPENED, reader_id)
    missing = [one for one in also if one not in found]  # empty, except after a power cut or a change by hand
    return found | _listed_rows(session, _THESE, reader_id, ids=missing) if missing else found


def opened_routes(session: Session | Connection, reader_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """The routes of what this reader has a key to and somebody opened, by what the rows say; one plain query."""
    return {row.id: row.route for row in session.execute(_OPENED_ROUTES, {"reader": reader_id})}


def every_row(session: Session, reader_id: uuid.UUID) -> dict[uuid.UUID, ListedRow]:
    """Every row, whatever its state, for when somebody has tampered with the rows."""
    return _listed_rows(session, _LISTED, reader_id)


def rows_of(session: Session, reader_id: uuid.UUID, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, ListedRow]:
    """The rows with these ids, as far as they exist."""
    return _listed_rows(session, _THESE, reader_id, ids=list(ids))


def count_closed(session: Session) -> int:
    """How many rows say that staff closed the report."""
    return session.scalar(_COUNT_CLOSED) or 0


def with_key(session: Session, reader_id: uuid.UUID, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these reports this reader has a key to."""
    return set(session.scalars(_WITH_KEY, {"reader": reader_id, "ids": list(ids)}))


def key_marks(session: Session, report_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, bytes]]:
    """For whom each of these reports is sealed, and for which key of theirs."""
    found: dict[uuid.UUID, dict[uuid.UUID, bytes]] = {}
    for report_id, reader_id, mark in session.execute(_MARKS, {"ids": list(report_ids)}):
        found.setdefault(report_id, {})[reader_id] = mark
    return found


def marks_of(session: Session, readers: Mapping[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """For which key of one reader each of these reports is sealed, if it is; `readers`: whose key, by report."""
    rows = session.execute(_MARKS_OF, {"pairs": list(readers.items())})
    return {row.report_id: row.key_mark for row in rows}


def _listed_rows(
    session: Session, query: Select[*tuple[Any, ...]], reader_id: uuid.UUID, **asked: Any
) -> dict[uuid.UUID, ListedRow]:
    rows = session.execute(query, {"reader": reader_id, **asked})
    return {
        id: ListedRow(id, PileKey(day, minute, route, urgent, altered), state, mark)
        for id, day, minute, route, urgent, altered, state, mark in rows
    }
