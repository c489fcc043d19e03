"""What is kept ready for everybody holds nothing of anybody: a page is the same whoever came before."""

import gzip
from collections.abc import Mapping
from dataclasses import replace
from unittest.mock import patch

import pytest
from flask import Flask, template_rendered
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.bands import Band
from kiosk.config import Config
from kiosk.quizzes.choosing import ChoosingOne
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.factories import make_pupil
from tests.lessons.learner import Learner, browser_of, make_learner
from tests.pages import Page
from tests.quizzes.asking import fields
from tests.sites import make_app

pytestmark = pytest.mark.database("sqlite")  # what is kept in memory does not depend on the database


GZIP = {"Accept-Encoding": "gzip"}


def _unpacked(answer: TestResponse) -> str:
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(answer.data).decode() if packed else answer.text


def every_page(app: Flask, learner: Learner, content: Content, **tablet: str) -> Mapping[str, str]:
    """Each step of the lesson and each question of its quiz, as this pupil sees it, then wrongly answered."""
    browser, quiz = browser_of(app, learner, alone=False, **tablet), content.quizzes[learner.lesson.quiz]
    steps = len(learner.lesson.steps)
    places = [f"/learn/lessons/{learner.lesson.id}/{number}" for number in range(1, steps + 1)]
    places += [f"/learn/quizzes/{quiz.id}/{question.id}" for question in quiz.questions]
    seen = {place: _unpacked(browser.get(place, headers=GZIP)) for place in places}
    for place in places[steps:]:
        form = fields(Page(seen[place]))
        chosen = [choice.attrs.get("value") or "" for choice in Page(seen[place]).inputs("choice")][:1]
        form["choice"] = chosen
        seen[f"answered {place}"] = browser.post(place, data=form).text
    return seen


@pytest.mark.main(1)
@pytest.mark.parametrize("band", list(Band))
def test_a_pupils_pages_are_the_same_whether_or_not_another_pupil_had_them_before(
    band: Band, config: Config, databases: Databases, session: Session, content: Content
) -> None:
    first = make_learner(session, content.lessons, band)
    second = Learner(
        make_pupil(session, first.class_group, first_name="Zoltan"),
        first.class_group,
        first.window,
        first.lesson,
    )
    session.commit()
    fresh, warm = make_app(config, databases), make_app(config, databases)
    before = every_page(warm, first, content, band="ks1")  # on a tablet that was set up for the youngest
    assert any(len(page) > 1000 for page in before.values()), "the first pupil has seen pages"
    for place, page in every_page(warm, second, content).items():
        assert "Amira" not in page, place
    assert every_page(warm, second, content) == every_page(fresh, second, content)


def test_a_step_and_a_question_are_compressed_once(
    config: Config, databases: Databases, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons)
    session.commit()
    browser = browser_of(make_app(config, databases), learner)
    quiz = content.quizzes[learner.lesson.quiz]
    for address in (
        f"/learn/lessons/{learner.lesson.id}/1",
        f"/learn/quizzes/{quiz.id}/{quiz.questions[0].id}",
    ):
        first = browser.get(address, headers=GZIP)
        with patch("kiosk.web.compression._gzipped", side_effect=AssertionError("compressed again")):
            assert (
                _unpacked(browser.get(address, headers=GZIP)) == _unpacked(first) == browser.get(address).text
            )


def test_an_answer_that_another_child_gave_makes_no_part_anew_but_the_way_on(
    config: Config, databases: Databases, session: Session, content: Content
) -> None:
    first = make_learner(session, content.lessons)
    pupils = [
        first.pupil,
        *(make_pupil(session, first.class_group, first_name=f"Z{one}") for one in range(3)),
    ]
    session.commit()
    app, quiz = make_app(config, databases), content.quizzes[first.lesson.quiz]
    at_the_end = [one for one in quiz.questions if one.id not in first.lesson.placed]
    question = next(one for one in at_the_end if isinstance(one, ChoosingOne))
    wrong = next(one.id for one in question.answers() if not one.correct)
    made: list[str] = []
    with template_rendered.connected_to(lambda _app, template, **_more: made.append(template.name), app):
        for pupil in pupils:
            seen = len(made)
            browser = browser_of(app, replace(first, pupil=pupil))
            browser.post(f"/learn/quizzes/{quiz.id}/{question.id}", data={"choice": wrong})
            parts = {name for name in made[seen:] if name.startswith("quizzes/")}
            if pupil is not first.pupil:
                assert parts <= {"quizzes/_back.html", "quizzes/_row.html", "quizzes/_bar.html"}, parts
