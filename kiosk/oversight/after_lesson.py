"""After a lesson that a class did together: what it now knows, what to come back to, and who missed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kiosk.lessons.taught import Attendance, LessonDone, LessonOfDay, attendance
from kiosk.oversight.misconceptions import LessonBeliefs, class_beliefs
from kiosk.quizzes.misconception import Misconception
from kiosk.quizzes.quiz import Quiz


@dataclass(frozen=True)
class AfterLesson:
    """A class after a lesson. `done`: the last time; `day`: the day whose attendance is shown and signed."""

    done: LessonDone | None
    day: date
    children: list[Attendance]
    beliefs: LessonBeliefs | None  # None if nobody has answered yet

    @property
    def was_done_then(self) -> bool:
        """Whether the class did it on the day shown; if not, that day is today, and no attendance is known yet."""
        return self.done is not None and self.done.day == self.day

    @property
    def missed(self) -> list[str]:
        """Names of those who were not there, and have not done it since; empty before an adult has signed the
        attendance."""
        if not (self.done and self.done.signed and self.was_done_then):
            return []
        return [one.first_name for one in self.children if not one.was_there and not one.completed]

    @property
    def unfinished(self) -> list[str]:
        """Names of those who were there and have not finished it; how far they came is shown nowhere."""
        return [one.first_name for one in self.children if one.was_there and not one.completed]


def after_lesson(
    session: Session,
    held: LessonOfDay,
    quizzes: Mapping[str, Quiz],
    known: Mapping[str, Misconception],
    done: LessonDone | None,
) -> AfterLesson:
    """What can be said of a class after this lesson; two queries, however many children there are."""
    class_group, lesson = held.class_group, held.lesson
    beliefs = class_beliefs(session, class_group, {lesson.id: lesson}, quizzes, known)
    children = attendance(session, class_group, lesson, held.day, held.since)
    return AfterLesson(done, held.day, children, beliefs[0] if beliefs else None)
