"""Which classes a person may open, which they may look at, and which children are in one."""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session, selectinload

from kiosk.accounts.models import ClassGroup, ClassTeacher, Pupil, StaffMember
from kiosk.roles import Role
from kiosk.storage.prepared import PreparedStatement

# Three separate rights (the table in docs/architecture.md): the network manager opens any class and hands out keys,
# but sees no child's progress and nothing that is set for one; the lead sees progress and opens no class; the chair
# sees figures of the school and no class at all.
ADJUST_EVERY_CLASS = frozenset({Role.COORDINATOR, Role.PRINCIPAL})
OPEN_EVERY_CLASS = frozenset({Role.COORDINATOR, Role.PRINCIPAL, Role.NETWORK})
SEE_ALL_PROGRESS = frozenset({Role.COORDINATOR, Role.DSL, Role.PRINCIPAL})
SEE_PROGRESS = SEE_ALL_PROGRESS | {Role.TEACHER}
SEE_SCHOOL_FIGURES = SEE_ALL_PROGRESS | {Role.CHAIR}


_TEACHES = PreparedStatement(
    select(ClassTeacher.staff_id).where(
        ClassTeacher.class_group_id == bindparam("class_id"), ClassTeacher.staff_id == bindparam("staff_id")
    )
)


class PupilName(NamedTuple):
    """A child in a list of a class."""

    id: uuid.UUID
    first_name: str


def opens_every_class(staff: StaffMember) -> bool:
    """Whether a person may open any class of the school and give its children keys."""
    return bool(OPEN_EVERY_CLASS & staff.roles)


def adjusts_every_class(staff: StaffMember) -> bool:
    """Whether a person may see and change what is set for the children of any class."""
    return bool(ADJUST_EVERY_CLASS & staff.roles)


def sees_all_progress(staff: StaffMember) -> bool:
    """Whether a person may look at how the children of every class get on."""
    return bool(SEE_ALL_PROGRESS & staff.roles)


def sees_school_figures(staff: StaffMember) -> bool:
    """Whether a person may see figures of the whole school."""
    return bool(SEE_SCHOOL_FIGURES & staff.roles)


def may_open_class(session: Session, staff: StaffMember, class_group: ClassGroup) -> bool:
    """Whether this person may open a class, see its children and give them keys."""
    return opens_every_class(staff) or bool(
        _TEACHES.seen_by(session, {"class_id": class_group.id, "staff_id": staff.id})
    )


def class_to_open(session: Session, staff: StaffMember, class_id: uuid.UUID) -> ClassGroup | None:
    """A class, if this person may open it."""
    return find_class(session, class_id, None if opens_every_class(staff) else staff)


def class_for_adjustments(session: Session, staff: StaffMember, class_id: uuid.UUID) -> ClassGroup | None:
    """A class, if this person may open it and see its children's adjustments; looking after the network is not
    enough."""
    return find_class(session, class_id, None if adjusts_every_class(staff) else staff)


def find_class(session: Session, class_id: uuid.UUID, teacher: StaffMember | None) -> ClassGroup | None:
    """The class of this id, of this teacher if one is given; one query whether it exists or not (promise S9).

    Where any class will do, and this one is known to the session already, nothing is asked.
    """
    if teacher is None:
        return session.get(ClassGroup, class_id)
    taught = select(ClassTeacher.class_group_id).where(ClassTeacher.staff_id == teacher.id)
    return session.scalar(select(ClassGroup).where(ClassGroup.id == class_id, ClassGroup.id.in_(taught)))


def classes_to_open(session: Session, staff: StaffMember) -> list[ClassGroup]:
    """The classes with children in them that a person may open, youngest first."""
    return _classes_of(session, None if opens_every_class(staff) else staff)


def classes_to_look_at(session: Session, staff: StaffMember, *where: ColumnElement[bool]) -> list[ClassGroup]:
    """The classes with children in them whose progress a person may see, or such of them alone, youngest first."""
    return _classes_of(session, None if sees_all_progress(staff) else staff, *where)


def class_to_look_at(session: Session, staff: StaffMember, class_id: uuid.UUID) -> ClassGroup | None:
    """A class, if this person may see its progress; whoever does not teach any more sees none of an old class."""
    if not SEE_PROGRESS & staff.roles:
        return None
    return find_class(session, class_id, None if sees_all_progress(staff) else staff)


def taught_classes(session: Session, staff: StaffMember) -> list[ClassGroup]:
    """The classes with children in them that a person teaches, youngest first."""
    return _classes_of(session, staff)


def every_class(session: Session) -> list[ClassGroup]:
    """Every class with children in it, youngest first: for figures of the school, never for names."""
    return _classes_of(session, None)


def class_sizes(session: Session, ids: Sequence[uuid.UUID]) -> Counter[uuid.UUID]:
    """How many children there are now in each of these classes."""
    rows = session.execute(
        select(Pupil.class_group_id, func.count().label("pupils"))
        .where(Pupil.class_group_id.in_(ids), Pupil.left_on.is_(None))
        .group_by(Pupil.class_group_id)
    )
    return Counter({row.class_group_id: row.pupils for row in rows})


def present_pupils(session: Session, class_group: ClassGroup) -> list[Pupil]:
    """The children of a class, by first name."""
    rows = session.scalars(
        select(Pupil).where(Pupil.class_group_id == class_group.id, Pupil.left_on.is_(None))
    ).all()
    return sorted(rows, key=lambda pupil: pupil.first_name.casefold())


_NAMES = PreparedStatement(
    select(Pupil.id, Pupil.first_name).where(
        Pupil.class_group_id == bindparam("class_id"), Pupil.left_on.is_(None)
    )
)


def present_names(session: Session, class_group: ClassGroup) -> list[PupilName]:
    """The children of a class, by first name, where nothing else of them is shown."""
    found = [PupilName(*row) for row in _NAMES.seen_by(session, {"class_id": class_group.id})]
    return sorted(found, key=lambda pupil: pupil.first_name.casefold())


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


def class_order(group: ClassGroup) -> tuple[tuple[int, str], str]:
    """Where a class comes in a list of classes: youngest first, then by name."""
    return year_order(group.year), group.name


def _classes_of(
    session: Session, teacher: StaffMember | None, *where: ColumnElement[bool]
) -> list[ClassGroup]:
    query = (
        select(ClassGroup)
        .where(ClassGroup.pupils.any(Pupil.left_on.is_(None)), *where)
        .options(selectinload(ClassGroup.teachers).lazyload(StaffMember.holdings))
    )
    if teacher:
        query = query.join(ClassTeacher).where(ClassTeacher.staff_id == teacher.id)
    return sorted(session.scalars(query), key=class_order)
