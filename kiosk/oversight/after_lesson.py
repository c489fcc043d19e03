"""After a lesson that a class did together: what it now knows, what to come back to, and who missed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup
from kiosk.calendar.terms import year_began
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.taught import Attendance, attendance, occasion, taught_on
from kiosk.oversight.misconceptions import LessonBeliefs, class_beliefs
from kiosk.quizzes.misconception import Misconception
from kiosk.quizzes.quiz import Quiz


@dataclass(frozen=True)
class AfterLesson:
    """A class after a lesson. `day`: the last on which it was done; `signed_for`: of which the children are told."""

    day: date | None
    signed_for: date
    children: list[Attendance]
    beliefs: LessonBeliefs | None  # None where nobody has answered yet

    @property
    def missed(self) -> list[str]:
        """Names of those who were not there, and have not done it since."""
        return [one.first_name for one in self.children if not one.was_there and not one.completed]

    @property
    def unfinished(self) -> list[str]:
        """Names of those who were there and have questions left."""
        return [one.first_name for one in self.children if one.was_there and not one.completed]


def after_lesson(
    session: Session,
    class_group: ClassGroup,
    lesson: Lesson,
    quizzes: Mapping[str, Quiz],
    known: Mapping[str, Misconception],
    today: date,
    since: date | None,
) -> AfterLesson:
    """What can be said of a class after this lesson; three queries, however many children there are.

    `since`: what was completed before it has lapsed. What the class of the year before did were other children.
    """
    beliefs = class_beliefs(session, class_group, {lesson.id: lesson}, quizzes, known)
    last = taught_on(session, class_group).get(lesson.id)
    day = last if last and last >= max(since or date.min, year_began(today)) else None
    signed_for = occasion(day, today)
    return AfterLesson(
        day,
        signed_for,
        attendance(session, class_group, lesson, signed_for, since),
        beliefs[0] if beliefs else None,
    )
