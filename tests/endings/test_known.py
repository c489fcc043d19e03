"""A child's own page: what it knows now, what it has done and what waits; nobody else's, and gone when it leaves."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.endings.ending import DONE_IN_A_VIEW, overview_of
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import complete_lesson, progress_of, set_lesson
from kiosk.quizzes.attempts import note_met
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.factories import make_pupil
from tests.lessons.learner import DAY, Learner, browser_of, counted, make_learner
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

MOST_QUERIES = (
    5  # who it is, what was set, how far, which questions were met, what was decided about the Code
)


def of_band(lessons: Mapping[str, Lesson], band: Band = Band.KS2, sensitive: bool = False) -> list[Lesson]:
    return [one for one in lessons.values() if one.band == band and (one.sensitivity == "high") is sensitive]


def finish(session: Session, learner: Learner, content: Content, lesson: Lesson, day: int = 20) -> None:
    """The child has finished this lesson and met every question of it."""
    quiz = content.quizzes.get(lesson.quiz)
    for question in quiz.questions if quiz else ():
        assert quiz
        note_met(session, learner.pupil, quiz, question, DAY)
    complete_lesson(session, learner.pupil, lesson, DAY.replace(day=day))
    session.commit()


def test_what_was_finished_last_is_said_in_the_words_of_its_end(
    child: FlaskClient, learner: Learner, session: Session, content: Content
) -> None:
    finish(session, learner, content, learner.lesson)
    page = Page(child.get("/learn/known").text)
    assert learner.lesson.title in page.text
    for aim in learner.lesson.objectives:
        assert aim.text in page.text
    assert "Finished: 20 November" in page.text


def test_what_was_set_and_the_code_wait(
    child: FlaskClient, learner: Learner, session: Session, content: Content
) -> None:
    other = next(one for one in of_band(content.lessons) if one.id != learner.lesson.id)
    set_lesson(session, learner.class_group, other, DAY)
    finish(session, learner, content, learner.lesson)
    page = Page(child.get("/learn/known").text)
    assert page.link(other.title) == f"/learn/lessons/{other.id}"
    assert page.link("More waits under My lessons") == "/learn/lessons/", "the Code waits as well"
    complete_lesson(session, learner.pupil, other, DAY)
    session.commit()
    assert Page(child.get("/learn/known").text).link("Our Code") == "/learn/code"


def test_before_the_first_lesson_the_page_says_what_will_stand_there(child: FlaskClient) -> None:
    page = Page(child.get("/learn/known").text)
    assert "When you have finished a lesson" in page.text
    assert "What I have done" not in page.text


def test_nothing_is_counted_ranked_or_told_more_exactly_than_a_day(
    child: FlaskClient, learner: Learner, session: Session, content: Content
) -> None:
    for place, lesson in enumerate(of_band(content.lessons)[:3]):
        finish(session, learner, content, lesson, day=10 + place)
    main = Page(child.get("/learn/known").text).all("main")[0].text
    assert "%" not in main
    assert not re.search(r"\d{1,2}:\d{2}|\bof \d|best|most|rank", main)


def test_a_sensitive_lesson_opens_by_a_tap_and_never_by_itself(session: Session, content: Content) -> None:
    learner = make_learner(session, content.lessons, Band.KS4)
    (sensitive, *_), (plain, *_) = (of_band(content.lessons, Band.KS4, one) for one in (True, False))
    finish(session, learner, content, plain, day=2)
    finish(session, learner, content, sensitive, day=20)
    kept = progress_of(session, learner.pupil)
    known = overview_of([], content.lessons, kept)
    assert known.chosen is plain
    assert known.done[0] is sensitive
    assert overview_of([], content.lessons, kept, sensitive.id).chosen is sensitive


def test_many_lessons_stand_in_views_of_a_few(learner: Learner, session: Session) -> None:
    size = DONE_IN_A_VIEW
    lessons = {f"l{place}": replace(learner.lesson, id=f"l{place}") for place in range(size + 1)}
    for place, lesson in enumerate(lessons.values()):
        complete_lesson(session, learner.pupil, lesson, DAY.replace(day=1 + place))
    kept = progress_of(session, learner.pupil)
    first = overview_of([], lessons, kept)
    assert (len(first.done), first.earlier, first.later) == (size, "", "l0")
    second = overview_of([], lessons, kept, first.later)
    assert (len(second.done), second.later, second.earlier) == (1, "", first.done[0].id)


def test_a_child_sees_its_own_and_no_word_in_the_address_shows_another(
    app: Flask, child: FlaskClient, learner: Learner, session: Session, content: Content
) -> None:
    other = make_pupil(session, learner.class_group, first_name="Ben")
    theirs = next(one for one in of_band(content.lessons) if one.id != learner.lesson.id)
    complete_lesson(session, other, theirs, DAY)
    session.commit()
    for asked in ("", f"?of={theirs.id}", "?of=../x", f"?pupil={other.id}"):
        text = child.get(f"/learn/known{asked}").text
        assert theirs.title not in text
        assert "Ben" not in text


def test_it_is_gone_when_the_child_leaves_and_kept_by_no_browser(
    child: FlaskClient, learner: Learner, session: Session, content: Content
) -> None:
    finish(session, learner, content, learner.lesson)
    answer = child.get("/learn/known")
    assert "no-store" in answer.headers["Cache-Control"]
    child.post("/learn/leave")
    gone = child.get("/learn/known")
    assert gone.status_code in {302, 303}
    assert learner.lesson.title not in gone.text


def test_today_leads_there_once_something_is_finished(
    child: FlaskClient, learner: Learner, session: Session, content: Content
) -> None:
    finish(session, learner, content, learner.lesson)
    assert Page(child.get("/learn/lessons/").text).link("What I know now") == "/learn/known"


def test_more_lessons_cost_no_more_queries(
    app: Flask, session: Session, content: Content, databases: Databases
) -> None:
    costs = []
    for count in (1, 6):
        learner = make_learner(session, content.lessons)
        for lesson in of_band(content.lessons)[:count]:
            finish(session, learner, content, lesson)
        child = browser_of(app, learner)
        with counted(databases.school.engine) as sent:
            assert child.get("/learn/known").status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1] <= MOST_QUERIES
