"""Every kind of page that a pupil meets, from Today to the goodbye, with what a child or an adult may have switched on:
forced colours, words of twice the size, less movement; without script it is all there; one view on every tablet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kiosk.bands import Band
from kiosk.site import Content
from tests.browser.conftest import TABLET, School, context_at
from tests.browser.lesson_walks import join_as

SIZES = (
    TABLET,
    {"width": 1280, "height": 720},
    {"width": 800, "height": 1280},
    {"width": 1112, "height": 834},
)
TOO_LARGE = """() => Math.max(
  document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth)"""
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
    lessons = [lesson for lesson in content.lessons.values() if lesson.band is band]
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
        for question in content.quizzes[lesson.quiz].questions
    }
    yield from kinds.values()


@pytest.mark.parametrize("band", list(Band))
def test_forced_colours_leave_a_line_round_what_can_be_tapped(
    chromium: Browser, school: School, content: Content, band: Band
) -> None:
    context = context_at(chromium, school.url, viewport=TABLET, forced_colors="active")
    page = context.new_page()
    join_as(page, school, band)
    found = {}
    for address in pages_of(content, band):
        page.goto(address)
        if lineless := page.evaluate(LINELESS):
            found[address] = lineless
    context.close()
    assert found == {}


@pytest.mark.parametrize("band", list(Band))
def test_twice_the_words_roll_down_only_and_nothing_moves_where_less_is_wanted(
    chromium: Browser, school: School, content: Content, band: Band
) -> None:
    context = context_at(chromium, school.url, viewport=TABLET, reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    join_as(page, school, band)
    found: dict[str, object] = {}
    for address in pages_of(content, band):
        page.goto(address)
        if moving := page.evaluate(MOVING):
            found[f"{address} moves"] = moving
        page.add_style_tag(path=str(Path(__file__).with_name("double_text.css")))
        if (wider := page.evaluate(WIDER)) > 0:
            found[f"{address} is wider"] = wider
    context.close()
    assert found == {}


@pytest.mark.parametrize("band", list(Band))
def test_every_kind_of_page_is_one_view_also_upright(
    tablet: Page, school: School, content: Content, band: Band
) -> None:
    join_as(tablet, school, band)
    found = {}
    for address in pages_of(content, band):
        if address.endswith("/help") or address.startswith("/learn/code"):
            continue  # people and numbers roll by; the Code has a test of its own, of a child who may still decide
        tablet.goto(address)
        for size in SIZES:
            tablet.set_viewport_size({"width": size["width"], "height": size["height"]})
            if (more := tablet.evaluate(TOO_LARGE)) > 0:
                found[f"{address} at {size['width']}"] = more
    assert found == {}


@pytest.mark.parametrize("band", list(Band))
def test_without_script_each_has_a_heading_and_a_way_on(
    chromium: Browser, school: School, content: Content, band: Band
) -> None:
    context = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=False)
    page = context.new_page()
    join_as(page, school, band)
    for address in pages_of(content, band):
        answer = page.goto(address)
        assert answer and answer.ok, address
        assert page.locator("h1").count() == 1, address
        assert page.locator("main :is(a, button, input:not([type=hidden])), footer :is(a, button)").count(), (
            address
        )
    context.close()
