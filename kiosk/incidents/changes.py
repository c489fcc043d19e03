"""What the school changes after incidents: in general words, who sees to it, by when, and whether it is done."""

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from kiosk.accounts.models import StaffMember
from kiosk.incidents.models import Incident, PlannedChange
from kiosk.incidents.numbers import ABOUT_STAFF
from kiosk.report.opening import NO_REPORT, readable
from kiosk.roles import Role

MOST_SHOWN = 200


def changes_for(
    school: Session, reports: Session, staff: StaffMember, most: int = MOST_SHOWN
) -> list[PlannedChange]:
    """What this person may know of: open ones first, the most pressing before others; then what is done.

    That is what follows from cases that they may read, and what they see to. Of others the principal sees those that
    the register shows as well: never what may be about a grown-up at school (promise S9).
    """
    wanted = (
        select(PlannedChange)
        .options(contains_eager(PlannedChange.incident).lazyload(Incident.owner))
        .options(joinedload(PlannedChange.owner).lazyload(StaffMember.holdings))
        .join(PlannedChange.incident)
        .order_by(
            PlannedChange.done_on.is_not(None),
            PlannedChange.done_on.desc(),
            PlannedChange.due_on,
            PlannedChange.id,
        )
    )
    found = list(school.scalars(wanted))
    mine = readable(reports, [one.incident.report_id for one in found], staff.id, staff.roles)
    # Cut off last: how many are shown must not tell how many there are that this person may not know of.
    return [one for one in found if _may_know(one, staff, mine)][:most]


def open_changes_of(school: Session, staff: StaffMember) -> int:
    """How many changes this person sees to that are not done."""
    mine = (PlannedChange.owner_id == staff.id, PlannedChange.done_on.is_(None))
    return school.scalar(select(func.count()).select_from(PlannedChange).where(*mine)) or 0


def set_done(
    school: Session, reports: Session, staff: StaffMember, change_id: uuid.UUID, done_on: date | None
) -> bool:
    """Say that a change is done, or open again with None; False if this person may know of none like it."""
    wanted = (
        select(PlannedChange)
        .where(PlannedChange.id == change_id)
        .join(PlannedChange.incident)
        .options(
            contains_eager(PlannedChange.incident).lazyload(Incident.owner), lazyload(PlannedChange.owner)
        )
        .with_for_update(of=PlannedChange)
    )
    change = school.scalars(wanted).first()
    # Asked in any case: the price must not tell whether there is such a change (promise S9).
    mine = readable(reports, [change.incident.report_id if change else NO_REPORT], staff.id, staff.roles)
    if change is None or not _may_know(change, staff, mine):
        return False
    change.done_on = done_on
    return True


def _may_know(change: PlannedChange, staff: StaffMember, mine: Collection[uuid.UUID]) -> bool:
    if change.incident.report_id in mine:
        return True
    sees = Role.PRINCIPAL in staff.roles or change.owner_id == staff.id
    return sees and change.incident.route not in ABOUT_STAFF
