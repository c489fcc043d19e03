"""Notices, and what families said, as families meet them: by every look, by keyboard, without scripts, on paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from tests.browser.conftest import PHONE, School, context_at
from tests.browser.hands import tab_to
from tests.browser.test_axe import look_at, look_at_every_look
from tests.browser.test_pages_of_duties import DOUBLE_TEXT, FITS

NOTICES, SAID = "/home/notices", "/home/we-did"
ADDRESSES = (NOTICES, f"{NOTICES}/homework-tablets", f"{NOTICES}?lang=ur", SAID, f"{SAID}?lang=ur")
SIZES = [ViewportSize(width=wide, height=768) for wide in (1024, 320, 360)]  # a phone's last


@pytest.fixture
def phone(chromium: Browser, school: School) -> Iterator[BrowserContext]:
    """A phone that has never been here; its text can be doubled by a style of the test's own."""
    with context_at(chromium, school.url, viewport=PHONE, bypass_csp=True) as opened:
        yield opened


@pytest.mark.main
@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_and_nothing_runs_off_the_side(address: str, phone: BrowserContext) -> None:
    page = phone.new_page()
    for size in SIZES:
        page.set_viewport_size(size)
        page.goto(address)
        assert page.evaluate(FITS), size
    look_at(page)
    look_at_every_look(page)
    page.add_style_tag(path=str(DOUBLE_TEXT))
    assert page.evaluate(FITS), "twice the text"


def test_by_keyboard_alone_an_older_version_opens_and_another_notice_is_read(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(NOTICES)
    expect(page.get_by_text("plainer words")).to_be_hidden()
    tab_to(page, ".fam-fold > summary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("plainer words")).to_be_visible()
    tab_to(page, ".fam-old a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"{NOTICES}/"))


def test_without_scripts_all_of_it_can_be_read_and_a_mistake_leads_to_what_is_right(
    chromium: Browser, school: School
) -> None:
    with context_at(chromium, school.url, viewport=PHONE, java_script_enabled=False) as opened:
        page = opened.new_page()
        page.goto(f"{NOTICES}/homework-tablets")
        page.get_by_role("link", name="Read what is right").click()
        expect(page.get_by_role("heading", name="We were wrong about homework tablets")).to_be_visible()
        page.get_by_role("link", name="Read the notice that this puts right").click()
        expect(page.get_by_text("Something in it was wrong.")).to_be_visible()


def test_from_right_to_left_a_notice_in_english_keeps_its_own_way(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{NOTICES}?lang=ur")
    assert page.locator("html").get_attribute("dir") == "rtl"
    title = page.locator("article h2")
    assert (title.get_attribute("lang") or "").startswith("en")


def test_on_paper_every_version_stands_open_and_no_button(phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(NOTICES)
    page.emulate_media(media="print")
    assert page.locator("details").first.evaluate(
        "(one) => getComputedStyle(one, '::details-content').contentVisibility"
    ) == ("visible")
    for gone in (".fam-top", ".fam-foot", ".fam-row"):
        expect(page.locator(gone).first).to_be_hidden()
