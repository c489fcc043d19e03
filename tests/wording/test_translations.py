"""The interface's translations: fresh, whole, and saying the same as the English."""

import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel import Locale
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client

from kiosk.content.language import FIRST, WHOLE
from kiosk.wording.translations import (
    FOR_FAMILIES,
    STAFF_ONLY,
    first_form,
    is_for_families,
    messages,
    read_catalogue,
    statuses,
    wanted_in,
)
from tests.pages import Page
from tests.sites import change_site, site_of
from tests.tree import ROOT, files, read
from tests.wording.catalogues import (
    LANGUAGES,
    TEMPLATES,
    TRANSLATIONS,
    catalogue,
    forms,
    pupils,
    template,
    template_uses,
    where,
)

STAFF_SKELETONS = {"staff.html"}
PLACE = re.compile(r"%\(\w+\)[a-z]|%.")
# A page of Urdu runs the other way: words that point to a side would point to the wrong one.
SIDES = {
    "en": r"\b(on|to|from) (the|your) (left|right)\b|\b(left|right)[- ]hand\b",
    "pl": r"\b(lew|praw)(ej|ą|o|y|a|ym|ego)\b",
    "ur": r"\b(بائیں|بایاں|دائیں|دایاں|داہنے)\b",
    "cy": r"\bchwith\b|\b(ar y|i'r|ochr) dde\b",
    "ro": r"\b(stâng|dreapt)\w*",
    "ar": r"(يمين|يسار)",
}
PHYSICAL = re.compile(
    r"(?<![\w-])(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)\b"
    r"|(?<![\w-])(left|right)\s*:|:\s*(left|right)\s*[;}]|border-(top|bottom)-(left|right)-radius"
)


