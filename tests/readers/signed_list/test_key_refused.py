"""What a reader sees whose key stays shut: one page that says what is safe and what to do (promise G3)."""

import pytest
from flask import Flask

from kiosk.config import Config
from kiosk.report.access.reader_chain import replace_chain
from kiosk.sealing.reader_key import six_words
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import chain_of, keyed
from tests.readers.signed_list.test_the_list_that_was_seen import (
    at_work,
    devices,
    forked,
    put_back,
    put_keys_away,
    unlock,
)

__all__ = ["at_work", "keyed"]
pytestmark = pytest.mark.database("sqlite")  # the verbs behind the page are tested on both


def test_it_says_what_was_seen_and_what_the_list_says_now_word_by_word(
    app: Flask, at_work: School, config: Config
) -> None:
    people, seen = devices(app, at_work), six_words(chain_of(at_work)[-1].hash)
    forked(at_work, config)
    now = six_words(chain_of(at_work)[-1].hash)
    put_keys_away(at_work)
    unlock(people["dsl"])
    page = Page(people["dsl"].get("/staff/keys/shut").text)
    before, after = page.all("dl")
    assert " ".join(seen) in " ".join(before.text.split())
    assert "List 2, on" in before.text
    assert " ".join(now) in " ".join(after.text.split())
    assert "List 2, of" in after.text
    marked = [one.text for one in page.all("b") if one.attrs.get("class") == "differs"]
    assert marked == [one for one, other in zip(seen, now, strict=True) if one != other] + [
        other for one, other in zip(seen, now, strict=True) if one != other
    ]


def test_the_chair_rings_two_readers_and_everybody_else_the_chair(
    app: Flask, at_work: School, config: Config
) -> None:
    people = devices(app, at_work)
    put_back(at_work, config)
    put_keys_away(at_work)
    for name, client in people.items():
        unlock(client)
        page = Page(client.get("/staff/keys/shut").text)
        assert ("Ring two readers." in page.text) is (name == "chair")
        assert ("Ring the chair, Ms chair, or another reader." in page.text) is (name != "chair")
        assert page.heading == "The list of readers is not the one you saw last"


def test_the_page_of_the_list_is_not_shown_meanwhile_and_the_home_leads_to_the_reason(
    app: Flask, at_work: School, config: Config
) -> None:
    client = devices(app, at_work)["dsl"]
    whole = chain_of(at_work)
    put_back(at_work, config)
    put_keys_away(at_work)
    unlock(client)
    assert client.get("/staff/keys").headers["Location"] == "/staff/keys/shut"
    assert Page(client.get("/staff/").text).link("Why, and what to do now") == "/staff/keys/shut"
    assert client.get("/staff/lessons/").status_code == 200, "lessons and classes go on"
    with at_work.databases.reports.write() as reports:
        replace_chain(reports, whole)
    assert unlock(client) == "/staff/"
    assert "The same as you saw last" in client.get("/staff/keys").text
    assert "Why, and what to do now" not in client.get("/staff/").text
