"""Cards are sorted by keyboard alone and without script: what is said has the focus, and the next stop goes on."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import School
from tests.browser.hands import CLASSES, join, tab_to
from tests.browser.question_walks import questions_of

MOST_STOPS = 12
HERE = "(selector) => document.activeElement.matches(selector)"


@pytest.mark.parametrize("band", ["ks1", "ks2"])
def test_cards_are_sorted_by_keyboard_alone(slate: Page, school: School, band: str) -> None:
    join(slate, school, CLASSES[band], 8)
    asked = next(asked for asked in questions_of(band) if asked.cards)
    boxes = {card["id"]: card["bin"] for card in asked.cards}
    slate.goto(asked.address)
    for left in range(len(boxes), 0, -1):
        value = str(slate.locator("button[name=put]").first.get_attribute("value"))
        card = value.partition(":")[0]
        tab_to(slate, f"button[name=put][value='{card}:{boxes[card]}']")
        slate.keyboard.press("Enter")
        expect(slate.locator("#feedback:focus .one__verdict")).to_be_visible()
        expect(slate.locator("#feedback:focus")).to_contain_text("That fits.")
        if left > 1:
            tab_to(slate, "button[name=next]")
            slate.keyboard.press("Enter")
            expect(slate.locator(".one__card--ask:focus")).to_be_visible()
    expect(slate.locator("a#go-on")).to_have_text("Next")
