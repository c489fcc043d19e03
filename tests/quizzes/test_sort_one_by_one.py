"""Cards one after another: a tap on a box answers for that card alone, and what lies where is carried in the form."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.quizzes.models import AnswerTally, QuestionMet
from kiosk.quizzes.quiz import Quiz
from tests.pages import Page
from tests.quizzes import questions
from tests.quizzes.asking import feedback, fields, send, where

pytestmark = pytest.mark.database("sqlite")

BOX = {"i1": "x", "i2": "y", "i3": "x"}
OTHER_BOX = {"x": "y", "y": "x"}


def in_front(page: Page) -> str:
    """The card that the two boxes are for."""
    (card,) = {
        one.attrs["value"].partition(":")[0] for one in page.all("button") if one.attrs.get("name") == "put"
    }
    return card


def put(child: FlaskClient, quiz: Quiz, page: Page, right: bool) -> Page:
    """Tap the card's own box, or the other one."""
    card = in_front(page)
    box = BOX[card] if right else OTHER_BOX[BOX[card]]
    return send(child, quiz, "sort-two", dict(fields(page)), put=f"{card}:{box}")


def tallied(session: Session) -> dict[str, int]:
    """What the class's tally holds."""
    session.rollback()
    held = {row.option_id: row.count for row in session.scalars(select(AnswerTally))}
    session.rollback()  # an open read would keep the next answer waiting
    return held


def test_cards_come_one_after_another_and_the_question_is_met_with_the_last(
    child: FlaskClient, quiz: Quiz, session: Session
) -> None:
    page = Page(child.get(where(quiz, "sort-two")).text)
    for number in (1, 2, 3):
        page = put(child, quiz, page, right=True)
        assert feedback(page).startswith("That fits.")
        session.rollback()
        assert bool(session.scalars(select(QuestionMet)).all()) is (number == 3)
        session.rollback()
        if number < 3:
            assert page.button("Next card").attrs["form"] == "answer"
            page = send(child, quiz, "sort-two", dict(fields(page)), next="1")
    assert page.link("Next")
    assert {
        name.removeprefix("item-"): value for name, (value,) in fields(page).items() if "item-" in name
    } == BOX
    assert tallied(session) == {f"{card}:{box}": 1 for card, box in BOX.items()}


def test_a_card_in_the_other_box_stays_in_front_and_is_counted_once(
    child: FlaskClient, quiz: Quiz, session: Session
) -> None:
    page = Page(child.get(where(quiz, "sort-two")).text)
    card = in_front(page)
    page = put(child, quiz, page, right=False)
    assert feedback(page).startswith("Not yet. The card came back.")
    assert in_front(page) == card and page.value("tries") == "1" and f"item-{card}" not in fields(page)
    page = put(child, quiz, page, right=True)
    assert feedback(page).startswith("That fits.") and page.value("tries") == "1"
    assert tallied(session) == {f"{card}:{OTHER_BOX[BOX[card]]}": 1}


def test_an_answer_is_given_away_only_when_it_is_shown(child: FlaskClient, quiz: Quiz) -> None:
    page = send(child, quiz, "sort-two", {"put": "i2:x"})
    assert feedback(page).endswith("Think of i2.") and "About i2." not in page.text
    page = send(child, quiz, "sort-two", {"put": "i2:x"}, tries="2")
    assert feedback(page).endswith("About i2.") and "Think of i2." not in page.text


def test_not_sure_keeps_what_lies_in_the_boxes(child: FlaskClient, quiz: Quiz, session: Session) -> None:
    page = put(child, quiz, Page(child.get(where(quiz, "sort-two")).text), right=True)
    page = send(child, quiz, "sort-two", dict(fields(page)), next="1")
    card, before = in_front(page), tallied(session)
    page = send(child, quiz, "sort-two", dict(fields(page)), unsure="yes")
    assert feedback(page) == "Good to say so." and in_front(page) == card
    assert [name for name in fields(page) if name.startswith("item-")] and tallied(session) == before


def test_an_odd_box_puts_nothing_anywhere(child: FlaskClient, quiz: Quiz) -> None:
    page = send(child, quiz, "sort-two", {"put": "i9:x"})
    assert feedback(page).startswith("Put a card in a box first")


def test_a_card_that_is_put_says_only_its_own_belief() -> None:
    marked = questions.sort_two().mark({"item-i2": "y", "put": "i1:y"})
    assert (marked.right, marked.chosen, marked.misconceptions) == (False, ("i1:y",), ("m-1",))
    assert questions.sort_two().mark({"item-i2": "y", "put": "i1:x"}).unfinished
