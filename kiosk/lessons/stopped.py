"""Where a class stopped in a lesson that was led: it goes on there, also another day."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonStopped
from kiosk.storage.upsert import Upsert

_STOP = Upsert(LessonStopped, lambda new: {"place": new.place, "stopped_on": new.stopped_on})


class Stop(NamedTuple):
    """The step at which a class stopped, and the day."""

    place: int
    day: date


def note_stop(session: Session, class_group: ClassGroup, lesson: Lesson, place: int, today: date) -> None:
    """Keep where a class is in a lesson, in place of where it was."""
    row = {"class_group_id": class_group.id, "lesson_id": lesson.id, "place": place, "stopped_on": today}
    _STOP(session, row)


def forget_stop(session: Session, class_group: ClassGroup, lesson: Lesson) -> None:
    """The class has come to the end: next time the lesson begins anew."""
    session.execute(delete(LessonStopped).filter_by(class_group_id=class_group.id, lesson_id=lesson.id))


def stops_of(session: Session, class_group: ClassGroup) -> dict[str, Stop]:
    """Where a class stopped this school year, by the id of the lesson; one query."""
    rows = session.scalars(select(LessonStopped).where(LessonStopped.class_group_id == class_group.id))
    return {row.lesson_id: Stop(row.place, row.stopped_on) for row in rows}
