"""Six pictures that were not looked up stay on the page, in no address, and its button asks again (promise C9)."""

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from kiosk.host.rate_limit import HOUR_SECONDS
from kiosk.report.form.page import PAGE_BYTES
from kiosk.report.replies.guess_limit import GuessLimit
from kiosk.storage.db import Databases
from tests.pages import Element, Page
from tests.report.clock import Clock
from tests.report.coming_back import answer, enter_pictures, report_with_pictures

WRONG = ["turtle", "kite", "lemon", "train", "owl", "bucket"]


@pytest.fixture
def clock() -> Clock:
    """The clock by which tries are forgotten."""
    return Clock()


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> GuessLimit:
    """The school's count of wrong pictures after so many that no more may be tried now."""
    limit = _used_up(clock)
    monkeypatch.setattr("kiosk.report.site.GuessLimit", lambda **_: limit)
    return limit


@pytest.fixture
def crowd_at_home(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> GuessLimit:
    """The same of homes, whose wrong pictures are counted apart."""
    limit = _used_up(clock)
    monkeypatch.setattr("kiosk.report.site.limit_of_homes", lambda _: limit)
    return limit


def _used_up(clock: Clock) -> GuessLimit:
    limit = GuessLimit(clock, draw=lambda: 0.0)
    while limit.admit():
        pass
    return limit


def _form(page: TestResponse) -> Element:
    (form,) = [one for one in Page(page.text).all("form") if one.attrs.get("id") == "waiting"]
    return form


def _fields(form: Element) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for one in form.find_all("input"):
        fields.setdefault(one.attrs["name"], []).append(one.attrs["value"])
    return fields


@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_c9_who_has_to_wait_keeps_the_pictures_is_not_refused_and_nothing_is_looked_up(
    lang: str, crowd: GuessLimit, tablet: Client, readers: dict[str, str], hashed: list[bytes]
) -> None:
    waits = enter_pictures(tablet, WRONG, lang)
    assert waits.status_code == 200
    assert not hashed
    form = _form(waits)
    assert form.attrs["method"] == "post"
    assert _fields(form)["picture"] == WRONG
    assert form.attrs["action"] == f"/report/replies/{lang}"


def test_c9_the_page_puts_no_picture_into_an_address_and_is_as_long_as_an_answer(
    crowd: GuessLimit, tablet: Client, readers: dict[str, str]
) -> None:
    waits = enter_pictures(tablet, WRONG)
    links = [
        one.attrs.get("href", "") + one.attrs.get("action", "") for one in Page(waits.text).all("a", "form")
    ]
    assert not [link for link in links if any(picture in link for picture in WRONG)]
    assert "Refresh" not in waits.headers
    assert "http-equiv" not in waits.text
    assert len(waits.data) == PAGE_BYTES
    assert waits.headers["Cache-Control"] == "no-store"


def test_c9_what_the_page_sends_again_is_answered_once_there_is_room(
    crowd: GuessLimit, clock: Clock, databases: Databases, tablet: Client, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    answer(databases, "We are on it.")
    again = _fields(_form(enter_pictures(tablet, mine, forget="000001")))
    assert again["forget"] == ["000001"], "what was asked is done, not only shown"
    clock.now += HOUR_SECONDS
    assert "It is gone" in tablet.post("/report/replies/en", data=again).text
    assert "We are on it." not in enter_pictures(tablet, mine).text


def test_c9_whoever_guesses_from_homes_lets_no_child_wait(
    crowd_at_home: GuessLimit, tablet: Client, readers: dict[str, str]
) -> None:
    assert 'id="waiting"' in enter_pictures(tablet, WRONG, "en/kin").text
    assert 'id="waiting"' not in enter_pictures(tablet, WRONG).text
