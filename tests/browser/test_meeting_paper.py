"""The page for a meeting on paper: one sheet, black on white, with nothing to press."""

from playwright.sync_api import Page

from tests.browser.hands import become
from tests.browser.test_paper import sheets

COLOURS = """() => [...new Set([...document.querySelectorAll('.meeting, .meeting *')]
  .filter((e) => e.getClientRects().length).map((e) => getComputedStyle(e).color))]"""


def test_the_page_for_a_meeting_prints_on_one_sheet_in_black_without_controls(laptop: Page) -> None:
    become(laptop, "Mrs Adeyemi")
    laptop.goto("/staff/incidents/meeting")
    for case in laptop.locator("input[name=case]").all():
        case.check()
    laptop.get_by_label("Team meeting").check()
    laptop.get_by_role("button", name="Make the page").click()
    laptop.locator(".meeting").wait_for()
    assert sheets(laptop) == 1
    laptop.emulate_media(media="print")
    assert laptop.locator("main :is(a, button, input):visible").count() == 0
    assert laptop.evaluate(COLOURS) == ["rgb(0, 0, 0)"]
    assert laptop.get_by_text("Shred it by").is_visible()
