"""The form of telling asks where words may say who wrote them: it looks at their shape, and sends nothing more."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import go_on, tap

SAYS_WHO = (
    "my name is Amira and they were mean",
    "My name's Tom",
    "hi, im called Zoë",
    "Nazywam się Ola",
    "mam na imię Kuba",
    "میرا نام علی ہے",
    "ring me 07700 900123",
    "my number is +44 (0)1632 960 983",
    "٠٧٧٠٠٩٠٠١٢٣",
    "mail me amira@example.org",
    "I live at the shop",
    "it is 12 Long Mill Road",
    "near 4b Holly Close",
    "SW1A 1AA",
    "mieszkam przy parku",
    "ul. Polna 3",
    "میں کراچی میں رہتی ہوں",
)
SAYS_NOTHING = (
    "",
    "someone was mean to me",
    "it was on 12.11.2026 at 14:30 and on 3/12/26",
    "2 people come close and 3 boys were in my way",
    "they call me names",
    "I live",
    "he took 1200 coins and 350 gems",
    "the name is on the picture",
    "میرے دوست نے کہا",
    "byłem w domu",
)


@pytest.mark.main(1)
def test_the_words_and_check_pages_ask_where_words_may_say_who_wrote_them(tablet: Page) -> None:
    tablet.goto("/report/ks3/en")
    seen = {
        words: tablet.evaluate("words => window.kioskNamesSelf(words)", words)
        for words in (*SAYS_WHO, *SAYS_NOTHING)
    }
    assert [words for words in SAYS_WHO if not seen[words]] == []
    assert [words for words in SAYS_NOTHING if seen[words]] == []
    while not tablet.locator("#step-concern").is_visible():
        go_on(tablet)
    tap(tablet, "concern-other")
    while not tablet.locator("#step-words").is_visible():
        go_on(tablet)
    asked = tablet.locator("#step-words .named")
    fields = "[...new FormData(document.getElementById('tell')).keys()].filter(name => name !== 'pad').join()"
    expect(asked).to_be_hidden()
    tablet.fill("#words", "he was mean")
    before = tablet.evaluate(fields)
    expect(asked).to_be_hidden()
    tablet.fill("#words", SAYS_WHO[0])
    expect(asked).to_be_visible()
    assert tablet.evaluate(fields) == before, "nothing more is sent for it"
    assert tablet.evaluate("document.documentElement.scrollHeight <= innerHeight"), "one view"
    while tablet.locator("#next").is_visible():
        go_on(tablet)
    expect(tablet.locator("#step-check .named")).to_be_visible()
    expect(tablet.locator("#send")).to_be_enabled()
