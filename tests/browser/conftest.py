"""A real server with the demo school, and a real Chromium, for tests that need a person's hands."""

import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.demo_school import copied_demo
from tests.serving import HOST, QUICK, reserved_port, running_kiosk

TABLET: ViewportSize = {"width": 1024, "height": 768}
PHONE: ViewportSize = {"width": 360, "height": 740}
# On which a page is one view: a small tablet, the board of many classrooms, a tablet held upright, a larger one.
SIZES: list[ViewportSize] = [
    {"width": 1024, "height": 768},
    {"width": 1280, "height": 720},
    {"width": 800, "height": 1280},
    {"width": 1112, "height": 834},
]
# By how many pixels a page is larger than its screen, whichever way.
TOO_LARGE = """() => Math.max(
  document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth)"""
LONGEST_MS = 60_000  # it bounds a hang; a busy machine may take its time
CLOSING_SECONDS = 30.0
expect.set_options(timeout=LONGEST_MS)


@dataclass(frozen=True)
class School:
    """The demo school as it runs: its address and its people."""

    url: str
    data_dir: Path
    people: dict[str, Any]

    def class_named(self, name: str) -> dict[str, Any]:
        """One class with its code and pupils."""
        return next(one for one in self.people["classes"] if one["name"] == name)

    def staff(self, email: str) -> dict[str, Any]:
        """One member of staff by the start of the address."""
        return next(one for one in self.people["staff"] if one["email"].startswith(email))


@contextmanager
def demo_school() -> Iterator[School]:
    """The demo, started as a person starts it."""
    with tempfile.TemporaryDirectory(prefix="kiosk-browser-") as folder, reserved_port() as port:
        url = f"http://{HOST}:{port}"
        data_dir = copied_demo(Path(folder) / "demo").data_dir
        settings = {"KIOSK_DATA_DIR": str(data_dir), "KIOSK_PUBLIC_URL": url}
        log = data_dir / "server.log"
        with running_kiosk("demo", "--port", str(port), port=port, settings=settings, log=log, program=QUICK):
            people = json.loads((data_dir / "demo.json").read_text(encoding="utf-8"))
            yield School(url, data_dir, people)


@pytest.fixture(scope="session")
def school() -> Iterator[School]:
    """The school of a worker's tests."""
    with demo_school() as here:
        yield here


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """The driver, once a worker."""
    with sync_playwright() as driver:
        yield driver


def launch(driver: Playwright, *more: str, **options: Any) -> Browser:
    """Chromium as the machine has it, with `more` switches; without a sandbox only as root, where it has none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    args = ["--disable-gpu", *more, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return driver.chromium.launch(executable_path=path, args=args, **options)


def context_at(browser: Browser, url: str, **options: Any) -> BrowserContext:
    """A browser of somebody's own on the school at that address, with nothing in it yet."""
    context = browser.new_context(base_url=url, **options)
    context.set_default_timeout(LONGEST_MS)
    context.close = partial(_close_soon, context.close)  # type: ignore[method-assign]
    return context


class _NotClosed(Exception):
    """The browser does not say that it closed a window, which it does not once in some thousands of times."""


def _close_soon(close: Callable[..., None]) -> None:
    """Close a window, or leave it to the end of the browser: what was tried is over by then."""

    def give_up(*_: object) -> None:
        raise _NotClosed

    began, left = time.monotonic(), signal.getitimer(signal.ITIMER_REAL)[0]  # the bound of the test itself
    before = signal.signal(signal.SIGALRM, give_up)
    try:
        signal.setitimer(signal.ITIMER_REAL, CLOSING_SECONDS)
        with suppress(_NotClosed):
            close()
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 1) if left else 0)


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    browser = launch(playwright_driver)
    yield browser
    browser.close()


@pytest.fixture
def tablet(chromium: Browser, school: School) -> Iterator[Page]:
    """A fresh classroom tablet."""
    context = context_at(chromium, school.url, viewport=TABLET)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(chromium: Browser, school: School) -> Iterator[Page]:
    """A parent's phone."""
    context = context_at(chromium, school.url, viewport=PHONE)
    yield context.new_page()
    context.close()


@pytest.fixture
def laptop(chromium: Browser, school: School) -> Iterator[Page]:
    """A member of staff's laptop."""
    context = context_at(chromium, school.url, viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def with_cache(playwright_driver: Playwright) -> Iterator[Browser]:
    """Chromium as a tablet has it; the driver would otherwise switch the back/forward cache off."""
    browser = launch(playwright_driver, ignore_default_args=["--disable-back-forward-cache"])
    yield browser
    browser.close()


@pytest.fixture(params=[True, False], ids=["script on", "script off"])
def shared(request: pytest.FixtureRequest, with_cache: Browser, school: School) -> Iterator[Page]:
    """A tablet that several children use one after another."""
    context = context_at(with_cache, school.url, viewport=TABLET, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


@pytest.fixture(params=[True, False], ids=["script on", "script off"])
def slate(request: pytest.FixtureRequest, chromium: Browser, school: School) -> Iterator[Page]:
    """A tablet with a keyboard, with and without script."""
    context = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=request.param)
    yield context.new_page()
    context.close()
