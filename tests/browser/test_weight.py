"""First visit to a pupil page, empty cache: at most 100 kB and 8 requests; 180 kB with a font of its own."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import join

MOST_BYTES = 100_000
MOST_BYTES_OWN_FONT = 180_000
MOST_REQUESTS = 8
PUBLIC = [
    *(f"/?band={band}" for band in ("ks1", "ks2", "ks3", "ks4")),
    *(f"/report/{band}/en" for band in ("ks1", "ks2", "ks3", "ks4")),
    "/report/",
    "/report/replies/en",
    "/home/we-did?band=ks2",
    "/learn/",
    "/look",
    "/home/code/ks2",
    "/nowhere",
]
OWN_FONT = ["/report/replies/ur", "/?lang=ur", "/report/ks2/ur", "/report/ks4/ur", "/home/code/ks2?lang=ur"]
INSIDE = [
    "/learn/lessons/",
    "/learn/lessons/ks2-bullying-upstander",
    "/learn/lessons/ks2-bullying-upstander/1",
    "/learn/quizzes/ks2-bullying-upstander/q1",
    "/learn/quizzes/ks2-bullying-upstander/q3",
    "/learn/code",
]


def _visit(browser: Browser, school: School, path: str, cookies: Any = None) -> tuple[int, list[str]]:
    """Bytes over the wire and addresses asked for, with an empty cache."""
    context = context_at(browser, school.url, viewport=TABLET)
    if cookies:
        context.add_cookies(cookies)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    loaded: list[float] = []
    asked: list[str] = []
    devtools.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    devtools.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    page.goto(path, wait_until="networkidle")
    context.close()
    return int(sum(loaded)), asked


def _within(browser: Browser, school: School, path: str, most: int, cookies: Any = None) -> None:
    size, asked = _visit(browser, school, path, cookies)
    assert len(asked) <= MOST_REQUESTS, "\n".join(asked)
    assert 1_000 < size <= most, f"{path} is {size} bytes: {asked}"
    assert all(address.startswith(school.url) for address in asked), "a request left our own site"


@pytest.mark.main(2)
@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_without_sign_in_is_light(path: str, chromium: Browser, school: School) -> None:
    _within(chromium, school, path, MOST_BYTES)


@pytest.mark.main(1)
@pytest.mark.parametrize("path", OWN_FONT)
def test_a_page_whose_language_needs_a_font_is_light(path: str, chromium: Browser, school: School) -> None:
    _within(chromium, school, path, MOST_BYTES_OWN_FONT)


def test_every_page_of_a_class_session_is_light(chromium: Browser, school: School) -> None:
    context = context_at(chromium, school.url, viewport=TABLET)
    page = context.new_page()
    page.goto("/learn/")
    page.fill("#code", school.class_named("Kestrels")["code"])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    names = page.url.removeprefix(school.url)
    _within(chromium, school, names, MOST_BYTES, context.cookies())
    join(page, school, "Kestrels", 6)
    cookies = context.cookies()
    context.close()
    for path in INSIDE:
        _within(chromium, school, path, MOST_BYTES, cookies)
