"""Answering a child takes three pages, always all three: write it, look at it, sent (promise C6)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.incidents.replies.ready import NAMES
from kiosk.report.replies.threads import LONGEST_REPLY
from tests.incidents.answering import (
    ANSWER,
    CASE,
    PLAIN,
    form_on,
    found,
    opened_case,
    preview_answer,
    send,
    sent_lines,
)
from tests.incidents.school import School
from tests.pages import Page
from tests.sites import shipped_content

READY = shipped_content().answers["ks3", "pl"].texts  # what is ready for the child of these tests


@pytest.fixture
def reader(app: Flask, school: School) -> FlaskClient:
    """The coordinator's browser."""
    return school.browser(app, school.coordinator)


def test_the_case_leads_to_the_answer_and_has_no_form_that_sends_one(
    reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    page = Page(reader.get(CASE).text)
    button = page.button("Answer the child")
    led = reader.post(f"{CASE}/done", data={button.attrs["name"]: button.attrs["value"]})
    assert led.headers["Location"] == ANSWER
    assert not page.inputs("ready")
    assert (
        reader.post(f"{CASE}/reply", data={"ready": "own", "note": PLAIN, "sure": "send"}).status_code == 404
    )
    assert found(school) == ()


def test_looking_at_a_clean_answer_sends_nothing(reader: FlaskClient, school: School) -> None:
    opened_case(reader, school)
    assert Page(reader.get(ANSWER).text).heading == "Answer the child"
    looked = preview_answer(reader, CASE, PLAIN)
    assert looked.status_code == 200
    page = Page(looked.text)
    assert "Nothing has been sent yet." in page.text
    assert found(school) == ()
    assert sent_lines(school) == 0


def test_only_the_page_to_look_at_it_has_the_button_that_sends(reader: FlaskClient, school: School) -> None:
    opened_case(reader, school)
    action = f"{ANSWER}/send"
    written, looked = reader.get(ANSWER).text, preview_answer(reader, CASE, PLAIN).text
    after = reader.get(send(reader, CASE, PLAIN).headers["Location"]).text
    assert [action in page for page in (written, looked, after)] == [False, True, False]
    assert Page(looked).button("Send to the child").attrs["type"] == "submit"


def test_it_is_sent_from_there_and_the_page_and_the_log_say_sent(reader: FlaskClient, school: School) -> None:
    opened_case(reader, school)
    sent = send(reader, CASE, PLAIN)
    assert sent.status_code == 302
    assert found(school) == (PLAIN,)
    page = Page(reader.get(sent.headers["Location"]).text)
    assert "Sent: Today" in page.text
    assert PLAIN in page.text
    case = Page(reader.get(CASE).text).text
    assert "Ms coordinator sent an answer to the child" in case
    assert PLAIN in case
    assert "Written down" not in page.text + case


def test_the_look_shows_the_page_of_the_child_in_its_language_with_the_help_below(
    reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    page = Page(preview_answer(reader, CASE, "Thank you.\n\nWe help.").text)
    (child,) = [one for one in page.all("div") if one.attrs.get("class") == "child-page"]
    assert (child.attrs["lang"], child.attrs["dir"], child.attrs["data-band"]) == ("pl", "ltr", "ks2")
    assert "Ktoś dorosły napisał" in child.text
    assert "A grown-up wrote" in child.text, "the Polish is a draft, so the English stands beside it"
    assert "Thank you. We help." in child.text
    assert "0800 1111" in child.text


def test_ready_words_go_as_they_stand(reader: FlaskClient, school: School) -> None:
    opened_case(reader, school)
    for name in NAMES:
        assert send(reader, CASE, ready=name).status_code == 302
    assert found(school) == tuple(READY.values())


def test_words_can_be_changed_after_the_look_and_are_looked_at_again(
    reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    form = form_on(preview_answer(reader, CASE, ready=NAMES[0]).text)
    back = reader.post(ANSWER, data=form | {"change": "yes"})
    assert back.status_code == 200
    page = Page(back.text)
    assert page.value("note").split() == form["note"].split() == READY[NAMES[0]].split()
    assert page.value("once") == form["once"]
    assert found(school) == ()


def test_what_is_to_be_thought_of_is_said_and_the_writer_decides(reader: FlaskClient, school: School) -> None:
    opened_case(reader, school)
    text = "We talked to Jonas. Who else was there?"
    looked = preview_answer(reader, CASE, text)
    assert looked.status_code == 200
    page = Page(looked.text).text
    for words in ("Jonas", "It asks about people", "Reads like age"):
        assert words in page
    assert "No child's name in it" not in page
    assert reader.post(f"{ANSWER}/send", data=form_on(looked.text)).status_code == 302
    assert found(school) == (text,)


def test_the_childs_own_name_is_refused_and_nothing_typed_is_lost(
    reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school, name="Kavita")
    text = "Thank you, kavita. We will help you."
    refused = preview_answer(reader, CASE, text)
    assert refused.status_code == 422
    page = Page(refused.text)
    assert "Leave out the child" in page.text
    assert page.value("note") == text
    assert found(school) == ()


def test_nothing_and_too_much_and_two_at_once_come_back_with_what_was_typed(
    reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    long = "We help. " * (LONGEST_REPLY // 9 + 1)
    for note, ready, says in (
        ("", "", "Write to the child"),
        (long, "own", "Make it shorter"),
        (PLAIN, "nonsense", "Choose a ready answer"),
        (PLAIN, "heard", "Choose which of them to send"),
    ):
        back = preview_answer(reader, CASE, note, ready=ready)
        assert back.status_code == 422
        page = Page(back.text)
        assert says in page.text
        assert page.value("note") == note.strip()
    assert found(school) == ()
