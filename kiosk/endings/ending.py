"""What a pupil can do at the end of a lesson, and which of its questions are still open."""

from collections.abc import Collection
from dataclasses import dataclass

from kiosk.lessons.lesson import Lesson
from kiosk.quizzes.attempts import objectives_met
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz


@dataclass(frozen=True)
class Aim:
    """One objective of a lesson; `again` is the question to try once more, or empty where it is met."""

    text: str
    again: str = ""

    @property
    def met(self) -> bool:
        """Whether the child can do it now."""
        return not self.again


@dataclass(frozen=True)
class Ending:
    """Every aim of a lesson in order, and the questions of its quiz that were not met."""

    aims: tuple[Aim, ...]
    open: tuple[Question, ...]

    @property
    def finished(self) -> bool:
        """Whether every aim is met."""
        return all(aim.met for aim in self.aims)


def ending_of(lesson: Lesson, quiz: Quiz | None, met: Collection[str]) -> Ending:
    """The end of a lesson for a pupil who has `met` these questions; an aim that nothing asks about counts as met."""
    still_open = tuple(question for question in (quiz.questions if quiz else ()) if question.id not in met)
    done = objectives_met(quiz, met) if quiz else set()
    again = {question.objective: question.id for question in reversed(still_open)}
    return Ending(
        tuple(Aim(aim.text, "" if aim.id in done else again.get(aim.id, "")) for aim in lesson.objectives),
        still_open,
    )
