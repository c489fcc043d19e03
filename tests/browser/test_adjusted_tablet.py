"""A tablet that children share: what is set for one is there from coming in until leaving, and never for the next.

Set by the teacher on a laptop, used on a tablet with the back/forward cache on (promises E14, A9).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PHONE, TABLET, School, context_at
from tests.browser.hands import become, join, settle
from tests.browser.test_axe import look_at
from tests.browser.test_listening import BIG_ENOUGH, FAULTS, LISTEN, MOST_EARS, SIZE, screens_of
from tests.browser.voices import AMY, give_voices

MAPLE, COORDINATOR = "8 Maple", "Ms Okafor"
ADJUSTED, NEXT = 20, 21  # pupils of the class that no other test brings in
STEP = "/learn/lessons/ks3-information-why-this-post/1"
BODY_SIZE = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"


def boxes(laptop: Page, name: str, group: str = MAPLE) -> Locator:
    """The six boxes for a child of the class, found as a teacher finds them."""
    laptop.goto("/staff/classes/")
    laptop.get_by_role("link", name=group).first.click()
    laptop.get_by_role("link", name=f"Adjustments for {name}", exact=True).click()
    return laptop.locator("fieldset input[type=checkbox]")


@contextmanager
def everything_set(laptop: Page, name: str, but_only: str = "", group: str = MAPLE) -> Iterator[None]:
    """While this runs everything, or one thing, is set for a child; then nothing is."""
    become(laptop, COORDINATOR)
    for box in boxes(laptop, name, group).all():
        box.set_checked(but_only in ("", box.get_attribute("value")))
    laptop.get_by_role("button", name="Save").click()
    expect(laptop.get_by_text(f"Saved for {name}")).to_be_visible()
    yield
    boxes(laptop, name, group)
    laptop.get_by_role("button", name="Take everything off").click()
    expect(laptop.get_by_text(f"Nothing is set for {name} now")).to_be_visible()


def size_of(tablet: Page) -> str | None:
    return tablet.locator("html").get_attribute("data-size")


@pytest.fixture
def hearing(with_cache: Browser, school: School) -> Iterator[Page]:
    """A tablet with a voice of its own."""
    context = context_at(with_cache, school.url, viewport=TABLET)
    give_voices(context, AMY)
    yield context.new_page()
    context.close()


def leave(tablet: Page) -> None:
    tablet.get_by_role("button", name="Leave").click()
    tablet.wait_for_url(lambda url: "/learn" not in url)


def test_the_next_child_finds_the_tablet_as_it_was_and_back_shows_nothing(
    hearing: Page, laptop: Page, school: School
) -> None:
    name = school.class_named(MAPLE)["pupils"][ADJUSTED]["name"]
    with everything_set(laptop, name):
        join(hearing, school, MAPLE, ADJUSTED)
        assert size_of(hearing) == "1.5"
        hearing.goto(STEP)
        expect(hearing.locator("button.listen")).to_be_visible()
        expect(hearing.locator("main .ear").first).to_be_visible()
        assert "adjust" not in hearing.content().casefold()
        leave(hearing)
        assert size_of(hearing) is None, "the start page is the tablet's own again"
        join(hearing, school, MAPLE, NEXT)
        assert size_of(hearing) is None
        hearing.goto(STEP)
        expect(hearing.locator("button.listen")).to_be_visible()
        assert hearing.locator("main .ear").count() == 0
        for _ in range(8):  # through what the next child did, to where the last one was
            hearing.go_back(wait_until="commit")
            settle(hearing)
            assert size_of(hearing) is None, hearing.url
            lists_all = hearing.url.endswith(("/learn/names", "/demo"))
            assert lists_all or name not in hearing.locator("main").inner_text(), hearing.url


def test_without_script_it_is_the_same(chromium: Browser, laptop: Page, school: School) -> None:
    name = school.class_named(MAPLE)["pupils"][ADJUSTED]["name"]
    context = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=False)
    tablet = context.new_page()
    with everything_set(laptop, name):
        join(tablet, school, MAPLE, ADJUSTED)
        assert size_of(tablet) == "1.5"
        leave(tablet)
        join(tablet, school, MAPLE, NEXT)
        assert size_of(tablet) is None
    context.close()


def test_a_child_with_more_time_is_asked_later_and_has_two_minutes(
    chromium: Browser, laptop: Page, school: School
) -> None:
    name = school.class_named(MAPLE)["pupils"][ADJUSTED]["name"]
    context = context_at(chromium, school.url, viewport=TABLET)
    tablet = context.new_page()
    tablet.clock.install()
    question = tablet.get_by_role("dialog")
    with everything_set(laptop, name):
        join(tablet, school, MAPLE, ADJUSTED)
        tablet.clock.run_for("17:59")
        expect(question).to_be_hidden()
        tablet.clock.run_for("00:02")
        expect(question).to_be_visible()
        expect(question).to_contain_text("two minutes")
        tablet.clock.run_for("01:50")
        expect(question).to_be_visible()
        tablet.clock.run_for("00:15")
        tablet.wait_for_url(lambda url: "/learn" not in url)
    context.close()


@pytest.mark.parametrize(
    "lesson", ["ks3-information-why-this-post", "ks3-reputation-screenshots-and-group-chats"]
)
def test_an_older_child_has_ears_by_the_same_rule_and_no_page_grows_by_them(
    hearing: Page, laptop: Page, school: School, lesson: str
) -> None:
    children = school.class_named(MAPLE)["pupils"]
    join(hearing, school, MAPLE, NEXT)
    sizes = {name: hearing.evaluate(SIZE) for name in screens_of(hearing, lesson)}
    hearing.goto("/learn/lessons/")
    leave(hearing)
    with everything_set(laptop, children[ADJUSTED]["name"], "aloud"):
        join(hearing, school, MAPLE, ADJUSTED)
        wrong = {}
        for name in screens_of(hearing, lesson):
            expect(hearing.locator(LISTEN)).to_be_visible()
            found = hearing.evaluate(FAULTS, [BIG_ENOUGH["ks3"], MOST_EARS]), hearing.evaluate(SIZE)
            if found != ([], sizes[name]):
                wrong[name] = (*found, sizes[name])
    assert len(sizes) > 6
    assert wrong == {}


def test_a_tablet_without_a_voice_says_so_in_words_for_the_age(
    chromium: Browser, laptop: Page, school: School
) -> None:
    name = school.class_named(MAPLE)["pupils"][ADJUSTED]["name"]
    context = context_at(chromium, school.url, viewport=TABLET)
    give_voices(context)
    tablet = context.new_page()
    with everything_set(laptop, name, "aloud"):
        join(tablet, school, MAPLE, ADJUSTED)
        line = tablet.locator(".no-voice")
        expect(line).to_have_text(
            "This tablet cannot read aloud. Another one may, or ask an adult to read it with you."
        )
    context.close()


def test_pages_of_adjustments_are_used_by_keyboard_and_fit_a_phone(laptop: Page, school: School) -> None:
    name = school.class_named(MAPLE)["pupils"][ADJUSTED]["name"]
    with everything_set(laptop, name):
        look_at(laptop)
        boxes(laptop, name).first.focus()
        look_at(laptop)
        laptop.keyboard.press("Space")
        for _ in range(6):
            laptop.keyboard.press("Tab")
        expect(laptop.get_by_role("button", name="Save")).to_be_focused()
        laptop.set_viewport_size(PHONE)
        assert laptop.evaluate("document.documentElement.scrollWidth <= innerWidth")
        laptop.keyboard.press("Enter")
        expect(laptop.get_by_text(f"Saved for {name}")).not_to_contain_text("Read aloud")


def test_the_list_of_a_class_stays_off_paper(laptop: Page, school: School) -> None:
    name = school.class_named(MAPLE)["pupils"][ADJUSTED]["name"]
    with everything_set(laptop, name):
        laptop.emulate_media(media="print")
        expect(laptop.get_by_text("This list is not for paper.")).to_be_visible()
        expect(laptop.get_by_text(name, exact=True)).to_be_hidden()
        laptop.emulate_media(media="screen")
