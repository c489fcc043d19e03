"""A worry of a grown-up, told from a phone; on the wire it is what a child tells (promise F8)."""

import urllib.parse
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import PHONE, School, context_at
from tests.browser.hands import go_on, tab_to, tap
from tests.browser.test_axe import look_at
from tests.relay import watched

pytestmark = pytest.mark.main(2)

WORRY = "/report/kin/en"
WORDS = "Somebody in a game keeps asking her to move to another chat."
DOUBLE_TEXT = Path(__file__).with_name("double_text.css")
NARROW = {"width": 320, "height": 640}


def _tell(page: Page, band: str) -> None:
    """The same words in either form, with the wish for an answer, until whatever the browser asked for has come."""
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(f"/report/{band}/en", wait_until="networkidle")
    while page.locator("#next").is_visible():
        for id in ("danger-no", "concern-friend", "follow-friend-safe"):
            if page.locator(f"#{id}").is_visible():
                tap(page, id)
        if page.locator("#words").is_visible():
            page.fill("#words", WORDS)
        go_on(page)
    if band in ("kin", "worry"):
        tap(page, "concern-friend")
        page.fill("#words", WORDS)
    tap(page, "reply-yes")
    page.locator("#send").click()
    expect(page.locator("#what-next")).to_be_visible()
    page.wait_for_load_state("load")
    page.wait_for_load_state("networkidle")
    for request in asked:
        if answer := request.response():
            answer.finished()


def test_a_worry_and_a_childs_report_are_the_same_requests_of_the_same_sizes(
    chromium: Browser, school: School
) -> None:
    """Whoever watches the network counts requests and bytes: the form was shorter, and each of its requests longer."""
    seen = {}
    port = urllib.parse.urlsplit(school.url).port or 80
    for band in ("ks4", "kin", "ks2", "worry"):
        with watched(port) as wire:
            context = context_at(chromium, wire.url, viewport=PHONE)
            _tell(context.new_page(), band)
            context.close()
            seen[band] = wire.exchanges()
    assert len(seen["ks4"]) >= 5, "the control: form, styles, scripts, and what was sent"
    assert max(sent for sent, _ in seen["ks4"]) > 15_000, "the control: what was sent is among them"
    assert seen["kin"] == seen["ks4"]
    assert len(seen["ks2"]) == len(seen["ks4"])
    assert seen["worry"] != seen["ks4"], "the control: two letters more in an address are seen"


def test_from_home_nothing_is_carried_along(phone: Page) -> None:
    """No word of the page that led there, and nothing of the query but its language."""
    asked = []
    phone.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))
    phone.goto("/home/help")
    phone.evaluate("location.href = '/home/worry?lang=en&from=letter-7'")
    expect(phone.locator("#words")).to_be_visible()
    assert urllib.parse.urlsplit(phone.url).path == WORRY
    assert not urllib.parse.urlsplit(phone.url).query
    assert [referer for url, referer in asked if url.endswith(WORRY)] == [""]
    assert phone.context.cookies() == []


def test_it_is_told_with_the_keyboard_alone_and_the_pictures_lead_back(phone: Page) -> None:
    phone.goto(WORRY)
    tab_to(phone, "#concern-friend")
    phone.keyboard.press("Space")
    tab_to(phone, "#words")
    phone.keyboard.type(WORDS)
    tab_to(phone, "#reply-yes")
    phone.keyboard.press("Space")
    tab_to(phone, "#send")
    phone.keyboard.press("Enter")
    expect(phone.locator("h1")).to_have_text("We have your message")
    tab_to(phone, "#mine summary")
    phone.keyboard.press("Enter")
    assert len(str(phone.locator("#way-back").get_attribute("data-pictures")).split()) == 6


def test_whoever_is_not_sure_sees_who_reads_it_then(phone: Page) -> None:
    phone.goto(WORRY)
    expect(phone.locator("#head")).to_be_hidden()
    tap(phone, "concern-adult")
    expect(phone.locator("#head")).to_be_visible()
    expect(phone.locator("[data-reads-now] li:visible").first).to_be_visible()
    tap(phone, "concern-friend")
    expect(phone.locator("#head")).to_be_hidden()


def test_without_words_it_says_what_to_do_and_without_script_as_well(slate: Page) -> None:
    slate.goto(WORRY)
    slate.locator("#send").click()
    expect(slate.locator(".error-summary")).to_contain_text("Write something, or ring us")
    slate.fill("#words", WORDS)
    slate.locator("#send").click()
    expect(slate.locator("h1")).to_have_text("We have your message")


@pytest.mark.parametrize("text", ["as it is", "twice as large"])
def test_nothing_runs_out_of_a_narrow_phone_and_axe_finds_nothing(
    chromium: Browser, school: School, text: str
) -> None:
    size = NARROW if text == "as it is" else PHONE
    context = context_at(chromium, school.url, viewport=size, bypass_csp=True)
    page = context.new_page()
    for address in (WORRY, "/report/kin/ur"):
        page.goto(address)
        if text != "as it is":
            page.add_style_tag(path=str(DOUBLE_TEXT))
        tap(page, "concern-adult")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        look_at(page)
    page.fill("#words", WORDS)
    page.locator("#send").click()
    expect(page.locator("h1")).to_have_text("We have your message")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look_at(page)
    context.close()
