"""A class of the demo school that is led: the desk, the board on the wall, and tablets that come in by the code."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import become

BOARD = {"width": 1280, "height": 720}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
COORDINATOR = "Okafor"  # may open every class


@dataclass(frozen=True)
class Led:
    """A led lesson: the teacher's page, the board, and where both are."""

    desk: Page
    board: Page
    address: str  # of the desk

    def press(self, name: str) -> None:
        """Tap a button of the remote, which answers in its place or leads on; a class that stopped starts anew."""
        anew = self.desk.get_by_role("button", name="From the first step")
        if name == "Start" and anew.count():
            name = "From the first step"
        self.desk.locator("#remote").evaluate("(remote) => { remote.dataset.before = ''; }")
        self.desk.get_by_role("button", name=name, exact=True).first.click()
        expect(self.desk.locator("#remote[data-before]")).to_have_count(0)

    def start(self) -> None:
        """Start, although nobody may have come in."""
        self.press("Start")
        all_the_same = "Start: the class has no tablets"
        if self.desk.get_by_role("button", name=all_the_same).count():
            self.press(all_the_same)

    def code(self) -> str:
        """The class code, as the board shows it."""
        return self.board.locator("#board-code bdi").inner_text()


@contextmanager
def led(chromium: Browser, school: School, desk: Page, class_name: str, lesson: str) -> Iterator[Led]:
    """Lead a lesson of a class; at the end the class is as it was."""
    become(desk, COORDINATOR)
    desk.goto("/staff/classes/")
    desk.get_by_role("link", name=class_name, exact=True).click()
    desk.get_by_role("link", name="Lead a lesson").click()
    with desk.expect_navigation():
        desk.locator(f"button[value='{lesson}']").click()
    if "/stop" in desk.url:
        for tick in desk.locator("input[name=so]").all():
            tick.check()
        with desk.expect_navigation():
            desk.locator("button[name=stop]").click()
    wall = context_at(chromium, school.url, viewport=BOARD)
    board = wall.new_page()
    board.goto(str(desk.get_by_role("link", name="Board for the wall").get_attribute("href")))
    here = Led(desk, board, urlsplit(desk.url).path)
    try:
        yield here
    finally:
        desk.goto(here.address)
        stop = desk.get_by_role("button", name="Stop leading: each goes on alone")
        if stop.count():
            with desk.expect_navigation():
                stop.click()
        wall.close()


def come_in(
    chromium: Browser, school: School, code: str, class_name: str, pupil: int, more: str = ""
) -> Page:
    """A child's own tablet, which comes in by the QR code: nothing is typed. `more`: of the address, a language."""
    child = school.class_named(class_name)["pupils"][pupil]
    page = context_at(chromium, school.url, viewport=TABLET).new_page()
    page.goto(f"/learn/?code={code.replace(' ', '')}{more}")
    with page.expect_navigation():
        page.locator("footer .btn--go").click()
    tile(page, child["name"]).click()
    for number, picture in enumerate(child["key"], start=1):
        page.locator(f"button[value='{picture}']").click()
        if number < len(child["key"]):
            expect(page.locator(".slot--done")).to_have_count(number)
    return page


def tile(page: Page, name: str) -> Locator:
    """The tile of a name."""
    return page.get_by_text(name, exact=True).first
