"""What the board shows where a class is asked: what is asked, what the class answered, and the good answer."""

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.classroom.answers import Tally
from kiosk.classroom.course import Course
from kiosk.classroom.leading import SHOWN_RIGHT, LedLesson
from kiosk.classroom.said import led_step_at, title_at
from kiosk.classroom.views.found import answers_now, bar_words
from kiosk.lessons.kinds.choose import Choose
from kiosk.lessons.kinds.vote import Vote
from kiosk.quizzes.choosing import Choosing, ChoosingOne
from kiosk.quizzes.form import UNSURE
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.quizzes.shuffle import PupilShuffle
from kiosk.site import current_site

NOT_SURE = -1  # the number of the shape beside "I'm not sure"


@dataclass(frozen=True)
class BoardAnswer:
    """An answer on the board: its words and picture, its shape, and once answers are shown how many gave it."""

    id: str
    label: Markup
    picture: str = ""
    head: Markup | str = ""
    sign: int | None = None  # none where nobody is to name it aloud
    length: int = 0
    many: str = ""


def asked_parts(course: Course, led: LedLesson) -> dict[str, Any] | None:
    """What the board shows at this place; None where the class is asked nothing that has answers to choose from."""
    here, question = led_step_at(course, led.place), course.question(led.place)
    step = here if isinstance(here, Choose | Vote) else None
    if not (question or step):
        return None
    right = led.shown == SHOWN_RIGHT and question is not None
    found = answers_now(led, course.lesson) if led.shown and not right else None
    quiz = course.quiz.in_language(course.lesson.lang) if course.quiz else None
    answers = _answers_of(quiz, question) if question and quiz else _moves_of(course, step)
    parts: dict[str, Any] = {
        "title": title_at(course, led.place),
        "question": question,
        "answers": _signed(answers, course, question, found),
        "shown": found is not None,
        "good": None,
        "step": step,
        "scene": course.lesson.stage.scenes[step.scene] if step and step.scene else None,
    }
    if question is None or quiz is None:
        return parts
    scene = quiz.stage.scenes.get(question.id)
    parts["scene"] = scene.after("right") if scene and right else scene
    if right:
        parts["good"] = question.solution()
        rights = question.right_options() if isinstance(question, ChoosingOne) else ()
        parts["answers"] = [one for one in parts["answers"] if one.id in rights]
    return parts


def _answers_of(quiz: Quiz, question: Question) -> list[BoardAnswer]:
    """The answers of a question in the order that every tablet of a led class has."""
    stage = quiz.stage
    staged = isinstance(question, Choosing) and bool(question.scene or question.screen)
    found = []
    for row in PupilShuffle(current_site().key, None, quiz).rows(question):
        head = stage.head(row.who) if staged and row.who else Markup()
        picture = stage.card(question.id, row.id) if row.staged else head
        found.append(BoardAnswer(row.id, row.label, "" if picture else row.picture, picture))
    if isinstance(question, Choosing):
        found.append(BoardAnswer(UNSURE, Markup.escape(_("I'm not sure"))))
    return found


def _moves_of(course: Course, step: Choose | Vote | None) -> list[BoardAnswer]:
    if isinstance(step, Vote):
        return [BoardAnswer(one.id, one.label) for one in step.options]
    assert isinstance(step, Choose)
    stage = course.lesson.stage
    return [
        BoardAnswer(one.id, one.label, one.picture, stage.head(*one.faces) if one.faces else Markup())
        for one in step.moves
    ]


def _signed(
    answers: list[BoardAnswer], course: Course, question: Question | None, found: Tally | None
) -> list[BoardAnswer]:
    """The answers with the shapes by which a class names them, and with how many gave each."""
    if course.lesson.quiet or not (question is None or isinstance(question, ChoosingOne)):
        return answers
    bars = {bar.option.id: bar for bar in found.bars} if found else {}
    words = bar_words(found)
    signed = []
    for number, one in enumerate(answers):
        bar = bars.get(one.id)
        length, many = (bar.length, _(words[bar.length])) if bar else (0, "")
        sign = NOT_SURE if one.id == UNSURE else number
        signed.append(replace(one, sign=sign, length=length, many=many))
    return signed