def test_the_template_is_what_code_and_templates_say_now(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.pot"
    pybabel = Path(sys.executable).with_name("pybabel")
    asked = [
        str(pybabel),
        "-q",
        "extract",
        "-F",
        "pyproject.toml",
        "--add-location=file",
        "-o",
        str(fresh),
        ".",
    ]
    subprocess.run(asked, cwd=ROOT, check=True, capture_output=True)
    now = where(read_catalogue(fresh))
    assert len(now) > 500, "the search finds our texts"
    assert where(template()) == now, "run `make translations` and commit translations/"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_whole_language_has_every_message_and_one_for_families_only_what_they_read_first(lang: str) -> None:
    ours = [one for one in messages(template()) if lang not in FIRST or is_for_families(one)]
    wanted = {(one.id, one.context) for one in ours}
    assert where(catalogue(lang)).keys() == wanted


def test_everything_that_a_child_or_a_parent_reads_is_translated() -> None:
    found = {status.lang: status for status in statuses(TRANSLATIONS)}
    assert sorted(found) == LANGUAGES
    assert set(LANGUAGES) == (WHOLE | FIRST) - {"en"}
    for lang, status in found.items():
        assert status.missing == ()
        assert status.stale == ()
        wanted = len(wanted_in(lang, messages(template())))
        assert status.pupils.translated == status.pupils.total == wanted > 200


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_a_guess(lang: str) -> None:
    assert [first_form(one) for one in messages(catalogue(lang)) if one.fuzzy] == []


@pytest.mark.parametrize(
    ("lang", "kinds"), [("ar", 6), ("cy", 6), ("pl", 3), ("ro", 3), ("ur", 2)], ids=lambda one: str(one)
)
def test_every_form_of_a_plural_is_there_and_the_rule_is_that_of_the_language(lang: str, kinds: int) -> None:
    found, rule = catalogue(lang), Locale.parse(lang).plural_form
    assert found.num_plurals == kinds
    counted = [one for one in wanted_in(lang, messages(found)) if not isinstance(one.id, str)]
    assert counted, "some sentence counts"
    with (TRANSLATIONS / lang / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        spoken = GNUTranslations(file)
    for one in counted:
        singular, plural = forms(one.id)
        assert len(forms(one.string)) == found.num_plurals, first_form(one)
        assert all(forms(one.string)), first_form(one)
        by_kind: dict[str, set[str]] = {}
        for number in range(230):
            by_kind.setdefault(rule(number), set()).add(spoken.ngettext(singular, plural, number))
        assert len(by_kind) == kinds, "each kind of number is met"
        assert all(len(said) == 1 for said in by_kind.values()), f"{first_form(one)}: {by_kind}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_translation_has_the_places_of_its_english(lang: str) -> None:
    for one in messages(catalogue(lang)):
        wanted = [sorted(PLACE.findall(form)) for form in forms(one.id)]
        for form in filter(None, forms(one.string)):
            assert sorted(PLACE.findall(form)) in wanted, f"{first_form(one)}: {form}"


def test_no_message_of_a_pupil_points_to_a_side() -> None:
    for one in pupils(template()):
        for form in forms(one.id):
            assert not re.search(SIDES["en"], form), form
    for lang in LANGUAGES:
        for one in messages(catalogue(lang)):
            for form in forms(one.string):
                assert lang not in SIDES or not re.search(SIDES[lang], form), form


def test_no_style_knows_left_or_right() -> None:
    styles = [name for name in files() if name.startswith("kiosk/static/css/") and name.endswith(".css")]
    assert len(styles) > 20, "the search finds our styles"
    for name in styles:
        bare = re.sub(r"/\*.*?\*/", "", read(name), flags=re.DOTALL)
        assert not (found := PHYSICAL.search(bare)), f"{name}: {found and found[0]}"


def test_each_pattern_of_the_staff_only_list_still_names_a_file() -> None:
    for pattern in (*STAFF_ONLY, *FOR_FAMILIES):
        assert list(ROOT.glob(pattern)), f"{pattern} names nothing: take it off kiosk/wording/translations.py"


def test_what_families_read_first_is_made_of_parts_that_are_translated_for_them() -> None:
    uses, ours = template_uses(), _named_by(FOR_FAMILIES) - _named_by(STAFF_ONLY)
    shown = {name for name in uses if TEMPLATES / name in ours}
    while more := {used for name in shown for used in uses[name][1]} - shown:
        shown |= more
    said = {
        name.removeprefix("kiosk/templates/") for one in messages(template()) for name, _ in one.locations
    }
    assert {"families/_shell.html", "public/start.html", "slips/slip.html", "families/code.html"} <= shown
    assert sorted(name for name in shown & said if TEMPLATES / name not in ours) == [], (
        "list them in FOR_FAMILIES"
    )


def _named_by(patterns: Iterable[str]) -> set[Path]:
    return {one for pattern in patterns for one in ROOT.glob(pattern)}


def test_no_page_of_a_child_or_a_parent_is_made_of_a_part_that_stays_english() -> None:
    uses = template_uses()
    extended = {name: parent for name, (parent, _) in uses.items()}
    shown: set[str] = set()
    for name in uses:
        chain = [name]
        while parent := extended[chain[-1]]:
            chain.append(parent)
        if len(chain) > 1 and not STAFF_SKELETONS & set(chain):
            shown |= set(chain)
    while more := {used for name in shown for used in uses[name][1]} - shown:
        shown |= more
    assert {"base.html", "public/start.html", "lessons/show.html", "families/code.html"} <= shown
    english = _named_by(STAFF_ONLY)
    assert sorted(name for name in shown if TEMPLATES / name in english) == []


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("lang", "direction", "hello"),
    [
        ("ur", "rtl", "آپ کیا کرنا چاہتے ہیں؟"),
        ("pl", "ltr", "Co chcesz zrobić?"),
        ("cy", "ltr", "Beth hoffech chi ei wneud?"),
        ("ro", "ltr", "Ce ai vrea să faci?"),
        ("ar", "rtl", "ماذا تحب أن تفعل؟"),
        ("en-GB", "ltr", "What would you"),
    ],
)
def test_the_start_page_speaks_the_language_of_its_address(
    client: FlaskClient, lang: str, direction: str, hello: str
) -> None:
    page = Page(client.get("/", query_string={"lang": lang.removesuffix("-GB")}).text)
    (root,) = page.all("html")
    assert (root.attrs["lang"], root.attrs["dir"]) == (lang, direction)
    assert hello in page.heading


@pytest.mark.database("sqlite")
def test_a_language_that_the_school_does_not_offer_falls_back_to_the_schools_own(client: FlaskClient) -> None:
    (root,) = Page(client.get("/?lang=pa").text).all("html")
    assert (root.attrs["lang"], root.attrs["dir"]) == ("en-GB", "ltr")


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("lang", "direction"), [("ur", "rtl"), ("pl", "ltr"), ("en-GB", "ltr")])
def test_the_report_page_speaks_the_language_of_its_path(tablet: Client, lang: str, direction: str) -> None:
    (root,) = Page(tablet.get(f"/report/choose/{lang.removesuffix('-GB')}").text).all("html")
    assert (root.attrs["lang"], root.attrs["dir"]) == (lang, direction)


@pytest.mark.database("sqlite")
def test_staff_pages_stay_english_whatever_an_address_asks_for(client: FlaskClient) -> None:
    page = Page(client.get("/staff/sign-in?lang=ur").text)
    (root,) = page.all("html")
    assert (root.attrs["lang"], root.attrs["dir"]) == ("en-GB", "ltr")
    assert not re.search("[\u0600-\u06ff]", page.text)


@pytest.mark.database("sqlite")
def test_a_draft_of_the_code_for_families_stands_beside_its_english(app: Flask, client: FlaskClient) -> None:
    change_site(app, in_use=replace(site_of(app).in_use, approved=frozenset()))
    page = Page(client.get("/home/code/ks2?lang=ur").text)
    for lang in ("en", "ur"):
        assert site_of(app).codes["ks2", lang].rules[0].text in page.text
    assert "The English stands with it, and holds." in page.text
