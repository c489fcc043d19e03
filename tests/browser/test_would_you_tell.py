"""Would you tell? One view at every size, by keyboard, by ear and without script; the class goes on from there."""

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import SIZES, TABLET, TOO_LARGE, School, context_at
from tests.browser.hands import CLASSES, become, join
from tests.browser.led_walks import led
from tests.browser.test_axe import look_at_every_look
from tests.browser.voices import AMY, give_voices, read_aloud


def see_whole(page: Page, name: str, sizes: list[ViewportSize] = SIZES) -> None:
    """At every size nothing is larger than the page."""
    for size in sizes:
        page.set_viewport_size(size)
        assert page.evaluate(TOO_LARGE) <= 0, f"{name} at {size['width']}"
    page.set_viewport_size(SIZES[0])


@pytest.mark.main(1)
@pytest.mark.parametrize("band", CLASSES)
def test_it_is_one_view_in_each_look_and_language_and_the_class_goes_on(
    chromium: Browser, school: School, laptop: Page, tablet: Page, band: str
) -> None:
    join(tablet, school, CLASSES[band], 0)
    with led(chromium, school, laptop, CLASSES[band], f"{band}-wellbeing-how-to-tell") as here:
        for lang in ("en", "ur", "pl"):
            tablet.goto(f"/learn/class?lang={lang}")
            assert "/learn/class/before" in tablet.url
            see_whole(tablet, f"would-you-tell-{band}-{lang}")
        tablet.goto("/learn/class?lang=en")
        look_at_every_look(tablet)
        first = tablet.get_by_role("button", name="Yes", exact=True)
        first.focus()
        for name in ("Maybe", "I don’t think so", "Skip"):
            tablet.keyboard.press("Tab")
            expect(tablet.get_by_role("button", name=name, exact=True)).to_be_focused()
        tablet.keyboard.press("Enter")
        expect(tablet.get_by_role("heading", name="You are in")).to_be_visible()
        here.press("Start")
        tablet.wait_for_url("**/learn/lessons/*/1*")


def test_the_youngest_hear_the_question_and_an_answer_before_it_is_given(
    chromium: Browser, school: School, laptop: Page, tablet: Page
) -> None:
    join(tablet, school, CLASSES["ks1"], 1)
    give_voices(tablet.context, AMY)
    with led(chromium, school, laptop, CLASSES["ks1"], "ks1-wellbeing-how-to-tell") as here:
        tablet.goto("/learn/class")
        tablet.locator("button.listen").click()
        assert "would you tell someone?" in " ".join(read_aloud(tablet))
        maybe = tablet.get_by_role("button", name="Maybe")
        maybe.click()
        assert "Maybe" in " ".join(read_aloud(tablet))
        assert tablet.url.split("?")[0].endswith("/learn/class/before")
        maybe.click()
        expect(tablet.get_by_role("heading", name="You are in")).to_be_visible()
        here.press("Start")


def test_without_script_a_tap_answers_and_the_next_page_leads_on(
    chromium: Browser, school: School, laptop: Page, tablet: Page
) -> None:
    join(tablet, school, CLASSES["ks2"], 1)
    context = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=False)
    context.add_cookies(tablet.context.cookies())  # type: ignore[arg-type]
    plain = context.new_page()
    with led(chromium, school, laptop, CLASSES["ks2"], "ks2-wellbeing-how-to-tell") as here:
        plain.goto("/learn/class")
        plain.get_by_role("button", name="Maybe", exact=True).click()
        expect(plain.get_by_role("heading", name="You are in")).to_be_visible()
        plain.go_back()
        assert plain.url.endswith(("/learn/class/before", "/learn/class/wait"))
        here.press("Start")
        plain.goto("/learn/class")
        assert plain.url.endswith("/1")
    context.close()


def test_the_page_of_governors_has_it_for_the_whole_school(laptop: Page) -> None:
    become(laptop, "Hartley")
    laptop.goto("/staff/evidence")
    laptop.get_by_role("link", name="For governors").click()
    expect(laptop.locator("#cases")).to_contain_text("Would children tell?")
    expect(laptop.locator("#cases")).to_contain_text("I don’t think so: about")
    look_at_every_look(laptop)
