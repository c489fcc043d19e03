"""A real server with the demo school, and a real Chromium, for tests that need a person's hands."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

START_SECONDS = 120
TABLET = {"width": 1024, "height": 768}
PHONE = {"width": 360, "height": 740}


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


@pytest.fixture(scope="session")
def school() -> Iterator[School]:
    """The demo, started as a person starts it."""
    with tempfile.TemporaryDirectory(prefix="kiosk-browser-") as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        settings = {"KIOSK_DATA_DIR": folder, "KIOSK_PUBLIC_URL": url}
        log = (Path(folder) / "server.log").open("wb")
        server = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "demo", "--port", str(port)],
            env=os.environ | settings,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(url, server, Path(log.name))
            people = json.loads((Path(folder) / "demo.json").read_text(encoding="utf-8"))
            yield School(url, Path(folder), people)
        finally:
            server.terminate()
            server.wait(30)
            log.close()


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the demo did not start:\n" + log.read_text(encoding="utf-8", errors="replace"))


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """The driver, once a worker."""
    with sync_playwright() as driver:
        yield driver


def launch(driver: Playwright, **options: Any) -> Browser:
    """Chromium as the machine has it; without a sandbox only as root, where it has none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    return driver.chromium.launch(executable_path=path, args=args, **options)


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    browser = launch(playwright_driver)
    yield browser
    browser.close()


@pytest.fixture
def tablet(chromium: Browser, school: School) -> Iterator[Page]:
    """A fresh classroom tablet."""
    context = chromium.new_context(viewport=TABLET, base_url=school.url)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(chromium: Browser, school: School) -> Iterator[Page]:
    """A parent's phone."""
    context = chromium.new_context(viewport=PHONE, base_url=school.url)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def laptop(chromium: Browser, school: School) -> Iterator[Page]:
    """A member of staff's laptop."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=school.url)
    context.set_default_timeout(30_000)
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
    context = with_cache.new_context(
        viewport=TABLET,  # type: ignore[arg-type]
        base_url=school.url,
        java_script_enabled=request.param,
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()
