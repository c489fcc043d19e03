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
from tests.pages import Element, Page

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

RULES_OF_KS2 = 8
OF_R4 = "/learn/code/4"  # a rule of ks3 with a question


def status(page: Page) -> list[Element]:
    """The place for the why."""
    return [part for part in page.all("div") if part.attrs.get("role") == "status"]


def last_page(child: FlaskClient, content: Content, band: Band) -> str:
    """The address of the page on which to decide."""
    number = 2
    while child.get(f"/learn/code/{number + 1}").status_code == 200:
        number += 1
    return f"/learn/code/{number}"


@of_band(Band.KS1)
def test_the_youngest_decide_with_two_buttons_of_equal_weight(child: FlaskClient) -> None:
    page = page_of(child, "/learn/code/7")
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
    assert [thumb.attrs["value"] for thumb in thumbs if thumb.attrs["type"] == "checkbox"] == ticks[3:4]
    assert kept(databases) == []


@of_band(Band.KS1)
def test_the_youngest_put_a_thumb_on_a_rule_at_a_time_and_take_it_along(
    child: FlaskClient, ticks: list[str]
) -> None:
    def thumbs(address: str) -> list[tuple[str, bool]]:
        boxes = page_of(child, address).inputs("tick")
        return [
            (one.attrs["value"], one.attrs["type"] == "hidden" or "checked" in one.attrs) for one in boxes
        ]

    assert thumbs("/learn/code/2") == [(ticks[0], False)]
    on = child.post("/learn/code/2", data={"tick": ticks[:1], "to": "3"}).headers["Location"]
    assert thumbs(on) == [(ticks[0], True), (ticks[1], False)]
    end = child.post("/learn/code/6", data={"tick": ticks, "to": "7"}).headers["Location"]
    assert thumbs(end) == [(tick, True) for tick in ticks]
    back = child.post("/learn/code/3", data={"tick": ticks[:2], "to": "2"}).headers["Location"]
    assert sorted(thumbs(back)) == [(ticks[0], True), (ticks[1], True)]


@pytest.mark.parametrize("band", list(Band))
def test_a_page_is_one_rule_with_its_reason_and_no_other(
    child: FlaskClient, content: Content, band: Band
) -> None:
    rules = content.codes[band.value, "en"].rules
    for number, rule in enumerate(rules, 2):
        page = page_of(child, f"/learn/code/{number}")
        assert heading(page) == " ".join(rule.text.striptags().split())
        assert " ".join(rule.why.striptags().split()) in page.text
        assert f"Rule {number - 1} of {len(rules)}" in page.text
        assert not [
            one for one in rules if one != rule and " ".join(one.why.striptags().split()) in page.text
        ]
        assert not page.inputs("choice")
        assert page.text.count("What if?") == len(
            [one for one in content.codes[band.value, "en"].checks if one.rule == rule.id]
        )


def onward(page: Page, child: FlaskClient, label: str) -> str:
    """The page after this one, by its form as it stands, without a script."""
    (form,) = [form for form in page.all("form") if form.attrs.get("id") == "read"]
    data = {"tick": [one.attrs["value"] for one in page.inputs("tick")]}
    return child.post(form.attrs["action"], data=data | {"to": page.button(label).attrs["value"]}).headers[
        "Location"
    ]


def test_ks2_goes_from_rule_to_rule_without_a_question_and_agrees_by_plain_forms(
    child: FlaskClient, databases: Databases
) -> None:
    assert page_of(child, "/learn/code").button("Start").attrs["value"] == "2"
    address = child.post("/learn/code/1", data={"to": "2"}).headers["Location"]
    for number in range(RULES_OF_KS2):
        label = "Next rule" if number < RULES_OF_KS2 - 1 else "My answer"
        address = onward(page_of(child, address), child, label)
    page = page_of(child, address)
    assert len(page.inputs("tick")) == RULES_OF_KS2
    data = {"tick": [field.attrs["value"] for field in page.inputs("tick")], "decision": "agree"}
    done = child.post("/learn/code", data=data, follow_redirects=True)
    assert "You agreed to our Code on" in done.text
    (row,) = kept(databases)
    assert (row.mode, row.decision) == (Mode.KEY, Decision.AGREE)


