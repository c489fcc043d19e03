"""Posters and cards on paper: one sheet each in every language, nothing cut off, a square that a phone can read."""

import pytest
from playwright.sync_api import Page

from tests.browser.hands import become
from tests.browser.test_paper import sheets

SQUARE_MM = 24  # read from a hand's breadth for a card, from across a corridor for a poster
CUT_OFF = """() => [...document.querySelectorAll('.bill')]
  .filter((e) => e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2).length"""


@pytest.mark.parametrize("sort", ["poster", "cards"])
@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_each_is_one_sheet_with_nothing_cut_off(laptop: Page, sort: str, lang: str) -> None:
    become(laptop, "Miss Green")
    for audience in ("all", "ks1", "ks4"):
        laptop.goto(f"/staff/posters/{sort}/{audience}/{lang}")
        assert sheets(laptop) == 1, audience
        laptop.emulate_media(media="print")
        laptop.set_viewport_size({"width": 711, "height": 1039})  # a sheet within its margins
        assert laptop.evaluate(CUT_OFF) == 0, audience
        square = laptop.locator(".bill__code svg").first.bounding_box()
        assert square is not None and square["width"] / 96 * 25.4 >= SQUARE_MM
        assert laptop.locator("main :is(a, button, input):visible").count() == 0
        laptop.emulate_media(media="null")
        laptop.set_viewport_size({"width": 1280, "height": 720})
