"""Languages that hold only what families read first: where they are spoken, their letters, their days."""

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from fontTools.ttLib import TTFont
from werkzeug.test import Client

from kiosk.content.language import FIRST
from kiosk.site import Content
from kiosk.web.templating import BUILT_DIR
from kiosk.wording.translations import messages
from kiosk.wording.words import day_and_weekday, year_words
from tests.pages import Page
from tests.tree import read
from tests.wording.catalogues import catalogue, forms

pytestmark = pytest.mark.database("sqlite")  # which database it is makes no difference to a language

CODES = ("ks1", "ks2", "parents", "visitor")
LATIN = ("cy", "pl", "ro")
FAMILY_PAGES = ("/", "/home/", "/home/all", "/home/help", "/home/code/ks2", "/home/languages")


@pytest.mark.parametrize("lang", sorted(FIRST))
@pytest.mark.parametrize("address", FAMILY_PAGES)
def test_a_page_that_families_read_first_is_in_each_language(
    client: FlaskClient, lang: str, address: str
) -> None:
    (root,) = Page(client.get(f"{address}?lang={lang}", follow_redirects=True).text).all("html")
    assert (root.attrs["lang"], root.attrs["dir"]) == (lang, "rtl" if lang == "ar" else "ltr")


@pytest.mark.parametrize("lang", sorted(FIRST))
def test_a_childs_pages_stay_english_and_offer_only_what_they_speak(client: FlaskClient, lang: str) -> None:
    page = Page(client.get(f"/learn/?lang={lang}").text)
    (root,) = page.all("html")
    assert root.attrs["lang"] == "en-GB"
    home = [link.attrs["href"] for link in page.all("a") if link.attrs["href"].startswith("/?")]
    assert all(f"lang={lang}" in href for href in home), "the way back is in the language that was chosen"


@pytest.mark.parametrize("lang", sorted(FIRST))
@pytest.mark.parametrize("form", ["ks1", "ks2", "ks3", "ks4", "replies", "choose"])
def test_no_form_of_telling_opens_in_a_language_that_nobody_has_approved(
    tablet: Client, form: str, lang: str
) -> None:
    shut, unknown = (tablet.get(f"/report/{form}/{code}") for code in (lang, "pa"))
    assert (shut.status_code, shut.data) == (unknown.status_code, unknown.data)
    assert shut.status_code == 404


@pytest.mark.parametrize("lang", sorted(FIRST))
def test_who_wants_to_tell_comes_to_the_form_in_the_schools_own_language(
    client: FlaskClient, lang: str
) -> None:
    page = Page(client.get(f"/?lang={lang}&band=ks2").text)
    told = [link.attrs["href"] for link in page.all("a") if link.attrs["href"].startswith("/report/")]
    assert told
    assert all("/en" in href for href in told)


@pytest.mark.parametrize("lang", sorted(FIRST))
@pytest.mark.parametrize("code", CODES)
def test_the_codes_that_families_and_the_youngest_read_are_there_as_drafts(
    content: Content, code: str, lang: str
) -> None:
    found = content.codes.get(code, lang)
    assert found.lang == lang
    assert found.draft


@pytest.mark.parametrize("font", ["lexend.woff2", "headings.woff2"])
@pytest.mark.parametrize("lang", LATIN)
def test_our_own_letters_have_every_letter_of_the_language(content: Content, font: str, lang: str) -> None:
    has = set(TTFont(BUILT_DIR / font).getBestCmap())
    said = "".join(form for one in messages(catalogue(lang)) for form in forms(one.string))
    said += "".join(
        f"{rule.text}{rule.why}" for code in CODES for rule in content.codes.get(code, lang).rules
    )
    wanted = {letter for letter in re.sub(r"%\(\w+\)[a-z]|<[^>]+>", "", said) if letter.isalpha()}
    wanted |= {"cy": set("ŵŷŴŶ"), "pl": set("łŁżŻ"), "ro": set("șțȘȚ")}[lang]
    assert {letter for letter in wanted if ord(letter) not in has} == set()
    assert not set("şţŞŢ") & wanted, "Romanian has its comma below, no cedilla"


def test_arabic_is_sent_no_font() -> None:
    styles = read("kiosk/static/css/04-scripts.css")
    (rule,) = re.findall(r'html\[lang\|="ar"\] \{(.*?)\}', styles, re.DOTALL)
    assert "Kiosk Urdu" not in rule
    for name in Path("kiosk/static/css").rglob("*.css"):
        for chosen, body in re.findall(r"([^{}]+)\{([^{}]*)\}", name.read_text(encoding="utf-8")):
            assert not ("Kiosk Urdu" in body and re.search(r'lang\(ar\)|="ar"', chosen)), f"{name}: {chosen}"


@pytest.mark.parametrize(
    ("lang", "day", "year"),
    [
        ("cy", "Dydd Mercher 2 Rhagfyr 2026", "Blwyddyn 4"),
        ("ro", "miercuri 2 decembrie 2026", "Anul 4"),
        ("ar", "الأربعاء 2 ديسمبر 2026", "السنة 4"),
        ("pl", "środa 2 grudnia 2026", "Rok 4"),
    ],
)
def test_days_and_years_are_said_in_the_language(app: Flask, lang: str, day: str, year: str) -> None:
    with app.test_request_context("/home/"), force_locale(lang):
        assert day_and_weekday(date(2026, 12, 2)) == day
        assert year_words("4") == year
