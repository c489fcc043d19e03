"""What a child sees of how staff go on: read, looked at, closed, and no word that staff write among themselves."""

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from kiosk.report.models import Reply, Thread
from kiosk.report.replies.threads import answers_for
from kiosk.sealing.picture_code import thread_of
from tests.incidents.answering import send
from tests.incidents.closings import CHOSEN, ENDED
from tests.incidents.school import School
from tests.pages import Page

NONCE = "n" * 24
CASE = "/staff/incidents/1"
BY_HAND = "The answers to this child were changed by hand"
PLAIN = "Thank you for telling us. We will help you."


@pytest.fixture
def reader(app: Flask, school: School) -> FlaskClient:
    """The coordinator's browser."""
    return school.browser(app, school.coordinator)


def _told(reader: FlaskClient, school: School, **given: Any) -> uuid.UUID:
    """A child sent a report and asked for an answer, and a reader has opened it as incident 1."""
    report_id = school.told("bullying", nonce=NONCE, **{"reply": "yes"} | given)
    assert reader.post(f"/staff/incidents/open/{report_id}").status_code == 302
    return report_id


def _found(school: School) -> tuple[str, tuple[str, ...]]:
    """What the child finds behind its pictures."""
    with school.databases.reports.session(write=False) as session:
        found = answers_for(session, thread_of(school.key, school.codes[NONCE]))
    assert found
    return found.state, found.messages


def test_c7_the_child_sees_read_looking_and_closed_as_staff_go_on(
    reader: FlaskClient, school: School
) -> None:
    _told(reader, school)
    assert _found(school)[0] == "read"
    reader.get("/staff/incidents/1")
    assert _found(school)[0] == "read"
    for step, form, state in (
        ("record/did", {"note": "Spoke to the form."}, "looking"),
        ("done", CHOSEN, "looking"),
        ("close", {"outcome": "resolved", "learn": "nothing", "no_answer": "Spoken to."}, "closed"),
        ("reopen", {"note": "Again."}, "looking"),
    ):
        assert reader.post(f"/staff/incidents/1/{step}", data=form).status_code == 302
        assert _found(school)[0] == state
    with school.databases.reports.session(write=False) as session:
        for sealed in session.scalars(select(Reply.sealed)):
            assert b"Spoke to the form" not in sealed


def test_a_second_opening_says_nothing_new_to_the_child(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    report_id = _told(reader, school)
    assert send(reader, CASE, PLAIN).status_code == 302
    assert reader.post(f"/staff/incidents/open/{report_id}").status_code == 302
    with school.databases.reports.session(write=False) as session:
        assert len(session.scalars(select(Reply)).all()) == 2


def test_what_staff_write_among_themselves_does_not_reach_the_child(
    reader: FlaskClient, school: School
) -> None:
    _told(reader, school)
    for step, form in (
        ("record/did", {"note": "A word for the log."}),
        ("level", {"level": "routine", "note": "A word for the log."}),
        ("done", CHOSEN),
        ("close", ENDED | {"no_answer": "A word for the log.", "learn": "nothing"}),
    ):
        assert reader.post(f"/staff/incidents/1/{step}", data=form).status_code == 302
    assert _found(school)[1] == ()


def test_answers_that_were_changed_by_hand_are_said_on_the_page(reader: FlaskClient, school: School) -> None:
    _told(reader, school)
    assert BY_HAND not in Page(reader.get(CASE).text).text
    with school.databases.reports.write() as reports:
        reports.execute(update(Thread).values(head=b""))
    assert BY_HAND in Page(reader.get(CASE).text).text


def test_two_reports_from_one_form_have_each_their_own_answers_and_say_nothing_of_each_other(
    reader: FlaskClient, school: School
) -> None:
    found = []
    for number, words in enumerate(("He took my bag.", "And he hit me."), 1):
        report_id = school.told("bullying", nonce=NONCE, reply="yes", words=words)
        case = reader.post(f"/staff/incidents/open/{report_id}").headers["Location"]
        assert send(reader, case, f"We read number {number}.").status_code == 302
        found.append(_found(school)[1])
    assert found == [("We read number 1.",), ("We read number 2.",)]
    assert "/staff/incidents/2" not in reader.get("/staff/incidents/1").text
