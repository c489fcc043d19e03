"""Answering a child in tests, page by page as a person does, and what the child finds then."""

import uuid
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kiosk.incidents.models import Act, IncidentEntry
from kiosk.report.replies.threads import answers_for
from kiosk.sealing.picture_code import thread_of
from tests.incidents.school import School
from tests.pages import Page

NONCE = "n" * 24
PLAIN = "Thank you for telling us. We will help you."
CASE = "/staff/incidents/1"
ANSWER = f"{CASE}/answer"

FIELDS = ("once", "ready", "note", "looked")


def form_on(page: str) -> dict[str, str]:
    """The hidden form of a page "Look at it"."""
    return {name: Page(page).value(name) for name in FIELDS}


def preview_answer(reader: FlaskClient, case: str, note: str = "", **form: Any) -> TestResponse:
    """Write an answer and look at it; `case`: the address of the incident."""
    start = Page(reader.get(f"{case}/answer").text).value("once")
    return reader.post(f"{case}/answer", data={"once": start, "note": note, **form})


def send(reader: FlaskClient, case: str, note: str = "", **form: Any) -> TestResponse:
    """Write an answer, look at it, and send it from there."""
    looked = preview_answer(reader, case, note, **form)
    assert looked.status_code == 200, Page(looked.text).text
    return reader.post(f"{case}/answer/send", data=form_on(looked.text))


def opened_case(reader: FlaskClient, school: School, **given: Any) -> uuid.UUID:
    """A child sent a report and asked for an answer, and a reader has opened it as incident 1."""
    report_id = school.told("bullying", nonce=NONCE, **{"reply": "yes"} | given)
    assert reader.post(f"/staff/incidents/open/{report_id}").status_code == 302
    return report_id


def found(school: School) -> tuple[str, ...]:
    """What the child finds behind its pictures; it is never told that something was changed."""
    with school.databases.reports.session(write=False) as session:
        answers = answers_for(session, thread_of(school.key, school.codes[NONCE]))
    assert answers and not answers.hidden
    return answers.messages


def sent_lines(school: School) -> int:
    """How many lines of the log say that an answer was sent."""
    with school.databases.school.session(write=False) as session:
        return list(session.scalars(select(IncidentEntry.act))).count(Act.REPLIED)
