"""A pupil reads the Code and decides: by plain forms, freely, with nothing kept before the decision."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.bands import Band
from kiosk.conduct.models import Decision, Mode
from kiosk.db import Databases
from kiosk.site import Content
from tests.conduct.looking import kept, of_band, page_of, school_day
from tests.lessons.learner import Learner, heading
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

RULES = {Band.KS1: 5, Band.KS2: 8}


def last_page(child: FlaskClient, content: Content, band: Band) -> str:
    """The address of the page on which to decide."""
    number = 2
    while child.get(f"/learn/code/{number + 1}").status_code == 200:
        number += 1
    return f"/learn/code/{number}"


@of_band(Band.KS1)
def test_the_youngest_decide_with_two_buttons_of_equal_weight(child: FlaskClient) -> None:
    page = page_of(child, "/learn/code/2")
    not_yet, try_it = page.button("Not yet"), page.button("I will try")
    assert not_yet.attrs["class"] == try_it.attrs["class"] == "btn btn--go"
    thumbs = page.inputs("tick")
    assert len(thumbs) == RULES[Band.KS1]
    assert not [thumb for thumb in thumbs if "checked" in thumb.attrs]


@of_band(Band.KS1)
def test_a_mark_of_the_youngest_is_kept_with_the_teacher_as_witness(
    app: Flask, child: FlaskClient, databases: Databases, learner: Learner, ticks: list[str]
) -> None:
    answer = child.post("/learn/code", data={"tick": ticks, "decision": "agree"}, follow_redirects=True)
    assert heading(Page(answer.text)) == "Thank you"
    (row,) = kept(databases)
    assert (row.mode, row.decision, row.lang) == (Mode.MARK, Decision.AGREE, "en")
    assert (row.pupil_id, row.witness_id) == (learner.pupil.id, learner.window.opened_by_id)
    assert row.decided_on == school_day(app)


@of_band(Band.KS1)
def test_a_rule_without_a_thumb_is_asked_for_kindly_and_the_others_stay(
    child: FlaskClient, databases: Databases, ticks: list[str]
) -> None:
    answer = child.post("/learn/code", data={"tick": ticks[:3], "decision": "agree"})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "Put a thumb on each rule" in page.text
    assert [thumb.attrs["value"] for thumb in page.inputs("tick") if "checked" in thumb.attrs] == ticks[:3]
    assert kept(databases) == []


@of_band(Band.KS1)
def test_one_rule_at_a_time_carries_the_thumbs_to_the_end(child: FlaskClient, ticks: list[str]) -> None:
    third = page_of(child, f"/learn/code/4?one=1&tick={ticks[0]}&tick={ticks[1]}")
    assert [field.attrs["value"] for field in third.inputs("tick")] == [ticks[0], ticks[1], ticks[2]]
    end = page_of(child, "/learn/code/7?one=1&" + "&".join(f"tick={tick}" for tick in ticks))
    assert [field.attrs["value"] for field in end.inputs("tick")] == ticks
    assert end.button("Not yet").attrs["class"] == end.button("I will try").attrs["class"]


def test_ks2_ticks_each_rule_answers_three_questions_and_agrees_by_plain_forms(
    child: FlaskClient, databases: Databases, content: Content
) -> None:
    code = content.codes["ks2", "en"]
    right = {str(one.stem): next(o.id for o in one.options if o.right) for one in code.checks}
    page, address, asked = page_of(child, "/learn/code"), "", 0
    address = page.link("Start")
    while True:
        page = page_of(child, address)
        if page.inputs("decision"):
            break
        if page.inputs("choice"):
            asked += 1
            (form,) = [form for form in page.all("form") if form.attrs.get("id") == "check"]
            answered = child.post(form.attrs["action"], data={"choice": right[heading(page)]})
            assert "That fits our Code." in answered.text
            address = Page(answered.text).link("Next")
            continue
        (form,) = [form for form in page.all("form") if form.attrs.get("id") == "read"]
        query = "&".join(f"tick={field.attrs['value']}" for field in page.inputs("tick"))
        address = f"{form.attrs['action']}?{query}"
    assert asked == 3
    assert len(page.inputs("tick")) == RULES[Band.KS2]
    data = {"tick": [field.attrs["value"] for field in page.inputs("tick")], "decision": "agree"}
    done = child.post("/learn/code", data=data, follow_redirects=True)
    assert "You agreed to our Code on" in done.text
    (row,) = kept(databases)
    assert (row.mode, row.decision) == (Mode.KEY, Decision.AGREE)


def test_rules_without_a_tick_are_named_with_a_way_back_and_the_choice_stays(
    child: FlaskClient, databases: Databases, ticks: list[str]
) -> None:
    answer = child.post("/learn/code", data={"tick": ticks[1:], "decision": "agree"})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.link("I ask before I go online").startswith("/learn/code/2?tick=")
    chosen = [field.attrs["value"] for field in page.inputs("decision") if "checked" in field.attrs]
    assert chosen == ["agree"]
    assert kept(databases) == []


@pytest.mark.parametrize("band", [Band.KS2, Band.KS3, Band.KS4])
def test_three_decisions_stand_side_by_side_and_none_is_chosen_before(
    child: FlaskClient, content: Content, band: Band
) -> None:
    page = page_of(child, last_page(child, content, band))
    assert [field.attrs["value"] for field in page.inputs("decision")] == ["agree", "question", "not_yet"]
    assert not [field for field in page.inputs("decision") if "checked" in field.attrs]
    faces = [label for label in page.all("label") if label.find_all("input")]
    assert len({label.attrs["class"] for label in faces}) == 1


def test_nothing_chosen_is_said_beside_the_question_and_in_a_summary(
    child: FlaskClient, databases: Databases
) -> None:
    answer = child.post("/learn/code", data={})
    assert answer.status_code == 422
    assert Page(answer.text).link("Choose one.") == "#decision"
    assert child.post("/learn/code", data={"decision": "never"}).status_code == 422
    assert kept(databases) == []


@of_band(Band.KS3)
@pytest.mark.parametrize("decision", ["not_yet", "question"])
def test_not_yet_and_a_question_are_allowed_and_keep_nobody_from_lessons_or_telling(
    child: FlaskClient, databases: Databases, learner: Learner, decision: str
) -> None:
    done = child.post("/learn/code", data={"decision": decision}, follow_redirects=True)
    assert done.status_code == 200
    assert [row.decision for row in kept(databases)] == [Decision(decision)]
    assert child.get("/learn/lessons/").status_code == 200
    assert child.get(f"/learn/lessons/{learner.lesson.id}").status_code == 200
    page = page_of(child, "/learn/code")
    assert page.link("Tell someone") == "/report/ks3/en"
    assert page.link("Read it and decide") == "/learn/code/1"


@of_band(Band.KS3)
def test_another_answer_gets_kind_feedback_and_is_kept_nowhere(
    child: FlaskClient, databases: Databases, content: Content
) -> None:
    check = content.codes["ks3", "en"].checks[0]
    other = next(option for option in check.options if not option.right)
    answer = child.post("/learn/code/3", data={"choice": other.id, "tick": "r2"})
    page = Page(answer.text)
    assert "Not quite." in page.text
    assert other.feedback.striptags() in page.text
    assert "You tried this one" in page.text
    assert page.value("tried") == other.id
    assert page.button("Check again")
    assert page.link("Go on without this question") == "/learn/code/4?tick=r2"
    for unkind in ("wrong", "incorrect", "fail"):
        assert unkind not in page.text.lower()
    assert kept(databases) == []
    assert "Set-Cookie" not in answer.headers or other.id not in answer.headers["Set-Cookie"]


@of_band(Band.KS3)
def test_not_sure_is_a_good_answer_and_goes_on(child: FlaskClient, content: Content) -> None:
    page = Page(child.post("/learn/code/3", data={"choice": "unsure"}).text)
    assert content.codes["ks3", "en"].checks[0].unsure_feedback.striptags() in page.text
    assert page.link("Next") == "/learn/code/4"


@of_band(Band.KS3)
def test_no_answer_is_asked_for_again_beside_the_question(child: FlaskClient) -> None:
    answer = child.post("/learn/code/3", data={"tried": "a"})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.link("Choose one answer") == "#choice"
    assert page.value("tried") == "a"


@pytest.mark.parametrize("address", ["/learn/code/0", "/learn/code/99"])
def test_a_page_that_is_not_there_is_not_found(child: FlaskClient, address: str) -> None:
    assert child.get(address).status_code == 404
    assert child.post(address, data={"choice": "a"}).status_code == 404
