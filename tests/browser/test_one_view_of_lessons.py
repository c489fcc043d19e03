"""Every view of every lesson is seen whole, before and after whatever can be done there, also by families of languages.

On a tablet held wide nothing rolls; on a phone nothing is wider than the screen.
"""

import pytest
from playwright.sync_api import Page

from kiosk.bands import Band
from kiosk.site import Content
from tests.browser.conftest import PHONE, TABLET, School
from tests.browser.lesson_walks import join_as, walk_the_lesson

BOARD = {"width": 1280, "height": 720}
LOOK = (
    "[document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]"
)


def lessons_of(content: Content, band: Band) -> list[str]:
    found = [id for id, lesson in content.lessons.items() if lesson.band == band]
    assert found
    return found


@pytest.mark.parametrize("band", list(Band))
@pytest.mark.parametrize(
    ("size", "query"), [(TABLET, ""), (TABLET, "lang=ur"), (BOARD, "")], ids=["tablet", "urdu", "board"]
)
def test_every_view_of_a_lesson_is_seen_whole(
    tablet: Page, school: School, content: Content, band: Band, size: dict[str, int], query: str
) -> None:
    join_as(tablet, school, band)
    tablet.set_viewport_size({"width": size["width"], "height": size["height"]})
    over: dict[str, list[int]] = {}
    seen: list[str] = []

    def look(name: str) -> None:
        seen.append(name)
        if max(found := tablet.evaluate(LOOK)) > 0:
            over[name] = found

    for lesson in lessons_of(content, band):
        walk_the_lesson(tablet, lesson, look, query)
    assert len(seen) > 12 and any("=" in name for name in seen), "things were done"
    assert over == {}


@pytest.mark.parametrize("band", list(Band))
def test_on_a_phone_nothing_is_wider_than_the_screen_and_what_was_chosen_is_in_sight(
    phone: Page, school: School, content: Content, band: Band
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
