"""Where the words of recovery sheets are: on paper, and in no file (promise S6)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.config import Config
from tests.accounts.doors import PASSWORD
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.people import sheets_on
from tests.readers.school import browser, keyed

__all__ = ["keyed"]


@pytest.mark.database("sqlite")
def test_the_words_of_the_sheets_lie_in_no_file(app: Flask, keyed: School, config: Config) -> None:
    client = browser(app, keyed, "dsl")
    typed_back(client)
    before = kept_in(config)  # whatever this leaves in a file besides the words is there now
    words = {word for word in typed_back(client) if len(word) > 6 and word.encode() not in before}
    after = kept_in(config)
    assert b"Ms dsl" in after
    assert words  # some words of the list are names of columns
    assert [word for word in words if word.encode() in after] == []


def typed_back(client: FlaskClient) -> list[str]:
    """Make new sheets and type two back, first with a mistake; every word that was on them."""
    sent = {"once": Page(client.get("/staff/keys/sheets").text).value("once"), "password": PASSWORD}
    made = sheets_on(Page(client.post("/staff/keys/sheets", data=sent).text))
    client.post("/staff/keys/prove", data={"first": made[0], "second": made[1] + " more"})
    assert client.post("/staff/keys/prove", data={"first": made[0], "second": made[1]}).status_code == 303
    client.get("/staff/keys")
    return " ".join(made).split()


def kept_in(config: Config) -> bytes:
    """Every byte of the data folder."""
    return b"".join(path.read_bytes() for path in config.data_dir.rglob("*") if path.is_file())
