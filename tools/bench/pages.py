"""The pages whose cost is measured, who asks for each, and how many bare pages each may cost."""

import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from kiosk.quizzes.quiz import Quiz
from tools.bench.crowd import Visit, Visitor, answer_form
from tools.bench.school import Signed

CONNECTIONS = 30
START, REPORT = "start page", "a report, sent and kept"
ANSWER, ANSWER_BESIDE = "answer", "the same, beside that insert"
BADGE_OF_FEW, BADGE_OF_MANY = "staff page, 5 reports wait", "staff page, 5,000 reports wait"
BADGE_OF_BUSY = "staff page, 3,000 reports wait"
SHORT_QUEUE, LONG_QUEUE = "queue, 30 rows", "queue, 3,000 of 8,200"


@dataclass(frozen=True)
class MeasuredPage:
    """A page, the most it may cost as a multiple of the bare page, and a visit to it by each of the connections."""

    name: str
    visit: Callable[[int], Visitor]  # the number of a connection, from 0
    goal: float | None = None
    most: int = 1000  # times that a connection asks for it in a round
    warming: int = 1  # times that each connection asks for it before anything counts


def public_pages() -> list[MeasuredPage]:
    """Pages without a cookie."""
    return [
        MeasuredPage("health check", opens("/healthz", expected=b"ok")),
        MeasuredPage(START, opens("/"), 0.6),
        MeasuredPage("start page in Urdu", opens("/?lang=ur")),
        MeasuredPage("parents' Code", opens("/home/code/ks2"), 1.5),
        MeasuredPage("report form, ks2", opens("/report/ks2/en"), 1.4),
        MeasuredPage("report form, ks2 in Urdu", opens("/report/ks2/ur")),
    ]


def pupil_pages(pupils: Sequence[Signed]) -> list[MeasuredPage]:
    """Pages of children who have signed in, each in a lesson and a quiz of the class."""
    chance = Random(30)

    def step(place: int) -> Visitor:
        one = pupils[place % len(pupils)]
        return Visitor([Visit(0, "", f"/learn/lessons/{_quiz_of(one).lesson}/{one.step}")], one.cookie)

    def question(with_scene: bool) -> Callable[[int], Visitor]:
        asked = [
            (one, f"/learn/quizzes/{quiz.id}/{question.id}")
            for one in pupils
            for quiz in [_quiz_of(one)]
            for question in quiz.questions
            if (question.id in quiz.stage.scenes) is with_scene
        ]

        def ask(place: int) -> Visitor:
            one, address = asked[place % len(asked)]
            return Visitor([Visit(0, "", address)], one.cookie)

        return ask

    def answer(place: int) -> Visitor:
        one = pupils[place % len(pupils)]
        quiz = _quiz_of(one)
        return Visitor(
            [
                Visit(0, "", f"/learn/quizzes/{quiz.id}/{each.id}", answer_form(each, chance))
                for each in quiz.questions
            ],
            one.cookie,
        )

    return [
        MeasuredPage("lesson step", step, 1.2),
        MeasuredPage("question", question(False), 1.2),
        MeasuredPage("question with a scene", question(True), 2.2),
        # What children are told is put together from parts that each process makes once: many, as choices differ.
        MeasuredPage(ANSWER, answer, most=1, warming=8),
    ]


def class_grid(teacher: Signed, class_id: uuid.UUID) -> MeasuredPage:
    """Who in a class has finished what."""
    return MeasuredPage("class grid", opens(f"/staff/completion/{class_id}", teacher.cookie), 4.0)


def badge(name: str, reader: Signed) -> MeasuredPage:
    """A staff page that shows how many reports wait, and nothing else of them."""
    return MeasuredPage(name, opens("/staff/code", reader.cookie), most=2)


def queue(name: str, reader: Signed, goal: float | None = None) -> MeasuredPage:
    """The queue itself, made at each look."""
    return MeasuredPage(name, opens("/staff/incidents/", reader.cookie), goal, most=1)


def report_sent() -> MeasuredPage:
    """A child tells, and the report is kept."""

    def tell(_place: int) -> Visitor:
        form = {"nonce": secrets.token_urlsafe(24), "concern": "bullying", "words": "words " * 40}
        return Visitor([Visit(0, "", "/report/ks2/en", urlencode(form), b'id="what-next"')])

    return MeasuredPage(REPORT, tell, 4.5, most=1)  # the school slows down a flood


def opens(path: str, cookie: str = "", expected: bytes = Visit.expected) -> Callable[[int], Visitor]:
    """A look at one page."""
    return lambda _place: Visitor([Visit(0, "", path, expected=expected)], cookie)


def _quiz_of(one: Signed) -> Quiz:
    """The quiz of a child who has signed in."""
    assert one.quiz
    return one.quiz
