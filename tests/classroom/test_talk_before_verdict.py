"""A class that is led talks about an answer before any tablet says what fits: until then it says "Sent. Look up."."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.classroom.course import course_of
from kiosk.quizzes.choosing import Choosing
from kiosk.quizzes.kinds.order import Order
from kiosk.quizzes.kinds.sort_two import SortTwo
from kiosk.quizzes.known_kinds import KINDS
from kiosk.quizzes.models import AnswerTally, QuestionMet
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content
from tests.accounts.doors import rows
from tests.classroom.led import LedClass, ask, make_led
from tests.lessons.learner import make_learner
from tests.pages import Page
from tests.quizzes.every_kind import Form

pytestmark = pytest.mark.database("sqlite")
SENT = "Sent. Look up."
SAYS_WHAT_FITS = re.compile(
    r"That fits|Not yet|answer--|sort__slot--|stone--again|stones--yes|why--(yes|again)"
)


def right_form(question: Question) -> Form:
    """A form with a good answer, all of it at once."""
    if isinstance(question, SortTwo):
        return {f"item-{card.id}": card.bin for card in question.items}
    if isinstance(question, Order):
        return {f"place-{id}": str(place) for place, id in enumerate(question.correct_orders[0], 1)}
    assert isinstance(question, Choosing)
    return {question.field: [one.id for one in question.answers() if one.correct]}


def other_form(question: Question) -> Form:
    """A form with an answer that does not fit."""
    if isinstance(question, SortTwo):
        boxes = {box.id for box in question.bins}
        return {f"item-{card.id}": next(iter(boxes - {card.bin})) for card in question.items}
    if isinstance(question, Order):
        return {f"place-{id}": str(place) for place, id in enumerate(reversed(question.correct_orders[0]), 1)}
    assert isinstance(question, Choosing)
    return {question.field: next(one.id for one in question.answers() if not one.correct)}


def at_a(kind: str, app: Flask, session: Session, content: Content) -> tuple[LedClass, Question, str]:
    """A class that has come to a question of this kind, and where it is asked."""

    def asked(quiz: Quiz) -> Question | None:
        return next((one for one in quiz.questions if one.type == kind), None)

    lesson = next(
        one
        for one in sorted(content.lessons.values(), key=lambda one: one.together)
        if one.status != "retired" and one.quiz in content.quizzes and asked(content.quizzes[one.quiz])
    )
    return led_to(
        lesson.id, str(getattr(asked(content.quizzes[lesson.quiz]), "id", "")), app, session, content
    )


def led_to(
    lesson_id: str, question_id: str, app: Flask, session: Session, content: Content
) -> tuple[LedClass, Question, str]:
    """A class that has come to this question."""
    lesson = content.lessons[lesson_id]
    led = make_led(app, session, make_learner(session, {**content.lessons}, Band(lesson.band)))
    led.begin(lesson)
    led.press("go", place=str(course_of(lesson, content.quizzes).place_of(question_id)), sure="1")
    question = content.quizzes[lesson.quiz].question(question_id)
    assert question
    return led, question, f"/learn/quizzes/{lesson.quiz}/{question_id}"


def send(tablet: FlaskClient, where: str, form: Form) -> str:
    """What a tablet shows after an answer."""
    answer = tablet.post(where, data=form)
    assert answer.status_code == 200
    return answer.text


def sent_again(page: str) -> Form:
    """What the tablet sends by itself: what stands in the form, without what is at rest."""
    form, rest, _end = page.partition('<fieldset class="sent" disabled>')
    assert rest
    fields: dict[str, list[str]] = {}
    for one in Page(form).all("input"):
        fields.setdefault(one.attrs["name"], []).append(one.attrs["value"])
    return {**fields}


def counted(app: Flask) -> int:
    """How many answers the tallies of classes hold."""
    return sum(row.count for row in rows(app, select(AnswerTally)))


@pytest.mark.parametrize("kind", KINDS)
def test_of_no_kind_of_question_is_anything_said_before_the_teacher_shows_the_good_answer(
    app: Flask, session: Session, content: Content, kind: str
) -> None:
    led, question, where = at_a(kind, app, session, content)
    amira, ben = led.tablet(), led.tablet(led.another(session, "Ben"))
    right, other = send(amira, where, right_form(question)), send(ben, where, other_form(question))
    reasons = {str(part.why) for part in question.solution().parts if part.why}
    for page in (right, other):
        assert SENT in page
        assert not SAYS_WHAT_FITS.search(page)
        assert not any(reason in page for reason in reasons)
        assert str(question.unsure_feedback) not in page
    before = counted(app)
    assert send(amira, where, sent_again(right)) == right, "asked for too early"

    led.press("right")
    assert "That fits." in send(amira, where, sent_again(right))
    told = send(ben, where, sent_again(other))
    assert SENT not in told
    assert SAYS_WHAT_FITS.search(told)
    assert counted(app) == before, "counted when it was sent, and once"
    assert [one.pupil_id for one in rows(app, select(QuestionMet)) if one.met_on] == [led.learner.pupil.id]


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if issubclass(kind, Choosing)])
def test_a_right_answer_and_another_one_are_the_same_page_but_for_what_was_chosen(
    app: Flask, session: Session, content: Content, kind: str
) -> None:
    led, question, where = at_a(kind, app, session, content)
    tablet = led.tablet()
    pages = [send(tablet, where, form(question)) for form in (other_form, right_form)]
    assert isinstance(question, Choosing)
    chosen = re.compile(rf' checked|<input type="hidden" name="{question.field}" value="[\w-]+">')
    first, second = (chosen.sub("", page) for page in pages)
    assert first == second
    assert "You have done this one" not in tablet.get(where).text, "whether it was met says whether it fits"


def test_what_this_child_knows_now_is_shown_once_the_class_is_through(led: LedClass) -> None:
    led.press("next", sure="1")
    tablet = led.tablet()
    assert tablet.get("/learn/known").location == "/learn/class"
    led.press("own-pace")
    assert tablet.get("/learn/known").status_code == 200


def test_no_old_question_is_asked_once_the_class_has_begun(led: LedClass) -> None:
    """Whether one may be asked says whether it was met, and so whether what was sent fits."""
    asked = {"asked": f"{led.lesson.quiz}.{next(iter(led.lesson.placed))}", "choice": "a"}
    before = "/learn/quizzes/before/ks2-information-is-it-true"
    led.press("next", sure="1")
    tablet = led.tablet()
    assert tablet.get(before).location == "/learn/class"
    assert tablet.post(before, data=asked).location == "/learn/class"
    swapped = tablet.post(before, data=asked, headers={"HX-Request": "true"})
    assert swapped.headers["HX-Redirect"] == "/learn/class", "no page within a page"


def test_not_being_sure_is_sent_as_an_answer_is(app: Flask, session: Session, content: Content) -> None:
    led, question, where = at_a("single-choice", app, session, content)
    tablet = led.tablet()
    page = send(tablet, where, {"choice": "unsure"})
    assert SENT in page
    assert str(question.unsure_feedback) not in page
    led.press("right")
    assert str(question.unsure_feedback) in send(tablet, where, sent_again(page))


def test_cards_that_are_put_one_by_one_say_nothing_until_all_lie_somewhere(
    app: Flask, session: Session, content: Content
) -> None:
    led, question, where = at_a("sort-two", app, session, content)
    assert isinstance(question, SortTwo)
    tablet = led.tablet()
    put: Form = {}
    for card in question.items:
        page = send(tablet, where, {**put, "put": f"{card.id}:{question.bins[0].id}"})
        put[f"item-{card.id}"] = question.bins[0].id
        assert not SAYS_WHAT_FITS.search(page)
        assert (SENT in page) == (len(put) == len(question.items))
    led.press("right")
    assert "Not yet" in send(tablet, where, sent_again(page))
    assert counted(app) == len(question.items)


@pytest.mark.parametrize("press", ["next", "back", "own-pace", "end"])
def test_once_the_class_goes_on_each_is_told_about_an_answer_as_always(
    app: Flask, session: Session, content: Content, press: str
) -> None:
    led, question, where = at_a("single-choice", app, session, content)
    tablet = led.tablet()
    page = send(tablet, where, right_form(question))
    assert ask(tablet, where)["talks"]
    led.press(press)
    assert not ask(tablet, where).get("talks")
    if press != "back":
        assert "That fits." in send(tablet, where, sent_again(page))


def test_a_tablet_is_told_that_it_is_time_once_the_good_answer_is_shown(
    app: Flask, session: Session, content: Content
) -> None:
    led, _question, where = at_a("single-choice", app, session, content)
    tablet = led.tablet()
    assert ask(tablet, where)["talks"]
    led.press("answers")
    assert ask(tablet, where)["talks"], "the class talks about what it sees"
    led.press("right")
    assert not ask(tablet, where)["talks"]


def test_a_question_to_which_a_child_looks_back_is_told_about_at_once(
    app: Flask, session: Session, content: Content
) -> None:
    led, question, where = at_a("single-choice", app, session, content)
    led.press("next", sure="1")
    assert "That fits." in send(led.tablet(), where, right_form(question))


def test_a_lesson_of_high_sensitivity_is_talked_about_first_as_well(
    app: Flask, session: Session, content: Content
) -> None:
    lesson = next(
        one for one in content.lessons.values() if one.quiet and one.placed and one.status != "retired"
    )
    led, question, where = led_to(lesson.id, next(iter(lesson.placed)), app, session, content)
    tablet = led.tablet()
    page = send(tablet, where, right_form(question))
    assert SENT in page
    led.press("right")
    assert SENT not in send(tablet, where, sent_again(page))


@pytest.mark.parametrize("kind", KINDS)
def test_board_and_tablets_show_one_order(
    app: Flask, session: Session, content: Content, client: FlaskClient, kind: str
) -> None:
    led, question, where = at_a(kind, app, session, content)
    pages = [led.tablet(led.another(session, name)).get(where).text for name in ("Ben", "Zofia", "Mei")]
    labels = [str(row.label) for row in question.rows()]
    board = client.get(led.board()).text.partition("<ul")[2]
    on_board = sorted(labels, key=board.index)
    for page in pages:
        here = page.partition("<main")[2]
        seen = [label for label in labels if label in here]  # of cards to sort the one in front
        assert sorted(seen, key=here.index) == on_board[: len(seen)]
    if isinstance(question, Order):
        ids = {str(row.label): row.id for row in question.rows()}
        assert tuple(ids[label] for label in on_board) not in question.correct_orders


def test_who_goes_on_alone_has_an_order_of_the_own(app: Flask, session: Session, content: Content) -> None:
    led, question, where = at_a("single-choice", app, session, content)
    led.press("own-pace")
    labels = [str(row.label) for row in question.rows()]
    orders = set()
    for name in ("Ben", "Zofia", "Mei", "Ola", "Kofi", "Leo"):
        page = led.tablet(led.another(session, name)).get(where).text
        orders.add(tuple(sorted(labels, key=page.index)))
    assert len(orders) > 1


def test_the_questions_at_the_end_come_in_the_order_of_the_board(led: LedClass) -> None:
    course = led.course
    led.press("go", place=str(course.talk), sure="1")
    tablet = led.tablet()
    assert tablet.get("/learn/class").location == "/learn/class/wait"
    assert "Talk about it together." in tablet.get("/learn/class/wait").text
    for number, id in enumerate(course.at_the_end):
        led.press("next", sure="1")
        where = f"/learn/quizzes/{led.lesson.quiz}/{id}"
        assert tablet.get("/learn/class").location == where
        page = tablet.get(where)
        assert page.status_code == 200
        for later in course.at_the_end[number + 1 :]:
            assert tablet.get(f"/learn/quizzes/{led.lesson.quiz}/{later}").location == "/learn/class/wait"
        back = Page(tablet.get("/learn/class/wait").text).link("Look back")
        assert back == where
