"""The queue by keyboard: single letters move from row to row, never while somebody types, and can be turned off."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import School, context_at
from tests.browser.hands import become

ROW = "#queue .row-link"


@pytest.fixture
def queue(chromium: Browser, school: School) -> Iterator[Page]:
    """The queue of the safeguarding lead of the demo."""
    context = context_at(chromium, school.url, locale="en-GB")
    page = context.new_page()
    become(page, "Adeyemi")
    page.goto("/staff/incidents/")
    yield page
    context.close()


def test_j_and_k_move_the_focus_and_enter_opens(queue: Page) -> None:
    rows = queue.locator(ROW)
    for key, place in (("j", 0), ("j", 1), ("J", 2), ("k", 1), ("k", 0), ("k", 0)):
        queue.keyboard.press(key)
        expect(rows.nth(place)).to_be_focused()
    queue.goto("/staff/incidents/?show=closed")  # opening one of these changes nothing for other tests
    queue.keyboard.press("j")
    queue.keyboard.press("Enter")
    queue.wait_for_url(re.compile(r"/staff/incidents/\d+$"))


def test_letters_do_nothing_in_a_field_and_a_slash_leads_to_it(queue: Page) -> None:
    queue.keyboard.press("/")
    number = queue.get_by_label("Number")
    expect(number).to_be_focused()
    queue.keyboard.type("jk/?")
    expect(number).to_have_value("jk/?")
    expect(number).to_be_focused()
    expect(queue.get_by_role("dialog")).to_have_count(0)


def test_a_question_mark_lists_the_keys_and_they_rest_meanwhile(queue: Page) -> None:
    queue.keyboard.press("?")
    dialog = queue.get_by_role("dialog", name="Keys of this page")
    expect(dialog).to_be_visible()
    queue.keyboard.press("j")
    expect(queue.get_by_role("button", name="Close the list")).to_be_focused()
    queue.keyboard.press("Enter")
    expect(dialog).to_be_hidden()


def test_keys_that_are_turned_off_stay_off_on_the_next_page_until_they_are_turned_on(queue: Page) -> None:
    queue.get_by_role("button", name="Turn keys off").click()
    expect(queue.get_by_role("button", name="Turn keys on")).to_be_focused()
    queue.goto("/staff/incidents/?show=all")
    queue.keyboard.press("j")
    queue.keyboard.press("?")
    expect(queue.locator(f"{ROW}:focus")).to_have_count(0)
    expect(queue.get_by_role("dialog")).to_have_count(0)
    queue.get_by_role("button", name="Turn keys on").click()
    queue.keyboard.press("j")
    expect(queue.locator(ROW).first).to_be_focused()


def test_without_script_nothing_is_said_of_keys(chromium: Browser, school: School) -> None:
    context = context_at(chromium, school.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    become(page, "Adeyemi")
    page.goto("/staff/incidents/")
    expect(page.locator(ROW).first).to_be_visible()
    expect(page.get_by_text("Turn keys off")).to_be_hidden()
    expect(page.get_by_text("Keys of this page")).to_be_hidden()
    context.close()
