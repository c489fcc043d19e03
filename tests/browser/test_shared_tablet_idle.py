"""A child walks away from a shared tablet: warned, asked again and again, then nothing is left (promises A9, A10)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import settle

SECRET = "a worry that only i know"
IDLE_MS = 120_000
WIPE_MS = 30_000
EXTENSIONS = 10
STORED = """async () => ({
  local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  caches: (await caches.keys()).length, cookie: document.cookie, name: window.name,
  state: JSON.stringify(history.state) })"""
NOTHING_STORED = {
    **dict.fromkeys(("local", "session", "databases", "workers", "caches"), 0),
    "cookie": "",
    "name": "",
    "state": "null",
}
TELLING_WORDS = ("report", "tell", "worry", "help", "danger", "bully", "safe", "kiosk")


@pytest.fixture
def shared(with_cache: Browser, school: School) -> Iterator[Page]:
    """A tablet whose clock a test may turn."""
    context = context_at(with_cache, school.url, viewport=TABLET)
    page = context.new_page()
    page.clock.install()
    yield page
    context.close()


def _write(page: Page, band: str = "ks3") -> None:
    page.goto("/")
    page.goto(f"/report/{band}/en")
    page.evaluate("() => window.kioskReport")
    page.locator("#words").evaluate("(box, words) => { box.value = words; }", SECRET)
    page.locator("#concern-other").evaluate("(box) => { box.checked = true; }")


def _kept(page: Page) -> bool:
    return bool(
        page.locator("#words").input_value() == SECRET and page.locator("#concern-other").is_checked()
    )


@pytest.mark.main
def test_the_warning_can_be_put_off_ten_times_and_no_word_is_lost(shared: Page) -> None:
    _write(shared)
    for _ in range(EXTENSIONS):
        shared.clock.run_for(IDLE_MS + 1000)
        expect(shared.locator("#step-idle")).to_be_visible()
        shared.clock.run_for(WIPE_MS - 5000)
        shared.locator("#idle-stay").click()
        expect(shared.locator("#step-idle")).to_be_hidden()
        assert _kept(shared)


@pytest.mark.main
def test_whoever_does_not_come_back_leaves_nothing(shared: Page) -> None:
    _write(shared)
    shared.clock.run_for(IDLE_MS - 5000)
    assert _kept(shared), "the control: not before its time"
    shared.clock.run_for(6000)
    expect(shared.locator("#step-idle")).to_be_visible()
    shared.clock.run_for(WIPE_MS + 1000)
    shared.wait_for_url("**/?fresh=1")
    assert SECRET not in shared.content()
    shared.go_back(wait_until="commit")
    settle(shared)
    assert SECRET not in shared.content()
    assert not [box for box in shared.locator("textarea").all() if box.input_value()]


@pytest.mark.main
def test_clear_it_now_is_one_tap(shared: Page) -> None:
    _write(shared)
    shared.clock.run_for(IDLE_MS + 1000)
    shared.locator("#idle-clear").click()
    shared.wait_for_url("**/?fresh=1")
    shared.go_back(wait_until="commit")
    settle(shared)
    assert not [box for box in shared.locator("textarea").all() if box.input_value()]


def test_a_new_tab_and_the_same_address_again_show_an_empty_form(shared: Page) -> None:
    _write(shared)
    other = shared.context.new_page()
    shared.close()
    other.goto("/report/ks3/en")
    assert SECRET not in other.locator("#words").input_value()
    assert other.locator("input:checked").count() == 0
    other.goto("/home/help")
    with other.expect_navigation():
        other.evaluate("setTimeout(() => history.back(), 0)")  # later: going back ends what evaluates
    settle(other)
    assert not [box for box in other.locator("textarea").all() if box.input_value()]


def test_nothing_is_kept_in_any_store_of_the_browser(shared: Page) -> None:
    for address in ("/report/", "/report/ks1/en", "/report/ks3/en"):
        shared.goto(address)
        assert shared.evaluate(STORED) == NOTHING_STORED, address
    _write(shared)
    assert shared.evaluate(STORED) == NOTHING_STORED
    shared.locator("#tell").evaluate("(form) => form.requestSubmit()")
    shared.locator("#what-next").wait_for()
    assert shared.evaluate(STORED) == NOTHING_STORED
    assert shared.context.cookies() == []


@pytest.mark.main
def test_a_store_that_was_used_would_be_seen(shared: Page) -> None:
    shared.goto("/report/ks3/en")
    shared.evaluate("() => { sessionStorage.setItem('draft', 'x'); history.replaceState({step: 2}, ''); }")
    found = shared.evaluate(STORED)
    assert (found["session"], found["state"]) == (1, '{"step":2}')


@pytest.mark.main(1)
@pytest.mark.parametrize("address", ["/report/", "/report/ks1/en", "/report/ks2/en", "/report/ks4/en"])
def test_title_and_icon_say_nothing_of_what_the_page_is_for(shared: Page, address: str) -> None:
    shared.goto(address)
    title = shared.title().lower()
    assert title
    assert not [word for word in TELLING_WORDS if word in title], title
    icons = [icon.get_attribute("href") or "" for icon in shared.locator("link[rel~=icon]").all()]
    assert icons
    assert not [icon for icon in icons if any(word in icon.rsplit("/", 1)[-1] for word in TELLING_WORDS)]
    for box in shared.locator("form#tell").all():
        assert box.get_attribute("autocomplete") == "off"
    for box in shared.locator("textarea").all():
        assert box.get_attribute("spellcheck") == "false"
