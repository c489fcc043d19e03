"""Every kind of question: answered by Tab and keys alone, with script off, and with words twice as large."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.quizzes.known_kinds import KINDS
from tests.browser.conftest import School
from tests.browser.hands import CLASSES, join, tab_to
from tests.browser.question_walks import Asked, questions_of

MOST_STOPS = 30  # a step to put in order has three of its own
LARGE = "look=plain_2_normal_some"
BESIDE = "document.documentElement.scrollWidth - innerWidth"
ONE_OF_EACH = {asked.says["type"]: (band, asked) for band in CLASSES for asked in questions_of(band)}
# What is chosen first: a radio or a box to tick.
FIRST = "#answer :is(input:not([type=hidden]), button[name])"


@pytest.mark.main
def test_every_kind_is_among_the_questions_that_are_shipped() -> None:
    assert set(ONE_OF_EACH) == set(KINDS)


@pytest.mark.main(1)
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"sort-two"}))  # which has a test of its own
def test_a_question_is_answered_by_tab_and_keys(kind: str, slate: Page, school: School) -> None:
    band, asked = ONE_OF_EACH[kind]
    join(slate, school, CLASSES[band], 8)
    slate.goto(asked.address)
    if kind == "order":
        for put in range(1, len(asked.says["items"]) + 1):
            tab_to(slate, "button.order-step:not(.order-step--put)")
            slate.keyboard.press("Enter")
            expect(slate.locator(".order-step--put")).to_have_count(put)
    else:
        tab_to(slate, FIRST)
        slate.keyboard.press("Space")
    tab_to(slate, "footer button.btn--go", most=MOST_STOPS)
    slate.keyboard.press("Enter")
    expect(slate.locator("#feedback:focus, #feedback :focus")).to_be_visible()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_words_twice_as_large_roll_down_and_never_sideways(kind: str, tablet: Page, school: School) -> None:
    band, asked = ONE_OF_EACH[kind]
    join(tablet, school, CLASSES[band], 8)
    for address in addresses(asked):
        tablet.goto(address)
        assert tablet.evaluate(BESIDE) <= 0, address


def addresses(asked: Asked) -> list[str]:
    """The question with large words, from left to right and from right to left."""
    return [f"{asked.address}?{LARGE}", f"{asked.address}?{LARGE}&lang=ur"]
