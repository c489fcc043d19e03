"""The Code at home: the child's rules in the family's language, beside the English where a draft could mislead."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.bands import Band
from kiosk.conduct.code import Codes
from kiosk.conduct.family import code_with_family_version
from kiosk.conduct.sheet import NEEDED, sections_for_sheet
from kiosk.site import Content
from tests.conduct.codes import with_code
from tests.pages import Element, Page
from tests.sites import change_site

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

EVERY_CODE = pytest.mark.parametrize("code_id", [*Band, "staff", "visitor"])


@pytest.fixture
def codes(content: Content) -> Codes:
    found: Codes = content.codes
    return found


def page_of(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return Page(answer.text)


def root(page: Page) -> Element:
    return page.all("html")[0]


@pytest.mark.parametrize("band", list(Band))
def test_a_child_finds_its_own_rules_first(client: FlaskClient, codes: Codes, band: Band) -> None:
    text = page_of(client, f"/home/code/{band}").text
    rules = codes[band.value, "en"].rules
    places = [text.index(" ".join(rule.text.striptags().split())) for rule in rules]
    assert places == sorted(places)
    for later in ("Talk about it at home", "What the school does", "Photos of your child", "Your answer"):
        assert max(places) < text.index(later)


@EVERY_CODE
def test_every_code_page_has_one_heading_ways_out_and_no_cookie_even_for_who_brings_one(
    client: FlaskClient, code_id: str
) -> None:
    client.set_cookie("kiosk-learn", "anything", path="/")
    answer = client.get(f"/home/code/{code_id}")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    page = Page(answer.text)
    assert page.heading
    assert page.link("Leave").startswith("/")
    assert page.link("Tell someone").startswith("/report/")


def test_the_page_in_urdu_runs_from_right_to_left_and_numbers_stay_as_they_are_dialled(
    client: FlaskClient,
) -> None:
    page = page_of(client, "/home/code/ks2?lang=ur")
    assert (root(page).attrs["lang"], root(page).attrs["dir"]) == ("ur", "rtl")
    numbers = [number for number in page.all("bdi") if number.attrs.get("class") == "num"]
    assert {"0800 1111", "999"} <= {number.text for number in numbers}
    calls = [link.attrs["href"] for link in page.all("a") if link.attrs["href"].startswith("tel:")]
    assert "tel:08001111" in calls


def test_a_draft_shows_the_english_of_rules_and_help_lines_and_says_that_it_is_one(
    client: FlaskClient, codes: Codes
) -> None:
    page = page_of(client, "/home/code/ks2?lang=ur")
    assert "Nobody who speaks this language has checked this translation yet." in page.text
    (concern,) = [part for part in page.all("section") if part.attrs.get("id") == "concern"]
    (talk,) = [part for part in page.all("section") if part.attrs.get("id") == "talk"]
    assert "Children can ring Childline" in concern.text
    assert "Which rule do you think" not in talk.text
    for rule in codes["ks2", "en"].rules:
        assert rule.text.striptags() in page.text


def test_a_translation_that_somebody_signed_stands_alone(
    app: Flask, client: FlaskClient, codes: Codes
) -> None:
    signed = with_code(codes, replace(codes["ks2", "ur"], draft=False), "ur")
    signed = with_code(signed, replace(codes["parents", "ur"], draft=False), "ur")
    change_site(app, codes=signed)
    page = page_of(client, "/home/code/ks2?lang=ur")
    assert "Nobody who speaks this language" not in page.text
    assert str(codes["ks2", "en"].rules[0].text) not in page.text


def test_rules_without_a_translation_stand_in_english_beside_the_familys_short_version(
    client: FlaskClient, codes: Codes
) -> None:
    page = page_of(client, "/home/code/ks3?lang=ur")
    short = {rule.policy: rule.text for rule in codes["parents", "ur"].rules}
    for rule in codes["ks3", "en"].rules:
        assert " ".join(rule.text.striptags().split()) in page.text
        assert short[rule.policy].striptags() in page.text
    english = [part for part in page.all("span") if part.attrs.get("lang") == "en"]
    assert {part.attrs["dir"] for part in english} == {"ltr"}


def test_an_outdated_translation_is_not_shown(codes: Codes) -> None:
    stale = with_code(codes, replace(codes["ks2", "ur"], stale=True), "ur")
    found = code_with_family_version(stale, Band.KS2, "ur")
    assert found.stale
    assert not found.translated
    assert codes["ks2", "ur"].rules[0].text not in [rule.words.own for rule in found.rules]


def test_an_unknown_language_falls_back_to_the_schools_own(client: FlaskClient) -> None:
    assert root(page_of(client, "/home/code/ks2?lang=xx")).attrs["lang"] == "en-GB"


@pytest.mark.parametrize("code_id", ["ks5", "parents", "KS2", "..%2Fstaff"])
def test_an_unknown_code_is_not_found(client: FlaskClient, code_id: str) -> None:
    assert client.get(f"/home/code/{code_id}").status_code == 404


def test_every_language_is_offered_in_its_own_words(client: FlaskClient) -> None:
    page = page_of(client, "/home/code/ks2?lang=pl&band=ks2")
    assert page.link("English").startswith("/home/code/ks2?")
    assert "lang=ur" in page.link("اردو")
    (current,) = [link for link in page.all("a") if link.attrs.get("aria-current")]
    assert current.text == "Polski"


@EVERY_CODE
@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_no_page_asks_for_anything_or_holds_a_style_or_script_of_its_own(
    client: FlaskClient, code_id: str, lang: str
) -> None:
    html = client.get(f"/home/code/{code_id}?lang={lang}").text
    assert not re.search(r"<form|<input|\sstyle=|<style|\son\w+=|<script(?! src=\"/static/)", html)


@pytest.mark.parametrize("band", list(Band))
def test_a_sheet_in_english_holds_what_a_family_needs_and_lines_to_sign_on(
    client: FlaskClient, codes: Codes, band: Band
) -> None:
    page = page_of(client, f"/home/code/{band}")
    on_paper = sections_for_sheet(code_with_family_version(codes, band, "en"), pictured=band is Band.KS1)
    assert {*NEEDED, "images"} <= on_paper
    for section in page.all("section"):
        if "card" in section.attrs.get("class", ""):
            assert ("no-print" in section.attrs["class"]) is (section.attrs["id"] not in on_paper)
    (lines,) = [part for part in page.all("div") if part.attrs.get("class") == "sign"]
    assert lines.text == "Child and classParent or carerDay"


def test_a_sheet_that_cannot_hold_what_is_needed_leaves_nothing_out(codes: Codes) -> None:
    found = code_with_family_version(codes, Band.KS4, "ur")
    assert sections_for_sheet(found) == {section.id for section in found.sections} | {"intro"}


def test_visitors_find_their_rules_and_lines_to_sign_on(client: FlaskClient, codes: Codes) -> None:
    page = page_of(client, "/home/code/visitor")
    assert str(codes["visitor", "en"].rules[0].text) in page.text
    assert "Name and organisation" in page.text


def test_english_on_an_urdu_site_says_its_language_and_the_page_alone_its_direction(
    client: FlaskClient,
) -> None:
    page = page_of(client, "/home/code/staff?lang=ur")
    assert root(page).attrs["dir"] == "rtl"
    (intro,) = [part for part in page.all("div") if part.attrs.get("class") == "prose"]
    assert intro.attrs["lang"] == "en-GB"
    assert "dir" not in intro.attrs
