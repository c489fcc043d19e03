"""The board of a class: what is asked, what the class answered and the good answer; how it comes to the wall."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.sign_in.code_rate_limit import STRANGERS, WRONG_AT_ONCE
from kiosk.bands import Band
from kiosk.classroom.course import course_of
from kiosk.lessons.kinds.choose import Choose
from kiosk.quizzes.choosing import ChoosingOne
from kiosk.quizzes.kinds.order import Order
from kiosk.quizzes.question import Question
from kiosk.site import Content
from tests.classroom.led import LedClass, ask, make_led
from tests.lessons.learner import Learner, make_learner
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def board(led: LedClass, client: FlaskClient) -> "Board":
    """The board of the class, on a device of its own."""
    return Board(led, client)


class Board:
    """A board on the wall, and the class whose it is."""

    def __init__(self, led: LedClass, wall: FlaskClient) -> None:
        self.led, self.wall = led, wall

    def at(self, place: int, *pressed: str) -> Page:
        """The board once the class is at a place and these buttons were pressed there."""
        self.led.go_to(place)
        for press in pressed:
            self.led.press(press)
        answer = self.wall.get(self.led.board())
        assert answer.status_code == 200
        return Page(answer.text)

    def place_of(self, kind: type[Question]) -> tuple[int, Question]:
        """The first place at which a question of a kind is asked."""
        course = course_of(self.led.lesson, site_of(self.led.app).quizzes)
        for place in range(1, course.end):
            if isinstance(question := course.question(place), kind):
                return place, question
        raise AssertionError(kind)


def answers(page: Page) -> list[str]:
    """The answers that a board shows, in its order."""
    (main,) = page.all("main")
    return [one.text.strip() for one in main.find_all("li") if "board__answer" in one.attrs.get("class", "")]


def drawn(page: Page) -> list[str]:
    """What the pictures of a board show."""
    return [one.attrs.get("aria-label", "") for one in page.all("svg")]


def test_a_question_stands_there_with_its_scene_and_says_nothing_of_what_fits(board: Board) -> None:
    place, question = board.place_of(ChoosingOne)
    page = board.at(place)
    assert question.stem in page.text
    assert answers(page) == [*(str(row.label) for row in question.rows()), "I'm not sure"]
    assert "That fits." not in page.text and str(question.means) not in page.text
    assert "Nobody" not in page.text, "how many gave each"


def test_what_the_class_answered_says_how_many_and_not_yet_what_fits(board: Board) -> None:
    place, question = board.place_of(ChoosingOne)
    page = board.at(place, "answers")
    assert all(one.endswith("Nobody") for one in answers(page))
    assert "Turn to the person beside you." in page.text
    assert "That fits." not in page.text and str(question.means) not in page.text


def test_the_good_answer_is_said_large_and_the_scene_acts_it(board: Board, content: Content) -> None:
    place, question = board.place_of(ChoosingOne)
    assert isinstance(question, ChoosingOne)
    scene = content.quizzes[board.led.lesson.quiz].stage.scenes[question.id]
    assert scene.alt in drawn(board.at(place))
    page = board.at(place, "right")
    (right,) = (one.label for one in question.options if one.correct)
    assert [right in page.text, "That fits." in page.text, str(question.means) in page.text] == [True] * 3
    assert not any(one.label in page.text for one in question.options if not one.correct)
    assert scene.after("right").alt in drawn(page) and scene.after("right") != scene


def test_every_kind_of_question_has_a_good_answer_on_the_board(
    app: Flask, session: Session, client: FlaskClient, content: Content
) -> None:
    seen: set[str] = set()
    for band in Band:
        learner = make_learner(session, content.lessons, band)
        led = make_led(app, session, learner)
        led.begin()
        shown = Board(led, client)
        course = course_of(led.lesson, content.quizzes)
        for place in range(1, course.end):
            if question := course.question(place):
                asked, page = shown.at(place), shown.at(place, "right")
                seen.add(question.type)
                for part in question.solution().parts:
                    assert str(part.label) in page.text, question.id
                assert str(question.means or question.solution().why or "") in page.text, question.id
                assert asked.text != page.text
    assert {"single-choice", "true-false", "sort-two", "order"} <= seen


def test_steps_to_put_in_order_never_stand_in_a_good_order_and_stand_alike_on_every_board(
    board: Board,
) -> None:
    place, question = board.place_of(Order)
    assert isinstance(question, Order)
    labels = {step.id: str(step.label) for step in question.items}
    shown = answers(board.at(place))
    assert sorted(shown) == sorted(labels.values())
    assert shown not in [[labels[id] for id in order] for order in question.correct_orders]
    assert answers(board.at(place)) == shown


def test_before_the_questions_the_board_says_what_to_talk_about(board: Board, content: Content) -> None:
    course = course_of(board.led.lesson, content.quizzes)
    page = board.at(course.talk)
    assert "Talk about it together" in page.text
    assert course.lesson.talk and Page(str(course.lesson.talk.html)).text.strip() in page.text


def test_of_what_is_too_near_the_board_shows_no_shapes_and_no_bars_and_yet_what_fits(
    app: Flask, session: Session, client: FlaskClient, content: Content
) -> None:
    led = make_led(app, session, make_learner(session, content.lessons, Band.KS4))
    assert led.lesson.quiet
    led.begin()
    shown = Board(led, client)
    place, _question = shown.place_of(ChoosingOne)
    page = shown.at(place, "answers")
    assert "Answer on your own. Nothing of it is shown here." in page.text
    assert "Turn to the person beside you." not in page.text
    assert "That fits." in shown.at(place, "right").text


def test_moves_have_the_same_order_and_shapes_on_the_board_as_on_a_tablet(board: Board) -> None:
    place, step = next(
        (place, step) for place, step in enumerate(board.led.lesson.steps, 1) if isinstance(step, Choose)
    )
    assert answers(board.at(place)) == [str(move.label) for move in step.moves]
    tablet = board.led.tablet().get(board.led.step(place)).text
    found = [tablet.index(str(move.label)) for move in step.moves]
    assert found == sorted(found)


def test_a_code_that_is_typed_leads_to_the_board_of_that_class(led: LedClass, client: FlaskClient) -> None:
    page = client.get("/board")
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    sent = client.post("/board", data={"code": led.learner.window.code.lower()})
    assert (sent.status_code, sent.location) == (303, led.board())
    assert "Set-Cookie" not in sent.headers
    assert (
        client.post("/board?lang=ur", data={"code": led.learner.window.code}).location
        == f"{led.board()}?lang=ur"
    )


def test_a_code_of_no_open_class_leads_nowhere_and_names_nobody(led: LedClass, client: FlaskClient) -> None:
    code = led.learner.window.code
    wrong = client.post("/board", data={"code": "KITE 11" if code != "KITE 11" else "KITE 12"})
    assert wrong.status_code == 422 and "We do not know that code." in wrong.text
    assert client.post("/board", data={}).status_code == 422
    led.press("close", sure="1")
    closed = client.post("/board", data={"code": code})
    assert closed.status_code == 422
    assert led.learner.class_group.name not in closed.text


def test_wrong_codes_of_boards_are_braked_as_those_of_tablets(
    app: Flask, led: LedClass, client: FlaskClient
) -> None:
    brake = site_of(app).code_rate_limit
    for number in range(WRONG_AT_ONCE + 1):
        client.post("/board", data={"code": f"XYZZY {number % 90 + 10}"})
    assert brake.is_slowed(STRANGERS)
    late = client.post("/board", data={"code": led.learner.window.code}, environ_base={"kiosk.drawn": "late"})
    assert late.status_code == 503
    assert "Wait a moment" in late.text


def test_the_square_on_the_teachers_page_opens_nothing(led: LedClass, client: FlaskClient) -> None:
    page = led.desk.get(led.address).text
    shown = Page(page[page.index('id="screens"') :])
    assert f"{led.address}" in shown.text
    assert not re.search(r"[0-9a-f]{40}", shown.text), "no address that has a power"
    answer = client.get(led.address)
    assert answer.status_code == 302 and answer.location.startswith("/staff/sign-in")


def test_a_board_that_came_by_its_code_changes_nothing(
    led: LedClass, learner: Learner, client: FlaskClient
) -> None:
    ask(led.tablet(), led.step(1))
    before = led.now()
    where = client.post("/board", data={"code": learner.window.code}).location
    page = client.get(where).text
    assert learner.pupil.first_name not in page and 'method="post"' not in page
    assert client.post(where, data={"turn": str(before.turn)}).status_code == 405
    assert led.now() == before
