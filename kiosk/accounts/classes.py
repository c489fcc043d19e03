"""Which classes a member of staff may open, and which children are in a class."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kiosk.accounts.models import ClassGroup, ClassTeacher, Pupil, Role, StaffMember

ROLES_THAT_SEE_ALL = frozenset({Role.COORDINATOR, Role.PRINCIPAL, Role.NETWORK})


def sees_every_class(staff: StaffMember) -> bool:
    """Whether a person may open every class of the school, not only the ones they teach."""
    return bool(ROLES_THAT_SEE_ALL & staff.roles)


def may_open_class(session: Session, staff: StaffMember, class_group: ClassGroup) -> bool:
    """Whether this person may open a class, see its children and give them keys."""
    return sees_every_class(staff) or session.get(ClassTeacher, (class_group.id, staff.id)) is not None


def classes_of(session: Session, staff: StaffMember) -> list[ClassGroup]:
    """The classes with children in them that a person may open, youngest first."""
    query = (
        select(ClassGroup)
        .where(ClassGroup.pupils.any(Pupil.left_on.is_(None)))
        .options(
            selectinload(ClassGroup.teachers).lazyload(StaffMember.holdings), selectinload(ClassGroup.pupils)
        )
    )
    if not sees_every_class(staff):
        query = query.join(ClassTeacher).where(ClassTeacher.staff_id == staff.id)
    return sorted(session.scalars(query).unique(), key=lambda group: (year_order(group.year), group.name))


def present_pupils(session: Session, class_group: ClassGroup) -> list[Pupil]:
    """The children of a class, by first name."""
    rows = session.scalars(
        select(Pupil).where(Pupil.class_group_id == class_group.id, Pupil.left_on.is_(None))
    ).all()
    return sorted(rows, key=lambda pupil: pupil.first_name.casefold())


def find_pupil(session: Session, class_group: ClassGroup, pupil_id: uuid.UUID) -> Pupil | None:
    """The child of this id, if the child is in this class now."""
    pupil = session.get(Pupil, pupil_id)
    if pupil is None or pupil.left_on or pupil.class_group_id != class_group.id:
        return None
    return pupil


def year_order(year: str) -> tuple[int, str]:
    """Where a year comes in a school: nursery, reception, 1 to 13; a mixed class by its youngest."""
    first = year.split("/")[0]
    return ({"N": -1, "R": 0}.get(first, int(first) if first.isdecimal() else 99), year)
