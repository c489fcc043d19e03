"""The lesson "how to tell", once a term for each class: which one it is, and on which day it was done."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.bands import Band
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress, LessonTaught


@dataclass(frozen=True)
class TellingInClass:
    """How far one class is with "how to tell" in this term."""

    class_group: ClassGroup
    lesson: Lesson | None  # of its age group; None where there is none
    done_on: date | None  # the last day this term
    done_by: str  # who signed for who was there; empty before somebody has
    finished: int  # children who finished it on a tablet this term
    children: int

    @property
    def due(self) -> bool:
        """Whether the class still has to do it this term."""
        return self.done_on is None


def telling_lessons(lessons: Mapping[str, Lesson]) -> dict[Band, Lesson]:
    """The lesson of each age group that is due each term."""
    return {one.band: one for one in lessons.values() if one.each_term}


def telling_progress(
    session: Session, classes: Sequence[ClassGroup], lessons: Mapping[str, Lesson], since: date
) -> list[TellingInClass]:
    """How far each class is in the term that began on `since`; two queries, however many classes there are."""
    ids = [group.id for group in classes]
    of_band = telling_lessons(lessons)
    lesson_ids = [lesson.id for lesson in of_band.values()]
    done: dict[uuid.UUID, tuple[date, str]] = {}
    for row in session.execute(
        select(LessonTaught.class_group_id, LessonTaught.taught_on, StaffMember.name)
        .outerjoin(StaffMember, StaffMember.id == LessonTaught.signed_by_id)
        .where(
            LessonTaught.class_group_id.in_(ids),
            LessonTaught.lesson_id.in_(lesson_ids),
            LessonTaught.taught_on >= since,
        )
        .order_by(LessonTaught.taught_on)
    ):
        done[row.class_group_id] = (row.taught_on, row.name or "")
    counts = {
        row.class_group_id: (row.finished, row.children)
        for row in session.execute(
            select(
                Pupil.class_group_id,
                func.count(LessonProgress.pupil_id.distinct()).label("finished"),
                func.count(Pupil.id.distinct()).label("children"),
            )
            .outerjoin(
                LessonProgress,
                and_(
                    LessonProgress.pupil_id == Pupil.id,
                    LessonProgress.lesson_id.in_(lesson_ids),
                    LessonProgress.completed_on >= since,
                ),
            )
            .where(Pupil.class_group_id.in_(ids), Pupil.left_on.is_(None))
            .group_by(Pupil.class_group_id)
        )
    }
    found = []
    for group in classes:
        done_on, done_by = done.get(group.id, (None, ""))
        finished, children = counts.get(group.id, (0, 0))
        lesson = of_band.get(group.band)
        found.append(TellingInClass(group, lesson, done_on, done_by, finished, children))
    return found
