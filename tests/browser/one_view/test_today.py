"""Today and the end of a lesson are one view on the tablet, in every band, left to right and right to left."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from kiosk.site import Content
from tests.browser.conftest import PHONE, SIZES, TABLET, TOO_LARGE, School, context_at
from tests.browser.hands import CLASSES, join
from tests.browser.lesson_walks import EARLY, join_as

LESSONS = {
    EARLY: "ks1-wellbeing-stop-hand-tell",
    "ks1": "ks1-privacy-keep-it-safe",
    "ks2": "ks2-bullying-upstander",
    "ks3": "ks3-information-why-this-post",
    "ks4": "ks4-relationships-control-and-sextortion",
}
BELOW = "document.documentElement.scrollHeight - innerHeight"
BESIDE = "document.documentElement.scrollWidth - innerWidth"


def addresses(lesson: str) -> Iterator[str]:
    """Today, what is known now, what the class keeps, the end with its card, and last time with its story."""
    yield "/learn/lessons/"
    yield "/learn/known"
    yield "/learn/kept"
    for page in ("done", "take-home", "last-time", "last-time?story=1"):
        yield f"/learn/lessons/{lesson}/{page}"


def too_large(tablet: Page, lesson: str, query: str, measured: str, *sizes: ViewportSize) -> dict[str, int]:
    """By how much each page is too large for screens of those sizes."""
    found = {}
    for address in addresses(lesson):
        tablet.goto(f"{address}{'&' if '?' in address else '?'}{query}")
        for size in sizes:
            tablet.set_viewport_size(size)
            found[f"{address} {query} at {size['width']}"] = tablet.evaluate(measured)
    return {where: size for where, size in found.items() if size > 0}


@pytest.mark.parametrize("band", [*CLASSES, EARLY])
def test_today_and_the_end_are_one_view(tablet: Page, school: School, band: str) -> None:
    join_as(tablet, school, band)
    lesson = LESSONS[band]
    for lang in ("en", "ur"):
        assert too_large(tablet, lesson, f"lang={lang}", TOO_LARGE, *SIZES) == {}
        assert too_large(tablet, lesson, f"lang={lang}", BESIDE, PHONE) == {}, "a phone rolls, never sideways"
    assert too_large(tablet, lesson, "look=plain_2_normal_some", BESIDE, TABLET) == {}, "twice the words"


@pytest.mark.parametrize("band", CLASSES)
def test_the_end_is_one_view_where_no_aim_is_met_yet(
    chromium: Browser, school: School, content: Content, band: str
) -> None:
    todo = [
        f"/learn/lessons/{id}/done"
        for id, lesson in content.lessons.items()
        if lesson.quiz and lesson.band == band
    ]
    ends: dict[str, list[int]] = {}
    for pupil, _child in enumerate(school.class_named(CLASSES[band])["pupils"]):
        context = context_at(chromium, school.url, viewport=TABLET)
        page = context.new_page()
        join(page, school, CLASSES[band], pupil)
        for address in set(todo) - set(ends):
            page.goto(address)
            if page.get_by_role("heading", name="What to look at again").count():
                assert page.locator("main").get_by_text("Another go:").count() > 1
                ends[address] = []
                for size in SIZES[:2]:
                    page.set_viewport_size(size)
                    ends[address].append(page.evaluate(BELOW))
        context.close()
        if len(ends) == len(todo):
            break
    assert ends == {address: [0, 0] for address in todo}


def test_the_way_on_is_reached_by_keys(tablet: Page, school: School) -> None:
    # Which children have a lesson left to do is up to the demo's chance.
    for pupil in range(len(school.class_named(CLASSES["ks3"])["pupils"])):
        tablet.context.clear_cookies()
        join(tablet, school, CLASSES["ks3"], pupil)
        if tablet.locator("a.today").count():
            break
    seen = []
    for _stop in range(12):
        tablet.keyboard.press("Tab")
        seen.append(tablet.evaluate("document.activeElement.className + ' ' + document.activeElement.href"))
    card = next(one for one in seen if one.startswith("today "))
    assert f"btn btn--go {card.removeprefix('today ')}" in seen, "the same way stands in the ground"
