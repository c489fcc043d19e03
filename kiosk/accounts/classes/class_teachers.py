"""Who teaches a class: added and taken away on its page, each with a line in the log of powers."""

import uuid
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, lazyload

from kiosk.accounts.classes.access import adjusts_every_class
from kiosk.accounts.models import ClassGroup, ClassTeacher, StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.audit.log import Acting, LogAct
from kiosk.storage.upsert import insert_if_new


def teachers_of(session: Session, class_group: ClassGroup) -> list[StaffMember]:
    """Who teaches a class, by name; one query."""
    rows = session.scalars(
        select(StaffMember)
        .join(ClassTeacher)
        .options(lazyload(StaffMember.holdings))
        .where(ClassTeacher.class_group_id == class_group.id)
    )
    return sorted(rows, key=lambda staff: (staff.name.casefold(), staff.email))


def colleagues_to_add(session: Session, teachers: Collection[StaffMember]) -> list[StaffMember]:
    """Everybody who teaches here but these, by name."""
    return [one for one in present_staff(session) if one.teaches and one not in teachers]


def may_add(staff: StaffMember, staff_id: uuid.UUID) -> bool:
    """Whether a person may let that colleague teach a class: themselves only if they see what is set in every class."""
    return staff_id != staff.id or adjusts_every_class(staff)


def add_teacher(
    session: Session, acting: Acting, class_group: ClassGroup, staff_id: uuid.UUID
) -> StaffMember | None:
    """Let a colleague teach a class too; None for somebody who does not teach here, or teaches it already."""
    others = colleagues_to_add(session, teachers_of(session, class_group))
    found = next((one for one in others if one.id == staff_id), None)
    row = {"class_group_id": class_group.id, "staff_id": staff_id}
    if found and insert_if_new(session, ClassTeacher, row):  # otherwise somebody else has just added them
        acting.note(session, LogAct.CLASS_GIVEN, found.id, **{"class": class_group.name})
    return found


def remove_teacher(
    session: Session, acting: Acting, class_group: ClassGroup, staff_id: uuid.UUID
) -> StaffMember | None:
    """Take a class away from one of its teachers; None for somebody who does not teach it."""
    gone = delete(ClassTeacher).where(
        ClassTeacher.class_group_id == class_group.id, ClassTeacher.staff_id == staff_id
    )
    if not getattr(session.execute(gone), "rowcount", 0):
        return None
    acting.note(session, LogAct.CLASS_TAKEN, staff_id, **{"class": class_group.name})
    return session.get_one(StaffMember, staff_id)
