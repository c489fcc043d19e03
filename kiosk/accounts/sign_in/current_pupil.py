"""The pupil of a request, found by one query together with the class and the open window; nothing of it can change."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil, StaffMember
from kiosk.adjustments import NONE_SET, Adjustments, read_adjustments
from kiosk.bands import Band, year_numbers
from kiosk.storage.prepared import PreparedStatement


@dataclass(frozen=True)
class PupilClass:
    """The class of a pupil: the band that its pages wear, and its year of school."""

    id: uuid.UUID
    band: Band
    year: str

    @property
    def early(self) -> bool:
        """Whether all of it is in nursery or reception."""
        return year_numbers(self.year) == {0}


@dataclass(frozen=True)
class Teacher:
    """Who opened the window that a pupil joined."""

    id: uuid.UUID
    name: str


@dataclass(frozen=True)
class CurrentPupil:
    """A pupil inside an open window."""

    id: uuid.UUID
    first_name: str
    picture: str
    class_group: PupilClass
    window_id: uuid.UUID
    teacher: Teacher
    key_mark: str = ""  # a digest of the key that the child signed in with
    led: bool = False  # the class is led through a lesson
    adjustments: Adjustments = NONE_SET

    @property
    def class_group_id(self) -> uuid.UUID:
        """The id of the class."""
        return self.class_group.id


AnyPupil = Pupil | CurrentPupil  # for functions that need only a pupil's ids

_AT_WORK = PreparedStatement(
    select(
        Pupil.first_name,
        Pupil.picture,
        Pupil.key_hash,
        Pupil.visit,
        Pupil.adjustments,
        ClassGroup.id,
        ClassGroup.band,
        ClassGroup.year,
        ClassWindow.led,
        StaffMember.id,
        StaffMember.name,
    )
    .select_from(ClassWindow)
    .join(ClassGroup, ClassGroup.id == ClassWindow.class_group_id)
    .join(Pupil, Pupil.class_group_id == ClassGroup.id)
    .join(StaffMember, StaffMember.id == ClassWindow.opened_by_id)
    .where(
        ClassWindow.id == bindparam("window_id"),
        ClassWindow.closes_at > bindparam("now"),
        Pupil.id == bindparam("pupil_id"),
        Pupil.left_on.is_(None),
    )
)


def find_current_pupil(
    connection: Connection,
    pupil_id: uuid.UUID,
    window_id: uuid.UUID,
    now: datetime,
    without_transaction: bool = False,
) -> CurrentPupil | None:
    """The pupil who joined this window, while it is open and as long as the pupil is in its class.

    It begins no transaction where it is asked outside one, so that nothing is locked for writing.
    """
    row = _AT_WORK.first(
        connection, {"pupil_id": pupil_id, "window_id": window_id, "now": now}, without_transaction
    )
    if row is None:
        return None
    first_name, picture, key_hash, visit, adjustments, class_id, band, year, led, teacher_id, teacher = row
    return CurrentPupil(
        pupil_id,
        first_name,
        picture,
        PupilClass(class_id, band, year),
        window_id,
        Teacher(teacher_id, teacher),
        _mark_of(key_hash, visit),
        led,
        read_adjustments(adjustments),
    )


def as_current_pupil(pupil: Pupil, window: ClassWindow) -> CurrentPupil:
    """A pupil who is just signing in by this window."""
    group, teacher = window.class_group, window.opened_by
    return CurrentPupil(
        pupil.id,
        pupil.first_name,
        pupil.picture,
        PupilClass(group.id, group.band, group.year),
        window.id,
        Teacher(teacher.id, teacher.name),
        _mark_of(pupil.key_hash, pupil.visit),
        window.led,
        read_adjustments(pupil.adjustments),
    )


def end_sign_ins(session: Session, pupil_id: uuid.UUID) -> None:
    """End every sign-in of this child, on whatever tablet, and with every copy of a cookie."""
    session.execute(update(Pupil).where(Pupil.id == pupil_id).values(visit=secrets.token_bytes(8)))


def _mark_of(key_hash: bytes | None, visit: bytes | None) -> str:
    """A mark that changes with a child's key, and when they leave; neither key nor hash can be derived from it."""
    return blake2b(key_hash or b"", key=visit or b"", digest_size=8).hexdigest() if key_hash or visit else ""
