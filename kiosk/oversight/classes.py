"""Which classes a person may look at: teachers their own, those who answer for children's safety all of them."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kiosk.accounts.classes import year_order
from kiosk.accounts.models import ClassGroup, ClassTeacher, Pupil, Role, StaffMember

# Not the network manager, who opens windows and hands out keys but sees no child's progress; not the chair,
# who sees the school and no class.
SEE_EVERY_CLASS = frozenset({Role.COORDINATOR, Role.DSL, Role.PRINCIPAL})
SEE_CLASSES = (Role.TEACHER, *sorted(SEE_EVERY_CLASS))
SEE_SCHOOL = (*sorted(SEE_EVERY_CLASS), Role.CHAIR)


def sees_every_class(staff: StaffMember) -> bool:
    """Whether a person may look at the progress of the whole school."""
    return bool(SEE_EVERY_CLASS & staff.roles)


def sees_school(staff: StaffMember) -> bool:
    """Whether a person may see figures of the whole school."""
    return bool(set(SEE_SCHOOL) & staff.roles)


def seen_classes(session: Session, staff: StaffMember) -> list[ClassGroup]:
    """The classes with children in them that a person may look at, youngest first."""
    return _classes(session, None if sees_every_class(staff) else staff)


def taught_classes(session: Session, staff: StaffMember) -> list[ClassGroup]:
    """The classes with children in them that a person teaches, youngest first."""
    return _classes(session, staff)


def every_class(session: Session) -> list[ClassGroup]:
    """Every class with children in it, youngest first: for figures of the school, never for names."""
    return _classes(session, None)


def seen_class(session: Session, staff: StaffMember, class_id: uuid.UUID) -> ClassGroup | None:
    """A class, if this person may look at it."""
    group = session.get(ClassGroup, class_id)
    if group is None or sees_every_class(staff):
        return group
    return group if session.get(ClassTeacher, (class_id, staff.id)) else None


def _classes(session: Session, teacher: StaffMember | None) -> list[ClassGroup]:
    query = (
        select(ClassGroup)
        .where(ClassGroup.pupils.any(Pupil.left_on.is_(None)))
        .options(selectinload(ClassGroup.teachers).lazyload(StaffMember.holdings))
    )
    if teacher:
        query = query.join(ClassTeacher).where(ClassTeacher.staff_id == teacher.id)
    return sorted(session.scalars(query), key=lambda group: (year_order(group.year), group.name))
