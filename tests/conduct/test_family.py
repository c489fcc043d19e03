"""The Code at home: the child's rules in the family's language, a draft with its English, and no signature."""

import re
from collections.abc import Collection
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.bands import Band
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.family import FAMILIES, code_alone, code_state, code_with_family_version
from kiosk.conduct.sheet import NEEDED, sections_for_sheet
from kiosk.content.translation import InLanguage
from kiosk.site import Content
from tests.conduct.codes import newer, with_code
from tests.pages import Element, Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

FOR_FAMILIES = ("/home/code", *(f"/home/code/{band}" for band in Band))
EVERY_CODE = pytest.mark.parametrize("address", [*FOR_FAMILIES, "/home/code/staff", "/home/code/visitor"])
DRAFT = "Draft. Nobody who reads this language has read it yet."


def nobody(_id: str, _lang: str) -> bool:
    """Nobody has approved any translation."""
    return False


def everybody(_id: str, _lang: str) -> bool:
    """Two people have approved every translation."""
    return True


@pytest.fixture
def codes(content: Content) -> Codes:
    found: Codes = content.codes
    return found


@pytest.fixture
def unread(app: Flask) -> None:
    """A school in which nobody has approved a translation of a Code."""
    known = site_of(app).in_use
    left = {key for key in known.approved if not key.startswith("translation/code-")}
    change_site(app, in_use=replace(known, approved=frozenset(left)))


