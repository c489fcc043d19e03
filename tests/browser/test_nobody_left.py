"""A child who ticked everybody: the check page says so at once, with and without script, and leads to a person."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import PHONE, TABLET
from tests.browser.hands import go_on, tap

NOBODY = "Nobody at school can read this yet"


def to_names(page: Page, band: str) -> None:
    """From the first page to the names, about a grown-up."""
    page.goto(f"/report/{band}/en")
    go_on(page)
    tap(page, "danger-no")
    go_on(page)
    tap(page, "concern-adult")
    go_on(page)


def tick_all(page: Page) -> None:
    """Tick every name there is."""
    for number in range(1, page.locator("[name=exclude]").count() + 1):
        tap(page, f"exclude-{number}")


def fits(page: Page) -> None:
    """Nothing stands outside the page at the side."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
@pytest.mark.parametrize("band", ["ks2", "ks3", "ks4"])
def test_the_check_page_says_that_nobody_is_left_only_once_everybody_is_ticked(
    tablet: Page, band: str, size: ViewportSize
) -> None:
    tablet.set_viewport_size(size)
    to_names(tablet, band)
    while tablet.locator("#next").is_visible():
        go_on(tablet)
    card = tablet.locator(".nobody")
    expect(card).to_be_hidden()
    to_names(tablet, band)
    tick_all(tablet)
    while tablet.locator("#next").is_visible():
        go_on(tablet)
    expect(card).to_be_visible()
    expect(card).to_contain_text(NOBODY)
    expect(card).to_contain_text("You ticked everyone")
    expect(card).to_contain_text("0800 1111")
    fits(tablet)
    tap(tablet, "reply-yes")
    tablet.locator("#send").click()
    expect(tablet.locator("h1")).to_have_text(
        "Go to a grown-up now" if band == "ks2" else "Get help from an adult now"
    )
    expect(tablet.locator("#what-next")).to_contain_text(NOBODY)
    expect(tablet.locator("main")).not_to_contain_text("It goes to")
    fits(tablet)
