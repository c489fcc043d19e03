"""The card for the chair: the whole list in words that people compare on paper (promise G3)."""

import pytest
from flask import Flask

from kiosk.audit.log import LogAct
from kiosk.readers.signed_list.holders import words_of
from kiosk.sealing.reader_key import six_words
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import confirm, key_asked
from tests.readers.school import acts, browser, chain_of, keyed, new_reader

__all__ = ["keyed"]
pytestmark = pytest.mark.database("sqlite")  # the verbs behind the page are tested on both


def card(app: Flask, school: School, name: str) -> Page:
    """The card as somebody sees it."""
    answer = browser(app, school, name).get("/staff/keys/card")
    assert answer.status_code == 200
    return Page(answer.text)


@pytest.mark.parametrize("name", ["chair", "dsl", "coordinator2"])
def test_every_reader_stands_on_it_with_six_words_and_so_does_the_whole_list(
    app: Flask, keyed: School, name: str
) -> None:
    page, last = card(app, keyed, name), chain_of(keyed)[-1]
    for one in last.readers.values():
        assert one.name in page.text
        assert " ".join(words_of(one)) in page.text
    assert " ".join(six_words(last.hash)) in page.text
    assert (page.inputs("same") != []) is (name == "chair")


def test_somebody_who_waits_stands_on_it_as_waiting(app: Flask, keyed: School) -> None:
    new_reader(keyed, "new")
    address = key_asked(app, keyed, "dsl", "new")
    for by in ("dsl", "principal"):
        confirm(app, keyed, by, address)
    page = card(app, keyed, "chair")
    assert "Ms new" in page.text
    assert "Waits until" in page.text


def test_the_chair_writes_down_that_the_list_is_the_same_and_nobody_else_can(
    app: Flask, keyed: School
) -> None:
    answer = browser(app, keyed, "chair").post("/staff/keys/card", data={})
    assert answer.headers["Location"] == "/staff/keys/card"
    assert LogAct.LIST_COMPARED not in dict(acts(keyed))
    answer = browser(app, keyed, "chair").post(
        "/staff/keys/card", data={"same": "yes"}, follow_redirects=True
    )
    assert "It stands in the log that you have compared the list today." in answer.text
    assert acts(keyed)[-1] == (LogAct.LIST_COMPARED, "Ms chair")
    for name in ("dsl", "principal", "network", "teacher"):
        assert browser(app, keyed, name).post("/staff/keys/card", data={"same": "yes"}).status_code == 403
