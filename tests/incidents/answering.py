"""Answering a child in tests, page by page as a person does."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages import Page

FIELDS = ("form", "ready", "note", "looked")


def form_on(page: str) -> dict[str, str]:
    """The hidden form of a page "Look at it"."""
    return {name: Page(page).value(name) for name in FIELDS}


def look(reader: FlaskClient, case: str, note: str = "", **form: Any) -> TestResponse:
    """Write an answer and look at it; `case`: the address of the incident."""
    start = Page(reader.get(f"{case}/answer").text).value("form")
    return reader.post(f"{case}/answer", data={"form": start, "note": note, **form})


def send(reader: FlaskClient, case: str, note: str = "", **form: Any) -> TestResponse:
    """Write an answer, look at it, and send it from there."""
    looked = look(reader, case, note, **form)
    assert looked.status_code == 200, Page(looked.text).text
    return reader.post(f"{case}/answer/send", data=form_on(looked.text))
