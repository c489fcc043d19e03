"""What the school changes after incidents: in general words, who sees to it, by when, and whether it is done."""

import uuid
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.models import StaffMember
from kiosk.incidents.models import Incident, PlannedChange
from kiosk.incidents.numbers import ABOUT_STAFF
from kiosk.report.opening import readable

MOST_SHOWN = 100


def changes_for(
    school: Session, reports: Session, staff: StaffMember, most: int = MOST_SHOWN
) -> list[PlannedChange]:
    """What this person may know of: open ones first, the most pressing before others; then what is done.

    One that follows from a case about a grown-up at school is shown to that case's readers alone (promise S9).
    """
    about_staff = school.execute(
        select(PlannedChange.id, Incident.report_id)
        .join(PlannedChange.incident)
        .where(Incident.route.in_(ABOUT_STAFF))
    ).all()
    mine = readable(reports, [row.report_id for row in about_staff], staff.id, staff.roles)
    wanted = (
        select(PlannedChange)
        .join(PlannedChange.incident)
        .where(
            or_(
                Incident.route.not_in(ABOUT_STAFF),
                PlannedChange.id.in_([row.id for row in about_staff if row.report_id in mine]),
            )
        )
        .options(joinedload(PlannedChange.owner).lazyload(StaffMember.holdings))
        .order_by(
            PlannedChange.done_on.is_not(None),
            PlannedChange.done_on.desc(),
            PlannedChange.due_on,
            PlannedChange.id,
        )
        .limit(most)
    )
    return list(school.scalars(wanted))


def set_done(
    school: Session, reports: Session, staff: StaffMember, change_id: uuid.UUID, done_on: date | None
) -> bool:
    """Say that a change is done, or open again with None; False if this person may know of none like it."""
    change = school.get(PlannedChange, change_id, with_for_update=True)
    report_id = change.incident.report_id if change else uuid.UUID(int=0)
    may = readable(reports, [report_id], staff.id, staff.roles)
    if change is None or (change.incident.route in ABOUT_STAFF and report_id not in may):
        return False
    change.done_on = done_on
    return True
