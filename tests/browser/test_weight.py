"""First visit to a pupil page, empty cache: at most 100 kB and 8 requests; 180 kB with a font of its own."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from kiosk.site import Content
from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import CLASSES, code_of, join

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
# Of each age group its heaviest pages: all are weighed in tests/lessons/test_weight.py.
INSIDE = {
    "ks1": ("ks1-privacy-keep-it-safe", "q2"),
    "ks2": ("ks2-information-is-it-true", "q6"),
    "ks3": ("ks3-information-why-this-post", "q7"),
    "ks4": ("ks4-privacy-data-and-money", "q9"),
}
# From the start page to the first question of a lesson, everything together.
# A key of pictures is a page of sixteen of them for each of its three taps.
MOST_BYTES_TO_A_QUESTION = {"ks1": 160_000, "ks2": 170_000, "ks3": 160_000, "ks4": 160_000}


def visit(browser: Browser, school: School, path: str, cookies: Any = None) -> tuple[int, list[str]]:
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
    size, asked = visit(browser, school, path, cookies)
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


@pytest.mark.parametrize("band", INSIDE)
def test_every_page_of_a_class_session_is_light(chromium: Browser, school: School, band: str) -> None:
    context = context_at(chromium, school.url, viewport=TABLET)
    page = context.new_page()
    lesson, question = INSIDE[band]
    code = code_of(page, school, CLASSES[band])
    page.goto(f"/learn/?code={code.replace(' ', '')}")
    page.locator("#code").press("Enter")
    page.wait_for_url("**/names")
    _within(chromium, school, "/learn/names", MOST_BYTES, context.cookies())
    child = school.class_named(CLASSES[band])["pupils"][6]
    page.get_by_text(child["name"], exact=True).first.click()
    page.wait_for_url("**/learn/me" if band == "ks1" else "**/learn/key")
    _within(chromium, school, page.url, MOST_BYTES, context.cookies())
    join(page, school, CLASSES[band], 6)
    cookies = context.cookies()
    context.close()
    for path in (
        "/learn/lessons/",
        "/learn/known",
        "/learn/kept",
        f"/learn/lessons/{lesson}",
        f"/learn/lessons/{lesson}/1",
        f"/learn/lessons/{lesson}/done",
        f"/learn/quizzes/{lesson}/{question}",
        "/learn/code/2",
    ):
        _within(chromium, school, path, MOST_BYTES, cookies)
    _within(chromium, school, f"/learn/quizzes/{lesson}/{question}?lang=ur", MOST_BYTES_OWN_FONT, cookies)


@pytest.mark.parametrize("band", INSIDE)
def test_from_the_start_page_to_the_first_question_little_is_fetched(
    chromium: Browser, school: School, content: Content, band: str
) -> None:
    context = context_at(chromium, school.url, viewport=TABLET)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    ours: dict[str, str] = {}
    loaded: list[float] = []
    devtools.on(
        "Network.requestWillBeSent", lambda event: ours.update({event["requestId"]: event["request"]["url"]})
    )
    devtools.on(
        "Network.loadingFinished",
        # The demo's list of people is no page of a child.
        lambda event: (
            None if ours[event["requestId"]].endswith("/demo") else loaded.append(event["encodedDataLength"])
        ),
    )
    page.goto(f"/?band={band}&fresh=1")
    join(page, school, CLASSES[band], 6)
    lesson = content.lessons[INSIDE[band][0]]
    page.goto(f"/learn/lessons/{lesson.id}")
    for number, _step in enumerate(lesson.steps, 1):
        page.goto(f"/learn/lessons/{lesson.id}/{number}", wait_until="networkidle")
        if page.locator("#answer").count():
            break
    else:
        page.goto(f"/learn/quizzes/{lesson.quiz}", wait_until="networkidle")
    assert page.locator("#answer").count(), "the first question"
    context.close()
    assert 30_000 < sum(loaded) < MOST_BYTES_TO_A_QUESTION[band]
