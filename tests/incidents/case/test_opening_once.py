"""A report is decrypted once a request, however much of its words the page or the step needs."""

from collections.abc import Iterator
from unittest.mock import Mock, patch

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.sealing.envelope import unseal
from tests.incidents.answering import form_on, preview_answer
from tests.incidents.school import School

pytestmark = pytest.mark.database("sqlite")

ADDRESS = "/staff/incidents/1"
STEPS = {
    "record/did": {"note": "Spoke to the class."},
    "plan": {"note": "Ring them.", "next_step": "day"},
    "level": {"level": "urgent", "note": "It went on."},
    "close": {"outcome": "not_serious", "note": "It was a joke."},
}


@pytest.fixture
def decrypted() -> Iterator[Mock]:
    """Counts how often an envelope is opened; `reset_mock` begins anew."""
    with patch("kiosk.report.access.opening.unseal", wraps=unseal) as counted:
        yield counted


@pytest.fixture
def reader(school: School, app: Flask, decrypted: Mock) -> FlaskClient:
    """The coordinator, who has just opened a report; nothing is counted so far."""
    client = school.browser(app, school.coordinator)
    report_id = school.tell("bullying", reply="yes")
    client.get("/staff/incidents/")
    assert decrypted.call_count == 1, "once, to compare what stands in clear (promise S10)"
    decrypted.reset_mock()
    client.get("/staff/incidents/")
    assert decrypted.call_count == 0, "a list needs no words"
    assert client.post(f"/staff/incidents/open/{report_id}").headers["Location"] == ADDRESS
    assert decrypted.call_count == 1
    decrypted.reset_mock()
    return client


def test_the_page_of_an_incident_decrypts_once(reader: FlaskClient, decrypted: Mock) -> None:
    assert reader.get(ADDRESS).status_code == 200
    assert decrypted.call_count == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_step_decrypts_once(reader: FlaskClient, decrypted: Mock, step: str) -> None:
    assert reader.post(f"{ADDRESS}/{step}", data=STEPS[step]).headers.get("Location") == ADDRESS
    assert decrypted.call_count == 1


def test_a_step_that_comes_back_with_mistakes_decrypts_once(reader: FlaskClient, decrypted: Mock) -> None:
    assert reader.post(f"{ADDRESS}/level", data={}).status_code == 422
    assert decrypted.call_count == 1


def test_each_page_of_an_answer_decrypts_once(reader: FlaskClient, decrypted: Mock) -> None:
    assert reader.get(f"{ADDRESS}/answer").status_code == 200
    assert decrypted.call_count == 1
    looked = preview_answer(reader, ADDRESS, "Thank you for telling us.")
    assert decrypted.call_count == 3, "the page to write it, and the look at it"
    sent = reader.post(f"{ADDRESS}/answer/send", data=form_on(looked.text))
    assert decrypted.call_count == 4
    assert reader.get(sent.headers["Location"]).status_code == 200
    assert decrypted.call_count == 5
