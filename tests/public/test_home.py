"""What families find without an account: no cookie, every way to help, hours only as long as somebody checked."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.bands import Band
from kiosk.public.articles import Articles, Related
from kiosk.site import Content
from kiosk.wording.facts import Helplines
from tests.pages import Element, Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

OF_FAMILIES = {"/home/all"}  # which wear their own frame
ADDRESSES = [
    *OF_FAMILIES,
    "/home/help/all",
    "/home/help/all?band=ks1",
    *(f"/home/privacy/{reader}" for reader in (*Band, "parents")),
    "/home/policy",
    "/home/about",
]
EVERY_PAGE = pytest.mark.parametrize("address", ADDRESSES)
SHOUT_HOURS = "Any time, day or night."


def page_of(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return Page(answer.text)


def part(page: Page, id: str) -> Element:
    (found,) = [section for section in page.all("section") if section.attrs.get("id") == id]
    return found


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let the school's day be `day`."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    monkeypatch.setattr("kiosk.site.now_utc", lambda: noon)


@EVERY_PAGE
def test_no_page_sets_a_cookie_or_looks_at_one(client: FlaskClient, address: str) -> None:
    for name in ("kiosk-learn", "kiosk-staff", "session"):
        client.set_cookie(name, "anything", path="/")
    answer = client.get(address)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.main(8)
@EVERY_PAGE
@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_every_page_has_a_language_one_heading_a_way_out_and_a_way_to_tell(
    client: FlaskClient, address: str, lang: str
) -> None:
    page = page_of(client, f"{address}{'&' if '?' in address else '?'}lang={lang}")
    html = page.all("html")[0].attrs
    assert html["lang"] == {"en": "en-GB"}.get(lang, lang)
    assert html["dir"] == ("rtl" if lang == "ur" else "ltr")
    assert page.heading
    if address in OF_FAMILIES:
        assert (
            page.link(
                "Are you a child? Tell someone"
                if lang == "en"
                else page.all("footer")[0].find_all("a")[-1].text
            )
            == "/report/"
        )
        return
    (header,) = page.all("header")
    leave, *_, tell = header.find_all("a")
    assert leave.attrs["href"].startswith("/?")
    assert tell.attrs["href"].startswith("/report/")


@EVERY_PAGE
def test_no_page_has_a_style_or_script_of_its_own_or_loads_anything_foreign(
    client: FlaskClient, address: str
) -> None:
    html = client.get(address).text
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?! src=\"/static/)", html)
    assert not re.search(r'(src|<link[^>]*href)="(?!/static/)', html)


def test_the_index_leads_to_every_page_for_families(client: FlaskClient) -> None:
    page = page_of(client, "/home/all?lang=pl")
    links = {link.attrs["href"].partition("?")[0] for link in page.all("a")}
    expected = {f"/home/code/{code}" for code in (*Band, "staff", "visitor")}
    expected |= {f"/home/privacy/{reader}" for reader in (*Band, "parents")}
    expected |= {"/home/help/all", "/home/policy", "/home/about", "/home/lessons/", "/report/"}
    assert expected <= links
    for link in sorted(links - {"/", "/report/"}):
        if link.startswith("/home"):
            wanted = 303 if link == "/home/worry" else 200  # which leads on to the form
            assert client.get(link).status_code == wanted, link


@pytest.mark.parametrize("address", ["/home/slip", "/home/slip/abc", "/home/privacy/ks5"])
def test_pages_that_do_not_exist_are_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_help_for_children_is_grouped_by_the_age_from_which_it_is_there(client: FlaskClient) -> None:
    page = page_of(client, "/home/help/all")
    children = part(page, "children").text
    places = [children.index(f"From the age of {age}") for age in (4, 7, 11, 14)]
    assert places == sorted(places)
    assert places[0] < children.index("Childline") < places[1]
    assert children.count("It does not show on the phone bill.") == 1


def test_help_for_one_age_leaves_out_what_is_for_older_children(
    client: FlaskClient, content: Content
) -> None:
    lines: Helplines = content.facts.helplines
    children = part(page_of(client, "/home/help/all?band=ks1"), "children").text
    for line in lines.all.values():
        if "child" in line.audience:
            said = line.what["en"]
            assert (said in children) is ("ks1" in line.for_bands), line.id


def test_numbers_can_be_rung_and_keep_their_direction(client: FlaskClient) -> None:
    page = page_of(client, "/home/help/all?lang=ur")
    calls = {
        link.attrs["href"]: link.find_all("bdi")[0].text
        for link in page.all("a")
        if link.attrs["href"].startswith("tel:")
    }
    assert calls["tel:08001111"] == "0800 1111"
    assert calls["tel:999"] == "999"


def test_a_number_to_text_is_texted_and_never_rung(client: FlaskClient) -> None:
    page = page_of(client, "/home/help/all")
    addresses = {link.attrs["href"] for link in page.all("a")}
    assert {"sms:85258", "sms:7726"} <= addresses
    assert not {"tel:85258", "tel:7726"} & addresses
    assert "Text SHOUT to 85258" in page.text


def test_drafts_of_help_lines_stand_beside_their_english(client: FlaskClient, content: Content) -> None:
    text = page_of(client, "/home/help/all?lang=ur").text
    for line in content.facts.helplines.all.values():
        assert line.what["en"] in text
        assert line.what["ur"] in text


def test_hours_are_shown_until_their_review_date_and_the_line_stays_after_it(
    client: FlaskClient, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    shout = content.facts.helplines["shout"]
    on(monkeypatch, shout.review_by)
    assert SHOUT_HOURS in page_of(client, "/home/help/all").text
    on(monkeypatch, shout.review_by.replace(year=shout.review_by.year + 1))
    text = page_of(client, "/home/help/all").text
    assert SHOUT_HOURS not in text
    assert shout.what["en"] in text


def test_only_lines_that_need_a_name_say_so(client: FlaskClient, content: Content) -> None:
    needed = [line for line in content.facts.helplines.all.values() if line.needs_name]
    assert page_of(client, "/home/help/all").text.count("They ask for your name.") == len(needed)


@pytest.mark.parametrize("band", list(Band))
def test_a_child_reads_what_we_keep_in_the_skin_of_its_band(client: FlaskClient, band: Band) -> None:
    page = page_of(client, f"/home/privacy/{band}")
    assert page.all("html")[0].attrs["data-band"] == band
    assert page.link("Tell someone") == f"/report/{band}/en"
    assert page.link("Leave") == f"/?band={band}"


def test_parents_read_what_we_keep_about_their_child(client: FlaskClient) -> None:
    page = page_of(client, "/home/privacy/parents")
    assert page.heading == "What we keep about your child"
    assert page.all("html")[0].attrs["data-band"] == "home"


def test_a_page_that_is_not_translated_says_so_and_goes_the_way_of_the_page(client: FlaskClient) -> None:
    page = page_of(client, "/home/policy?lang=ur")
    (words,) = [one for one in page.all("div") if one.attrs.get("class") == "prose"]
    assert words.attrs["lang"] == "en-GB"
    assert "dir" not in words.attrs, "which way a page goes is said of the page alone"


def test_the_policy_shows_its_review_and_says_when_that_is_overdue(
    app: Flask, client: FlaskClient, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = content.articles.get("policy", "en")
    assert policy.next_review
    on(monkeypatch, policy.next_review)
    text = page_of(client, "/home/policy").text
    assert f"Version {policy.version}." in text
    assert "14 September 2026" in text and "13 September 2027" in text
    assert "overdue" not in text
    on(monkeypatch, policy.next_review.replace(year=policy.next_review.year + 1))
    assert "This review is overdue." in page_of(client, "/home/policy").text


def test_the_policy_names_those_to_be_read_with_it(client: FlaskClient, content: Content) -> None:
    policy = content.articles.get("policy", "en")
    items = [item.text for item in part(page_of(client, "/home/policy"), "related").find_all("li")]
    assert items == [one.title for one in policy.related]
    assert "Behaviour and exclusion policy" in items


@pytest.mark.parametrize("lang", ["en", "pl", "ur"])
def test_a_policy_beside_it_shows_its_version_its_day_and_where_it_stands(
    client: FlaskClient, content: Content, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    known = Related(
        title="Phones <b>", version="4", day=date(2026, 9, 1), url="https://school.example/phones"
    )
    policy = replace(content.articles.get("policy", "en"), related=(known,))
    monkeypatch.setattr(Articles, "get", lambda self, id, lang: policy)
    (item,) = part(page_of(client, f"/home/policy?lang={lang}"), "related").find_all("li")
    (link,) = item.find_all("a")
    assert (link.attrs["href"], link.text) == ("https://school.example/phones", "Phones <b>")
    if lang == "en":
        assert item.text.endswith("Phones <b>, version 4, 1 September 2026")


def test_the_page_of_help_says_when_the_numbers_were_looked_up_and_doubts_those_past_their_day(
    client: FlaskClient, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubts = (
        "Look this number up before you ring.",
        "If this number does not work, look it up with a grown-up.",
    )
    last = min(line.review_by for line in content.facts.helplines.all.values() if line.any_number)
    on(monkeypatch, last)
    text = page_of(client, "/home/help/all").text
    assert "Each number here was looked up in November 2026 or later." in text
    assert not any(doubt in text for doubt in doubts)
    on(monkeypatch, last.replace(year=last.year + 1))
    page = page_of(client, "/home/help/all")
    cards = [one for one in page.all("div") if one.attrs.get("class") == "helpline"]
    to_ring = [
        one for one in cards if any(re.match("(tel|sms):", a.attrs["href"]) for a in one.find_all("a"))
    ]
    in_doubt = [one for one in to_ring if any(doubt in one.text for doubt in doubts)]
    assert [one.text for one in to_ring if one not in in_doubt] == [
        one.text for one in to_ring if "999" in one.text
    ]
    assert in_doubt and doubts[0] not in part(page, "children").text
    assert doubts[1] not in part(page, "adults").text


def test_the_credits_name_whose_work_this_is_and_give_each_licence(client: FlaskClient) -> None:
    page = page_of(client, "/home/about")
    for words in ("OpenMoji", "CC BY-SA 4.0", "Lexend", "SIL Open Font Licence", "htmx", "MIT licence"):
        assert words in page.text
    licences = [link.attrs["href"] for link in page.all("a") if "/licences/" in link.attrs["href"]]
    assert len(licences) == 4


@pytest.mark.parametrize("address", ["/home/all", "/home/help/all"])
def test_a_language_that_nobody_has_checked_asks_who_reads_it_to_look(
    client: FlaskClient, address: str
) -> None:
    asks = "If you read this language well, please tell the school what to change."
    assert asks not in page_of(client, address).text
    for lang, own in (("ur", "اگر یہ زبان آپ کو اچھی طرح آتی ہے"), ("pl", "Jeśli dobrze znasz ten język")):
        text = page_of(client, f"{address}?lang={lang}").text
        assert own in text
        assert asks in text


def test_whoever_has_a_worry_comes_to_a_form_that_opens(app: Flask, client: FlaskClient) -> None:
    change_site(app, config=site_of(app).config.model_copy(update={"languages": "en,pl,ro"}))
    for lang, form in (("en", "en"), ("pl", "pl"), ("ro", "en"), ("xx", "en")):
        assert client.get(f"/home/worry?lang={lang}").location == f"/report/kin/{form}"
