"""What the school changes after incidents: in general words, who sees to it, by when, and whether it is done."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.assignment import owners_for
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case_log.entries import stepped_aside_from
from kiosk.incidents.models import Incident, PlannedChange
from kiosk.lessons.head import Strand
from kiosk.lessons.lesson import Lesson
from kiosk.report.access.opening import NO_REPORT, readable
from kiosk.roles import Role

MOST_SHOWN = 200
_CHANGES = (
    select(PlannedChange)
    .join(PlannedChange.incident)
    .options(contains_eager(PlannedChange.incident).lazyload(Incident.owner))
)


def changes_for(
    school: Session, reports: Session, staff: StaffMember, most: int = MOST_SHOWN
) -> list[PlannedChange]:
    """The changes that this person may know of: open ones first, the most pressing before others; then those done.

    That is what follows from cases that they may read, and what they see to. The principal also sees changes from
    other cases in the register, but never from a case about an adult at school (promise S9).
    """
    first = (PlannedChange.done_on.is_not(None), PlannedChange.done_on.desc(), PlannedChange.due_on)
    with_owner = joinedload(PlannedChange.owner).lazyload(StaffMember.holdings)
    wanted = _CHANGES.options(with_owner).order_by(*first, PlannedChange.id)
    found = list(school.scalars(wanted))
    # Limited last: the number shown must not reveal how many changes this person may not know of.
    return _changes_viewer_may_know(school, reports, staff, found)[:most]


def open_changes_of(school: Session, reports: Session, staff: StaffMember) -> int:
    """How many changes this person sees to, and may know of, that are not done; one query where there is none."""
    owners = owners_for(reports, staff)
    mine = _CHANGES.where(PlannedChange.owner_id.in_(owners), PlannedChange.done_on.is_(None))
    found = school.scalars(mine.options(lazyload(PlannedChange.owner))).all()
    return len(_changes_viewer_may_know(school, reports, staff, found)) if found else 0


def set_done(
    school: Session, reports: Session, staff: StaffMember, change_id: uuid.UUID, done_on: date | None
) -> bool:
    """Say that a change is done, or open again with None; False if this person may know of none like it."""
    wanted = _CHANGES.where(PlannedChange.id == change_id).options(lazyload(PlannedChange.owner))
    change = school.scalars(wanted.with_for_update(of=PlannedChange)).first()
    # Always queried: the response time must not reveal whether there is such a change (promise S9).
    if not _changes_viewer_may_know(school, reports, staff, [change] if change else []) or change is None:
        return False
    change.done_on = done_on
    return True


def _changes_viewer_may_know(
    school: Session, reports: Session, staff: StaffMember, changes: Sequence[PlannedChange]
) -> list[PlannedChange]:
    """The changes that this person may know of; whoever stepped aside from a case learns nothing more of it."""
    ids = [one.incident.report_id for one in changes] or [NO_REPORT]
    mine = readable(reports, ids, staff.id, staff.roles)
    aside = stepped_aside_from(school, [one.incident_id for one in changes], staff)
    owners = owners_for(reports, staff)

    def may_know(change: PlannedChange) -> bool:
        if change.incident.report_id in mine:
            return True
        if change.incident_id in aside or change.incident.route in ABOUT_STAFF:
            return False
        return Role.PRINCIPAL in staff.roles or change.owner_id in owners

    return [one for one in changes if may_know(one)]


@dataclass(frozen=True)
class CaseClass:
    """Reading routes that belong together, and the strands whose lessons fit them."""

    id: str
    routes: tuple[str, ...]
    strands: tuple[Strand, ...]


# Never what may be about a grown-up at school or what was handed over: these never suggest a lesson.
CLASSES = (
    CaseClass("unkind", ("bullying", "bullying-severe"), ("bullying",)),
    CaseClass("contact", ("stranger", "images"), ("relationships",)),
    CaseClass("screens", ("site", "scam"), ("information", "privacy")),
    CaseClass("worries", ("danger", "harm", "me", "friend"), ("wellbeing",)),
)
CLASS_OF = {route: one for one in CLASSES for route in one.routes}


def lessons_of(case_class: CaseClass, lessons: Mapping[str, Lesson]) -> list[Lesson]:
    """The lessons of a class's strands that are still taught, in the order of their bands."""
    return [one for one in lessons.values() if one.strand in case_class.strands and one.status != "retired"]


def lessons_for_route(route: str, lessons: Mapping[str, Lesson]) -> list[Lesson]:
    """The lessons that fit a case of this route; none where no lesson should follow from one."""
    found = CLASS_OF.get(route)
    return lessons_of(found, lessons) if found else []
