"""The remote of a led lesson on a phone: led by taps alone, one view above the thumb, and without network."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, School, context_at
from tests.browser.hands import become
from tests.browser.led_walks import SAME_ORIGIN, Led, come_in, led
from tests.browser.test_axe import look_at

CLASS, LESSON = (
    "Swifts",
    "ks2-wellbeing-games-money-ages",
)  # nobody else leads it: it begins at its first step
SENSITIVE_CLASS, SENSITIVE = "10 Cedar", "ks4-relationships-control-and-sextortion"
MOST_TAPS = 5
AWAY_MS, ASKS_MS = 120_000, 5_000
# What the adult reads ends above the bar, and nothing is wider than the phone.
BELOW_THE_BAR = """() => {
  const read = document.querySelector('.lead__place').getBoundingClientRect();
  const bar = document.querySelector('.lead__bar').getBoundingClientRect();
  return Math.max(read.bottom - bar.top, document.documentElement.scrollWidth - innerWidth, 0);
}"""


@pytest.fixture
def remote(phone: Page) -> Page:
    """A teacher's phone with a clock that a test moves on."""
    phone.clock.install()
    return phone


def test_from_signing_in_to_the_first_choice_a_teacher_taps_at_most_five_times(
    chromium: Browser, school: School, phone: Page
) -> None:
    become(phone, "Okafor")
    taps = 0

    def tap(role: str, name: str) -> None:
        nonlocal taps
        phone.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        taps += 1

    tap("link", "Classes")
    tap("link", CLASS)
    tap("link", "Lead a lesson")
    phone.locator(f"button[value='{LESSON}']").click()
    taps += 1
    expect(phone.locator("#remote[data-place='0']")).to_be_visible()
    code = phone.locator(".lead__place bdi").nth(1).inner_text()
    child = come_in(chromium, school, code, CLASS, 0)
    expect(phone.get_by_text("A few have come in")).to_be_visible()
    tap("button", "Start")
    expect(child.locator(".pick").first).to_be_visible()
    assert taps <= MOST_TAPS
    tap("button", "Stop leading: each goes on alone")
    phone.wait_for_url("**/after/**")
    child.context.close()


def test_a_person_who_knows_only_the_wide_button_leads_a_lesson_from_the_phone_to_its_end(
    chromium: Browser, school: School, phone: Page
) -> None:
    with led(chromium, school, phone, CLASS, LESSON) as here:
        child = come_in(chromium, school, here.code(), CLASS, 0)
        expect(phone.get_by_text("A few have come in")).to_be_visible()
        read: list[str] = []
        for _tap in range(60):
            words = phone.locator("#onward").inner_text()
            if words == "End and sign everybody out":
                break
            assert phone.locator(".lead__place").inner_text(), "there is always something to read"
            read.append(words)
            here.press(words)
        assert read[0] == "Start"
        assert {"Show answers", "Show the good answer", "Talk about it", "The questions together"} <= {*read}
        here.press("End and sign everybody out")
        here.press("Sign everybody out now")
        phone.wait_for_url("**/after/**")
        with phone.expect_navigation():
            phone.get_by_role("button", name="Undo: go on where the class was").click()
        expect(phone.locator("#onward")).to_have_text("End and sign everybody out")
        child.context.close()


