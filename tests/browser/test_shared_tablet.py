"""The next child presses Back: nothing of the last one is seen, with the back/forward cache ON (promise A9)."""

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import School, context_at
from tests.browser.hands import join, settle, tap

pytestmark = pytest.mark.main(1)

SECRET = "a worry that only i know"
BARE_PAGE = b"""<!doctype html><title>bare</title><form method="post" action="/sent">
<textarea name="words" id="words"></textarea><button id="send">Send</button></form>"""


@pytest.fixture(scope="module")
def bare_site() -> Iterator[str]:
    """A page with a form and none of our care: what a browser does by itself."""

    class Bare(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(BARE_PAGE if self.path == "/" else b"", 200 if self.path == "/" else 404)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(b"<!doctype html><title>sent</title><p>Thank you", 200)

        def _answer(self, body: bytes, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def _back(page: Page) -> None:
    """Back as a finger does it: the driver's own would load the page anew."""
    page.go_back(wait_until="commit")
    settle(page)


def _seen(page: Page) -> str:
    fields = [field.input_value() for field in page.locator("textarea, input[type=text]").all()]
    chosen = [box.get_attribute("id") or "" for box in page.locator("input:checked").all()]
    return " ".join([page.locator("body").inner_text(), *fields, *chosen])


def _write(page: Page) -> None:
    page.goto("/report/ks3/en")
    if page.locator("#next").is_visible():
        for step in ("intro", "danger", "concern"):
            if step == "danger":
                tap(page, "danger-no")
            if step == "concern":
                tap(page, "concern-other")
            page.locator("#next").click()
        while not page.locator("#words").is_visible():
            page.locator("#next").click()
    else:
        tap(page, "danger-no")
        tap(page, "concern-other")
    page.fill("#words", SECRET)


def _send(page: Page) -> None:
    while page.locator("#next").is_visible():
        page.locator("#next").click()
    page.locator("#send").click()
    page.locator("#what-next").wait_for()


def test_the_positive_control_a_bare_page_gives_the_words_back(with_cache: Browser, bare_site: str) -> None:
    page = context_at(with_cache, bare_site).new_page()
    page.goto(bare_site)
    page.fill("#words", SECRET)
    page.click("#send")
    page.wait_for_url("**/sent")
    _back(page)
    expect(page.locator("#words")).to_have_value(SECRET)
    page.context.close()


def test_back_after_sending_shows_nothing(shared: Page) -> None:
    shared.goto("/")
    _write(shared)
    _send(shared)
    _back(shared)
    assert SECRET not in _seen(shared)
    assert "concern-other" not in _seen(shared)


def test_forward_and_reload_after_sending_show_nothing(shared: Page) -> None:
    shared.goto("/")
    _write(shared)
    _send(shared)
    assert SECRET not in _seen(shared)
    shared.goto("/report/ks3/en")
    _back(shared)
    assert SECRET not in _seen(shared)
    shared.go_forward(wait_until="commit")
    settle(shared)
    assert SECRET not in _seen(shared)
    shared.reload()
    assert SECRET not in _seen(shared)


def test_walking_away_in_the_middle_and_coming_back_shows_nothing(shared: Page) -> None:
    shared.goto("/")
    _write(shared)
    shared.goto("/home/help")
    _back(shared)
    assert SECRET not in _seen(shared)
    assert "concern-other" not in _seen(shared)


def test_leave_is_one_tap_to_a_neutral_page_and_back_shows_nothing(shared: Page) -> None:
    shared.goto("/")
    _write(shared)
    shared.locator(".top__start a").click()
    shared.wait_for_url("**/?fresh=1")
    assert SECRET not in _seen(shared)
    _back(shared)
    assert SECRET not in _seen(shared)


def test_nothing_is_stored_in_the_browser(shared: Page) -> None:
    shared.goto("/")
    _write(shared)
    _send(shared)
    assert shared.context.cookies() == []
    state = shared.context.storage_state()
    assert not state["cookies"]
    assert not state["origins"]
    assert SECRET not in shared.title()
    assert SECRET not in shared.url


def test_after_a_pupil_has_left_back_shows_no_name(shared: Page, school: School) -> None:
    name = join(shared, school, "Kestrels", 5)
    shared.locator("button[form=leave-idle]:visible").first.click()
    shared.wait_for_url("**/?**fresh=1**")
    for _ in range(3):
        _back(shared)
        assert f"Hello, {name}" not in shared.locator("body").inner_text()
