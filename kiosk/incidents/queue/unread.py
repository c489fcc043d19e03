"""Reports that nobody has opened: counted in piles by the database, and only those of one page are looked up.

The incidents decide, not the state in a report's row: tampering with the reports database must not take a report out
of the queue (promise S10). So the two are compared, and if they disagree every row is read.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.models import Incident, Level
from kiosk.report.access.listing import ListedRow, PileKey, count_closed, count_piles, every_row
from kiosk.report.access.opening import NO_REPORT, WaitingReport
from kiosk.report.access.routes import ROUTES, may_read
from kiosk.report.models import ReportState
from kiosk.report.release import WAITING, is_impossible_day

A_DAY = timedelta(days=1)
OLDEST = timedelta(days=1000)  # an older slot can only come from tampering


_CLOSED = select(Incident.report_id).where(Incident.closed_at.is_not(None))
_CLOSED_OF = _CLOSED.where(Incident.report_id.in_(bindparam("ids", expanding=True)))
_COUNT_CLOSED = select(func.count()).where(Incident.closed_at.is_not(None))
_OPENED_OF = select(Incident.report_id).where(Incident.report_id.in_(bindparam("ids", expanding=True)))


Listing = Callable[[PileKey], WaitingReport]  # what a list shows of a report with this key, without its id


def listing_at(calendar: SchoolCalendar, now: datetime) -> Listing:
    """Reports as they are listed at one moment: worked out once for all that look the same."""
    return cache(lambda key: as_listed(key, calendar, now))


class Pile(NamedTuple):
    """Reports that differ in nothing that a list shows; `sample` is one of them without its id."""

    key: PileKey
    sample: WaitingReport
    size: int
    ids: tuple[uuid.UUID, ...] | None = None  # None: not known yet, so the database is asked


def unread_piles(
    looking: CaseViewer,
    rows: Mapping[uuid.UUID, ListedRow],
    open_ids: Collection[uuid.UUID],
    listed: Listing,
    mark: bytes,
    exact: bool = False,
) -> tuple[list[Pile], list[PileKey] | None]:
    """Everything that this person may read and nobody has opened.

    Also the piles in which their current key, with this mark, does not open every report; None where that is not known.

    `rows`: those that say that somebody opened them, and those of open incidents. `exact`: every row is read, because
    a row was found that contradicts its incident.
    """
    school, reports, staff = looking.school, looking.reports, looking.staff
    strays = [row for row in rows.values() if row.id not in open_ids]
    closed = _closed_among(school, [row.id for row in strays])
    found = count_piles(reports, staff.id, mark)
    counted = {key: one.mine for key, one in found.items() if one.mine}
    unsure: list[PileKey] | None = [key for key, one in found.items() if one.opened < one.every]
    fits = count_closed(reports) + len(closed) == _count_closed(school, open_ids, rows)
    if fits and not exact:
        loose = [row for row in strays if row.id not in closed]
        for row in rows.values():
            if row.id in open_ids and row.mine and row.state in WAITING and row.key in counted:
                counted[row.key] -= 1  # a power cut came after the incident's commit and before the report's
    else:
        everything = every_row(reports, staff.id)
        gone = _closed_among(school, None) | set(open_ids)
        loose, counted = [row for row in everything.values() if row.id not in gone], {}
        unsure = None
    known: dict[PileKey, list[uuid.UUID]] = defaultdict(list)
    for row in loose:
        if row.mine:
            known[row.key].append(row.id)
    roles = staff.roles
    names = {key.route for key in (*counted, *known)}
    may = {name for name in names if may_read(ROUTES[name], roles)}
    piles = [Pile(key, listed(key), count) for key, count in counted.items() if count > 0]
    piles += [Pile(key, listed(key), len(ids), tuple(ids)) for key, ids in known.items()]
    return [one for one in piles if one.key.route in may], unsure


def without_incident(school: Session, ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these reports that have no incident, whatever their rows say."""
    asked = set(ids)
    return asked - set(school.scalars(_OPENED_OF, {"ids": list(asked)}))


def level_of(report: WaitingReport) -> Level:
    """How soon somebody must look at a report, before staff have changed the level."""
    return Level.URGENT if report.urgent or report.altered else Level(report.route.level)


def _closed_among(school: Session, ids: Collection[uuid.UUID] | None) -> set[uuid.UUID]:
    if ids is None:
        return set(school.scalars(_CLOSED))
    return set(school.scalars(_CLOSED_OF, {"ids": list(ids)})) if ids else set()


def _count_closed(
    school: Session, open_ids: Collection[uuid.UUID], rows: Mapping[uuid.UUID, ListedRow]
) -> int:
    """How many rows should say that they are closed, if nobody changed any; those of open incidents count too."""
    closed = school.scalar(_COUNT_CLOSED) or 0
    says_closed = sum(row.id in open_ids and row.state is ReportState.CLOSED for row in rows.values())
    return closed + says_closed


def as_listed(key: PileKey, calendar: SchoolCalendar, now: datetime) -> WaitingReport:
    """A report as it is listed: one with an impossible day is treated as urgent and listed under the current slot."""
    report = WaitingReport(
        NO_REPORT, key.slot, ROUTES[key.route], key.urgent, ReportState.RELEASED, key.altered
    )
    today = now.date()
    if today - OLDEST <= key.day < today - A_DAY:  # the usual case, which needs no calendar
        return report
    if not is_impossible_day(key.day, today) and key.day >= today - OLDEST:
        return report
    return replace(report, slot=calendar.slot_of(now), urgent=True, altered=True)
