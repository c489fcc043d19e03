"""What is sent is answered in the same page: for whoever is still there, at one length, and only by kiosk itself."""

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.hands import go_on, tap

pytestmark = pytest.mark.main(1)

FORM = "/report/ks4/en"
BLOCKED = '<div id="main"><h1>Your school blocks this page</h1></div>'


def _fill(page: Page, concern: str = "other", words: str = "") -> None:
    """Answer up to the button that sends."""
    page.goto(FORM)
    while page.locator("#next").is_visible():
        if page.locator("#danger-no").is_visible():
            tap(page, "danger-no")
        if page.locator(f"#concern-{concern}").is_visible():
            tap(page, f"concern-{concern}")
        if page.locator("#words").is_visible():
            page.fill("#words", words)
        go_on(page)


def _is_sent(request: Request) -> bool:
    return request.method == "POST"


def test_who_leaves_before_the_answer_has_come_leaves_and_the_next_child_sees_no_thanks(tablet: Page) -> None:
    """The answer called off the way out: a slow network left the page of a child who had told, with the pictures."""
    held: list[Route] = []
    _fill(tablet)
    tap(tablet, "reply-yes")
    tablet.route("**/?**fresh=1**", lambda route: held.append(route))
    with tablet.expect_event("requestfinished", _is_sent):
        tablet.locator("#send").click(no_wait_after=True)
        tablet.locator(".top__start a").click(no_wait_after=True)
    tablet.wait_for_timeout(500)  # the answer is read; nothing of it may be shown, and no event says so
    for route in held:
        route.continue_()
    tablet.wait_for_url("**/?**fresh=1**")
    expect(tablet.locator("a.way").first).to_be_visible()


@pytest.mark.parametrize(
    "words", ["one line", "line\n" * 40, "\u0915" * 1500], ids=["line", "lines", "script"]
)
def test_neither_lines_nor_script_change_the_length_of_what_is_sent(tablet: Page, words: str) -> None:
    """A line break is one letter here and was counted as two, so each made it three bytes shorter (promise A17)."""
    lengths = []
    for concern, typed in (("nothing", ""), ("other", words)):
        _fill(tablet, concern, typed)
        with tablet.expect_request(_is_sent) as sent:
            tablet.locator("#send").click()
        lengths.append(len(sent.value.post_data_buffer or b""))
        expect(tablet.locator("#tell")).to_have_count(0)
    assert lengths[0] == lengths[1]


def test_the_page_of_a_filter_does_not_take_the_words_away(tablet: Page) -> None:
    """Also where its page has a part called main, as many have."""
    _fill(tablet, words="a worry")
    tablet.route(f"**{FORM}", lambda route: route.fulfill(body=BLOCKED, content_type="text/html"))
    tablet.locator("#send").click()
    expect(tablet.locator("#sending")).to_contain_text("Your words are still here")
    assert tablet.locator("#words").input_value() == "a worry"
