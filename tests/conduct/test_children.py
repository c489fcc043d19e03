"""The third door of the start page: a child reads the rules of its own age there, without signing in."""

import pytest
from flask.testing import FlaskClient

from kiosk.bands import Band
from kiosk.site import Content
from tests.lessons.learner import heading
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")
EVERY_BAND = pytest.mark.parametrize("band", list(Band))


def page_of(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert "Set-Cookie" not in answer.headers
    return Page(answer.text)


@EVERY_BAND
def test_the_third_door_leads_to_every_rule_of_the_band_and_back_to_the_start(
    client: FlaskClient, content: Content, band: Band
) -> None:
    page = page_of(client, page_of(client, f"/?band={band}").link("Our Code"))
    assert page.all("html")[0].attrs["data-band"] == band
    read = page.text
    while not [link for link in page.all("a") if link.text == "Start page"]:
        page = page_of(client, page.link("Next rule"))
        read += page.text
    for rule in content.codes[band.value, "en"].rules:
        assert " ".join(rule.text.striptags().split()) in read
    assert page.link("Start page").startswith("/?band=")


@EVERY_BAND
def test_the_page_for_children_asks_nothing_and_leads_to_that_for_families(
    client: FlaskClient, content: Content, band: Band
) -> None:
    page = page_of(client, f"/home/code/{band}/1")
    assert heading(page) == " ".join(content.codes[band.value, "en"].rules[0].text.striptags().split())
    assert not page.all("form", "input")
    assert page.link("For families").startswith(f"/home/code/{band}")
    assert page.link("Tell someone") == f"/report/{band}/en"
    assert page.link("Leave").startswith("/")


def test_a_draft_says_that_it_is_one_and_has_its_english_beside_it(
    client: FlaskClient, content: Content
) -> None:
    page = page_of(client, "/home/code/ks2/1?lang=ur")
    assert page.all("html")[0].attrs["dir"] == "rtl"
    assert "Nobody who speaks this language has checked these words yet." in page.text
    assert content.codes["ks2", "en"].rules[0].text.striptags() in page.text
    assert "lang=ur" in page.link("اگلا اصول")


@pytest.mark.parametrize("address", ["ks2/0", "ks2/9", "ks9/1", "staff/1", "parents/1"])
def test_a_screen_that_is_not_there_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(f"/home/code/{address}").status_code == 404
