"""The languages of a page: each in its own name and order, the state of this very page, the same page and place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.conduct.family import FAMILIES
from kiosk.content.translation import InLanguage
from kiosk.families.states import PageState, page_state
from tests.conduct.codes import newer, with_code
from tests.pages import Element, Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

OWN_NAMES = ["English", "اردو", "Polski", "Cymraeg", "Română", "العربية"]
CODE_IN_POLISH = "translation/code-parents.pl"
Approve = Callable[..., None]


@pytest.fixture
def approve(app: Flask) -> Approve:
    """From now on two people have approved these and nothing else, on a day in October."""

    def say(*keys: str) -> None:
        days = dict.fromkeys(keys, date(2026, 10, 12))
        change_site(app, in_use=replace(site_of(app).in_use, approved=frozenset(keys), days=days))

    return say


def rows(client: FlaskClient, address: str) -> dict[str, Element]:
    """Each language of the page at this address by its own name, in order."""
    answer = client.get(address)
    assert answer.status_code == 200
    found = [link for link in Page(answer.text).all("a") if link.attrs.get("class") == "fam-lang"]
    return {one.find_all("b")[0].text: one for one in found}


def test_each_language_stands_in_its_own_name_in_the_order_of_the_school(client: FlaskClient) -> None:
    assert list(rows(client, "/home/languages")) == OWN_NAMES
    assert list(rows(client, "/home/languages?lang=ur")) == OWN_NAMES


def test_a_language_leads_to_the_same_page_and_place(client: FlaskClient) -> None:
    found = rows(client, "/home/languages?page=/home/code&at=r9&lang=ur")
    assert found["Polski"].attrs["href"] == "/home/code?lang=pl#r9"
    page = Page(client.get("/home/languages?page=/home/code&at=r9").text)
    assert page.link("Our Code, rule 9") == "/home/code#r9"


@pytest.mark.parametrize(
    "page",
    ["https://elsewhere.example/", "//elsewhere.example", "/staff/", "/report/", "/home/nowhere", "/home/languages",
     "/home/code/../../staff/", "javascript:alert(1)", ""],
)  # fmt: skip
def test_from_what_is_no_page_of_families_it_leads_to_their_start(client: FlaskClient, page: str) -> None:
    found = rows(client, f'/home/languages?page={page}&at=r9"><script>')
    assert found["Polski"].attrs["href"] == "/home/?lang=pl"


def test_the_state_is_that_of_this_page(client: FlaskClient, approve: Approve) -> None:
    approve(CODE_IN_POLISH)
    found = rows(client, "/home/languages?page=/home/code")
    assert "Here now" in found["English"].text
    assert "Approved" in found["Polski"].text and "12 October 2026" in found["Polski"].text
    assert "Draft" in found["اردو"].text
    found = rows(client, "/home/languages?page=/home/help/hurt")
    assert "Not yet" in found["Polski"].text
    assert "Not yet" in found["اردو"].text


def test_a_page_with_one_old_line_says_which(app: Flask, client: FlaskClient, approve: Approve) -> None:
    approve(CODE_IN_POLISH)
    codes = site_of(app).codes
    changed = with_code(codes, newer(codes[FAMILIES, "en"], {"r11"}))
    change_site(app, codes=with_code(changed, replace(codes[FAMILIES, "pl"], stale=True), "pl"))
    row = rows(client, "/home/languages?page=/home/code")["Polski"]
    assert "One line old" in row.text
    assert "rule 11 has changed since" in row.text


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("/home/", InLanguage.DRAFT),
        ("/home/help", InLanguage.DRAFT),
        ("/home/help/mean", InLanguage.NOT_YET),
        ("/home/code", InLanguage.APPROVED),
        ("/home/code/ks2", InLanguage.DRAFT),
        ("/home/code/ks3", InLanguage.DRAFT),
        ("/home/code/staff", InLanguage.NOT_YET),
        ("/home/policy", InLanguage.NOT_YET),
        ("/home/privacy/parents", InLanguage.NOT_YET),
        ("/home/lessons/nothing-like-it", InLanguage.DRAFT),
    ],
)
def test_every_page_stands_in_a_language_in_one_way(
    app: Flask, approve: Approve, path: str, state: InLanguage
) -> None:
    approve(CODE_IN_POLISH)
    assert page_state(site_of(app), path, "pl").state is state
    assert page_state(site_of(app), path, "en") == PageState(InLanguage.FIRST)


def test_what_is_no_code_help_or_lesson_is_as_approved_as_the_words_of_pages(
    app: Flask, approve: Approve
) -> None:
    approve("translation/words-families.pl")
    assert page_state(site_of(app), "/home/4", "pl") == PageState(InLanguage.APPROVED, date(2026, 10, 12))
    assert page_state(site_of(app), "/home/4", "ur") == PageState(InLanguage.DRAFT)


def test_no_flag_stands_for_a_language_and_the_browsers_wish_changes_nothing(client: FlaskClient) -> None:
    plain = client.get("/home/languages?page=/home/code").text
    assert client.get("/home/languages?page=/home/code", headers={"Accept-Language": "pl"}).text == plain
    assert not any(0x1F1E6 <= ord(sign) <= 0x1F1FF for sign in plain)


def test_the_switch_of_every_page_names_the_page_it_stands_on(client: FlaskClient) -> None:
    for path in ("/home/code", "/home/help", "/home/help/hurt", "/home/code/ks1"):
        page = Page(client.get(f"{path}?lang=pl").text)
        (switch,) = [link for link in page.all("a") if "data-keeps-place" in link.attrs]
        assert switch.attrs["href"] == f"/home/languages?page={path}&lang=pl"
