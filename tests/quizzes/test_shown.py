"""Questions that show something: a picture, a message in parts or a made-up screen, on tablets, boards and paper."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.quizzes.kinds.spot_clue import SpotClue
from kiosk.quizzes.question import Question
from kiosk.site import Content
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.lessons.learner import browser_of, make_learner

pytestmark = pytest.mark.database("sqlite")

QUIZ, TOP, LINE = "ks2-information-is-it-true", "Football gossip", "It eats pizza, says a fan."


def shows_something(question: Question) -> bool:
    """Whether there is more to look at than words to choose from."""
    own = question.picture or question.image or question.screen or isinstance(question, SpotClue)
    return bool(own) or any(row.picture or row.image for row in question.rows())


@pytest.mark.parametrize("band", list(Band))
def test_at_least_a_third_of_the_questions_of_each_age_group_show_something(
    content: Content, band: Band
) -> None:
    asked = [
        question
        for quiz in content.quizzes.values()
        if quiz.band == band and not content.lessons[quiz.lesson].each_term
        for question in quiz.questions
    ]
    assert 3 * sum(map(shows_something, asked)) >= len(asked)


def test_a_made_up_screen_stands_on_the_page_at_home_and_on_paper(
    app: Flask, client: FlaskClient, session: Session, content: Content
) -> None:
    child = browser_of(app, make_learner(session, content.lessons))
    teacher = make_staff(session, teaches=True)
    session.commit()
    staff = staff_browser(app, teacher)
    pages = [
        child.get(f"/learn/quizzes/{QUIZ}/q2").text,
        client.get(f"/home/lessons/{QUIZ}").text,
        staff.get(f"/staff/lessons/{QUIZ}/pupils").text,
        staff.get(f"/staff/lessons/{QUIZ}/teacher").text,
    ]
    for page in pages:
        assert TOP in page and LINE in page
    assert 'aria-label="A made-up screen"' in pages[0]
