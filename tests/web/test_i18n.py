"""Language, direction, band and look of a page: from its address, from the session at a door, and nothing unknown."""

import re
from itertools import product

import pytest
from flask import Flask, session, url_for
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kiosk.bands import Band
from kiosk.config import Config
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.web import i18n
from kiosk.web.i18n import direction, html_language
from kiosk.web.look import LOOKS, Look, read_look
from tests.pages import Page
from tests.sites import make_app

pytestmark = pytest.mark.database("sqlite")  # which database it is makes no difference to a language

ALL_LOOKS = [Look(*values) for values in product(*(("", *values[1:]) for values in LOOKS.values()))]


def root(browser: FlaskClient, address: str) -> dict[str, str]:
    """The attributes of a page's root element."""
    (html,) = Page(browser.get(address).text).all("html")
    return html.attrs


@pytest.mark.parametrize(
    ("address", "lang", "dir"),
    [
        ("/", "en-GB", "ltr"),
        ("/?lang=en", "en-GB", "ltr"),
        ("/?lang=ur", "ur", "rtl"),
        ("/?lang=UR", "ur", "rtl"),
        ("/?lang=pl", "pl", "ltr"),
        ("/?lang=xx", "en-GB", "ltr"),
        ("/?lang=../../etc", "en-GB", "ltr"),
        ("/?lang=", "en-GB", "ltr"),
        ("/home/?lang=ur", "ur", "rtl"),
        ("/learn/?lang=ur", "ur", "rtl"),
        ("/staff/sign-in?lang=ur", "en-GB", "ltr"),
        ("/nowhere?lang=ur", "ur", "rtl"),
    ],
)
def test_a_page_says_its_language_and_its_direction(
    client: FlaskClient, address: str, lang: str, dir: str
) -> None:
    found = root(client, address)
    assert (found["lang"], found["dir"]) == (lang, dir)


def test_a_language_that_the_school_does_not_offer_is_not_shown(
    config: Config, databases: Databases, key: SiteKey, content: Content
) -> None:
    polish_first = config.model_copy(update={"languages": "pl,en"})
    browser = make_app(polish_first, databases).test_client()
    assert root(browser, "/")["lang"] == "pl"
    assert root(browser, "/?lang=en")["lang"] == "en-GB"
    assert root(browser, "/?lang=ur")["lang"] == "pl"


@pytest.mark.parametrize(
    ("code", "shown", "dir"),
    [
        ("en", "en-GB", "ltr"),
        ("cy", "cy", "ltr"),
        ("zh-Hant", "zh-Hant", "ltr"),
        ("ar", "ar", "rtl"),
        ("fa", "fa", "rtl"),
    ],
)
def test_any_language_that_babel_knows_can_be_offered(code: str, shown: str, dir: str) -> None:
    assert (html_language(code), direction(code)) == (shown, dir)


def test_the_language_travels_in_every_link_of_a_public_page_and_into_the_report(client: FlaskClient) -> None:
    page = Page(client.get("/?lang=ur&band=ks3").text)
    links = [link.attrs["href"] for main in page.all("main") for link in main.find_all("a")]
    assert "/report/ks3/ur/ks3" in links
    rest = [link for link in links if not link.startswith("/report/")]
    assert rest
    # A page of one age group says which in its own address.
    assert all("lang=ur" in link and ("band=ks3" in link or "/ks3/" in link) for link in rest), rest


def test_every_language_is_offered_by_its_own_name_on_the_page_one_is_on(client: FlaskClient) -> None:
    page = Page(client.get("/home/help/all?band=ks2").text)
    offered = {link.text: link.attrs for link in page.all("a") if "lang" in link.attrs}
    assert {"English", "Polski", "\u0627\u0631\u062f\u0648"} <= set(offered)
    assert offered["Polski"]["href"].startswith("/home/help/all?")
    assert "lang=pl" in offered["Polski"]["href"]
    assert "band=ks2" in offered["Polski"]["href"]


def test_a_staff_address_carries_no_look_of_a_tablet(app: Flask) -> None:
    with app.test_request_context("/staff/sign-in?lang=ur&look=dark_1_normal_some"):
        assert url_for("accounts.sign_in_form") == "/staff/sign-in"
    with app.test_request_context("/?lang=ur"):
        assert url_for("accounts.sign_in_form") == "/staff/sign-in"
        assert url_for("learn.join_form") == "/learn/?lang=ur"


def test_at_the_learn_door_the_session_remembers_and_the_address_wins(app: Flask) -> None:
    for address, kept, found in (
        ("/learn/", "ur", "ur"),
        ("/learn/?lang=pl", "ur", "pl"),
        ("/learn/", "xx", "en"),
        ("/", "ur", "en"),
    ):
        with app.test_request_context(address):
            session["lang"] = kept
            assert i18n.language() == found


@pytest.mark.parametrize("asked", ["", "ks9", "staff", "KS1", "<b>"])
def test_an_unknown_band_wears_the_ordinary_skin(app: Flask, asked: str) -> None:
    with app.test_request_context("/", query_string={"band": asked}):
        assert i18n.band() == "ks2"


@pytest.mark.parametrize("band", list(Band))
def test_a_public_page_wears_the_skin_it_is_asked_for(client: FlaskClient, band: Band) -> None:
    assert root(client, f"/?band={band}")["data-band"] == band


def test_every_look_can_be_said_in_one_word_and_read_again() -> None:
    codes = [look.code for look in ALL_LOOKS]
    assert len(set(codes)) == len(ALL_LOOKS) == 5 * 4 * 2 * 2
    assert [read_look(code) for code in codes] == ALL_LOOKS
    assert Look().code == ""
    assert all(re.fullmatch(r"[a-z0-9_.]*", code) for code in codes)


@given(st.text(max_size=60) | st.from_regex(r"[a-z0-9.]*(_[a-z0-9.\"<>]*){0,5}", fullmatch=True))
def test_no_look_that_is_made_up_reaches_a_page(code: str) -> None:
    look = read_look(code)
    for name, values in LOOKS.items():
        assert getattr(look, name) in {"", *values[1:]}


def test_a_look_is_kept_by_one_form_and_worn_by_the_next_page(client: FlaskClient) -> None:
    kept = client.get("/look/keep?page=dark&size=1.5&spacing=wide&motion=less&lang=ur&band=ks1")
    assert kept.status_code == 303
    assert "Set-Cookie" not in kept.headers
    worn = root(client, kept.headers["Location"])
    assert {name: worn[f"data-{name}"] for name in LOOKS} == {
        "page": "dark",
        "size": "1.5",
        "spacing": "wide",
        "motion": "less",
    }
    assert (worn["lang"], worn["data-band"]) == ("ur", "ks1")


def test_a_made_up_look_is_not_kept(client: FlaskClient) -> None:
    kept = client.get("/look/keep?page=neon&size=99&spacing=%22%3E&motion=")
    assert "look=" not in kept.headers["Location"]
