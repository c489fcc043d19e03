"""Cover for a day: a teacher leads a colleague's class; the cover ends with the day (promise E17).

Whoever takes cover may open the class, lead it and let its children in, and sees nothing of what they have finished.
"""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Update, and_, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.classes.access import adjusts_every_class, every_class, may_open_class, opens_every_class
from kiosk.accounts.classes.class_teachers import teachers_of
from kiosk.accounts.models import ClassCover, ClassGroup, ClassTeacher, ClassWindow, StaffMember
from kiosk.audit.log import Acting, LogAct
from kiosk.roles import Role
from kiosk.storage.upsert import insert_if_new

SEEN_FOR = timedelta(weeks=4)  # for so long a class's own teachers see who covered for them


def may_take_cover(staff: StaffMember) -> bool:
    """Whether a person takes cover at all: whoever teaches, and does not open every class anyway."""
    return Role.TEACHER in staff.roles and not opens_every_class(staff)


def classes_to_cover(session: Session, staff: StaffMember, today: date) -> list[ClassGroup]:
    """The classes that a person could take cover of today, youngest first: not their own, nor those they cover."""
    if not may_take_cover(staff):
        return []
    open_already = set(session.scalars(select(ClassGroup.id).where(_is_open_to(staff, today))))
    return [group for group in every_class(session) if group.id not in open_already]


def class_to_cover(
    session: Session, staff: StaffMember, class_id: uuid.UUID, today: date
) -> ClassGroup | None:
    """A class, if this person could take cover of it today."""
    return next((group for group in classes_to_cover(session, staff, today) if group.id == class_id), None)


def class_to_lead(
    session: Session, staff: StaffMember, class_id: uuid.UUID, today: date
) -> ClassGroup | None:
    """A class, if this person may open and lead it today: their own, or one that they cover; one query."""
    return _class_open_to(session, staff, class_id, today, opens_every_class(staff))


def class_to_read_adjustments(
    session: Session, staff: StaffMember, class_id: uuid.UUID, today: date
) -> ClassGroup | None:
    """A class, if this person may read today what is set for its children: who covers it does; one query."""
    return _class_open_to(session, staff, class_id, today, adjusts_every_class(staff))


def covered_classes(session: Session, staff: StaffMember, today: date) -> list[ClassGroup]:
    """The classes that a person covers today, by name; one query."""
    query = select(ClassGroup).join(ClassCover).where(_covered_by(staff, today)).order_by(ClassGroup.name)
    return list(session.scalars(query)) if may_take_cover(staff) else []


def covers_of(session: Session, class_group: ClassGroup, today: date) -> Sequence[ClassCover]:
    """Who covered a class in the last four weeks, also until it was ended, the newest first."""
    return session.scalars(
        select(ClassCover)
        .options(joinedload(ClassCover.staff).lazyload(StaffMember.holdings))
        .where(ClassCover.class_group_id == class_group.id, ClassCover.day > today - SEEN_FOR)
        .order_by(ClassCover.day.desc(), ClassCover.staff_id)
    ).all()


def take_cover(
    session: Session, acting: Acting, staff: StaffMember, class_group: ClassGroup, today: date
) -> None:
    """Let this person lead a class today, as `class_to_cover` allowed; doing it twice changes nothing."""
    row = {"class_group_id": class_group.id, "staff_id": staff.id, "day": today, "ended": False}
    if insert_if_new(session, ClassCover, row) or _mark_ended(
        session, class_group, staff.id, today, ended=False
    ):
        acting.note(session, LogAct.COVER_TAKEN, staff.id, **{"class": class_group.name})


def end_cover(
    session: Session, acting: Acting, class_group: ClassGroup, staff_id: uuid.UUID, today: date
) -> bool:
    """End somebody's cover of today before the day ends; it is kept as ended. False where there is none."""
    if not _mark_ended(session, class_group, staff_id, today):
        return False
    _give_back(session, acting, class_group, staff_id)
    acting.note(session, LogAct.COVER_ENDED, staff_id, **{"class": class_group.name})
    return True


def witness_if_cover(session: Session, staff: StaffMember, window: ClassWindow) -> None:
    """Whoever covers a class and opens or leads it is the witness for children who sign the Code."""
    if window.opened_by_id != staff.id and not may_open_class(session, staff, window.class_group):
        session.execute(
            _update_window(window.class_group_id, window.opened_by_id).values(opened_by_id=staff.id)
        )


def forget_covers(session: Session, today: date) -> None:
    """Forget who covered what more than four weeks ago; the log of powers keeps it."""
    session.execute(delete(ClassCover).where(ClassCover.day <= today - SEEN_FOR))


def _covered_by(staff: StaffMember, today: date) -> ColumnElement[bool]:
    return and_(ClassCover.staff_id == staff.id, ClassCover.day == today, ~ClassCover.ended)


def _mark_ended(
    session: Session, class_group: ClassGroup, staff_id: uuid.UUID, today: date, ended: bool = True
) -> bool:
    """Mark a cover as ended or not ended; False if it was so already. One statement, so that two requests cannot
    clash."""
    changed = update(ClassCover).where(
        ClassCover.class_group_id == class_group.id,
        ClassCover.staff_id == staff_id,
        ClassCover.day == today,
        ClassCover.ended.is_(not ended),
    )
    return bool(getattr(session.execute(changed.values(ended=ended)), "rowcount", 0))


def _give_back(session: Session, acting: Acting, class_group: ClassGroup, staff_id: uuid.UUID) -> None:
    """One of the class's own teachers becomes its witness again: whoever ends the cover, if they teach it."""
    own = sorted(teachers_of(session, class_group), key=lambda teacher: teacher.id != acting.by)
    if own:
        session.execute(_update_window(class_group.id, staff_id).values(opened_by_id=own[0].id))


def _update_window(class_id: uuid.UUID, opened_by_id: uuid.UUID) -> Update:
    return update(ClassWindow).where(
        ClassWindow.class_group_id == class_id, ClassWindow.opened_by_id == opened_by_id
    )


def _class_open_to(
    session: Session, staff: StaffMember, class_id: uuid.UUID, today: date, every: bool
) -> ClassGroup | None:
    """A class that a person teaches or covers today; any class where `every` says so."""
    if every:
        return session.get(ClassGroup, class_id)
    return session.scalar(select(ClassGroup).where(ClassGroup.id == class_id, _is_open_to(staff, today)))


def _is_open_to(staff: StaffMember, today: date) -> ColumnElement[bool]:
    """Whether a person teaches a class, or covers it today."""
    taught = select(ClassTeacher.class_group_id).where(ClassTeacher.staff_id == staff.id)
    covered = select(ClassCover.class_group_id).where(_covered_by(staff, today))
    if not may_take_cover(staff):
        return ClassGroup.id.in_(taught)
    return or_(ClassGroup.id.in_(taught), ClassGroup.id.in_(covered))
