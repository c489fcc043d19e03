"""The places of a led lesson: its steps, what to talk about, and the questions at the end, one after another."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.lessons.kinds.question import Question as AskedHere
from kiosk.lessons.lesson import Lesson
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz


@dataclass(frozen=True)
class Course:
    """Where a class can be in a lesson: 0 before the first step, then each step, the talk, each question at the end."""

    lesson: Lesson
    quiz: Quiz | None
    at_the_end: tuple[str, ...]  # ids of the questions after the steps, in the order of the quiz

    @property
    def steps(self) -> int:
        """How many steps there are, which is the place of the last one."""
        return len(self.lesson.steps)

    @property
    def talk(self) -> int:
        """The place at which the class talks about what it has done."""
        return self.steps + 1

    @property
    def last(self) -> int:
        """The last place at which a class is kept together: the last question, or the last step where none follows."""
        return self.talk + len(self.at_the_end) if self.at_the_end else self.steps

    @property
    def end(self) -> int:
        """The place at which the lesson is over."""
        return self.last + 1

    def question_id(self, place: int) -> str:
        """The id of the question that is asked at a place; empty where none is."""
        if 1 <= place <= self.steps:
            step = self.lesson.steps[place - 1]
            return step.of if isinstance(step, AskedHere) else ""
        after = place - self.talk - 1
        return self.at_the_end[after] if 0 <= after < len(self.at_the_end) else ""

    def question(self, place: int) -> Question | None:
        """The question that is asked at a place, in the lesson's language; None where none is."""
        asked = self.question_id(place)
        return self.quiz.in_language(self.lesson.lang).question(asked) if self.quiz and asked else None

    def place_of(self, question_id: str) -> int:
        """The place at which a question is asked; the end of the lesson for one that the quiz does not ask."""
        if question_id in self.at_the_end:
            return self.talk + 1 + self.at_the_end.index(question_id)
        return self.lesson.placed.get(question_id, self.end)


def course_of(lesson: Lesson, quizzes: Mapping[str, Quiz]) -> Course:
    """The places of a lesson, with the questions of its quiz that are not asked at a step."""
    quiz = quizzes.get(lesson.quiz)
    after = (one.id for one in quiz.questions if one.id not in lesson.placed) if quiz else ()
    return Course(lesson, quiz, tuple(after))
