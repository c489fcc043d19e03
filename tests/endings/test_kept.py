"""What stays of a lesson belongs to the class: no page tells who was away, who is new, or how anybody answered."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil
from kiosk.bands import Band
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import set_lesson
from kiosk.lessons.taught import CameIn, LessonOfDay, kept_by_class, record_led_lesson, sign_attendance
from kiosk.quizzes.attempts import note_met
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.factories import make_class_group, make_pupil, make_staff
from tests.lessons.learner import LESSONS, Learner, browser_of, counted, heading, make_learner
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")

STORED = {"INSERT", "UPDATE", "DELETE"}
SECOND = {
    Band.KS1: "ks1-wellbeing-how-to-tell",
    Band.KS2: "ks2-information-is-it-true",
    Band.KS3: "ks3-wellbeing-how-to-tell",
    Band.KS4: "ks4-privacy-data-and-money",
}


def teach(session: Session, learner: Learner, lesson: Lesson, day: date, *there: Pupil) -> None:
    """The class was taught a lesson on a day; these children were there."""
    held = LessonOfDay(learner.class_group, lesson, day)
    record_led_lesson(session, held, [CameIn(one) for one in there], finished_together=True)
    session.commit()


@pytest.fixture(params=list(Band))
def taught(request: pytest.FixtureRequest, app: Flask, session: Session, content: Content) -> Learner:
    """A child who was there when the class was taught its first lesson; the second one is set."""
    learner = make_learner(session, content.lessons, request.param)
    first = content.lessons[SECOND[request.param]]
    set_lesson(session, learner.class_group, first, site_of(app).today() - timedelta(days=9))
    teach(session, learner, first, site_of(app).today() - timedelta(days=8), learner.pupil)
    return learner


def beside(app: Flask, session: Session, learner: Learner) -> FlaskClient:
    """The tablet of a child of the same class who was away, and is new."""
    away = make_pupil(session, learner.class_group, first_name="Kofi")
    session.commit()
    return browser_of(app, Learner(away, learner.class_group, learner.window, learner.lesson))


def test_every_page_of_what_stays_is_the_same_byte_for_byte_for_a_child_who_was_away(
    app: Flask, session: Session, taught: Learner, content: Content
) -> None:
    first = content.lessons[SECOND[taught.class_group.band]]
    quiz = content.quizzes[first.quiz]
    for question in quiz.questions:
        note_met(session, taught.pupil, quiz, question, site_of(app).today())
    there, away = browser_of(app, taught), beside(app, session, taught)
    before = f"/learn/lessons/{taught.lesson.id}/last-time"
    for address in ("/learn/kept", before, f"{before}?story=1"):
        one, other = there.get(address), away.get(address)
        assert one.status_code == 200 and one.data == other.data, address
        assert one.headers.getlist("Set-Cookie") == other.headers.getlist("Set-Cookie") == []


def test_today_differs_by_the_childs_own_place_alone(
    app: Flask, session: Session, taught: Learner, content: Content
) -> None:
    there, away = (
        Page(child.get("/learn/lessons/").text)
        for child in (browser_of(app, taught), beside(app, session, taught))
    )
    shelves = [
        [part.text for part in page.all("div") if part.attrs.get("class") == "shelf"]
        for page in (there, away)
    ]
    books = [
        page.link_text("/learn/kept") if taught.class_group.band != Band.KS1 else "" for page in (there, away)
    ]
    assert shelves[0] == shelves[1] and books[0] == books[1]


def test_before_a_new_lesson_the_story_comes_first_and_what_is_said_is_asked_by_nobody(
    app: Flask, taught: Learner, databases: Databases
) -> None:
    child = browser_of(app, taught)
    begun = child.post(f"/learn/lessons/{taught.lesson.id}")
    before = begun.headers["Location"]
    assert before == f"/learn/lessons/{taught.lesson.id}/last-time"
    with counted(databases.school.engine) as sent:
        page = Page(child.get(before).text)
        (main,) = page.all("main")
        ways = [(link.text, link.attrs["href"]) for link in main.find_all("a")]
        assert [words for words, _href in ways] == ["Show me the story", "We said it"]
        story = Page(child.get(ways[0][1]).text)
        assert ways[1][1] == story.link("Today’s lesson") == f"/learn/quizzes/before/{taught.lesson.id}"
    assert not [one for one in sent if one.split()[0] in STORED]


def test_the_story_is_told_in_pictures_or_by_what_it_was_for(
    app: Flask, taught: Learner, content: Content
) -> None:
    first = content.lessons[SECOND[taught.class_group.band]]
    page = Page(browser_of(app, taught).get(f"/learn/lessons/{taught.lesson.id}/last-time?story=1").text)
    assert heading(page) == first.title and first.keeps and first.keeps.line in page.text
    told = [scene.alt for scene in first.stage.scenes.values()] or [aim.text for aim in first.objectives]
    assert told[0] in page.text


def test_without_anything_kept_the_lesson_begins(app: Flask, session: Session, content: Content) -> None:
    learner = make_learner(session, content.lessons)
    answer = browser_of(app, learner).get(f"/learn/lessons/{learner.lesson.id}/last-time")
    assert answer.headers["Location"] == f"/learn/quizzes/before/{learner.lesson.id}"


def test_the_shelf_is_the_classs_this_school_year_in_the_order_it_was_taught(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons)
    today, lessons = date(2027, 3, 4), content.lessons
    old, first, last = [one for one in lessons.values() if one.band == Band.KS2 and one.keeps][:3]
    teach(session, learner, old, date(2026, 3, 4), learner.pupil)
    teach(session, learner, last, today, learner.pupil)
    teach(session, learner, first, date(2026, 11, 4), learner.pupil)
    teach(session, learner, first, today + timedelta(days=1), learner.pupil)
    teach(session, learner, lessons[LESSONS[Band.KS4]], today, learner.pupil)
    other = make_class_group(session)
    assert kept_by_class(session, learner.class_group, lessons, today) == (first, last), "nothing sensitive"
    assert kept_by_class(session, other, lessons, today) == ()
    held = LessonOfDay(learner.class_group, last, today)
    sign_attendance(session, make_staff(session), held, [learner.pupil], present=())
    assert kept_by_class(session, learner.class_group, lessons, today) == (first,), "the class was not there"


def test_eight_things_fill_a_board_and_then_there_is_a_second(
    app: Flask, session: Session, content: Content
) -> None:
    with app.test_request_context("/learn/lessons/"):
        shelf = app.jinja_env.get_template("parts/kept.html")
        lesson = content.lessons[LESSONS[Band.KS1]]
        page = {"lang": "en", "dir": "ltr", "band": "ks1"}
        for count, boards in ((0, 1), (1, 1), (8, 1), (9, 2), (17, 3)):
            drawn = shelf.make_module({"page": page}).shelf([lesson] * count)  # type: ignore[attr-defined]
            assert drawn.count("shelf__board") == boards, count
            assert drawn.count("shelf__thing") == count, "no empty places"


def test_goodbye_puts_the_thing_on_the_shelf_whoever_asks(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS1)
    quiz = content.quizzes[learner.lesson.quiz]
    for question in quiz.questions:
        note_met(session, learner.pupil, quiz, question, site_of(app).today())
    session.commit()
    page = Page(browser_of(app, learner).get(f"/learn/lessons/{learner.lesson.id}/done").text)
    assert heading(page) == "Goodbye, Amira."
    assert learner.lesson.keeps and learner.lesson.keeps.line in page.text
    (main,) = page.all("main")
    assert [link.text.split()[0] for link in main.find_all("a")] == ["Ask"], (
        "one button, and it is in the ground"
    )
    assert not [digit for digit in main.text if digit.isdigit()], "nothing is counted"


def test_the_album_of_a_class_prints_and_names_nobody(app: Flask, taught: Learner, content: Content) -> None:
    text = browser_of(app, taught).get("/learn/kept").text
    first = content.lessons[SECOND[taught.class_group.band]]
    assert first.title in Page(text).text and first.keeps and first.keeps.line in Page(text).text
    assert taught.pupil.first_name not in text
    assert Page(text).button("Print")
