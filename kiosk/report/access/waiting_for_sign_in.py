"""Reports that nobody can open now, until a reader who has the key signs in or two sheets are used (promise G5)."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, Row, bindparam, exists, false, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from kiosk.report.access.keyring import Keyholder, read_keyring
from kiosk.report.access.listing import PILE, PileKey
from kiosk.report.access.renewals_due import can_read
from kiosk.report.access.routes import ROUTES, may_read
from kiosk.report.models import Report, ReportReader, ReportState
from kiosk.report.release import WAITING
from kiosk.sealing.reader_key import mark_of

AT_WORK = tuple(state for state in ReportState if state is not ReportState.CLOSED)
MOST_MADE = 64  # statements kept: one for each set of people who are there
_KEYS = select(ReportReader.report_id, ReportReader.reader_id, ReportReader.key_mark).where(
    ReportReader.report_id.in_(bindparam("ids", expanding=True))
)
# for each reader: their id, the mark of their key, and the routes that they may not read
_Keys = tuple[tuple[uuid.UUID, bytes, tuple[str, ...]], ...]


@dataclass(frozen=True)
class WaitingForSignIn:
    """How many reports wait for a reader to sign in, and who could end it; nobody: only recovery sheets can."""

    count: int = 0
    names: tuple[str, ...] = ()


def waiting_for_sign_in(
    session: Session,
    me: uuid.UUID,
    roles: Collection[str],
    today: date | None = None,
    unsure: Collection[PileKey] | None = None,
) -> WaitingForSignIn:
    """The reports on this person's routes that wait for such a sign-in; a few queries, however many reports there are.

    A report that was kept from this person is not counted: the number must not tell that there is one (promise S9).

    `unsure`: the piles of what nobody has opened in which this person's current key does not open every report; None:
    nobody has counted, so all of them are looked through.
    """
    if not roles:
        return WaitingForSignIn()
    recipients = read_keyring(session, today=today)
    holders = [one for one in recipients.readers if one.able and not one.locked]
    there = [one for one in holders if not one.absent or one.id == me]
    mine = next((one for one in there if one.id == me), None)
    if mine is None or not all(can_read(mine, one.id) for one in ROUTES.values() if may_read(one, roles)):
        unsure = None  # this key opens too few reports to limit the search
    waits = _nobody_opens(session, roles, sorted(there, key=lambda one: one.id != me), unsure)
    had: set[uuid.UUID] = set()  # sealed for this person, even for a key that no longer counts
    away: dict[uuid.UUID, set[str]] = defaultdict(set)
    by_id = {one.id: one for one in holders}
    for one in session.execute(_KEYS, {"ids": list(waits)}):
        report, holder = waits[one.report_id], by_id.get(one.reader_id)
        if one.reader_id == me:
            had.add(one.report_id)
        if holder and can_read(holder, report.route) and mark_of(holder.public_key or b"") == one.key_mark:
            away[one.report_id].add(holder.name)
    since = min((version.day for version in recipients.chain if me.hex in version.readers), default=date.max)
    for id, report in list(waits.items()):
        own = set(roles) & set(ROUTES[report.route].readers)
        if own and id not in had and report.day >= since:
            del waits[id]
    return WaitingForSignIn(len(waits), tuple(sorted({name for id in waits for name in away[id]})))


def has_older_wraps(session: Session, me: uuid.UUID, key: bytes, roles: Collection[str]) -> bool:
    """Whether an open report is sealed for a key of this person from before: the next who opens Reports changes it."""
    routes = [one.id for one in ROUTES.values() if may_read(one, roles)]
    old = select(ReportReader.report_id).join(Report, Report.id == ReportReader.report_id)
    old = old.where(ReportReader.reader_id == me, ReportReader.key_mark != mark_of(key))
    return bool(
        session.scalar(select(old.where(Report.state.in_(AT_WORK), Report.route.in_(routes)).exists()))
    )


def _nobody_opens(
    session: Session,
    roles: Collection[str],
    there: Collection[Keyholder],
    unsure: Collection[PileKey] | None,
) -> dict[uuid.UUID, Row[*tuple[Any, ...]]]:
    """The reports of these roles' routes at which staff work, and that none of these people can open."""
    hidden = tuple(route.id for route in ROUTES.values() if not may_read(route, roles))
    keys = tuple(
        (one.id, mark_of(one.public_key or b""), tuple(route for route in ROUTES if not can_read(one, route)))
        for one in there
    )
    if unsure is None:
        rows = session.execute(_search_statement(keys, hidden, among=False))
    else:
        piles = [tuple(one) for one in unsure if one.route not in hidden]
        rows = session.execute(_search_statement(keys, hidden, among=True), {"piles": piles})
    return {row.id: row for row in rows}


@lru_cache(MOST_MADE)
def _search_statement(keys: _Keys, hidden: tuple[str, ...], among: bool) -> Executable:
    """The statement that finds what none of these keys opens; making it costs more than most of its answers."""
    opens = [  # each by its own key: the first of them is almost always there, and ends the search
        exists().where(
            ReportReader.report_id == Report.id,
            ReportReader.reader_id == id,
            ReportReader.key_mark == mark,
            Report.route.not_in(closed),
        )
        for id, mark, closed in keys
    ]
    found = select(Report.id, Report.route, Report.day).where(
        Report.route.not_in(hidden), ~or_(false(), *opens)
    )
    if not among:
        return found.where(Report.state.in_(AT_WORK))
    waits = Report.state.in_(WAITING), tuple_(*PILE).in_(bindparam("piles", expanding=True))
    # Two searches in the index of lists: with an "or" SQLite would fetch each row with its envelope.
    return union_all(found.where(Report.state == ReportState.OPENED), found.where(*waits))
