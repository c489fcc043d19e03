"""Rows for tests: plain functions with sensible values, each of which a test may change."""

import uuid
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, ClassTeacher, ClassWindow, Pupil, Role, RoleHolder, StaffMember
from kiosk.bands import Band
from kiosk.db import now_utc
from kiosk.report.models import Reader

_number = count(1)

PHONE_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # whoever holds a role works with a second step


def make_staff(session: Session, *roles: Role, **changes: Any) -> StaffMember:
    """A member of staff who holds `roles`; a role already held makes this one the deputy."""
    number = next(_number)
    values: dict[str, Any] = {
        "name": f"Ms Test {number}",
        "email": f"staff{number}@school.example",
        "teaches": True,
        "totp_secret": PHONE_SECRET if set(roles) - {Role.TEACHER} else None,
    }
    staff = StaffMember(**values | changes)
    session.add(staff)
    session.flush()
    for role in roles:
        if role is not Role.TEACHER:
            taken = session.get(RoleHolder, (role, False)) is not None
            session.add(RoleHolder(role=role, deputy=taken, staff_id=staff.id))
    session.flush()
    session.refresh(staff, ["holdings"])
    return staff


def make_class_group(session: Session, *, teacher: StaffMember | None = None, **changes: Any) -> ClassGroup:
    """A class of Year 5, taught by `teacher` where one is given."""
    values: dict[str, Any] = {"name": f"Class {next(_number)}", "year": "5", "band": Band.KS2}
    group = ClassGroup(**values | changes)
    session.add(group)
    session.flush()
    if teacher:
        session.add(ClassTeacher(class_group_id=group.id, staff_id=teacher.id))
        session.flush()
    return group


def make_pupil(session: Session, class_group: ClassGroup | None = None, **changes: Any) -> Pupil:
    """A pupil with a picture tile and no key."""
    group = class_group or make_class_group(session)
    values: dict[str, Any] = {
        "first_name": f"Amira {next(_number)}",
        "picture": "frog",
        "class_group_id": group.id,
    }
    pupil = Pupil(**values | changes)
    session.add(pupil)
    session.flush()
    return pupil


def make_window(session: Session, class_group: ClassGroup, staff: StaffMember, **changes: Any) -> ClassWindow:
    """An open window of a class, for an hour from now."""
    closes_at: datetime = now_utc() + timedelta(hours=1)
    values: dict[str, Any] = {
        "class_group_id": class_group.id,
        "opened_by_id": staff.id,
        "code": f"KITE {10 + next(_number)}",
        "closes_at": closes_at,
    }
    window = ClassWindow(**values | changes)
    session.add(window)
    session.flush()
    return window


def make_reader(session: Session, roles: str, **changes: Any) -> Reader:
    """Somebody to whom reports are sent, as the reports database knows them."""
    number = next(_number)
    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "name": f"Mrs Reader {number}",
        "email": f"reader{number}@school.example",
        "roles": roles,
    }
    reader = Reader(**values | changes)
    session.add(reader)
    session.flush()
    return reader
