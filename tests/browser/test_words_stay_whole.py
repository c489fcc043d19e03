"""No word is torn in two on what a child taps, on a phone and where words are twice as large (promise U22)."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, TABLET, School, context_at
from tests.browser.hands import go_on, tap

# Every word of what is shown that stands on two lines or more, hyphens and Urdu apart.
TORN = """(selector) => {
  const torn = [];
  for (const part of document.querySelectorAll(selector)) {
    const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    for (let text = walk.nextNode(); text; text = walk.nextNode()) {
      for (const word of text.data.matchAll(/[\\p{L}']+/gu)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size > 1) torn.push(word[0]);
      }
    }
  }
  return torn;
}"""
# The pictures are drawn by lot; these have the longest names.
LONGEST = ["mushroom", "butterfly", "pineapple", "umbrella", "elephant", "mountain"]
NAME_THEM = """(names) => document.querySelectorAll('.own-key').forEach((key, at) => {
  key.querySelector('.own-key__place').nextSibling.data = ' ' + names[at];
})"""
WIDER = "document.documentElement.scrollWidth - innerWidth"
TWICE = "/plain_2_normal_some"  # a tablet that an adult set to the largest words
SCREENS = {"phone": (PHONE, ""), "large words": (TABLET, TWICE)}


def walk_to_the_pictures(page: Page, address: str) -> None:
    """Tell about bullying; on the way no choice is torn, and six pictures with their names are open at the end."""
    page.goto(address)
    page.locator("#next").wait_for()
    while page.locator("#next").is_visible():
        go_on(page)
        if page.locator("#danger-no").is_visible():
            tap(page, "danger-no")
        if page.locator("#concern-bullying").is_visible():
            tap(page, "concern-bullying")
        assert page.evaluate(TORN, ".choice__words") == [], (
            f"{address}: {page.locator('h2:visible').first.inner_text()}"
        )
        assert page.evaluate(WIDER) <= 0, address
    tap(page, "reply-yes")
    page.locator("#send").click()
    page.locator("#mine summary").click()
    page.locator("#way-back").wait_for()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("band", ["ks2", "ks3", "ks4"])
def test_no_word_of_a_choice_or_of_six_pictures_is_torn(
    band: str, screen: str, chromium: Browser, school: School
) -> None:
    size, look = SCREENS[screen]
    context = context_at(chromium, school.url, viewport=size)
    page = context.new_page()
    walk_to_the_pictures(page, f"/report/{band}/en{look}")
    page.evaluate(NAME_THEM, LONGEST)
    assert page.evaluate(TORN, ".mine__open") == []
    context.close()
