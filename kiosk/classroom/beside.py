"""An adult sits beside one child: a lesson that is done together opens for that child, for half an hour."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from kiosk.classroom.models import ClassBeside
from kiosk.lessons.lesson import Lesson
from kiosk.storage.upsert import Upsert

LASTS = timedelta(minutes=30)

_SIT = Upsert(ClassBeside, lambda new: {"lesson_id": new.lesson_id, "until": new.until})
_BESIDE = select(ClassBeside.lesson_id, ClassBeside.until).where(
    ClassBeside.window_id == bindparam("window_id"), ClassBeside.pupil_id == bindparam("pupil_id")
)


def sit_beside(
    rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID, lesson: Lesson, now: datetime
) -> datetime:
    """Open a lesson for one child of an open class, in place of one before; returns until when."""
    row = {"window_id": window_id, "pupil_id": pupil_id, "lesson_id": lesson.id, "until": now + LASTS}
    _SIT(rows, row)
    return now + LASTS


def is_beside(
    rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID, lesson: Lesson, now: datetime
) -> bool:
    """Whether an adult sits beside this child for this lesson now."""
    row = rows.execute(_BESIDE, {"window_id": window_id, "pupil_id": pupil_id}).first()
    return row is not None and row.lesson_id == lesson.id and now < row.until
