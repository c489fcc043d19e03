"""What the teacher's page and the board say of a step: its words, and the answers that it offers."""

from collections.abc import Mapping

from markupsafe import Markup

from kiosk.lessons.activity import Activity
from kiosk.lessons.kinds.question import Question as AskedHere
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.step import Passage, Screen, Step
from kiosk.lessons.teaching import StepTaught
from kiosk.lessons.words import page_words
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz


def question_at(lesson: Lesson, place: int, quizzes: Mapping[str, Quiz]) -> Question | None:
    """The question that is asked at a step (1 is the first); None where the step asks none."""
    step = lesson.steps[place - 1] if 1 <= place <= len(lesson.steps) else None
    quiz = quizzes.get(lesson.quiz)
    return quiz.in_language(lesson.lang).question(step.of) if quiz and isinstance(step, AskedHere) else None


def led_step_at(lesson: Lesson, place: int) -> Step | None:
    """The step at which a class stands (1 is the first), and after the last one what to talk about."""
    return lesson.steps[place - 1] if 1 <= place <= len(lesson.steps) else lesson.talk if place else None


def taught_at(lesson: Lesson, place: int) -> StepTaught | None:
    """What the adult says at a step (1 is the first), and after the last one of what to talk about."""
    step = led_step_at(lesson, place)
    return lesson.teaching.steps.get(step.id) if lesson.teaching and step else None


def title_at(lesson: Lesson, place: int, quizzes: Mapping[str, Quiz]) -> Markup:
    """The heading of a step as children read it; the lesson's title where the step has none, and round the steps."""
    if question := question_at(lesson, place, quizzes):
        return question.stem
    step = lesson.steps[place - 1] if 1 <= place <= len(lesson.steps) else None
    said = Markup("")
    if isinstance(step, Activity):
        said = step.title
    elif isinstance(step, Screen | Passage):
        said = page_words(step.html, lesson.band)[0]
    return said or Markup.escape(lesson.title)
