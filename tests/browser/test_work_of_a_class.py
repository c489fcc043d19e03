"""A colleague takes a class in three taps, and a teacher sets, chooses and catches up, all without a script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import become
from tests.browser.test_axe import look_at

COLLEAGUE, TEACHER = "Mr Silva", "Ms Okafor"
CLASS = "Kestrels"


@pytest.fixture
def still(chromium: Browser, school: School) -> Iterator[Page]:
    """A laptop on which no script runs."""
    context = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_colleague_has_the_class_on_the_board_in_three_taps_without_a_script(
    still: Page, school: School
) -> None:
    become(still, COLLEAGUE)
    still.goto("/staff/")
    taps = (
        still.get_by_role("link", name="Cover a class today"),
        still.get_by_role("link", name=f"Cover {CLASS}"),
        still.get_by_role("button", name="Cover and open the class"),
    )
    for one in taps:
        one.click()
    expect(still.get_by_text("You cover this class today")).to_be_visible()
    expect(still.locator(".board-code__big")).to_have_text(school.class_named(CLASS)["code"])
    still.get_by_role("button", name="End the cover").click()
    expect(still.get_by_text(f"The cover of {CLASS} has ended.")).to_be_visible()


def test_children_are_ticked_and_the_lesson_taken_away_without_a_script(still: Page) -> None:
    become(still, TEACHER)
    still.goto("/staff/classes/")
    still.get_by_role("link", name=CLASS).click()
    still.get_by_role("link", name="Change No thank you, Moss").click()
    still.get_by_label("Zain").uncheck()
    still.get_by_role("button", name="Save").click()
    expect(still.get_by_text(re.compile("for 2 children"))).to_be_visible()
    still.get_by_role("link", name=re.compile(f"Change how it is set for {CLASS}")).click()
    expect(still.get_by_label("Zain")).not_to_be_checked()
    still.get_by_label("Zain").check()
    still.get_by_role("button", name="Save").click()
    expect(still.get_by_text(re.compile("for 3 children"))).to_be_visible()


def test_axe_finds_nothing_on_the_pages_of_a_class_and_its_cover(laptop: Page) -> None:
    become(laptop, TEACHER)
    laptop.goto("/staff/classes/")
    laptop.get_by_role("link", name=CLASS).click()
    look_at(laptop)
    for name in ("To catch up", "Change The gate is shut"):
        laptop.get_by_role("link", name=name).click()
        look_at(laptop)
        laptop.go_back()
    become(laptop, COLLEAGUE)
    laptop.goto("/staff/cover")
    look_at(laptop)
    laptop.get_by_role("link", name=f"Cover {CLASS}").click()
    look_at(laptop)
