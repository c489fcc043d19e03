"""A tablet falls asleep in a child's hands: the next child who wakes it sees nothing of it (promises A9, A10)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import join

SCRIPT = re.compile(r"/report-sent\.js")
SECRET = "a worry that only i know"
LOOKED_AT = """(looked) => {
  for (const [name, value] of [["hidden", !looked], ["visibilityState", looked ? "visible" : "hidden"]])
    Object.defineProperty(document, name, { configurable: true, get: () => value });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def asleep(with_cache: Browser, school: School) -> Iterator[Page]:
    """A tablet whose clock a test may turn."""
    context = context_at(with_cache, school.url, viewport=TABLET)
    page = context.new_page()
    page.clock.install()
    yield page
    context.close()


def _time_passes(page: Page, seconds: int) -> None:
    """The clock goes on and no timer does, as in a tablet that sleeps."""
    page.clock.set_system_time(page.evaluate("Date.now()") / 1000 + seconds)


def _sleep(page: Page, seconds: int) -> None:
    """Fall asleep and wake up after so many seconds."""
    page.evaluate(LOOKED_AT, False)
    expect(page.locator("html")).to_be_hidden()
    _time_passes(page, seconds)
    page.evaluate(LOOKED_AT, True)


def _write(page: Page) -> None:
    page.goto("/report/ks3/en")
    page.locator("#concern-other").evaluate("(box) => { box.checked = true; }")
    while not page.locator("#words").is_visible():
        page.locator("#next").click()
    page.fill("#words", SECRET)


def _send(page: Page, band: str, *chosen: str) -> None:
    page.goto(f"/report/{band}/en")
    for id in ("concern-other", *chosen):
        page.locator(f"#{id}").evaluate("(box) => { box.checked = true; }")
    page.locator("#tell").evaluate("(form) => form.requestSubmit()")
    page.locator("#what-next, #card").first.wait_for()


@pytest.mark.main
def test_a_form_that_slept_too_long_is_gone_before_anybody_sees_it(asleep: Page) -> None:
    _write(asleep)
    seen = "() => !document.documentElement.hidden && document.getElementById('words').value"
    asleep.evaluate(LOOKED_AT, False)
    _time_passes(asleep, 151)
    assert not asleep.evaluate(f"() => {{ ({LOOKED_AT})(true); return ({seen})(); }}")
    asleep.wait_for_url("**/?fresh=1")
    assert SECRET not in asleep.content()


def test_a_child_who_looks_at_something_else_for_a_moment_loses_nothing(asleep: Page) -> None:
    _write(asleep)
    asleep.evaluate("document.getElementById('words').setSelectionRange(2, 7)")
    _sleep(asleep, 20)
    expect(asleep.locator("#words")).to_be_visible()
    expect(asleep.locator("#words")).to_be_focused()
    asleep.keyboard.type("care")
    expect(asleep.locator("#words")).to_have_value("a care that only i know")


def test_who_comes_back_late_is_warned_and_has_only_what_is_left_of_the_time(asleep: Page) -> None:
    _write(asleep)
    _sleep(asleep, 125)
    expect(asleep.locator("#idle-stay")).to_be_visible()
    asleep.locator("#idle-stay").click()
    expect(asleep.locator("#words")).to_have_value(SECRET)
    _sleep(asleep, 125)
    expect(asleep.locator("#step-idle h2")).to_be_focused()
    asleep.clock.run_for(26_000)
    asleep.wait_for_url("**/?fresh=1")


@pytest.mark.main
def test_a_touch_on_a_page_that_should_have_gone_is_somebody_elses(asleep: Page) -> None:
    """A laptop may wake without telling the page."""
    _write(asleep)
    _time_passes(asleep, 151)
    asleep.locator("#words").click(no_wait_after=True)
    asleep.wait_for_url("**/?fresh=1")


def test_six_pictures_are_hidden_after_their_minute_also_if_the_tablet_slept_it(asleep: Page) -> None:
    _send(asleep, "ks3", "reply-yes")
    asleep.locator("#mine summary").click()
    expect(asleep.locator("#way-back")).to_be_visible()
    _sleep(
        asleep, 5
    )  # not longer: the clock goes on by itself, and a busy machine may take most of the minute
    expect(asleep.locator("#way-back")).to_be_visible()
    _sleep(asleep, 56)
    expect(asleep.locator("#what-next")).to_be_visible()
    expect(asleep.locator("#way-back")).to_have_count(0)


def test_six_pictures_that_were_opened_before_the_script_came_are_hidden_after_their_minute_too(
    asleep: Page,
) -> None:
    """On a slow network the page is there first, and no event tells a script of what it missed."""
    held: list[Route] = []
    asleep.route(SCRIPT, lambda route: held.append(route))
    _send(asleep, "ks3", "reply-yes")
    asleep.locator("#mine summary").click()
    expect(asleep.locator("#way-back")).to_be_visible()
    with asleep.expect_response(SCRIPT):
        held[0].continue_()
    asleep.wait_for_load_state()
    _sleep(asleep, 61)
    expect(asleep.locator("#what-next")).to_be_visible()
    expect(asleep.locator("#way-back")).to_have_count(0)


def test_six_pictures_that_a_double_tap_opened_and_closed_are_hidden_once_they_are_open(asleep: Page) -> None:
    """Both taps come as one event, which says that nothing is open."""
    _send(asleep, "ks3", "reply-yes")
    asleep.evaluate("mine.open = true; mine.open = false;")
    asleep.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    asleep.locator("#mine summary").click()
    expect(asleep.locator("#way-back")).to_be_visible()
    _sleep(asleep, 61)
    expect(asleep.locator("#what-next")).to_be_visible()
    expect(asleep.locator("#way-back")).to_have_count(0)


def test_the_page_after_sending_is_left_when_the_tablet_wakes_too_late(asleep: Page) -> None:
    _send(asleep, "ks3", "reply-yes")
    _sleep(asleep, 151)
    asleep.wait_for_url("**/?fresh=1")


def test_the_card_for_a_grown_up_stays_as_long_as_it_is_carried(asleep: Page) -> None:
    _send(asleep, "ks1")
    asleep.clock.run_for(300_000)
    _sleep(asleep, 290)
    expect(asleep.locator("#card")).to_be_visible()
    _sleep(asleep, 601)
    asleep.wait_for_url("**/?fresh=1")


def test_a_pupil_whose_tablet_slept_has_left(asleep: Page, school: School) -> None:
    name = join(asleep, school, "Kestrels", 5)
    _sleep(asleep, 300)
    expect(asleep.locator("main")).to_be_visible()
    _sleep(asleep, 275)
    expect(asleep.locator("#idle")).to_be_visible()
    asleep.locator("[data-idle-stay]").click()
    with asleep.expect_request("**/learn/leave") as sent:
        _sleep(asleep, 601)
    asleep.wait_for_url("**fresh=1**")
    assert sent.value.post_data == "idle=1", "the teacher of a led class is not told that this child left"
    assert name not in asleep.locator("body").inner_text()
