"""The scene of a question: as it is before an answer, and what a right answer or another one does to it."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.content.source import Source
from kiosk.lessons.scenes.cast import EMPTY_CAST
from kiosk.quizzes.choosing import ChoosingOne
from kiosk.quizzes.kinds.sort_two import SortTwo
from kiosk.quizzes.quiz import Quiz
from kiosk.quizzes.stage import draw_stage
from kiosk.site import Content
from tests.lessons.learner import Learner, browser_of, make_learner
from tests.pages import Page
from tests.quizzes.asking import feedback
from tests.quizzes.questions import single_choice

pytestmark = pytest.mark.database("sqlite")

SCENE = {
    "place": "moon",
    "figures": [{"who": "nobody"}],
    "alt": "Nobody.",
    "right": {"figures": [{"who": "somebody"}], "alt": "Somebody."},
}


def shown(page: Page) -> str:
    """What the picture of the page says that it shows."""
    return next(one.attrs["aria-label"] for one in page.all("svg") if one.attrs.get("role") == "img")


def first_with(shows: str, learner: Learner, content: Content, lang: str) -> tuple[Quiz, ChoosingOne, str]:
    """The first question of a lesson that has a scene or a screen, with its quiz and its address."""
    quiz = content.quizzes[learner.lesson.quiz].in_language(lang)
    question = next(one for one in quiz.questions if isinstance(one, ChoosingOne) and getattr(one, shows))
    return quiz, question, f"/learn/quizzes/{quiz.id}/{question.id}?lang={lang}"


@pytest.mark.parametrize("lang", ["en", "ur"])
def test_the_scene_shows_what_an_answer_does_and_stays_where_it_is(
    app: Flask, session: Session, content: Content, lang: str
) -> None:
    learner = make_learner(session, content.lessons, Band.KS2)
    quiz, question, address = first_with("scene", learner, content, lang)
    child = browser_of(app, learner)
    scene, right = quiz.stage.scenes[question.id], next(one.id for one in question.options if one.correct)
    other = next(one.id for one in question.options if not one.correct)
    assert shown(Page(child.get(address).text)) == scene.alt
    for form, state in (
        ({"unsure": "yes"}, scene),
        ({"choice": other}, scene.after("again")),
        ({"choice": right}, scene.after("right")),
        ({"choice": other, "tries": "2"}, scene.after("right")),  # the good answer is shown, and acts
    ):
        page = Page(child.post(address, data=form).text)
        assert shown(page) == state.alt
        for said in state.said:
            assert said.words.striptags() in page.text
    assert len({scene.alt, scene.after("again").alt, scene.after("right").alt}) == 3


@pytest.mark.parametrize("lang", ["en", "ur"])
def test_a_made_up_screen_shows_what_an_answer_leads_to(
    app: Flask, session: Session, content: Content, lang: str
) -> None:
    learner = make_learner(session, content.lessons, Band.KS4)
    _, question, address = first_with("screen", learner, content, lang)
    assert question.screen
    child = browser_of(app, learner)
    right, again = question.screen.right, question.screen.again
    choices = {one.correct: one.id for one in question.options}
    for form, shown_now, not_now in (
        ({}, (), (*right, *again)),
        ({"unsure": "yes"}, (), (*right, *again)),
        ({"choice": choices[False]}, again, right),
        ({"choice": choices[True]}, right, again),
        ({"choice": choices[False], "tries": "2"}, right, again),
    ):
        page = Page((child.post(address, data=form) if form else child.get(address)).text)
        assert all(line.striptags() in page.text for line in (*question.screen.lines, *shown_now))
        assert not any(line.striptags() in page.text for line in not_now)


def test_a_card_shows_its_scene_and_lies_in_its_box_with_it(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS1)
    quiz, child = content.quizzes[learner.lesson.quiz], browser_of(app, learner)
    question = next(one for one in quiz.questions if isinstance(one, SortTwo))
    assert all(card.scene for card in question.items)
    address, card = f"/learn/quizzes/{quiz.id}/{question.id}", question.items[0]
    assert child.get(address).text.count('class="one__scene') == 1
    page = child.post(address, data={"put": f"{card.id}:{card.bin}"}).text
    assert page.count('class="one__scene') == 2


def test_every_shipped_scene_keeps_its_people_and_answers_both_ways(content: Content) -> None:
    for quiz in content.quizzes.values():
        for question in quiz.questions:
            scene = getattr(question, "scene", None)
            if scene is None:
                continue
            assert scene.right and scene.again, f"{quiz.id} {question.id}"
            for outcome in ("right", "again"):
                assert [one.who for one in scene.after(outcome).figures] == [one.who for one in scene.figures]


def test_no_verdict_says_yes_or_no(app: Flask, session: Session, content: Content) -> None:
    for band in (Band.KS1, Band.KS2):
        learner = make_learner(session, content.lessons, band)
        child, quiz = browser_of(app, learner), content.quizzes[learner.lesson.quiz]
        for question in quiz.questions:
            for option in getattr(question, "options", ()):
                address = f"/learn/quizzes/{quiz.id}/{question.id}"
                said = feedback(Page(child.post(address, data={"choice": option.id}).text))
                verdict = "That fits." if option.correct else "Not yet."
                assert verdict in said and not said.startswith(("Yes", "No,", "No."))


def test_a_scene_that_cannot_be_drawn_is_named() -> None:
    question = single_choice(scene=SCENE)
    stage, problems = draw_stage(Source(Path("q.yml"), {}, {(): 1}), [question], EMPTY_CAST, Band.KS2)
    assert not stage.scenes
    said = " ".join(problem.message for problem in problems)
    assert 'no place "moon"' in said and '"nobody"' in said and '"somebody" is not in the scene' in said
