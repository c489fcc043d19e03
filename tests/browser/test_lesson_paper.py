"""Lessons on paper: no controls, black on white, and no more sheets than a teacher will copy."""

from playwright.sync_api import Page

from kiosk.site import Content
from tests.browser.conftest import School
from tests.browser.hands import CLASSES, become
from tests.browser.test_meeting_paper import COLOURS
from tests.browser.test_paper import SMALLEST, sheets

# Two lessons for the oldest say so much that a teacher's page on two sheets would need letters below 8 points.
MOST_SHEETS = {"teacher": 3, "pupils": 2}
BLOCKS = {"teacher": ".plan", "pupils": ".worksheet"}
SMALLEST_PX = 12  # nine points
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


def test_every_cover_sheet_is_one_sheet_of_the_page_before_the_bell_printed_in_one_tap(
    laptop: Page, school: School, content: Content
) -> None:
    become(laptop, "Ms Okafor")
    laptop.add_init_script("window.print = () => { document.title = 'printed'; }")
    for band, name in CLASSES.items():
        laptop.goto("/staff/classes/")
        laptop.get_by_role("link", name=name, exact=True).click()
        laptop.get_by_role("link", name="Before the bell").click()
        page = laptop.url
        for lesson in laptop.locator("#lesson option").evaluate_all("(all) => all.map((e) => e.value)"):
            laptop.goto(f"{page}?lesson={lesson}")
            assert sheets(laptop) == 1, f"{band}, {lesson}"
            laptop.emulate_media(media="print")
            assert laptop.locator("main :is(a, button, input, select):visible").count() == 0
            assert laptop.locator("#cover-sheet .plan__square svg").is_visible()
            assert laptop.evaluate(COLOURS.replace(".meeting", "#cover-sheet")) == ["rgb(0, 0, 0)"]
            assert laptop.evaluate(CUT_OFF, "#cover-sheet") == []
            assert laptop.evaluate(SMALLEST) >= SMALLEST_PX - 0.01
            laptop.emulate_media(media="null")
        laptop.get_by_role("button", name="Print the cover sheet").click()
        assert laptop.title() == "printed"
