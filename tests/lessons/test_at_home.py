"""Lessons to read at home: without a cookie, the child's own age first, and nothing that gives answers away."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.bands import Band
from kiosk.lessons.activity import Activity
from kiosk.site import Content
from tests.lessons.learner import LESSONS
from tests.pages import Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")

SENSITIVE = LESSONS[Band.KS4]
FOR_EVERYBODY = {**LESSONS, Band.KS4: "ks4-privacy-data-and-money"}


def show_all(app: Flask) -> None:
    """A school that shows every lesson at home."""
    config = site_of(app).config.model_copy(update={"home_sensitive_lessons": True})
    change_site(app, config=config)


def test_lessons_are_read_at_home_without_a_cookie(client: FlaskClient, content: Content) -> None:
    page = Page(client.get("/home/lessons/").text)
    for id in FOR_EVERYBODY.values():
        assert page.link(content.lessons[id].title) == f"/home/lessons/{id}"
        answer = client.get(f"/home/lessons/{id}")
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
        whole, lesson = Page(answer.text), content.lessons[id]
        assert whole.heading == lesson.title
        pictured = [screen for screen in lesson.screens if screen.image or screen.picture or screen.scene]
        assert len(whole.all("figure")) >= len(pictured)
        for step in lesson.steps:
            if isinstance(step, Activity) and step.title:
                assert step.title.striptags() in unescape(answer.text), step.id
        assert whole.button("Print").attrs["type"] == "button"


def test_the_age_in_the_address_stands_first_and_stays_in_it(client: FlaskClient) -> None:
    plain = [part.text for part in Page(client.get("/home/lessons/").text).all("h2")]
    assert plain[0] == "Ages 4 to 7"
    page = Page(client.get("/home/lessons/?band=ks3").text)
    assert [part.text for part in page.all("h2")] == [
        "Ages 11 to 14",
        *(one for one in plain if one != "Ages 11 to 14"),
    ]
    assert page.link("Tell someone") == "/report/ks3/en/ks3"
    lesson = f"/home/lessons/{LESSONS[Band.KS3]}?band=ks3"
    assert lesson in [link.attrs["href"] for link in page.all("a")]
    assert Page(client.get(lesson).text).link("Back") == "/home/lessons/?band=ks3"


def test_the_pages_have_the_ways_of_every_page_for_families(client: FlaskClient) -> None:
    for path in ("/home/lessons/", f"/home/lessons/{LESSONS[Band.KS2]}"):
        page = Page(client.get(path).text)
        assert page.link("Tell someone") == "/report/" and page.link("Leave")
        assert page.link("Polski") == f"{path}?lang=pl"


def test_what_is_sensitive_is_read_at_school_unless_the_school_shows_it(
    app: Flask, client: FlaskClient, content: Content
) -> None:
    lesson, there = content.lessons[SENSITIVE], f"/home/lessons/{SENSITIVE}"
    assert lesson.sensitivity == "high"
    assert lesson.title not in Page(client.get("/home/lessons/").text).text
    drawings = [f"{there}/drawings/{path.name}" for path in (lesson.folder / "img").glob("*.svg")]
    assert {client.get(path).status_code for path in (there, *drawings)} == {404}
    show_all(app)
    assert Page(client.get("/home/lessons/").text).link(lesson.title) == there
    assert client.get(there).status_code == 200


def test_what_is_for_the_teacher_is_not_shown_at_home(
    app: Flask, client: FlaskClient, content: Content
) -> None:
    show_all(app)
    lesson = content.lessons[SENSITIVE]
    assert lesson.adult
    page = Page(client.get(f"/home/lessons/{lesson.id}").text).text
    first_words = " ".join(re.sub("<[^>]+>", "", lesson.adult.html).split()[:6])
    assert first_words not in page
    assert "Ask the school for the teacher's sheet." in page


@pytest.mark.parametrize("id", FOR_EVERYBODY.values())
def test_questions_are_read_with_their_answers_and_never_which_is_right(
    client: FlaskClient, content: Content, id: str
) -> None:
    quiz = content.quizzes[content.lessons[id].quiz]
    text = client.get(f"/home/lessons/{id}").text
    part = Page(text[text.index("The questions of this lesson") :].split("</section>")[0])
    (asked,) = part.all("ol")
    for question, shown in zip(
        quiz.all_questions, [one for one in asked.children if one.tag == "li"], strict=True
    ):
        assert question.stem.striptags() in shown.text
        labels = [one.text for one in shown.find_all("li")]
        assert labels == sorted(labels, key=str.casefold)
        assert sorted(labels) == sorted(" ".join(row.label.striptags().split()) for row in question.rows())
        assert question.unsure_feedback.striptags() not in shown.text
    assert "correct" not in str(part.root.attrs)


def test_a_drawing_is_served_without_a_cookie_and_may_be_kept(client: FlaskClient) -> None:
    with client.get(f"/home/lessons/{LESSONS[Band.KS1]}/drawings/five-cards.svg") as answer:
        assert answer.status_code == 200 and answer.mimetype == "image/svg+xml"
        assert "public" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
