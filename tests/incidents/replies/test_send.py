"""What a child sees of how staff go on: read, looked at, closed, and no word that staff write among themselves."""

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.report.models import Reply
from kiosk.report.replies.threads import answers_for
from kiosk.sealing.picture_code import code_of, thread_of
from tests.incidents.answering import send
from tests.incidents.school import School

NONCE = "n" * 24
CASE = "/staff/incidents/1"
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
        found = answers_for(session, thread_of(school.key, code_of(school.key, NONCE)))
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
        ("close", {"outcome": "resolved", "note": "Quiet since."}, "closed"),
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
        ("close", {"outcome": "resolved", "note": "A word for the log."}),
    ):
        assert reader.post(f"/staff/incidents/1/{step}", data=form).status_code == 302
    assert _found(school)[1] == ()
