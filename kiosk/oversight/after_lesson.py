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
    def is_signed(self) -> bool:
        """Whether an adult has signed for who was there on the day shown."""
        return self.done is not None and self.done.signed and self.was_done_then

    @property
    def missed(self) -> list[str]:
        """Names of those who were not there and have not done it; empty before an adult has signed the attendance."""
        return self._away(completed=False)

    @property
    def done_apart(self) -> list[str]:
        """Names of those who were not there and have done it at another time; empty before an adult has signed."""
        return self._away(completed=True)

    @property
    def unfinished(self) -> list[str]:
        """Names of those who were there and have not finished it; how far they came is shown nowhere.

        For those without a tablet the signature finishes it.
        """
        return [
            one.first_name
            for one in self.children
            if one.was_there and not one.completed and (one.had_tablet or self.is_signed)
        ]

    def _away(self, completed: bool) -> list[str]:
        away = (one for one in self.children if self.is_signed and not one.was_there)
        return [one.first_name for one in away if one.completed is completed]


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
