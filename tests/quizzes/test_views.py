"""Pages of quizzes: every kind by a plain form, feedback after every answer, no hostile form breaks one."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.quizzes.models import QuestionMet
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.lessons.learner import LESSONS, Learner, browser_of, completed_ids, counted, heading, make_learner
from tests.pages import Page
from tests.quizzes.asking import feedback, fields, send, where
from tests.quizzes.every_kind import KINDS, OTHER, RIGHT, SAMPLES

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

LONGEST_QUERIES = 2  # who it is, and which questions were met
HTMX = {"HX-Request": "true"}
UNKIND = re.compile(r"\b(wrong|fail\w*|incorrect\w*|score\w*|rank\w*|streak\w*|timer)\b", re.IGNORECASE)
ONE_BY_ONE = {"sort-two"}  # in this band a tap on a box answers, and nothing is checked
WAITING = {"order"}  # it is checked once each step has its place
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


@EVERY_KIND
def test_a_right_answer_says_why_and_leads_on(child: FlaskClient, quiz: Quiz, kind: str) -> None:
    assert heading(Page(child.get(where(quiz, kind)).text)) == "Which one?"
    page = send(child, quiz, kind, RIGHT[kind])
    assert feedback(page).startswith("That fits.") and len(feedback(page)) > len("That fits. ")
    assert page.link("Next")
    assert {name: set(values) for name, values in fields(page).items() if name not in {"tries", "tried"}} == {
        name: {values} if isinstance(values, str) else set(values) for name, values in RIGHT[kind].items()
    }


@EVERY_KIND
def test_another_answer_says_why_and_can_be_tried_again_at_once(
    child: FlaskClient, quiz: Quiz, kind: str
) -> None:
    page = send(child, quiz, kind, OTHER[kind])
    assert feedback(page).startswith("Not yet.")
    if kind not in WAITING:
        assert page.button("I'm not sure" if kind in ONE_BY_ONE else "Check again").attrs["form"] == "answer"
    assert page.value("tries") == "1"
    again = send(child, quiz, kind, RIGHT[kind], tries=page.value("tries"))
    assert feedback(again).startswith("That fits.")


def test_what_was_tried_is_marked_and_can_still_be_chosen(child: FlaskClient, quiz: Quiz) -> None:
    first = send(child, quiz, "single-choice", {"choice": "b"})
    second = send(child, quiz, "single-choice", fields(first) | {"choice": "c"})
    said = {label.find_all("input")[0].attrs["value"]: label.text for label in second.all("label")}
    assert "You tried this one" in said["b"] and "Not yet. Have another look." in said["c"]
    assert set(fields(second)["tried"]) == {"b", "c"}
    assert not any("disabled" in choice.attrs for choice in second.inputs("choice"))


@EVERY_KIND
def test_not_sure_is_always_on_offer_and_kindly_answered(child: FlaskClient, quiz: Quiz, kind: str) -> None:
    page = Page(child.get(where(quiz, kind)).text)
    unsure = [
        one
        for one in page.all("input", "button")
        if "unsure" in {one.attrs.get("name"), one.attrs.get("value")}
    ]
    assert len(unsure) == 1
    page = send(child, quiz, kind, {unsure[0].attrs["name"]: unsure[0].attrs["value"]}, tries="2")
    assert feedback(page).startswith("Good to say so.")
    assert page.value("tries") == "2" and page.link("Go on for now")
    assert kind in WAITING or page.button("I'm not sure" if kind in ONE_BY_ONE else "Check again")


@EVERY_KIND
def test_after_three_tries_a_good_answer_is_shown_and_help_is_offered(
    child: FlaskClient, quiz: Quiz, session: Session, kind: str
) -> None:
    page = send(child, quiz, kind, OTHER[kind], tries="2")
    assert feedback(page).startswith("Let us look at it together.")
    assert "Would you like help? Show this page to your teacher." in feedback(page)
    assert page.link("Go on for now") and page.button("Tell someone")
    session.rollback()
    assert session.scalars(select(QuestionMet)).one().needs_help


@EVERY_KIND
def test_nothing_chosen_keeps_the_page_and_says_what_to_do(child: FlaskClient, quiz: Quiz, kind: str) -> None:
    sentence = SAMPLES[kind].missing
    page = send(child, quiz, kind, {"tries": "1", "tried": "b"})
    assert feedback(page) == sentence and page.text.count(sentence) == 1
    assert page.value("tries") == "1"


def step_names(page: Page) -> list[str]:
    return [button.attrs["value"] for button in page.all("button") if button.attrs.get("name") == "move"]


def test_two_steps_in_one_place_are_no_answer(child: FlaskClient, quiz: Quiz) -> None:
    page = send(child, quiz, "order", {"place-i1": "1", "place-i2": "1", "place-i3": "2"})
    assert "Two steps have the same place." in page.text


def test_steps_are_put_on_stones_by_taps_alone(child: FlaskClient, quiz: Quiz) -> None:
    page = Page(child.get(where(quiz, "order")).text)
    first, second, third = step_names(page)
    assert "3 more cards" in page.text and not fields(page).keys() & {f"place-{first}"}
    for place, step in enumerate((second, first, third), 1):
        page = send(child, quiz, "order", fields(page) | {"move": step})
        assert fields(page)[f"place-{step}"] == [str(place)] and step_names(page) == [first, second, third]
        (here,) = [button for button in page.all("button") if "autofocus" in button.attrs]
        assert here.attrs["value"] == step
    assert page.button("Check")
    back = send(child, quiz, "order", fields(page) | {"move": first})
    assert fields(back)[f"place-{second}"] == ["1"] and "taken back." in back.text
    assert not fields(back).keys() & {f"place-{first}", f"place-{third}"}


def test_the_first_step_that_does_not_hold_is_named_and_those_before_it_stay(
    child: FlaskClient, quiz: Quiz
) -> None:
    page = send(child, quiz, "order", {"place-i1": "2", "place-i2": "1", "place-i3": "3"})
    assert feedback(page).startswith("Not yet. Look at place 1.") and "3 more cards" in page.text


def test_not_sure_keeps_the_places(child: FlaskClient, quiz: Quiz) -> None:
    page = send(child, quiz, "order", {"move": "i2"})
    page = send(child, quiz, "order", dict(fields(page)), unsure="yes")
    assert feedback(page).startswith("Good to say so.") and fields(page)["place-i2"] == ["1"]


def test_a_card_left_out_is_no_mistake_and_what_is_right_stays(child: FlaskClient, quiz: Quiz) -> None:
    page = send(child, quiz, "sort-two", {"item-i1": "x", "item-i2": "y"})
    assert feedback(page).endswith("Good to say so.") and "About i3." not in page.text
    assert (fields(page)["item-i1"], fields(page)["item-i2"]) == (["x"], ["y"]) and "item-i3" not in fields(
        page
    )


def test_htmx_gets_only_the_part_that_changes(child: FlaskClient, quiz: Quiz) -> None:
    answer = child.post(where(quiz), data=OTHER["single-choice"], headers=HTMX)
    assert "<html" not in answer.text and "HX-Request" in answer.headers["Vary"]
    page = Page(answer.text)
    (root,) = page.root.children
    assert root.attrs["id"] == "question" and feedback(page)
    (swapped,) = [one for one in page.all("button", "a") if "hx-swap-oob" in one.attrs]
    assert swapped.attrs["id"] == "go-on" and swapped.text == "Check again"


def test_the_quiz_leads_through_its_questions_to_who_helps(
    child: FlaskClient, quiz: Quiz, learner: Learner, session: Session
) -> None:
    place, seen = child.get(f"/learn/quizzes/{quiz.id}").headers["Location"], []
    while place.startswith("/learn/quizzes/"):
        kind = place.rpartition("/")[2]
        seen.append(kind)
        place = send(child, quiz, kind, RIGHT[kind]).link("Next")
    assert sorted(seen) == sorted(KINDS)
    assert place == f"/learn/lessons/{learner.lesson.id}/help"
    session.rollback()
    assert completed_ids(session, learner.pupil) == {learner.lesson.id}
    again = Page(child.get(f"/learn/quizzes/{quiz.id}", follow_redirects=True).text)
    assert "You have done this one." in again.text


def test_the_mix_is_each_pupils_own_and_stays(
    app: Flask, child: FlaskClient, quiz: Quiz, session: Session, content: Content
) -> None:
    def order(browser: FlaskClient) -> list[str]:
        page = Page(browser.get(where(quiz, "multi-choice")).text)
        return [choice.attrs["value"] for choice in page.inputs("choice")]

    assert order(child) == order(child) and order(child)[-1] == "unsure"
    others = [browser_of(app, make_learner(session, content.lessons)) for _ in range(8)]
    assert len({tuple(order(browser)) for browser in others}) > 1


def test_yes_comes_before_no_and_a_message_reads_as_it_was_sent(child: FlaskClient, quiz: Quiz) -> None:
    yes_no = Page(child.get(where(quiz, "true-false")).text).inputs("choice")
    assert [choice.attrs["value"] for choice in yes_no] == ["t", "f", "unsure"]
    parts = Page(child.get(where(quiz, "spot-clue")).text).inputs("part")
    assert [part.attrs["value"] for part in parts] == ["p1", "p2", "p3", "unsure"]


@pytest.mark.parametrize("band", list(Band))
def test_every_shipped_question_is_kind_and_asks_the_database_little(
    app: Flask, databases: Databases, session: Session, content: Content, band: Band
) -> None:
    learner = make_learner(session, content.lessons, band)
    child, quiz = browser_of(app, learner), content.quizzes[learner.lesson.quiz]
    for question in quiz.questions:
        with counted(databases.school.engine) as sent:
            pages = [child.get(where(quiz, question.id)).text]
        assert len([statement for statement in sent if "BEGIN" not in statement]) <= LONGEST_QUERIES
        pages.append(child.post(where(quiz, question.id), data={}).text)
        for tries in ("0", "2"):
            for option in getattr(question, "options", ()):
                pages.append(
                    child.post(where(quiz, question.id), data={"choice": option.id, "tries": tries}).text
                )
            pages.append(child.post(where(quiz, question.id), data={"unsure": "yes", "tries": tries}).text)
        if band in {Band.KS1, Band.KS2}:
            for text in pages:
                assert not UNKIND.search(Page(text).text)


def test_no_page_of_a_quiz_counts_or_compares(child: FlaskClient, quiz: Quiz) -> None:
    for kind in KINDS:
        text = child.post(where(quiz, kind), data=RIGHT[kind]).text
        assert "%" not in Page(text).text and not UNKIND.search(Page(text).text)


@pytest.mark.parametrize(
    "path", ["ks2-nowhere", "ks2-nowhere/q1", f"{LESSONS[Band.KS2]}/q99", LESSONS[Band.KS4], f"{LESSONS[Band.KS4]}/q1"]
)  # fmt: skip
def test_what_is_not_there_or_not_theirs_is_not_found(child: FlaskClient, path: str) -> None:
    assert child.get(f"/learn/quizzes/{path}").status_code == 404


odd_values = st.lists(
    st.sampled_from(["a", "b", "unsure", "", "1", "9", "-1", "x", "i1", "i9", "999999999999"])
    | st.text(max_size=30),
    max_size=4,
)
odd_names = st.sampled_from(
    ["choice", "part", "item-i1", "place-i1", "place-i2", "move", "tries", "tried", "unsure", "asked", "done"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(KINDS), form=st.dictionaries(odd_names, odd_values, max_size=6), htmx=st.booleans()
)
def test_no_form_breaks_a_question(
    child: FlaskClient, quiz: Quiz, kind: str, form: dict[str, list[str]], htmx: bool
) -> None:
    answer = child.post(where(quiz, kind), data=form, headers=HTMX if htmx else {})
    assert answer.status_code == 200
