"""Which lessons are set for which classes; to set one, see `sets`."""

import uuid
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup
from kiosk.lessons.models import LessonSet


def classes_set(session: Session, classes: Sequence[ClassGroup]) -> dict[str, list[str]]:
    """Names of the classes that each lesson is set for; one query."""
    names = {group.id: group.name for group in classes}
    rows = session.execute(
        select(LessonSet.lesson_id, LessonSet.class_group_id).where(LessonSet.class_group_id.in_(list(names)))
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.lesson_id, []).append(names[row.class_group_id])
    return {lesson_id: sorted(classes) for lesson_id, classes in found.items()}


def lessons_set_count(session: Session, classes: Sequence[ClassGroup]) -> Counter[uuid.UUID]:
    """How many lessons were set for each class; one query."""
    rows = session.execute(
        select(LessonSet.class_group_id, func.count().label("lessons"))
        .where(LessonSet.class_group_id.in_([group.id for group in classes]))
        .group_by(LessonSet.class_group_id)
    )
    return Counter({row.class_group_id: row.lessons for row in rows})
