"""Pages of lessons: today's work, a step a page by plain forms, and the same lessons at home without a cookie."""

import re
from dataclasses import replace
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.lessons.bar import bar_of
from kiosk.lessons.progress import LessonState, progress_of, state_of
from kiosk.lessons.scenario import Choice, Node, Scenario
from kiosk.report.access.keyring import Keyring
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.lessons.learner import LESSONS, Learner, browser_of, counted, heading, make_learner
from tests.pages import Page
from tests.report.sealed import keyholder
from tests.sites import change_site

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

# Who it is, and what the page is about; the first page also what the class was set and whether our Code waits.
LONGEST_QUERIES = 2
QUERIES_OF_THE_FIRST_PAGE = 5  # the class, its lessons and what it was taught, the child, and our Code
WAYS = (Choice("a", Markup("Knock"), "n2"), Choice("b", Markup("Wait"), "n4"))
STORY = Scenario(
    "tale",
    "n1",
    {
        "n1": Node(
            "n1",
            Markup("A gate."),
            (Choice("a", Markup("Knock"), "n2"), Choice("b", Markup("Wait"), "n4")),
            "",
            False,
            1,
        ),
        "n2": Node("n2", Markup("Nobody comes."), (), "n4", False, 2),
        "n4": Node("n4", Markup("It opens."), (), "", True, 3),
    },
)
# In every band: the pages a child opens on the way through a lesson.
EVERY_BAND = pytest.mark.parametrize("band", list(Band))
UNKIND = re.compile(r"\b(wrong|fail\w*|incorrect\w*|score\w*|rank\w*|streak\w*)\b", re.IGNORECASE)


def lesson_url(learner: Learner, screen: int | str = "") -> str:
    return f"/learn/lessons/{learner.lesson.id}" + (f"/{screen}" if screen else "")


@pytest.mark.parametrize("end", ["", "all", LESSONS[Band.KS2], f"{LESSONS[Band.KS2]}/1"])
def test_nobody_opens_a_pupils_page_from_outside(client: FlaskClient, end: str) -> None:
    answer = client.get(f"/learn/lessons/{end}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/learn/")


@pytest.mark.parametrize(
    "path",
    [
        f"/learn/lessons/{LESSONS[Band.KS4]}",  # another band, and not set
        f"/learn/lessons/{LESSONS[Band.KS4]}/1",
        f"/learn/lessons/{LESSONS[Band.KS4]}/help",
        "/learn/lessons/ks2-privacy-nowhere",
        f"/learn/lessons/{LESSONS[Band.KS2]}/0",
        f"/learn/lessons/{LESSONS[Band.KS2]}/99",
        f"/learn/lessons/{LESSONS[Band.KS2]}/-1",
        "/home/lessons/ks2-privacy-nowhere",
        f"/home/lessons/{LESSONS[Band.KS2]}/drawings/lesson.en.md",
        f"/home/lessons/{LESSONS[Band.KS2]}/drawings/..%2flesson.en.md",
        f"/home/lessons/{LESSONS[Band.KS2]}/drawings/nowhere.svg",
    ],
)
def test_what_is_not_there_or_not_theirs_is_not_found(child: FlaskClient, path: str) -> None:
    assert child.get(path).status_code == 404


@EVERY_BAND
def test_a_whole_lesson_is_done_by_plain_forms(
    app: Flask, session: Session, content: Content, band: Band
) -> None:
    learner = make_learner(session, content.lessons, band)
    child = browser_of(app, learner)
    last = len(learner.lesson.steps)
    whole = bar_of(learner.lesson, content.quizzes[learner.lesson.quiz].questions).total
    before = child.post(lesson_url(learner)).headers["Location"]
    assert child.get(before).headers["Location"] == f"/learn/quizzes/before/{learner.lesson.id}"
    assert child.get(f"/learn/quizzes/before/{learner.lesson.id}").headers["Location"] == lesson_url(
        learner, 1
    )
    for screen in range(1, last + 1):
        page = Page(child.get(lesson_url(learner, screen), follow_redirects=True).text)
        assert heading(page) and f"{screen} of {whole}" in page.text
        assert page.button("Listen") and page.button("Tell someone") and page.button("Leave")
        on = child.post(lesson_url(learner, screen)).headers["Location"]
        assert on == (
            lesson_url(learner, screen + 1) if screen < last else f"/learn/quizzes/{learner.lesson.quiz}"
        )
    session.rollback()
    assert progress_of(session, learner.pupil)[learner.lesson.id].furthest_screen == last


@EVERY_BAND
def test_every_page_is_kind_and_asks_the_database_little(
    app: Flask, databases: Databases, session: Session, content: Content, band: Band
) -> None:
    learner = make_learner(session, content.lessons, band)
    child = browser_of(app, learner)
    ends = ["", *range(1, len(learner.lesson.steps) + 1), "help"]
    asked = {
        lesson_url(learner, place) for place in learner.lesson.placed.values()
    }  # two pages, by a redirect
    paths = ["/learn/lessons/", "/learn/lessons/all", *(lesson_url(learner, end) for end in ends)]
    for path in paths:
        with counted(databases.school.engine) as sent:
            text = Page(child.get(path, follow_redirects=True).text).text
        assert len([statement for statement in sent if "BEGIN" not in statement]) <= (
            QUERIES_OF_THE_FIRST_PAGE
            if path == paths[0]
            else 2 * LONGEST_QUERIES
            if path in asked
            else LONGEST_QUERIES
        ), path
        if band in {Band.KS1, Band.KS2}:
            assert not UNKIND.search(text), path


