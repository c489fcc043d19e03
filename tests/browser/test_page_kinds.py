"""Every kind of page that a pupil meets, from class code to goodbye, and those by which staff prepare for it, with what
a child or an adult may have switched on: forced colours, words of twice the size, less movement; without script it is
all there; one view on every tablet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kiosk.bands import Band
from kiosk.site import Content
from tests.browser.conftest import SIZES, TABLET, TOO_LARGE, School, context_at
from tests.browser.hands import CLASSES, become, go_to_key
from tests.browser.lesson_walks import join_as, who_does
from tests.browser.test_coming_in import young as young  # the tablet of a year group

WIDER = "document.documentElement.scrollWidth - innerWidth"
MOVING = """() => [...document.querySelectorAll('*')].filter((one) =>
  parseFloat(getComputedStyle(one).animationDuration) > 0 || parseFloat(getComputedStyle(one).transitionDuration) > 0)
  .map((one) => one.className.baseVal ?? one.className)"""
# With the device's own colours what is drawn with tints is gone: what can be tapped still has a line round it.
LINELESS = """() => [...document.querySelectorAll('button, a.btn, .choice__face, a.pick, a.today, main summary')]
  .filter((one) => one.checkVisibility({visibilityProperty: true, opacityProperty: true}) && !one.closest('.sr, p'))
  .filter((one) => ![one, ...one.querySelectorAll('*')].some((part) => {
    const style = getComputedStyle(part);
    return style.textDecorationLine.includes('underline') || ['Top', 'Bottom'].some((side) =>
      style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) >= 1)
      || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1);
  }))
  .map((one) => `${one.className} ${one.textContent.trim().slice(0, 30)}`)"""


def pages_of(content: Content, band: Band) -> Iterator[str]:
    """One of each kind: Today, next week, story step, thing to handle, question, the Code, what stays, goodbye."""
    yield from ("/learn/lessons/", "/learn/known", "/learn/kept", "/learn/code", "/learn/code/2")
    lessons = [lesson for lesson in content.lessons.values() if who_does(lesson) == band]
    yield from (
        f"/learn/lessons/{lessons[0].id}{end}" for end in ("", "/last-time", "/done", "/take-home", "/help")
    )
    steps = {
        step.kind: f"/learn/lessons/{lesson.id}/{number}"
        for lesson in lessons
        for number, step in enumerate(lesson.steps, 1)
    }
    steps.pop("question", None)
    yield from steps.values()
    kinds = {
        type(question): f"/learn/quizzes/{lesson.quiz}/{question.id}"
        for lesson in lessons
        if lesson.quiz
        for question in content.quizzes[lesson.quiz].questions
    }
    yield from kinds.values()


# Who meets the pages: a child of that age who is in, one on the way in, and staff.
CHILDREN, COMING_IN = tuple(Band), ("coming in ks1", "coming in ks2", "coming in ks3")
EVERYBODY = (*CHILDREN, *COMING_IN, "staff")
RECORD = "/staff/voices/ks1-bullying-kind-words/en"


class Visitor:
    """Somebody who opens one of each kind of page, one after another."""

    def __init__(self, school: School, content: Content, who: str, request: pytest.FixtureRequest) -> None:
        self._school, self._content, self._who, self._request = school, content, who, request

    def visit(self, page: Page) -> Iterator[str]:
        """Each page, by its address, while it is open."""
        if self._who == "staff":
            return self._prepare(page)
        if self._who in COMING_IN:
            return self._come_in(page, self._who.removeprefix("coming in "))
        return self._learn(page, Band(self._who))

    def _learn(self, page: Page, band: Band) -> Iterator[str]:
        join_as(page, self._school, band)
        for address in pages_of(self._content, band):
            yield opened(page, address)

    def _come_in(self, page: Page, band: str) -> Iterator[str]:
        if band == "ks1":
            page.context.add_cookies(self._request.getfixturevalue("young").context.cookies())
            yield opened(page, "/learn/card?band=ks1")
            yield opened(page, "/learn/?band=ks1")
            page.locator(".open-class", has_text=CLASSES[band]).click()
            page.locator(".name").first.wait_for()
            yield page.url
            page.locator(".name").first.click()
            page.locator(".meet__name").wait_for()
            yield page.url
            return
        yield opened(page, f"/learn/?band={band}")
        yield opened(page, "/learn/no-code")
        go_to_key(page, self._school, CLASSES[band], 5)
        page.wait_for_url("**/learn/key**")
        yield page.url
        yield opened(page, "/learn/names")
        yield opened(page, "/learn/no-name")

    def _prepare(self, page: Page) -> Iterator[str]:
        become(page, "Ms Okafor")
        for address in ("/staff/voices", RECORD, f"{RECORD.removesuffix('en')}ur/script", "/staff/tablets"):
            yield opened(page, address)
        page.locator("#users").select_option(label="Wrens")
        page.get_by_role("button", name="Show the square").click()
        page.locator("p.key-card__link").first.wait_for()
        yield f"{page.url} with a square"
        page.goto("/staff/classes/")
        page.get_by_role("link", name="Swifts", exact=True).click()
        page.get_by_role("link", name="Cards").click()
        yield page.url
        page.get_by_role("button", name="Make new cards").click()
        page.locator(".key-card").first.wait_for()
        yield f"{page.url} with cards"


@pytest.fixture
def visitor(school: School, content: Content, who: str, request: pytest.FixtureRequest) -> Visitor:
    """Whoever a test names."""
    return Visitor(school, content, who, request)


def opened(page: Page, address: str) -> str:
    """Open a page that must be there; returns its address."""
    answer = page.goto(address)
    assert answer and answer.ok, address
    return address


@pytest.mark.parametrize("who", EVERYBODY)
def test_forced_colours_leave_a_line_round_what_can_be_tapped(
    chromium: Browser, school: School, visitor: Visitor
) -> None:
    context = context_at(chromium, school.url, viewport=TABLET, forced_colors="active")
    page = context.new_page()
    found = {}
    for address in visitor.visit(page):
        if lineless := page.evaluate(LINELESS):
            found[address] = lineless
    context.close()
    assert found == {}


@pytest.mark.parametrize("who", EVERYBODY)
def test_twice_the_words_roll_down_only_and_nothing_moves_where_less_is_wanted(
    chromium: Browser, school: School, visitor: Visitor
) -> None:
    context = context_at(chromium, school.url, viewport=TABLET, reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    found: dict[str, object] = {}
    for address in visitor.visit(page):
        if moving := page.evaluate(MOVING):
            found[f"{address} moves"] = moving
        page.add_style_tag(path=str(Path(__file__).with_name("double_text.css")))
        if (wider := page.evaluate(WIDER)) > 0:
            found[f"{address} is wider"] = wider
    context.close()
    assert found == {}


# The youngest on their way in are measured in tests/browser/test_coming_in.py, in three languages.
@pytest.mark.parametrize("who", [*CHILDREN, *COMING_IN[1:]])
def test_every_kind_of_page_is_one_view_also_upright(tablet: Page, visitor: Visitor) -> None:
    found = {}
    for address in visitor.visit(tablet):
        if address.endswith("/help") or address.startswith("/learn/code"):
            continue  # people and numbers roll by; the Code has a test of its own, of a child who may still decide
        for size in SIZES:
            tablet.set_viewport_size({"width": size["width"], "height": size["height"]})
            if (more := tablet.evaluate(TOO_LARGE)) > 0:
                found[f"{address} at {size['width']}"] = more
    assert found == {}


@pytest.mark.parametrize("who", EVERYBODY)
def test_without_script_each_has_a_heading_and_a_way_on(
    chromium: Browser, school: School, visitor: Visitor
) -> None:
    context = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=False)
    page = context.new_page()
    for address in visitor.visit(page):
        assert page.locator("h1").count() == 1, address
        assert page.locator("main :is(a, button, input:not([type=hidden])), footer :is(a, button)").count(), (
            address
        )
    context.close()
