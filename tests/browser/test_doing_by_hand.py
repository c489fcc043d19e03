"""Things to do in lessons: by Tab and keys alone, with script off, and with words twice as large."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.lessons.known_kinds import KINDS
from kiosk.site import Content
from tests.browser.conftest import School
from tests.browser.hands import tab_to
from tests.browser.lesson_walks import DOABLE, join_as, who_does

MOST_STOPS = 25  # before the first thing to do: skip link, Leave, Tell, and what a page has
FIRST_TO_DO = "#do :is(button[name], input:is([type=radio], [type=checkbox]))"
# Kinds in which something is tapped on the page itself; in the others the way on is all that is pressed.
TAPPED = ("chat", "choose", "debate", "feed", "page", "papers", "strip", "vote")
BESIDE = "document.documentElement.scrollWidth - innerWidth"


def place_of(content: Content, kind: str) -> tuple[str, str]:
    """The age group and the address of the first step of this kind in what we ship."""
    for lesson in content.lessons.values():
        for number, step in enumerate(lesson.steps, 1):
            if step.kind == kind:
                return who_does(lesson), f"/learn/lessons/{lesson.id}/{number}"
    raise AssertionError(f"no lesson has a step of kind {kind}")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"question", "offline", "practice", "make"}))
def test_everything_is_done_by_tab_and_keys(kind: str, slate: Page, school: School, content: Content) -> None:
    band, address = place_of(content, kind)
    join_as(slate, school, band)
    slate.goto(address)
    if kind in TAPPED:
        tab_to(slate, FIRST_TO_DO, MOST_STOPS)
        slate.keyboard.press("Space")
    if kind not in {"choose", "debate", "page", "strip", "vote"}:
        tab_to(slate, "footer button.btn--go[form=do]", MOST_STOPS)
        slate.keyboard.press("Enter")
    slate.wait_for_url("**?*")
    if kind != "two":
        expect(slate.locator("#chosen")).to_be_visible()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"question"}))
def test_words_twice_as_large_lose_nothing_and_roll_down_only(
    kind: str, tablet: Page, school: School, content: Content
) -> None:
    band, address = place_of(content, kind)
    join_as(tablet, school, band)
    tablet.goto(address)
    for done in ["", *tablet.evaluate(DOABLE)[-1:]]:
        tablet.goto(f"{address}?{done}&look=plain_2_normal_some")
        assert tablet.evaluate(BESIDE) <= 0, done
        cut = tablet.evaluate(
            "() => [...document.querySelectorAll('main :is(button, p, h1, dd, li, span)')]"
            ".filter((one) => !one.closest('.sr, svg, .say__who') && one.clientWidth"
            " && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')"
            ".map((one) => one.className + ': ' + one.textContent.trim().slice(0, 30))"
        )
        assert cut == [], done
