"""Closed incidents, paged by the database: only those of one page are read, however many there are."""

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.models import Incident
from kiosk.incidents.open_cases import COLUMNS, IncidentRow
from kiosk.incidents.wanted import Wanted
from kiosk.report.listing import with_key, without_key
from kiosk.report.reading_routes import ROUTES, may_read

MOST_KEPT_FROM = 500  # reports that somebody may not read, named one by one; else those that they may


def closed_page(
    reports: Session, school: Session, staff: StaffMember, wanted: Wanted, first: int, most: int
) -> tuple[int, list[IncidentRow]]:
    """How many closed incidents this person may read and looks for, and one page of them, the last closed first.

    `first` is the number of the first row, from 0; beyond the end it is the last page.
    """
    conditions = [
        Incident.closed_at.is_not(None),
        Incident.route.in_([route.id for route in ROUTES.values() if may_read(route, staff.roles)]),
        _has_key(reports, staff),
    ]
    if wanted.number is not None:
        conditions.append(Incident.number == wanted.number)
    if wanted.kind:
        conditions.append(Incident.route == wanted.kind)
    if wanted.level:
        conditions.append(Incident.level == wanted.level)
    if wanted.unowned or wanted.age:
        conditions.append(false())  # somebody has opened it, and what is closed has no age
    if wanted.owner:
        conditions.append(Incident.owner_id == wanted.owner)
    count = school.scalar(select(func.count()).select_from(Incident).where(*conditions)) or 0
    start = min(first, max(count - 1, 0) // most * most)
    rows = school.execute(
        select(*COLUMNS)
        .where(*conditions)
        .order_by(Incident.closed_at.desc(), Incident.number.desc())
        .offset(start)
        .limit(most)
    )
    return count, [IncidentRow(*row) for row in rows]


def _has_key(reports: Session, staff: StaffMember) -> ColumnElement[bool]:
    """That the report is sealed for this person too, by whichever list is likely to be the shorter one."""
    kept_from = without_key(reports, staff.id, MOST_KEPT_FROM + 1)
    if len(kept_from) <= MOST_KEPT_FROM:
        return Incident.report_id.not_in(kept_from)
    return Incident.report_id.in_(with_key(reports, staff.id))