def test_without_network_for_two_minutes_nothing_is_lost_and_the_phone_says_so(
    chromium: Browser, school: School, remote: Page
) -> None:
    with led(chromium, school, remote, CLASS, LESSON) as here:
        child = come_in(chromium, school, here.code(), CLASS, 0)
        expect(child.get_by_role("heading", name="You are in")).to_be_visible()
        here.press("Start")
        child.wait_for_url(f"**/learn/lessons/{LESSON}/1")
        with no_network(remote):
            line = remote.locator("#away")
            expect(line).to_contain_text("The board and the tablets stay where they are.")
            expect(line).to_contain_text(re.compile(r"No network since \d\d:\d\d\."))
            said = remote.locator(".lead__place h2").inner_text()
            remote.get_by_role("button", name="Read on").click()
            expect(remote.locator(".lead__place h2")).not_to_have_text(said)
            remote.get_by_role("button", name="Read back").click()
            expect(remote.locator(".lead__place h2")).to_have_text(said)
            for _impatient in range(3):
                remote.get_by_role("button", name="Next step", exact=True).click()
            expect(remote.locator("#kept")).to_contain_text("Kept: “Next step”.")
            remote.clock.run_for(AWAY_MS)
            expect(line).to_be_visible()
            here.board.context.set_offline(True)
            expect(here.board.locator("#board-line")).to_contain_text("No network.")
            here.board.context.set_offline(False)
            expect(here.board.locator("#board-line")).not_to_contain_text("No network.")
            expect(child).to_have_url(re.compile(rf"/learn/lessons/{LESSON}/1$"))
        expect(remote.locator("#remote[data-place='2']")).to_be_visible()
        expect(remote.locator("#away")).to_be_hidden()
        child.context.close()


def test_a_press_that_waited_while_a_colleague_moved_the_class_moves_nothing(
    chromium: Browser, school: School, remote: Page
) -> None:
    with led(chromium, school, remote, CLASS, LESSON) as here:
        desk = colleague(chromium, school, here)
        with no_network(remote):
            remote.locator("#onward").click()
            expect(remote.locator("#kept")).to_contain_text("Kept: “")
            turn = str(remote.locator("#remote").get_attribute("data-turn"))
            go(desk, here, turn, "3")
        expect(remote.locator("#remote[data-place='3']")).to_be_visible()
        expect(remote.get_by_text("The class was moved meanwhile", exact=False)).to_be_visible()
        desk.context.close()


def test_a_phone_that_looks_on_follows_whoever_moves_the_class(
    chromium: Browser, school: School, phone: Page
) -> None:
    with led(chromium, school, phone, CLASS, LESSON) as here:
        desk = colleague(chromium, school, here)
        go(desk, here, str(phone.locator("#remote").get_attribute("data-turn")), "2")
        expect(phone.locator("#remote[data-place='2']")).to_be_visible()
        desk.context.close()


def test_axe_finds_nothing_on_the_stop_page_and_on_the_remote(
    chromium: Browser, school: School, phone: Page
) -> None:
    become(phone, "Okafor")
    phone.goto("/staff/classes/")
    phone.get_by_role("link", name=SENSITIVE_CLASS, exact=True).click()
    phone.get_by_role("link", name="Lead a lesson").click()
    phone.locator(f"button[value='{SENSITIVE}']").click()
    phone.wait_for_url("**/stop**")
    look_at(phone)
    with led(chromium, school, phone, SENSITIVE_CLASS, SENSITIVE) as here:
        phone.set_viewport_size(
            {"width": PHONE["width"], "height": 4000}
        )  # what rolls under the bar is no fault
        phone.goto(f"{here.address}?ask=empty")
        look_at(phone)
        here.start()
        look_at(phone)
        phone.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        assert phone.evaluate(BELOW_THE_BAR) == 0
        phone.set_viewport_size({"width": PHONE["width"] // 2, "height": PHONE["height"] // 2})
        assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "text twice as large"


@contextmanager
def no_network(page: Page) -> Iterator[None]:
    """The phone has no network for a while, and finds out by itself that it went and that it came back."""
    page.context.set_offline(True)
    page.clock.run_for(ASKS_MS)
    try:
        yield
    finally:
        page.context.set_offline(False)
        page.clock.run_for(ASKS_MS)


def colleague(chromium: Browser, school: School, here: Led) -> Page:
    """Somebody else who may lead the class, at a desk."""
    page = context_at(chromium, school.url).new_page()
    become(page, "Okafor")
    page.goto(here.address)
    return page


def go(page: Page, here: Led, turn: str, place: str) -> None:
    """Somebody else brings the class to a step."""
    sent: dict[str, str | float | bool] = {"turn": turn, "place": place, "sure": "1"}
    assert page.request.post(f"{here.address}/go", form=sent, headers=SAME_ORIGIN).ok
