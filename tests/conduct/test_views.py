"""A pupil reads the Code and decides: by plain forms, freely, with nothing kept before the decision."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.bands import Band
from kiosk.conduct.models import Decision, Mode
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.conduct.looking import kept, of_band, page_of, school_day
from tests.lessons.learner import Learner, heading
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

RULES_OF_KS2 = 8


def last_page(child: FlaskClient, content: Content, band: Band) -> str:
    """The address of the page on which to decide."""
    number = 2
    while child.get(f"/learn/code/{number + 1}").status_code == 200:
        number += 1
    return f"/learn/code/{number}"


@of_band(Band.KS1)
def test_the_youngest_decide_with_two_buttons_of_equal_weight(child: FlaskClient) -> None:
    page = page_of(child, "/learn/code/4")
    not_yet, try_it = page.button("Not yet"), page.button("I will try")
    assert not_yet.attrs["class"] == try_it.attrs["class"] == "btn btn--go"


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
    assert [field.attrs["value"] for field in page.inputs("tick")] == ticks[:3]
    thumbs = page_of(child, page.link("Show me the rule")).inputs("tick")
    assert [thumb.attrs["value"] for thumb in thumbs if thumb.attrs["type"] == "checkbox"] == ticks[3:]
    assert kept(databases) == []


@of_band(Band.KS1)
def test_the_youngest_put_thumbs_on_a_few_rules_at_a_time_and_take_them_along(
    child: FlaskClient, ticks: list[str]
) -> None:
    thumbs = page_of(child, "/learn/code/2").inputs("tick")
    assert [thumb.attrs["value"] for thumb in thumbs] == ticks[:3]
    assert not [thumb for thumb in thumbs if "checked" in thumb.attrs]
    on = child.post("/learn/code/2", data={"tick": ticks[:3], "to": "3"}).headers["Location"]
    taken = [field.attrs["value"] for field in page_of(child, on).inputs("tick")]
    assert taken == ticks
    end = child.post("/learn/code/3", data={"tick": ticks, "to": "4"}).headers["Location"]
    assert [field.attrs["value"] for field in page_of(child, end).inputs("tick")] == ticks
    back = child.post("/learn/code/3", data={"tick": ticks[1:], "to": "2"}).headers["Location"]
    thumbs = page_of(child, back).inputs("tick")
    assert [one.attrs["value"] for one in thumbs if "checked" in one.attrs] == ticks[1:3]


def test_ks2_ticks_each_rule_answers_three_questions_and_agrees_by_plain_forms(
    child: FlaskClient, databases: Databases, content: Content
) -> None:
    code = content.codes["ks2", "en"]
    right = {one.id: next(o.id for o in one.options if o.right) for one in code.checks}
    assert page_of(child, "/learn/code").button("Start").attrs["value"] == "2"
    address = child.post("/learn/code/1", data={"to": "2"}).headers["Location"]
    for check in code.checks:
        page = page_of(child, address)
        ticks = [field.attrs["value"] for field in page.inputs("tick")]
        (form,) = [form for form in page.all("form") if form.attrs.get("id") == "read"]
        data = {"tick": ticks, "choice": right[check.id]}
        answered = Page(child.post(form.attrs["action"], data=data).text)
        assert "That fits." in answered.text
        on = answered.button("Next").attrs["value"]
        address = child.post(form.attrs["action"], data=data | {"to": on}).headers["Location"]
        assert "choice" not in address
    page = page_of(child, address)
    assert len(page.inputs("tick")) == RULES_OF_KS2
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


def test_nothing_chosen_is_said_over_the_choices(child: FlaskClient, databases: Databases) -> None:
    answer = child.post("/learn/code", data={})
    assert answer.status_code == 422
    (said,) = [part for part in Page(answer.text).all("p") if part.attrs.get("role") == "alert"]
    assert said.text == "Choose one. You can change it later."
    assert "data-focus" in said.attrs
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
def test_another_answer_gets_kind_feedback_on_its_card_and_is_kept_nowhere(
    child: FlaskClient, databases: Databases, content: Content
) -> None:
    check = content.codes["ks3", "en"].checks[0]
    other = next(option for option in check.options if not option.right)
    answer = child.post("/learn/code/2", data={"choice": other.id})
    page = Page(answer.text)
    card = next(label for label in page.all("label") if other.label.striptags() in label.text)
    assert "Not yet. Have another look." in card.text
    (why,) = [part for part in page.all("p") if part.attrs.get("role") == "status"]
    assert why.text == f"Not yet. Have another look. {other.feedback.striptags()}"
    assert "data-focus" in why.attrs
    assert page.value("tried") == other.id
    assert page.button("Check again")
    assert page.link("Go on for now") == "/learn/code/3"
    for unkind in ("wrong", "incorrect", "fail"):
        assert unkind not in page.text.lower()
    assert kept(databases) == []
    assert "Set-Cookie" not in answer.headers or other.id not in answer.headers["Set-Cookie"]


@of_band(Band.KS2)
def test_a_wrong_try_of_the_young_never_blocks_and_takes_the_ticks_along(
    child: FlaskClient, content: Content
) -> None:
    check = content.codes["ks2", "en"].checks[0]
    other = next(option for option in check.options if not option.right)
    page = Page(child.post("/learn/code/2", data={"choice": other.id, "tick": ["r1", "r9"]}).text)
    ticked = [one for one in page.inputs("tick") if one.attrs["type"] == "hidden" or "checked" in one.attrs]
    assert sorted(one.attrs["value"] for one in ticked) == ["r1", "r9"]
    assert page.button("Go on for now").attrs["value"] == "3"


@of_band(Band.KS3)
def test_the_place_for_the_why_is_there_from_the_start(child: FlaskClient) -> None:
    (why,) = [part for part in page_of(child, "/learn/code/2").all("p") if part.attrs.get("role") == "status"]
    assert why.text == ""
    assert "data-focus" not in why.attrs


@of_band(Band.KS3)
def test_not_sure_is_a_good_answer_and_goes_on(child: FlaskClient, content: Content) -> None:
    page = Page(child.post("/learn/code/2", data={"choice": "unsure"}).text)
    assert content.codes["ks3", "en"].checks[0].unsure_feedback.striptags() in page.text
    assert page.link("Next") == "/learn/code/3"


@of_band(Band.KS3)
def test_no_answer_is_asked_for_again_under_the_question(child: FlaskClient) -> None:
    answer = child.post("/learn/code/2", data={"tried": "a"})
    assert answer.status_code == 422
    page = Page(answer.text)
    (why,) = [part for part in page.all("p") if part.attrs.get("role") == "status"]
    assert why.text.startswith("Choose one answer.")
    assert page.value("tried") == "a"


@pytest.mark.parametrize("address", ["/learn/code/0", "/learn/code/99"])
def test_a_page_that_is_not_there_is_not_found(child: FlaskClient, address: str) -> None:
    assert child.get(address).status_code == 404
    assert child.post(address, data={"choice": "a"}).status_code == 404
    assert child.post(address, data={"to": "2"}).status_code == 404
