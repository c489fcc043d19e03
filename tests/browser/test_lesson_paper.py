"""Lessons on paper: no controls, black on white, and no more sheets than a teacher will copy."""

from playwright.sync_api import Page

from kiosk.site import Content
from tests.browser.hands import become
from tests.browser.test_meeting_paper import COLOURS
from tests.browser.test_paper import sheets

# Two lessons for the oldest say so much that a teacher's page on two sheets would need letters below 8 points.
MOST_SHEETS = {"teacher": 3, "pupils": 2}
BLOCKS = {"teacher": ".plan", "pupils": ".worksheet"}
# What is cut off by its own box would be lost where a page of paper ends.
CUT_OFF = """(block) => [document.querySelector(block), ...document.querySelectorAll(`${block} *`)]
  .filter((e) => e.scrollHeight > e.clientHeight + 4 && getComputedStyle(e).overflowY !== 'visible'
    && e.clientHeight > 0).map((e) => e.className)"""


def test_every_lesson_prints_on_few_sheets_in_black_with_nothing_to_press(
    laptop: Page, content: Content
) -> None:
    become(laptop, "Mrs Adeyemi")
    for lesson in content.lessons:
        for page, block in BLOCKS.items():
            laptop.goto(f"/staff/lessons/{lesson}/{page}")
            to_colour = page == "pupils" and content.lessons[lesson].to_colour
            assert sheets(laptop) <= MOST_SHEETS[page] + bool(to_colour), f"{lesson}, {page}"
            laptop.emulate_media(media="print")
            assert laptop.locator("main :is(a, button, input):visible").count() == 0
            assert laptop.evaluate(COLOURS.replace(".meeting", block)) == ["rgb(0, 0, 0)"]
            assert laptop.evaluate(CUT_OFF, block) == []
            box = laptop.locator(block).evaluate("(e) => getComputedStyle(e).overflow")
            assert box == "visible", "else all that follows the end of a page in columns is lost"
            laptop.emulate_media(media="null")  # else the next is printed as a screen shows it
