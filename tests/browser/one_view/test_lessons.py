"""Every view of every lesson is seen whole, before and after whatever can be done there, also by families of languages.

On no tablet and no board does anything roll; on a phone nothing is wider than the screen.
"""

import pytest
from playwright.sync_api import Page, ViewportSize

from kiosk.bands import Band
from kiosk.site import Content
from tests.browser.conftest import PHONE, School
from tests.browser.lesson_walks import EARLY, join_as, lessons_of, walk_the_lesson

UPRIGHT: ViewportSize = {"width": 800, "height": 1280}
SIZES: dict[str, list[ViewportSize]] = {
    "en": [
        {"width": 1112, "height": 834},
        UPRIGHT,
        {"width": 1280, "height": 720},
        {"width": 1024, "height": 768},
    ],
    "ur": [UPRIGHT, {"width": 1024, "height": 768}],
}
LOOK = (
    "[document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]"
)


@pytest.mark.parametrize("band", [*Band, EARLY])
@pytest.mark.parametrize("lang", SIZES)
def test_every_view_of_a_lesson_is_seen_whole(
    tablet: Page, school: School, content: Content, band: str, lang: str
) -> None:
    join_as(tablet, school, band)
    over: dict[str, list[int]] = {}
    seen: list[str] = []

    def look(name: str) -> None:
        seen.append(name)
        for size in SIZES[lang]:
            tablet.set_viewport_size(size)
            if max(found := tablet.evaluate(LOOK)) > 0:
                over[f"{name} at {size['width']}"] = found

    for lesson in lessons_of(content, band):
        walk_the_lesson(tablet, lesson, look, f"lang={lang}")
    assert len(seen) > 12 and any("=" in name for name in seen), "things were done"
    assert over == {}


@pytest.mark.parametrize("band", [*Band, EARLY])
def test_on_a_phone_nothing_is_wider_than_the_screen_and_what_was_chosen_is_in_sight(
    phone: Page, school: School, content: Content, band: str
) -> None:
    join_as(phone, school, band)
    wrong: dict[str, object] = {}

    def look(name: str) -> None:
        if (wide := phone.evaluate(LOOK)[1]) > 0:
            wrong[name] = wide
        if "=" in name and phone.locator("#chosen").count():
            place = phone.evaluate("document.getElementById('chosen').getBoundingClientRect().top")
            if not 0 <= place < PHONE["height"]:
                wrong[name] = f"what was chosen stands at {place}"

    for lesson in lessons_of(content, band):
        walk_the_lesson(phone, lesson, look)
    assert wrong == {}
