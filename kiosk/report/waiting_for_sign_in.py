"""Reports that nobody can open now, until a reader who has the key signs in or two sheets are used (promise G5)."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, exists, false, or_, select
from sqlalchemy.orm import Session

from kiosk.report.due import can_read
from kiosk.report.keyring import Keyholder, read_keyring
from kiosk.report.models import Reader, Report, ReportReader, ReportState
from kiosk.report.reading_routes import PRACTICE, ROUTES, SELF_TEST, may_read
from kiosk.sealing.reader_key import mark_of

AT_WORK = tuple(state for state in ReportState if state is not ReportState.CLOSED)


@dataclass(frozen=True)
class WaitingForSignIn:
    """How many reports wait for a reader to sign in, and who could end it; nobody: only recovery sheets can."""

    count: int = 0
    names: tuple[str, ...] = ()


def waiting_for_sign_in(
    session: Session, me: uuid.UUID, roles: Collection[str], today: date | None = None
) -> WaitingForSignIn:
    """What waits so of the routes that this person may read; a few queries, however many reports there are.

    A report that was kept from this person is not counted: the number must not tell that there is one (promise G8).
    """
    if not roles:
        return WaitingForSignIn()
    ring = read_keyring(session, today=today)
    stored = {row.id: row.public_key for row in session.execute(select(Reader.id, Reader.public_key))}
    # Whose password still opens the key that the list names: not after a forgotten one, nor of somebody who left.
    holders = [one for one in ring.readers if one.able and stored.get(one.id) == one.public_key]
    there = [one for one in holders if not one.absent or one.id == me]
    waits = _nobody_opens(session, roles, sorted(there, key=lambda one: one.id != me))
    had: set[uuid.UUID] = set()  # by this person, whether or not the key of then still counts
    away: dict[uuid.UUID, set[str]] = defaultdict(set)
    by_id = {one.id: one for one in holders}
    for one in session.execute(
        select(ReportReader.report_id, ReportReader.reader_id, ReportReader.key_mark).where(
            ReportReader.report_id.in_(waits)
        )
    ):
        report, holder = waits[one.report_id], by_id.get(one.reader_id)
        if one.reader_id == me:
            had.add(one.report_id)
        if holder and can_read(holder, report.route) and mark_of(holder.public_key or b"") == one.key_mark:
            away[one.report_id].add(holder.name)
    since = min((version.day for version in ring.chain if me.hex in version.readers), default=date.max)
    for id, report in list(waits.items()):
        own = set(roles) & set(ROUTES[report.route].readers)
        if own and id not in had and report.day >= since:
            del waits[id]
    return WaitingForSignIn(len(waits), tuple(sorted({name for id in waits for name in away[id]})))


def _nobody_opens(
    session: Session, roles: Collection[str], there: Collection[Keyholder]
) -> dict[uuid.UUID, Row[uuid.UUID, str, date]]:
    """The reports of these roles' routes at which staff work, and that none of these people can open."""
    hidden = [route.id for route in ROUTES.values() if not may_read(route, roles)]
    opens = [  # each by its own key: the first of them is almost always there, and ends the search
        exists().where(
            ReportReader.report_id == Report.id,
            ReportReader.reader_id == one.id,
            ReportReader.key_mark == mark_of(one.public_key or b""),
            Report.route.not_in([route for route in ROUTES if not can_read(one, route)]),
        )
        for one in there
    ]
    rows = session.execute(
        select(Report.id, Report.route, Report.day).where(
            Report.state.in_(AT_WORK),
            Report.route.not_in([*hidden, SELF_TEST, PRACTICE]),
            ~or_(false(), *opens),
        )
    )
    return {row.id: row for row in rows}