def page_of(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return Page(answer.text)


def root(page: Page) -> Element:
    return page.all("html")[0]


def part(page: Page, id: str) -> Element:
    (found,) = [one for one in page.all("section", "li") if one.attrs.get("id") == id]
    return found


def older(codes: Codes, changed: Collection[str]) -> Codes:
    """The Codes after the school changed these rules of the families' Code, which nobody has translated anew."""
    own, english = codes[FAMILIES, "ur"], codes[FAMILIES, "en"]
    later: Code = newer(english, changed)
    return with_code(with_code(codes, later), replace(own, stale=True), "ur")


@pytest.mark.parametrize("band", list(Band))
def test_a_child_finds_its_own_rules_first(client: FlaskClient, codes: Codes, band: Band) -> None:
    page = page_of(client, f"/home/code/{band}")
    (text,) = [one.text for one in page.all("div") if one.attrs.get("class") == "fam-code__body"]
    rules = codes[band.value, "en"].rules
    places = [text.index(" ".join(rule.text.striptags().split())) for rule in rules]
    assert places == sorted(places)
    for later in ("Talk about it at home", "What the school does", "Photos of your child", "How to answer"):
        assert max(places) < text.index(later)


@EVERY_CODE
def test_every_code_page_has_one_heading_ways_on_and_no_cookie_even_for_who_brings_one(
    client: FlaskClient, address: str
) -> None:
    client.set_cookie("kiosk-learn", "anything", path="/")
    answer = client.get(address)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    page = Page(answer.text)
    assert page.heading
    assert any(link.attrs["href"].startswith("/report/") for link in page.all("a"))


@pytest.mark.parametrize("address", FOR_FAMILIES)
def test_a_family_signs_nothing_and_finds_no_button_to_answer_with(client: FlaskClient, address: str) -> None:
    page = page_of(client, address)
    assert not [*page.all("form"), *page.all("input")]
    assert "Answer on your own slip" in part(page, "reply").text
    assert "sign" not in part(page, "reply").text
    assert not [one for one in page.all("div") if one.attrs.get("class") == "sign"]


@pytest.mark.parametrize("address", FOR_FAMILIES)
@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_every_rule_has_the_same_anchor_in_every_language_and_four_jumps_lead_on(
    client: FlaskClient, codes: Codes, address: str, lang: str
) -> None:
    page = page_of(client, f"{address}?lang={lang}")
    id = address.removeprefix("/home/code").strip("/") or FAMILIES
    for number in range(1, len(codes[id, "en"].rules) + 1):
        assert part(page, f"r{number}").tag == "li"
    (jumps,) = [one for one in page.all("nav") if "fam-jumps" in one.attrs.get("class", "")]
    assert [link.attrs["href"] for link in jumps.find_all("a")] == [
        "#rules",
        "#school-does",
        "#talk",
        "#reply",
    ]


def test_the_page_in_urdu_runs_from_right_to_left_and_numbers_stay_as_they_are_dialled(
    client: FlaskClient,
) -> None:
    page = page_of(client, "/home/code/ks2?lang=ur")
    assert (root(page).attrs["lang"], root(page).attrs["dir"]) == ("ur", "rtl")
    numbers = [number for number in page.all("bdi") if number.attrs.get("class") == "num"]
    assert {"0800 1111", "999"} <= {number.text for number in numbers}
    calls = [link.attrs["href"] for link in page.all("a") if link.attrs["href"].startswith("tel:")]
    assert "tel:08001111" in calls


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize(("address", "id"), [("/home/code", FAMILIES), ("/home/code/ks2", "ks2")])
def test_a_draft_shows_the_english_of_every_line_and_says_that_it_is_one(
    client: FlaskClient, codes: Codes, address: str, id: str
) -> None:
    page = page_of(client, f"{address}?lang=ur")
    assert DRAFT in page.text
    english, home = codes[id, "en"], codes[FAMILIES, "en"]
    lines = [*(rule.text for rule in english.rules), *(rule.why for rule in english.rules)]
    lines += [item for section in home.sections for item in section.items]
    for line in lines:
        assert " ".join(line.striptags().split()) in page.text


def test_a_translation_that_two_people_approved_stands_alone_with_english_one_tap_away(
    client: FlaskClient, codes: Codes
) -> None:
    page = page_of(client, "/home/code/ks2?lang=ur")
    assert DRAFT not in page.text
    assert str(codes["ks2", "en"].rules[0].text) not in page.text
    assert page.link("In English") == "/home/code/ks2?lang=en"


@pytest.mark.usefixtures("unread")
def test_a_translation_that_somebody_signed_in_its_file_stands_alone_as_well(
    app: Flask, client: FlaskClient, codes: Codes
) -> None:
    signed = with_code(codes, replace(codes["ks2", "ur"], draft=False), "ur")
    signed = with_code(signed, replace(codes["parents", "ur"], draft=False), "ur")
    change_site(app, codes=signed)
    page = page_of(client, "/home/code/ks2?lang=ur")
    assert DRAFT not in page.text
    assert str(codes["ks2", "en"].rules[0].text) not in page.text


def test_rules_without_a_translation_stand_in_english_beside_the_familys_short_version(
    client: FlaskClient, codes: Codes
) -> None:
    page = page_of(client, "/home/code/ks3?lang=ur")
    short = {rule.policy: rule.text for rule in codes["parents", "ur"].rules}
    for rule in codes["ks3", "en"].rules:
        assert " ".join(rule.text.striptags().split()) in page.text
        assert short[rule.policy].striptags() in page.text
    english = [one for one in page.all("p") if one.attrs.get("class") == "fam-en"]
    assert {one.attrs["dir"] for one in english} == {"ltr"}


def test_a_rule_that_changed_since_shows_in_english_and_the_others_as_they_were_approved(
    codes: Codes,
) -> None:
    now = older(codes, {"r11"})
    assert code_state(now, FAMILIES, "ur", everybody) == (InLanguage.OLD, (11,))
    found = code_alone(now, FAMILIES, "ur", everybody)
    assert found.rules[10].words.own is None
    assert all(rule.words.own and not rule.words.en for rule in (*found.rules[:10], *found.rules[11:]))
    assert all(item.own and item.en for section in found.sections for item in section.items), "nobody can say"


def test_a_draft_that_is_old_as_well_is_a_draft_in_which_changed_rules_are_english(codes: Codes) -> None:
    now = older(codes, {"r11"})
    assert code_state(now, FAMILIES, "ur", nobody) == (InLanguage.DRAFT, (11,))
    found = code_alone(now, FAMILIES, "ur", nobody)
    assert found.draft
    assert found.rules[10].words.own is None
    assert found.rules[0].words.own and found.rules[0].words.en


def test_an_outdated_translation_without_the_lines_of_the_english_is_not_shown(codes: Codes) -> None:
    own = codes["ks2", "ur"]
    stale = with_code(codes, replace(own, stale=True, rules=own.rules[:-1]), "ur")
    assert code_state(stale, "ks2", "ur", everybody) == (InLanguage.NOT_YET, ())
    found = code_with_family_version(stale, Band.KS2, "ur", everybody)
    assert not found.translated
    assert own.rules[0].text not in [rule.words.own for rule in found.rules]


def test_an_unknown_language_falls_back_to_the_schools_own(client: FlaskClient) -> None:
    assert root(page_of(client, "/home/code/ks2?lang=xx")).attrs["lang"] == "en-GB"


@pytest.mark.parametrize("code_id", ["ks5", "KS2", "..%2Fstaff"])
def test_an_unknown_code_is_not_found(client: FlaskClient, code_id: str) -> None:
    assert client.get(f"/home/code/{code_id}").status_code == 404


def test_the_code_of_families_has_one_address(client: FlaskClient) -> None:
    answer = client.get("/home/code/parents?lang=pl")
    assert (answer.status_code, answer.headers["Location"]) == (308, "http://localhost/home/code?lang=pl")


@EVERY_CODE
@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_no_page_asks_for_anything_or_holds_a_style_or_script_of_its_own(
    client: FlaskClient, address: str, lang: str
) -> None:
    html = client.get(f"{address}?lang={lang}").text
    assert not re.search(r"<form|<input|\sstyle=|<style|\son\w+=|<script(?! src=\"/static/)", html)


@pytest.mark.parametrize("band", list(Band))
def test_a_sheet_in_english_holds_what_a_family_needs(client: FlaskClient, codes: Codes, band: Band) -> None:
    page = page_of(client, f"/home/code/{band}")
    found = code_with_family_version(codes, band, "en", nobody)
    on_paper = sections_for_sheet(found, pictured=band is Band.KS1)
    assert {*NEEDED, "images"} <= on_paper
    for section in found.sections:
        assert ("no-print" in part(page, section.id).attrs["class"]) is (section.id not in on_paper)


def test_a_sheet_that_cannot_hold_what_is_needed_leaves_nothing_out(codes: Codes) -> None:
    found = code_with_family_version(codes, Band.KS4, "ur", nobody)
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
    (intro,) = [one for one in page.all("div") if one.attrs.get("class") == "prose"]
    assert intro.attrs["lang"] == "en-GB"
    assert "dir" not in intro.attrs
