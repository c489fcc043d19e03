"""Tablets of a class that is led: what was sent waits until all have talked, a hand goes up, each page is one view."""

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.classroom.course import Course, course_of
from kiosk.quizzes.choosing import Choosing
from kiosk.site import Content
from tests.browser.conftest import SIZES, TABLET, School, context_at
from tests.browser.hands import CLASSES, join
from tests.browser.led_walks import SAME_ORIGIN, Led, led
from tests.browser.test_axe import look_at_every_look
from tests.browser.test_would_you_tell import see_whole

LESSONS = {
    "ks1": "ks1-privacy-keep-it-safe",
    "ks2": "ks2-bullying-upstander",
    "ks3": "ks3-information-why-this-post",
    "ks4": "ks4-privacy-data-and-money",
}
SENT = "Sent. Look up."


def tap(here: Led, press: str, **more: str) -> None:
    """What a tap on the remote sends, wherever its button stands."""
    here.desk.goto(here.address)
    turn = here.desk.locator("input[name=turn]").first.input_value()
    sent: dict[str, str | float | bool] = {"turn": turn, "sure": "1", **more}
    answer = here.desk.request.post(f"{here.address}/{press}", form=sent, headers=SAME_ORIGIN)
    assert answer.ok


def first_to_choose(course: Course) -> int:
    """The place of the first question whose answers are chosen."""
    return next(place for place in range(1, course.end) if isinstance(course.question(place), Choosing))


@pytest.mark.main(1)
@pytest.mark.parametrize("band", CLASSES)
def test_an_answer_waits_for_the_class_and_says_by_itself_what_fits(
    chromium: Browser, school: School, laptop: Page, tablet: Page, content: Content, band: str
) -> None:
    lesson = content.lessons[LESSONS[band]]
    course = course_of(lesson, content.quizzes)
    join(tablet, school, CLASSES[band], 0)
    with led(chromium, school, laptop, CLASSES[band], lesson.id) as here:
        tablet.goto("/learn/class")
        see_whole(tablet, f"wait-{band}")
        tap(here, "go", place=str(first_to_choose(course)))
        tablet.wait_for_url("**/learn/quizzes/**")
        for lang in ("ur", "en"):
            tablet.goto(f"{tablet.url.split('?')[0]}?lang={lang}")
            tablet.locator("main .answer").first.click()
            tablet.locator("#go-on").click()
            expect(tablet.locator("#feedback")).to_be_focused()
            # In Urdu a question is one view on tablets, as one_view/test_questions.py has it.
            see_whole(tablet, f"sent-{band}-{lang}", SIZES if lang == "en" else [SIZES[0], SIZES[2]])
        expect(tablet.locator("#feedback")).to_have_text(SENT)
        expect(tablet.locator("main :checked")).to_be_disabled()
        look_at_every_look(tablet)

        hand = tablet.locator("#hand-up")
        hand.click()
        expect(hand).to_have_attribute("aria-pressed", "true")
        here.desk.goto(here.address)
        expect(here.desk.get_by_text("Hand", exact=False).first).to_be_visible()
        hand.focus()
        tablet.keyboard.press("Enter")
        expect(hand).to_have_attribute("aria-pressed", "false")

        tap(here, "right")
        expect(tablet.locator("#feedback")).not_to_have_text(SENT)
        expect(tablet.locator("#feedback")).to_be_focused()

        tap(here, "go", place=str(course.talk))
        expect(tablet.get_by_role("heading", name="Look up")).to_be_visible()
        see_whole(tablet, f"talk-{band}")
        tap(here, "next")
        tablet.wait_for_url(f"**/learn/quizzes/{lesson.quiz}/{course.at_the_end[0]}*")


def test_without_script_a_button_asks_what_fits(
    chromium: Browser, school: School, laptop: Page, tablet: Page, content: Content
) -> None:
    lesson = content.lessons[LESSONS["ks2"]]
    course = course_of(lesson, content.quizzes)
    join(tablet, school, CLASSES["ks2"], 1)
    context = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=False)
    context.add_cookies(tablet.context.cookies())  # type: ignore[arg-type]
    plain = context.new_page()
    with led(chromium, school, laptop, CLASSES["ks2"], lesson.id) as here:
        tap(here, "go", place=str(first_to_choose(course)))
        plain.goto("/learn/class")
        plain.locator("main .answer").first.click()
        plain.locator("#go-on").click()
        expect(plain.locator("#feedback")).to_have_text(SENT)
        plain.get_by_role("button", name="Go and see").click()
        expect(plain.locator("#feedback")).to_have_text(SENT)
        tap(here, "right")
        plain.get_by_role("button", name="Go and see").click()
        expect(plain.locator("#feedback")).not_to_have_text(SENT)
        plain.get_by_role("button", name="Hand up").click()
        expect(plain.get_by_role("heading", name="Your hand is up")).to_be_visible()
        plain.get_by_role("button", name="Hand down").click()
        expect(plain.get_by_role("heading", name="Your hand is down")).to_be_visible()
    context.close()
