"""The screen in the hall in a browser: read from far, moved by keys, by itself, and not where less motion is wanted."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import School, context_at
from tests.browser.test_axe import look_at, look_at_every_look

WALL: dict[str, Any] = {"viewport": {"width": 1280, "height": 720}}
PAGES = ("/home/hall", "/home/hall/code", "/home/hall/help")
EVERY_MS = 30_000
SMALLEST = """() => Math.min(...[...document.querySelectorAll("body *")]
  .filter((one) => !one.closest(".skip, svg"))
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""


@pytest.fixture
def wall(chromium: Browser, school: School) -> Iterator[Page]:
    """A projector in the hall."""
    context = context_at(chromium, school.url, **WALL)
    yield context.new_page()
    context.close()


@pytest.mark.main(1)
@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_each_page_is_one_view_and_nothing_on_it_is_smaller_than_twenty_pixels(wall: Page, lang: str) -> None:
    for address in PAGES:
        wall.goto(f"{address}?lang={lang}")
        assert wall.evaluate(SMALLEST) >= 20, address
        assert wall.evaluate("document.documentElement.scrollHeight <= innerHeight"), f"{address} is one view"
        assert wall.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.main
def test_the_arrow_keys_lead_around_and_the_page_stays_where_they_led(wall: Page) -> None:
    wall.goto(PAGES[0])
    for address in (*PAGES[1:], PAGES[0]):
        wall.keyboard.press("ArrowRight")
        wall.wait_for_url(f"**{address}#stay")
    wall.keyboard.press("ArrowLeft")
    wall.wait_for_url(f"**{PAGES[2]}#stay")


@pytest.mark.main
def test_it_goes_on_by_itself_every_half_minute(wall: Page) -> None:
    wall.clock.install()
    wall.goto(PAGES[0])
    wall.clock.run_for(EVERY_MS + 1000)
    wall.wait_for_url(f"**{PAGES[1]}")


def test_it_stands_still_where_less_motion_is_wanted(chromium: Browser, school: School) -> None:
    context = context_at(chromium, school.url, reduced_motion="reduce", **WALL)
    page = context.new_page()
    page.clock.install()
    page.goto(PAGES[0])
    page.clock.run_for(EVERY_MS * 3)
    assert page.url.endswith(PAGES[0])
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**{PAGES[1]}#stay")
    context.close()


def test_without_a_script_links_move_it(chromium: Browser, school: School) -> None:
    context = context_at(chromium, school.url, java_script_enabled=False, **WALL)
    page = context.new_page()
    page.goto(PAGES[0])
    page.get_by_role("link", name="Help").click()
    page.wait_for_url(f"**{PAGES[2]}#stay")
    context.close()


@pytest.mark.main(1)
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(wall: Page, address: str) -> None:
    for lang in ("en", "ur"):
        wall.goto(f"{address}?lang={lang}")
        look_at(wall)
    look_at_every_look(wall)
