"""A card is read by the camera of this page, which goes off once it is read; where no square can be read there is no
button (promise E26)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser.conftest import TABLET, School, context_at, launch
from tests.browser.hands import become, code_of, set_tablet_up
from tests.serving import wait_until

# Chromium on a PC reads no square: what a tablet's would find, after the second look.
READER = """
window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
  async detect(video) {
    window.looks = (window.looks || 0) + 1;
    return window.looks > 1 ? [{ rawValue: %r }] : [];
  }
};
"""


@pytest.fixture(scope="module")
def camera(playwright_driver: Playwright, school: School) -> Iterator[BrowserContext]:
    """A browser with a made-up camera."""
    made_up = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    browser = launch(playwright_driver, *made_up)
    yield context_at(browser, school.url, viewport=TABLET)
    browser.close()


@pytest.fixture(scope="module")
def printed(camera: BrowserContext, school: School) -> list[str]:
    """The words of the cards of the youngest, whose tablet this browser is."""
    desk = camera.new_page()
    code_of(desk, school, "Wrens")
    become(desk, "Ms Okafor")
    desk.goto("/staff/classes/")
    desk.get_by_role("link", name="Wrens", exact=True).click()
    desk.get_by_role("link", name="Cards").click()
    desk.get_by_role("button", name="Make new cards").click()
    words = desk.locator(".key-card .small").all_inner_texts()
    set_tablet_up(desk, "Wrens")
    desk.close()
    return words


def test_a_card_that_is_held_up_is_read_and_the_camera_goes_off(
    camera: BrowserContext, printed: list[str]
) -> None:
    page = camera.new_page()
    page.add_init_script(READER % printed[1].upper())
    page.goto("/learn/?band=ks1")
    page.get_by_role("link", name="I have a card").click()
    assert page.evaluate("document.getElementById('sees').srcObject") is None, "the camera waits for a tap"
    page.locator("#look-at-card").click()
    page.wait_for_url("**/learn/me**")
    expect(page.locator(".meet__name")).not_to_be_empty()
    expect(page.get_by_role("button", name="That is me")).to_be_visible()
    page.close()


def test_where_no_square_can_be_read_there_is_no_button(camera: BrowserContext, printed: list[str]) -> None:
    page = camera.new_page()
    page.goto("/learn/names?band=ks1")
    page.goto("/learn/card?band=ks1")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#look-at-card")).to_be_hidden()
    expect(page.locator("#words")).to_be_visible()
    page.close()


def test_after_a_minute_without_a_card_the_camera_is_off(camera: BrowserContext, printed: list[str]) -> None:
    page: Page = camera.new_page()
    page.clock.install()
    page.add_init_script(READER.replace("> 1", "> 1e9") % "nothing")
    page.goto("/learn/card?band=ks1")
    page.locator("#look-at-card").click()
    wait_until(lambda: page.evaluate("window.looks"), lambda: "the camera has not looked")
    page.clock.fast_forward(61_000)
    expect(page.locator("#sees")).to_be_hidden()
    assert page.evaluate("document.getElementById('sees').srcObject") is None
    page.close()
