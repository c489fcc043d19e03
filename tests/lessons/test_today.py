"""Today: one lesson large with where the child was, the rest small; what is sensitive says its title alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.conduct import signing
from kiosk.conduct.models import Decision
from kiosk.conduct.signing import Signing
from kiosk.lessons.bar import bar_of
from kiosk.lessons.progress import (
    LessonState,
    complete_lesson,
    progress_of,
    record_screen,
    set_lesson,
    start_lesson,
)
from kiosk.lessons.today import OpenLesson, pieces_to_handle, today_of
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.lessons.learner import DAY, LESSONS, Learner, browser_of, counted, heading, make_learner
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")

TODAY = "/learn/lessons/"
MOST_QUERIES = (
    5  # who it is, what the class was set and was taught, how far the child is, and what it said to our Code
)
SENSITIVE = LESSONS[Band.KS4]


def today(child: FlaskClient) -> Page:
    return Page(child.get(TODAY).text)


def say(app: Flask, session: Session, learner: Learner, decision: Decision) -> None:
    """Decide about the Code."""
    code = site_of(app).codes.get(learner.class_group.band, "en")
    mode = signing.mode_of(learner.class_group.band)
    signing.sign(session, learner.pupil, code, "en", Signing(mode, decision, learner.window.opened_by), DAY)
    session.commit()


def test_a_new_lesson_is_the_card_and_the_way_in(child: FlaskClient, learner: Learner) -> None:
    page = today(child)
    assert heading(page) == "Hello, Amira"
    there = f"/learn/lessons/{learner.lesson.id}"
    assert page.link(learner.lesson.title) == page.link("Start") == there
    assert f"About {learner.lesson.minutes} minutes" in page.text and "Not started yet" in page.text
    assert page.button("I have finished").attrs["form"] == "leave-idle"
    assert page.link("All lessons") == "/learn/lessons/all"


def test_a_lesson_that_was_begun_goes_on_where_the_child_was_and_says_it(
    child: FlaskClient, learner: Learner, session: Session, content: Content
) -> None:
    start_lesson(session, learner.pupil, learner.lesson, DAY)
    record_screen(session, learner.pupil, learner.lesson, 4, DAY)
    session.commit()
    page = today(child)
    there = f"/learn/lessons/{learner.lesson.id}/4"
    assert page.link(learner.lesson.title) == page.link("Carry on") == there
    quiz = content.quizzes[learner.lesson.quiz]
    bar = bar_of(learner.lesson, quiz.questions, step=4)
    assert f"Story, 4 of {bar.total}" in page.text, "the words of its bar"
    assert "Chapter two, in which Amina sends it once" in page.link_text(there)


def test_the_newest_lesson_is_the_card_and_the_others_are_small(
    child: FlaskClient, learner: Learner, session: Session, content: Content
) -> None:
    newer = content.lessons["ks2-information-is-it-true"]
    set_lesson(session, learner.class_group, newer, DAY + timedelta(days=1))
    session.commit()
    page = today(child)
    assert page.link(newer.title) == f"/learn/lessons/{newer.id}"
    small = next(part for part in page.all("nav") if part.attrs["aria-label"] == "My lessons")
    assert learner.lesson.title in small.text and newer.title not in small.text


def test_what_is_finished_has_a_way_and_no_number(
    child: FlaskClient, learner: Learner, session: Session
) -> None:
    complete_lesson(session, learner.pupil, learner.lesson, DAY)
    session.commit()
    page = today(child)
    assert (
        page.link("What I know now") == "/learn/known" and page.link_text("/learn/known") == "What I know now"
    )
    assert page.link("Look at all lessons") == "/learn/lessons/all"
    assert "Nothing today. See you." in page.text and learner.lesson.title not in page.text


@pytest.mark.parametrize("band", list(Band))
def test_a_class_without_lessons_is_told_so_kindly(
    app: Flask, session: Session, content: Content, band: Band
) -> None:
    page = today(browser_of(app, make_learner(session, content.lessons, band, given=False)))
    assert "Nothing today. See you." in page.text
    assert not any("today" in link.attrs.get("class", "").split() for link in page.all("a")), "nothing to tap"


def test_the_youngest_have_one_thing_to_do_and_nothing_that_a_neighbour_may_not_see(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS1)
    child = browser_of(app, learner)
    (main,) = today(child).all("main")
    assert [link.attrs["href"] for link in main.find_all("a")] == [f"/learn/lessons/{learner.lesson.id}"]
    assert "Today, with your teacher" in main.text
    record_screen(session, learner.pupil, learner.lesson, 3, DAY)
    say(app, session, learner, Decision.NOT_YET)
    (main,) = today(child).all("main")
    assert "Not yet" not in main.text and not [digit for digit in main.text if digit.isdigit()]


@pytest.mark.parametrize("band", [Band.KS3, Band.KS4])
def test_the_older_see_what_they_will_handle_and_nothing_of_what_they_did(
    app: Flask, session: Session, content: Content, band: Band
) -> None:
    learner = make_learner(session, content.lessons, band, given=False)
    lesson = next(one for one in content.lessons.values() if one.band == band and pieces_to_handle(one))
    set_lesson(session, learner.class_group, lesson, DAY)
    session.commit()
    child = browser_of(app, learner)
    for piece in pieces_to_handle(lesson):
        assert piece.title.striptags() in today(child).text
    before = child.get(TODAY).text
    place = next(n for n, step in enumerate(lesson.steps, 1) if getattr(step, "asks", ()))
    child.get(f"/learn/lessons/{lesson.id}/{place}?choose=a&open=a&stop=a&line=a&compare=1")
    assert child.get(TODAY).text == before


@pytest.mark.parametrize(
    ("decision", "line"),
    [
        (None, "Read it and decide"),
        (Decision.AGREE, "You said: I agree"),
        (Decision.QUESTION, "You said: I have a question first"),
        (Decision.NOT_YET, "You said: Not yet"),
    ],
)
def test_our_code_stands_there_with_the_childs_own_answer(
    app: Flask, child: FlaskClient, learner: Learner, session: Session, decision: Decision | None, line: str
) -> None:
    if decision:
        say(app, session, learner, decision)
    page = today(child)
    assert page.link("Our Code") == "/learn/code" and line in page.link_text("/learn/code")


def test_a_sensitive_lesson_says_its_title_and_shows_no_people(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS4)
    start_lesson(session, learner.pupil, learner.lesson, DAY)
    session.commit()
    text = browser_of(app, learner).get(TODAY).text
    (card,) = [link for link in Page(text).all("a") if "today" in link.attrs.get("class", "").split()]
    minutes = f"About {learner.lesson.minutes} minutes"
    assert "".join(card.text.split()) == "".join(f"Today{learner.lesson.title}{minutes}".split())
    assert 'class="art"' not in text.partition('class="today')[2].partition("</a>")[0]
    line = OpenLesson(learner.lesson, LessonState.STARTED, 1).line
    assert line and line not in text


@pytest.mark.parametrize("band", list(Band))
def test_the_page_asks_the_database_little(
    app: Flask, databases: Databases, session: Session, content: Content, band: Band
) -> None:
    child = browser_of(app, make_learner(session, content.lessons, band))
    with counted(databases.school.engine) as sent:
        child.get(TODAY)
    assert len([statement for statement in sent if "BEGIN" not in statement]) <= MOST_QUERIES


def test_a_lesson_that_became_shorter_or_is_gone_does_no_harm(
    session: Session, learner: Learner, content: Content
) -> None:
    record_screen(session, learner.pupil, learner.lesson, 99, DAY)
    session.commit()
    progress = progress_of(session, learner.pupil)
    shorter = replace(learner.lesson, steps=learner.lesson.steps[:2])
    found = today_of([(shorter, False)], progress, {})
    assert found.first and found.first.here == 2 and not found.finished


def test_early_years_are_met_by_one_picture_that_begins_the_sitting(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS1, given=False)
    learner.class_group.year = "R"
    lesson = content.lessons["ks1-wellbeing-stop-hand-tell"]
    set_lesson(session, learner.class_group, lesson, DAY)
    session.commit()
    child = browser_of(app, replace(learner, lesson=lesson))
    page, there = today(child), f"/learn/lessons/{lesson.id}"
    assert page.all("body")[0].attrs["class"] == "pupil early"
    assert page.link(lesson.title) == page.link("Start") == f"{there}/1"
    for place in range(1, len(lesson.steps) + 1):
        assert Page(child.get(f"{there}/{place}").text).all("body")[0].attrs["class"] == "pupil early"
        child.post(f"{there}/{place}")
    session.rollback()
    assert progress_of(session, learner.pupil)[lesson.id].completed_on
    assert "Goodbye" in Page(child.get(f"{there}/done").text).text


@pytest.mark.parametrize(("year", "offered"), [("R", True), ("R/1", True), ("1", False)])
def test_only_a_class_with_reception_is_offered_early_years(
    app: Flask, session: Session, content: Content, year: str, offered: bool
) -> None:
    learner = make_learner(session, content.lessons, Band.KS1)
    learner.class_group.year = year
    session.commit()
    listed = Page(browser_of(app, learner).get(f"{TODAY}all").text).text
    early = next(one for one in content.lessons.values() if one.early)
    assert (early.title in listed) is offered and learner.lesson.title in listed
