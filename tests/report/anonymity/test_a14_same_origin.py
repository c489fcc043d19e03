"""Promise A14: a form is taken from our own page alone, known by Fetch Metadata, else by its origin; words are kept."""

from typing import Any

import pytest
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.storage.db import Databases
from tests.kept import KeptApps
from tests.pages import Page
from tests.report.anonymity.every_status import FORMS
from tests.sites import make_wsgi

pytestmark = pytest.mark.database("sqlite")  # whether a post is ours is decided before a database is asked

OURS, HOMES = "http://localhost", "https://families.example"
# Sec-Fetch-Site, Origin: taken or not. Where the first is there the second does not count.
TABLE = [
    ("same-origin", None, True),
    ("same-origin", OURS, True),
    ("same-origin", "null", True),
    ("same-site", OURS, False),
    ("cross-site", OURS, False),
    ("cross-site", None, False),
    ("none", OURS, False),
    ("none", None, False),
    ("", OURS, False),
    ("Same-Origin", OURS, False),
    ("same-origin, cross-site", OURS, False),
    (None, OURS, True),
    (None, "null", False),
    (None, None, False),
    (None, "", False),
    (None, "http://localhost:8000", False),
    (None, "https://localhost", False),
    (None, "http://localhost.evil.example", False),
    (None, "http://evil.example/http://localhost", False),
    (None, "http://LOCALHOST", False),
    (None, f"{OURS}/", False),
    (None, f"{OURS} http://evil.example", False),
]


def _headers(site: str | None, origin: str | None) -> dict[str, str]:
    given = {"Sec-Fetch-Site": site, "Origin": origin, "Referer": f"{OURS}/report/ks2/en"}
    return {name: value for name, value in given.items() if value is not None}


@pytest.fixture
def plain_browser(tablet: Client) -> Client:
    """A browser that says of itself only what a test says."""
    return Client(tablet.application)


@pytest.fixture
def homes(config: Config, databases: Databases, kept_apps: KeptApps) -> Client:
    """A browser at a school that homes reach at an address of its own."""
    return Client(make_wsgi(config.model_copy(update={"families_url": HOMES}), databases, kept_apps))


@pytest.mark.main(3)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("site", "origin", "taken"), TABLE)
def test_the_report_form(
    plain_browser: Client,
    readers: dict[str, str],
    form: str,
    site: str | None,
    origin: str | None,
    taken: bool,
) -> None:
    data = {"nonce": "n" * 24, "concern": "site", "words": "still <mine>", "address": "bad.example"}
    answer = plain_browser.post(form, data=data, headers=_headers(site, origin))
    assert answer.status_code == (200 if taken else 403)
    if not taken:
        page = Page(answer.text)
        assert (page.value("words"), page.value("address")) == ("still <mine>", "bad.example")
        assert page.value("nonce") == "n" * 24, "trying again is no second report"
        assert "Your words are still here" in page.text


@pytest.mark.main(3)
@pytest.mark.parametrize(("site", "origin", "taken"), TABLE)
@pytest.mark.parametrize(
    ("address", "data"),
    [("/learn/", {"code": "NO 99"}), ("/staff/sign-in", {"email": "a@b.example", "password": "x"})],
)
def test_the_school_app_has_the_same_rule(
    plain_browser: Client,
    address: str,
    data: dict[str, Any],
    site: str | None,
    origin: str | None,
    taken: bool,
) -> None:
    answer = plain_browser.post(address, data=data, headers=_headers(site, origin))
    assert (answer.status_code != 403) is taken


@pytest.mark.parametrize(
    ("form", "for_grown_ups"),
    [
        ("/report/kin/en", True),
        ("/report/worry/en", True),
        ("/report/replies/en/kin", True),
        ("/report/ks2/en", False),
        ("/report/replies/en", False),
        ("/report/replies/en/ks4", False),
    ],
)
def test_a_form_of_grown_ups_is_taken_from_the_address_of_homes_too_and_no_other(
    homes: Client, readers: dict[str, str], form: str, for_grown_ups: bool
) -> None:
    data = {"nonce": "n" * 24, "concern": "friend", "words": "still mine"}
    answer = homes.post(form, data=data, headers={"Origin": HOMES})
    assert answer.status_code == (200 if for_grown_ups else 403)
    assert homes.post(form, data=data, headers={"Origin": OURS}).status_code == 200
    assert homes.post(form, data=data, headers={"Origin": f"{HOMES}:8443"}).status_code == 403


def test_trying_again_from_the_page_that_was_refused_sends_it(
    plain_browser: Client, readers: dict[str, str]
) -> None:
    data = {"nonce": "n" * 24, "concern": "site", "words": "still mine"}
    refused = Page(plain_browser.post("/report/ks3/en", data=data, headers={"Origin": "null"}).text)
    again = {name: refused.value(name) for name in ("nonce", "words")} | {"concern": "site"}
    checked = [box.attrs["value"] for box in refused.inputs("concern") if "checked" in box.attrs]
    assert checked == ["site"]
    assert plain_browser.post("/report/ks3/en", data=again, headers={"Origin": OURS}).status_code == 200
