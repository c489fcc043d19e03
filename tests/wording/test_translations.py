"""The interface's translations: fresh, whole, and saying the same as the English."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment, FileSystemLoader, nodes
from werkzeug.test import Client

from kiosk.wording.translations import (
    STAFF_ONLY,
    first_form,
    is_for_staff,
    messages,
    read_catalogue,
    statuses,
)
from tests.pages import Page
from tests.sites import site_of
from tests.tree import ROOT, files, read

TRANSLATIONS = ROOT / "translations"
TEMPLATES = ROOT / "kiosk" / "templates"
LANGUAGES = sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir())
STAFF_SKELETONS = {"staff.html"}
PLACE = re.compile(r"%\(\w+\)[a-z]|%.")
# A page of Urdu runs the other way: words that point to a side would point to the wrong one.
SIDES = {
    "en": r"\b(on|to|from) (the|your) (left|right)\b|\b(left|right)[- ]hand\b",
    "pl": r"\b(lew|praw)(ej|ą|o|y|a|ym|ego)\b",
    "ur": r"\b(بائیں|بایاں|دائیں|دایاں|داہنے)\b",
}
PHYSICAL = re.compile(
    r"(?<![\w-])(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)\b"
    r"|(?<![\w-])(left|right)\s*:|:\s*(left|right)\s*[;}]|border-(top|bottom)-(left|right)-radius"
)


def catalogue(lang: str) -> Catalog:
    """The messages of one language."""
    return read_catalogue(TRANSLATIONS / lang / "LC_MESSAGES" / "messages.po", lang)


def template() -> Catalog:
    """messages.pot as it is kept."""
    return read_catalogue(TRANSLATIONS / "messages.pot")


def where(found: Catalog) -> dict[object, list[str]]:
    """Each message of a catalogue with the files in which it stands."""
    return {(one.id, one.context): sorted({name for name, _ in one.locations}) for one in messages(found)}


def pupils(found: Catalog) -> list[Message]:
    """The messages that a child or a parent may read."""
    return [one for one in messages(found) if not is_for_staff(one)]


def forms(value: object) -> list[str]:
    """Every plural form of a message's English or translation."""
    return [str(form) for form in value] if isinstance(value, tuple | list) else [str(value or "")]


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
def test_every_message_of_the_template_is_in_each_language_and_no_other(lang: str) -> None:
    assert where(catalogue(lang)).keys() == where(template()).keys()


def test_everything_that_a_child_or_a_parent_reads_is_translated() -> None:
    found = {status.lang: status for status in statuses(TRANSLATIONS)}
    assert sorted(found) == LANGUAGES
    assert {"pl", "ur"} <= set(LANGUAGES)
    for status in found.values():
        assert status.missing == ()
        assert status.stale == ()
        assert status.pupils.translated == status.pupils.total == len(pupils(template())) > 200


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_a_guess(lang: str) -> None:
    assert [first_form(one) for one in messages(catalogue(lang)) if one.fuzzy] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_form_of_a_plural_is_there_and_the_rule_is_that_of_the_language(lang: str) -> None:
    found = catalogue(lang)
    assert found.num_plurals == get_plural(lang)[0]
    assert found.plural_forms == get_plural(lang).plural_forms
    counted = [one for one in pupils(found) if not isinstance(one.id, str)]
    assert counted, "some sentence counts"
    for one in counted:
        assert len(forms(one.string)) == found.num_plurals, first_form(one)
        assert all(forms(one.string)), first_form(one)


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
    for pattern in STAFF_ONLY:
        assert list(ROOT.glob(pattern)), f"{pattern} names nothing: take it off kiosk/wording/translations.py"


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
    assert {"base.html", "public/start.html", "lessons/show.html", "conduct/read.html"} <= shown
    english = {one for pattern in STAFF_ONLY for one in ROOT.glob(pattern)}
    assert sorted(name for name in shown if TEMPLATES / name in english) == []


def template_uses() -> dict[str, tuple[str | None, set[str]]]:
    """Each template with the one that it extends, and all that it takes parts from."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"])  # nosec B701
    found: dict[str, tuple[str | None, set[str]]] = {}
    for name in environment.list_templates():
        tree = environment.parse((TEMPLATES / name).read_text(encoding="utf-8"))
        parents = [
            one.template.value
            for one in tree.find_all(nodes.Extends)
            if isinstance(one.template, nodes.Const)
        ]
        taken = tree.find_all((nodes.FromImport, nodes.Import, nodes.Include))
        parts = {one.template.value for one in taken if isinstance(one.template, nodes.Const)}  # type: ignore[attr-defined]
        found[name] = (parents[0] if parents else None, parts | set(parents))
    return found


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("lang", "direction", "hello"),
    [
        ("ur", "rtl", "آپ کیا کرنا چاہتے ہیں؟"),
        ("pl", "ltr", "Co chcesz zrobić?"),
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
    (root,) = Page(client.get("/?lang=cy").text).all("html")
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
    page = Page(client.get("/home/code/ks2?lang=ur").text)
    for lang in ("en", "ur"):
        assert site_of(app).codes["ks2", lang].rules[0].text in page.text
    assert "The English stands beside" in page.text
