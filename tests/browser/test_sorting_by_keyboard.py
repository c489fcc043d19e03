"""Cards are sorted by keyboard alone and without script: what is said has the focus, and the next stop goes on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import join
from tests.browser.question_walks import CLASSES, questions_of

MOST_STOPS = 12
HERE = "(selector) => document.activeElement.matches(selector)"


@pytest.fixture(params=[True, False], ids=["script on", "script off"])
def pupil(request: pytest.FixtureRequest, chromium: Browser, school: School) -> Iterator[Page]:
    """A tablet with a keyboard."""
    context = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def tab_to(page: Page, selector: str, most: int = MOST_STOPS) -> None:
    """Press Tab until something like that has the focus; from where the focus is, never from the top again."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(HERE, selector):
            return
    raise AssertionError(f"no stop leads to {selector}")


@pytest.mark.parametrize("band", ["ks1", "ks2"])
def test_cards_are_sorted_by_keyboard_alone(pupil: Page, school: School, band: str) -> None:
    join(pupil, school, CLASSES[band], 8)
    asked = next(asked for asked in questions_of(band) if asked.cards)
    boxes = {card["id"]: card["bin"] for card in asked.cards}
    pupil.goto(asked.address)
    for left in range(len(boxes), 0, -1):
        value = str(pupil.locator("button[name=put]").first.get_attribute("value"))
        card = value.partition(":")[0]
        tab_to(pupil, f"button[name=put][value='{card}:{boxes[card]}']")
        pupil.keyboard.press("Enter")
        expect(pupil.locator("#feedback:focus .one__verdict")).to_be_visible()
        expect(pupil.locator("#feedback:focus")).to_contain_text("Yes, that's it.")
        if left > 1:
            tab_to(pupil, "button[name=next]")
            pupil.keyboard.press("Enter")
            expect(pupil.locator(".one__card--ask:focus")).to_be_visible()
    expect(pupil.locator("a#go-on")).to_have_text("Next")
