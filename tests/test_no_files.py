"""Only four forms of staff take a file; everywhere else it is refused unread (promise A18)."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.tree import files, read

pytestmark = pytest.mark.database("sqlite")
PART = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<choices>[^)]*)\))?:)?\w+>")
FITS = {"": "x", "int": "1", "uuid": "00000000-0000-0000-0000-000000000000"}
TAKE_FILES = {"people.preview", "people.preview_list", "term_dates.preview_import", "voices.keep_line"}
A_FILE = (io.BytesIO, b"name,class\n" * 9, "roster.csv")


def _fitting(part: re.Match[str]) -> str:
    """Something that a part of an address takes: of `any(...)` the first."""
    return part["choices"].split(",")[0].strip(" '\"") if part["choices"] else FITS[part["kind"] or ""]


def _posts(app: Flask) -> dict[str, str]:
    """Every endpoint that takes forms, with an address of it."""
    found = {}
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            found[rule.endpoint] = PART.sub(_fitting, rule.rule)
    return found


def _send(client: FlaskClient, address: str) -> int:
    make, bytes_, name = A_FILE
    return client.post(
        address, data={"file": (make(bytes_), name)}, content_type="multipart/form-data"
    ).status_code


def test_every_form_refuses_files_before_anything_else_but_the_four_that_ask_for_one(
    app: Flask, client: FlaskClient
) -> None:
    posts = _posts(app)
    assert len(posts) > 50
    refused = {endpoint for endpoint, address in posts.items() if _send(client, address) == 415}
    assert posts.keys() - refused == TAKE_FILES


def test_the_page_says_so_in_words_that_a_child_understands(client: FlaskClient) -> None:
    answer = client.post("/learn/", data={"code": (io.BytesIO(b"x"), "x.png")})
    assert answer.status_code == 415
    assert "We only take words here" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_forms_that_send_files_are_those_that_may() -> None:
    forms = [name for name in files() if name.endswith(".html") and "multipart/form-data" in read(name)]
    assert sorted(forms) == [
        "kiosk/templates/accounts/roster/import.html",
        "kiosk/templates/accounts/staff/list.html",
        "kiosk/templates/term_dates/ics_import.html",
        "kiosk/templates/voices/record.html",
    ]
