"""Pages in fewer words: each is one view at every size, and all the words unfold over it (promise E14)."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.bands import Band
from tests.browser.conftest import SIZES, TOO_LARGE, School
from tests.browser.hands import CLASSES, join
from tests.browser.lesson_walks import steps_of
from tests.browser.question_walks import questions_of
from tests.browser.test_adjusted_tablet import everything_set
from tests.browser.test_axe import look_at
from tests.browser.test_by_ear import LESSONS, sit_beside

LESSON = {
    "ks1": LESSONS[0],  # beside whose readers an adult sits
    "ks2": "ks2-bullying-upstander",
    "ks3": "ks3-information-why-this-post",
    "ks4": "ks4-relationships-threats",
}
PUPIL = 6  # of each class, whom no other test brings in


@pytest.mark.parametrize("band", list(Band))
def test_every_page_in_fewer_words_is_one_view(
    tablet: Page, laptop: Page, school: School, band: Band
) -> None:
    name = school.class_named(CLASSES[band])["pupils"][PUPIL]["name"]
    too_large: dict[str, int] = {}
    seen = 0

    def look(where: str) -> None:
        for size in SIZES:
            tablet.set_viewport_size(size)
            if (more := tablet.evaluate(TOO_LARGE)) > 0:
                too_large[f"{where} at {size['width']}"] = more

    with everything_set(laptop, name, "simpler", CLASSES[band]):
        join(tablet, school, CLASSES[band], PUPIL)
        if band == "ks1":
            sit_beside(laptop.context.new_page(), name)
        for number in steps_of(tablet, LESSON[band]):
            look(f"step {number}")
            seen += tablet.locator(".all-words").count()
        for asked in questions_of(band):
            if asked.quiz == LESSON[band]:
                tablet.goto(asked.address)
                look(asked.name)
                seen += tablet.locator(".all-words").count()
        assert seen > 4 and too_large == {}


def test_all_the_words_unfold_over_the_page_by_keyboard(tablet: Page, laptop: Page, school: School) -> None:
    name = school.class_named(CLASSES["ks2"])["pupils"][PUPIL]["name"]
    with everything_set(laptop, name, "simpler", CLASSES["ks2"]):
        join(tablet, school, CLASSES["ks2"], PUPIL)
        for address in (f"/learn/lessons/{LESSON['ks2']}/1", f"/learn/quizzes/{LESSON['ks2']}/q2"):
            tablet.goto(address)
            before = tablet.locator("h1").bounding_box()
            tablet.locator(".all-words > summary").focus()
            tablet.keyboard.press("Enter")
            sheet = tablet.locator(".all-words__sheet")
            expect(sheet).to_be_visible()
            assert tablet.locator("h1").bounding_box() == before and tablet.evaluate(TOO_LARGE) <= 0
            look_at(tablet)
            box = sheet.bounding_box()
            assert box and box["y"] >= 0 and box["x"] >= 0