def test_a_lesson_goes_on_where_it_was_left(child: FlaskClient, learner: Learner) -> None:
    assert Page(child.get(lesson_url(learner)).text).button("Start").attrs["form"] == "start"
    child.post(lesson_url(learner))
    child.post(lesson_url(learner, 1))
    child.post(lesson_url(learner, 2))
    assert Page(child.get(lesson_url(learner)).text).link("Go on") == lesson_url(learner, 3)
    assert Page(child.get(lesson_url(learner, 1)).text).link("Next") == lesson_url(learner, 2)


def test_a_lesson_without_a_quiz_is_completed_at_its_last_step(
    app: Flask, child: FlaskClient, learner: Learner, session: Session
) -> None:
    change_site(app, quizzes={})
    answer = child.post(lesson_url(learner, len(learner.lesson.steps)))
    assert answer.headers["Location"] == lesson_url(learner, "help")
    session.rollback()
    assert state_of(progress_of(session, learner.pupil), learner.lesson.id) is LessonState.COMPLETED


def test_a_story_is_walked_by_choices_in_the_address(
    app: Flask, child: FlaskClient, learner: Learner
) -> None:
    steps = (*learner.lesson.steps, STORY)
    learner = replace(learner, lesson=replace(learner.lesson, steps=steps))
    change_site(app, lessons={learner.lesson.id: learner.lesson})
    here = next(number for number, step in enumerate(learner.lesson.steps, 1) if step.kind == "scenario")
    where = lesson_url(learner, here)
    page = Page(child.get(where).text)
    assert [choice.attrs["value"] for choice in page.inputs("choose")] == ["a", "b"]
    nothing = Page(child.get(f"{where}?way=n1&asked=yes").text)
    assert "Choose one, then tap Next." in nothing.text and len(nothing.inputs("choose")) == 2
    chosen = child.get(f"{where}?way=n1&asked=yes&choose=a")
    assert chosen.headers["Location"] == f"{where}?way=n1.n2"
    page = Page(child.get(chosen.headers["Location"]).text)
    assert page.link("Back") == f"{where}?way=n1" and page.link("Next") == f"{where}?way=n1.n2.n4"
    assert Page(child.get(f"{where}?way=n1.n2.n4").text).button("Next").attrs["form"] == "next"


def test_who_helps_names_people_of_this_school_and_shows_three(
    app: Flask, child: FlaskClient, learner: Learner
) -> None:
    there = lesson_url(learner, "help")
    assert "Such as" not in Page(child.get(there).text).text, "nobody reads reports yet"
    named = {"dsl": "Ms Osei", "principal": "Mr Hale"}
    ring = Keyring(tuple(replace(keyholder(role), name=name) for role, name in named.items()))
    with patch("kiosk.lessons.views.blueprint.current_keyring", return_value=ring):
        text = child.get(there).text
    in_sight, more = (Page(part) for part in text.split("<details", 1))
    assert "Such as Ms Osei." in in_sight.text and "Hale" not in Page(text).text
    assert text.split("<details")[0].count('class="helpline"') == 3
    assert 'Tap "Tell someone"' in more.text


def test_who_helps_puts_people_first_and_numbers_from_the_list(child: FlaskClient, learner: Learner) -> None:
    page = Page(child.get(lesson_url(learner, "help")).text)
    assert page.text.index("Someone who works at school") < page.text.index("0800 1111")
    assert not any(link.attrs["href"].startswith(("tel:", "http")) for link in page.all("a"))


def test_after_a_sensitive_lesson_the_police_and_the_way_to_tell_are_in_sight(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS4)
    assert learner.lesson.sensitivity == "high"
    page = browser_of(app, learner).get(lesson_url(learner, "help")).text
    in_sight, more = (Page(part).text for part in page.split("<details", 1))
    for first in ("Someone who works at school", "Tell someone", "999", "0800 1111"):
        assert first in in_sight
    for later in ("PAPYRUS", "Samaritans", "Text SHOUT to 85258"):
        assert later in more


def test_who_helps_says_how_to_reach_every_line(app: Flask, session: Session, content: Content) -> None:
    for band in (Band.KS2, Band.KS3, Band.KS4):
        learner = make_learner(session, content.lessons, band)
        text = Page(browser_of(app, learner).get(lesson_url(learner, "help")).text).text
        for id in learner.lesson.help:
            assert content.facts.helplines[id].how["en"] in text


def test_a_page_in_another_language_says_which_words_are_english(
    app: Flask, learner: Learner, content: Content
) -> None:
    untranslated = replace(learner.lesson, translations={})
    change_site(app, lessons={**content.lessons, untranslated.id: untranslated})
    child = browser_of(app, learner, lang="ur")
    page = child.get(lesson_url(learner, 1)).text
    assert '<html lang="ur" dir="rtl"' in page
    assert re.search(r'<form id="do"[^>]* lang="en-GB">', page)
    read = next(number for number, step in enumerate(learner.lesson.steps, 1) if step.kind == "screen")
    assert '<article class="lesson" lang="en-GB">' in child.get(lesson_url(learner, read)).text
