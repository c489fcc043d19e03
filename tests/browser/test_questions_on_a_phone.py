"""On a phone what is said of an answer and the way on come into view together, with script and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, School, context_at
from tests.browser.hands import CLASSES, join
from tests.browser.question_walks import Asked, questions_of

SEEN = """(selector) => [...document.querySelectorAll(selector)].filter((one) => one.getClientRects().length)
  .map((one) => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight + 1; })"""


@pytest.fixture(params=[True, False], ids=["script on", "script off"])
def pupil(request: pytest.FixtureRequest, chromium: Browser, school: School) -> Iterator[Page]:
    """A phone."""
    context = context_at(chromium, school.url, viewport=PHONE, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def answer(page: Page, asked: Asked) -> None:
    """Answer with what is not right, by taps alone."""
    if asked.cards:
        page.locator("button[name=put]:visible").first.click()
    else:
        for values in asked.form(right=False).values():
            for value in values:
                page.locator(f"main .choice:has(input[value='{value}'])").click()
        page.locator("footer button.btn--go:visible").click()


@pytest.mark.parametrize("band", CLASSES)
def test_what_is_said_and_the_way_on_come_into_view_together(pupil: Page, school: School, band: str) -> None:
    join(pupil, school, CLASSES[band], 6)
    hidden = []
    for asked in questions_of(band):
        if asked.says["type"] == "order":  # tapped card by card, and checked then
            continue
        pupil.goto(asked.address)
        answer(pupil, asked)
        expect(pupil.locator("main [role=status]:focus")).to_be_visible()
        for selector in ("main [role=status][data-focus]", "#go-on"):
            if not all(pupil.evaluate(SEEN, selector)):
                hidden.append(f"{asked.name}: {selector}")
    assert hidden == []