@pytest.mark.parametrize("band", [Band.KS2, Band.KS3, Band.KS4])
def test_each_question_opens_from_its_rule_answers_and_leads_on(
    child: FlaskClient, content: Content, databases: Databases, band: Band
) -> None:
    code = content.codes[band.value, "en"]
    for check in code.checks:
        number = next(place for place, rule in enumerate(code.rules, 2) if rule.id == check.rule)
        page = page_of(child, f"/learn/code/{number}")
        ticks = [field.attrs["value"] for field in page.inputs("tick")]
        opened = child.post(f"/learn/code/{number}", data={"open": check.id, "tick": ticks}).headers[
            "Location"
        ]
        asked = page_of(child, opened)
        assert [one.attrs["value"] for one in asked.inputs("tick")] == ticks
        assert not asked.inputs("decision")
        right = next(one.id for one in check.options if one.right)
        said = child.post(
            f"/learn/code/{number}", data={"tick": ticks, "question": check.id, "choice": right}
        ).text
        answered = Page(said)
        assert "That fits our rule." in answered.text
        assert "Yes, that" not in answered.text
        scene = content.rule_scenes[band.value, check.rule].scene
        assert scene.after("right").silent in said
        assert scene.silent in child.get(opened).text
        assert onward_of(answered, number) == number + 1
    assert kept(databases) == []


def onward_of(page: Page, number: int) -> int:
    """Where the way on from a page of a rule leads."""
    label = "Next rule" if "Next rule" in page.text else "My answer"
    links = [one for one in page.all("a") if one.text == label]
    return (
        int(links[0].attrs["href"].rpartition("/")[2].partition("?")[0])
        if links
        else int(page.button(label).attrs["value"])
    )


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
    answer = child.post(OF_R4, data={"question": check.id, "choice": other.id})
    page = Page(answer.text)
    card = next(label for label in page.all("label") if other.label.striptags() in label.text)
    assert "Not yet." in card.text
    (why,) = status(page)
    assert why.text == f"Not yet. {other.feedback.striptags()}"
    assert "data-focus" in why.attrs
    assert page.value("tried") == other.id
    assert page.button("Check again")
    assert page.link("Next rule") == "/learn/code/5"
    assert page.link("The rule") == OF_R4
    assert content.rule_scenes["ks3", "r4"].scene.after("again").silent in answer.text
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
    data = {"question": check.id, "choice": other.id, "tick": ["r1", "r9"]}
    page = Page(child.post("/learn/code/4", data=data).text)
    assert [one.attrs["value"] for one in page.inputs("tick")] == ["r1", "r9"]
    assert page.button("Next rule").attrs["value"] == "5"
    assert page.button("The rule").attrs["value"] == "4"


@of_band(Band.KS3)
def test_the_place_for_the_why_is_there_from_the_start(child: FlaskClient) -> None:
    (why,) = status(page_of(child, f"{OF_R4}?question=c1"))
    assert why.text == ""
    assert "data-focus" not in why.attrs


@of_band(Band.KS3)
def test_not_sure_is_a_good_answer_and_goes_on(child: FlaskClient, content: Content) -> None:
    page = Page(child.post(OF_R4, data={"question": "c1", "choice": "unsure"}).text)
    assert content.codes["ks3", "en"].checks[0].unsure_feedback.striptags() in page.text
    assert page.link("Next rule") == "/learn/code/5"


@of_band(Band.KS3)
def test_no_answer_is_asked_for_again_in_the_place_of_the_why(child: FlaskClient) -> None:
    answer = child.post(OF_R4, data={"question": "c1", "tried": "a"})
    assert answer.status_code == 422
    page = Page(answer.text)
    (why,) = status(page)
    assert why.text.startswith("Choose one answer.")
    assert page.value("tried") == "a"


@of_band(Band.KS3)
@pytest.mark.parametrize("question", ["", "c2", "c99", "<b>"])
def test_a_question_opens_on_the_page_of_its_own_rule_alone(child: FlaskClient, question: str) -> None:
    assert child.get(OF_R4, query_string={"question": question}).status_code == 404
    assert child.post(OF_R4, data={"open": question}).status_code == 404
    assert child.post(OF_R4, data={"question": question, "choice": "a"}).status_code == 404


@pytest.mark.parametrize("address", ["/learn/code/0", "/learn/code/99"])
def test_a_page_that_is_not_there_is_not_found(child: FlaskClient, address: str) -> None:
    assert child.get(address).status_code == 404
    assert child.post(address, data={"question": "c1", "choice": "a"}).status_code == 404
    assert child.post(address, data={"to": "2"}).status_code == 404
