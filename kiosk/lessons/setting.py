"""Which lessons are set for which classes; to set one, see `sets`."""

from collections.abc import Sequence

from sqlalchemy import select
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
