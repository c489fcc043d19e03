"""Handing a case to the child protection file in a test, and a file as it went out."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.accounts.models import ReaderKey
from kiosk.accounts.sign_in.passwords import try_password
from kiosk.config import Config
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.sealing.boxes import lock
from tests.accounts.doors import PASSWORD, password_hash
from tests.factories import secret_of
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import log_keys

WORDS = "He asked me to meet <him> at the park \u202e"
FORM = {"purpose": "school-file", "to": "Ms Green, pastoral office"}
NEXT = {"purpose": "next-school", "to": "Hill School"}


class Filer:
    """A browser in which somebody hands a case over, form by form."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self.address = client, address

    def look(self, form: dict[str, str] = FORM) -> dict[str, str]:
        """The first step; the fields of the second, without a password."""
        answer = self.client.post(f"{self.address}/file", data=form)
        assert answer.status_code == 200, answer.text
        page = Page(answer.text)
        assert "outside kiosk’s keys" in page.text and form["to"] in page.text
        return {name: page.value(name) for name in ("purpose", "to", "once")}

    def hand(self, sent: dict[str, str], password: str = PASSWORD) -> Any:
        return self.client.post(f"{self.address}/file/hand-over", data=sent | {"unlock-password": password})

    def whole(self, form: dict[str, str] = FORM) -> str:
        """Both steps; the address of what went out."""
        answer = self.hand(self.look(form))
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])


@pytest.fixture
def at_work(school: School, config: Config) -> School:
    """A school whose keys open with PASSWORD, and whose list everybody has seen."""
    log_keys(school)
    wrapping_key = try_password(password_hash(), PASSWORD)
    assert wrapping_key
    with school.databases.school.write() as session:
        for row in session.scalars(select(ReaderKey)):
            row.staff.password_hash = password_hash()
            row.wrapped_seed = lock(wrapping_key, secret_of(row.staff_id).seed)
    return school


@pytest.fixture
def case(at_work: School, app: Flask) -> str:
    """A case of protection, opened by the lead, with a record."""
    return opened(at_work, app, "dsl", "stranger", words=WORDS)


@pytest.fixture
def lead(at_work: School, app: Flask, case: str) -> Filer:
    return Filer(at_work.browser(app, at_work.dsl), case)


def opened(school: School, app: Flask, by: str, concern: str, **given: Any) -> str:
    client = school.browser(app, school.people[by])
    address = client.post(f"/staff/incidents/open/{school.told(concern, **given)}").headers["Location"]
    noted = client.post(f"{address}/record/did", data={"note": "Rang the mother."})
    assert noted.status_code == 302
    return str(address)


def lines(school: School) -> list[IncidentEntry]:
    with school.databases.school.session(write=False) as session:
        return list(session.scalars(select(IncidentEntry).order_by(IncidentEntry.seq)))


def filed(school: School) -> int:
    return [line.act for line in lines(school)].count(Act.FILED)


def file_of(client: FlaskClient, where: str) -> tuple[bytes, dict[str, Any]]:
    answer = client.get(f"{where}.json")
    assert answer.status_code == 200
    return answer.data, json.loads(answer.data)


MOMENT = "2026-11-25T09:58:00+00:00"
FILE: dict[str, Any] = {
    "schema": "kiosk-case-file",
    "version": 1,
    "lang": "en",
    "school": "Millbrook School",
    "handed_over": {
        "at": MOMENT,
        "by": "Ms dsl",
        "purpose": "police",
        "purpose_words": "The police",
        "to": "Somebody",
    },
    "case": {
        "number": 103,
        "kind": "stranger",
        "kind_words": "Someone met online",
        "level": "urgent",
        "level_words": "Urgent",
        "owner": "Ms dsl",
        "opened_at": MOMENT,
        "next_step_by": MOMENT,
        "closed_at": None,
        "outcome": None,
        "outcome_words": None,
    },
    "report": {
        "arrived": {"day": "2026-11-25", "from": "9:00", "to": "10:00"},
        "written_by": None,
        "from_adult": False,
        "words": "He asked where I live.",
        "address": "",
        "name": "",
        "answers": [{"question": "Still going on", "answer": "Yes"}],
        "changed_by_hand": [],
    },
    "readers": [{"name": "Ms dsl", "roles": ["Safeguarding lead"]}],
    "read_by": [{"name": "Ms dsl", "first_at": MOMENT, "last_at": MOMENT}],
    "log": [
        {
            "at": MOMENT,
            "by": "Ms dsl",
            "act": "did",
            "act_words": "wrote down what was done",
            "notes": [{"label": "", "words": "Rang the mother."}],
            "changed_by_hand": False,
            "taken_back": None,
        }
    ],
}
