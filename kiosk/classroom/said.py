"""What the teacher's page and the board say of a step: its words, and the answers that it offers."""

from markupsafe import Markup

from kiosk.classroom.course import Course
from kiosk.lessons.activity import Activity
from kiosk.lessons.step import Passage, Screen, Step
from kiosk.lessons.teaching import StepTaught
from kiosk.lessons.words import page_words


def led_step_at(course: Course, place: int) -> Step | None:
    """The step at which a class stands (1 is the first), and after the last one what to talk about."""
    steps = course.lesson.steps
    if 1 <= place <= course.steps:
        return steps[place - 1]
    return course.lesson.talk if place == course.talk else None


def taught_at(course: Course, place: int) -> StepTaught | None:
    """What the adult says at a step (1 is the first), and after the last one of what to talk about."""
    step, teaching = led_step_at(course, place), course.lesson.teaching
    return teaching.steps.get(step.id) if teaching and step else None


def title_at(course: Course, place: int) -> Markup:
    """The heading of a place as children read it; the lesson's title where it has none."""
    if question := course.question(place):
        return question.stem
    lesson = course.lesson
    step = lesson.steps[place - 1] if 1 <= place <= course.steps else None
    said = Markup("")
    if isinstance(step, Activity):
        said = step.title
    elif isinstance(step, Screen | Passage):
        said = page_words(step.html, lesson.band)[0]
    return said or Markup.escape(lesson.title)
