"""Five moments move, one at a time, by transform and opacity alone, and not where less movement is asked for: then the
last frame is there at once (promise U35)."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import MARK_NEWS, NEWS
from tests.browser.lesson_walks import join_as
from tests.browser.question_walks import Asked, questions_of

STORY = "/learn/lessons/ks2-bullying-upstander/1"
# What moves on a page: the names of its animations, and what they change.
MOVES = """() => document.getAnimations().filter((one) => one instanceof CSSAnimation).map((one) => [
  one.animationName,
  ...new Set(one.effect.getKeyframes().flatMap((frame) => Object.keys(frame))
    .filter((key) => !['offset', 'computedOffset', 'easing', 'composite'].includes(key))),
])"""
# Pages that the moment belongs to say so to the style; what they show moves as this does.
SHOW = "(html) => { document.querySelector('main').innerHTML = html; }"
SHOWN = {
    "wave": '<svg data-moves="wave" viewBox="0 0 99 99"><g class="waves"><path d="M18 46L60 4"/></g></svg>',
    "join": '<div><span data-moves="join">hat</span></div>',
    "turn": '<div data-moves="turn">a page</div>',
}
LESS: dict[str, Callable[[Page], None]] = {
    "the device asks for it": lambda page: page.emulate_media(reduced_motion="reduce"),
    "the child asks for it": lambda page: page.evaluate("document.documentElement.dataset.motion = 'less'"),
    "a board": lambda page: page.evaluate("document.documentElement.dataset.board = ''"),
}
ALLOWED = {"transform", "opacity"}
SORTED = next(asked for asked in questions_of("ks1") if asked.cards)


@pytest.fixture
def tablet(chromium: Browser, school: School) -> Iterator[Page]:
    """A tablet on which movement is welcome."""
    context = context_at(chromium, school.url, viewport=TABLET, reduced_motion="no-preference")
    yield context.new_page()
    context.close()


def put(page: Page, asked: Asked, right: bool) -> None:
    """Put the front card of a sorting into its box, or into the other one."""
    front = page.locator("main button.one__name").first.get_attribute("value") or ""
    card = next(one for one in asked.cards if one["id"] == front.partition(":")[0])
    box = card["bin"] if right else next(one for one in asked.boxes() if one != card["bin"])
    page.evaluate(MARK_NEWS)
    page.locator(f"main button.one__name[value='{card['id']}:{box}']").click()
    expect(page.locator(NEWS).first).to_be_visible()


def show(page: Page, school: School, moment: str) -> None:
    """Open a page on which this moment is, and only this one."""
    if moment == "drop":
        join_as(page, school, "ks1")
        page.goto(SORTED.address)
        put(page, SORTED, right=True)
        return
    join_as(page, school, "ks2")
    page.goto(STORY)
    if moment in SHOWN:
        page.evaluate(SHOW, SHOWN[moment])


@pytest.mark.parametrize("moment", ["blink", "wave", "drop", "join", "turn"])
def test_a_moment_moves_alone_and_not_where_less_is_asked_for(
    tablet: Page, school: School, moment: str
) -> None:
    show(tablet, school, moment)
    if moment != "drop":  # which is over before a test can look
        moves = tablet.evaluate(MOVES)
        assert {name for name, *_ in moves} == {moment}
        assert {changed for _, *all_of_it in moves for changed in all_of_it} <= ALLOWED
    assert tablet.locator("[data-moves]").count() == (0 if moment == "blink" else 1)
    for why, ask in LESS.items():
        other = tablet.context.new_page()
        other.goto(tablet.url)
        ask(other)
        if moment in SHOWN:
            other.evaluate(SHOW, SHOWN[moment])
        assert other.evaluate(MOVES) == [], why
        last = other.locator("[data-moves], .eye, main").first.evaluate(
            "(one) => { const { transform, opacity } = getComputedStyle(one); return [transform, opacity]; }"
        )
        assert last == ["none", "1"], why
        other.close()


# Which moment belongs to a page of its own, and to whom it is shown.
PAGES = {
    "/learn/lessons/ks1-privacy-keep-it-safe/done": ("ks1", ["join", "wave"]),
    "/learn/lessons/ks1-privacy-keep-it-safe/last-time": ("ks1", ["blink"]),
    "/learn/lessons/": ("ks1", ["blink"]),
    "/learn/quizzes/ks1-privacy-keep-it-safe/q1": ("ks1", ["blink"]),
    "/learn/lessons/ks2-bullying-upstander/done": ("ks2", ["turn"]),
    "/learn/lessons/ks2-bullying-upstander/last-time": ("ks2", ["turn"]),
    "/learn/code/2": ("ks2", ["turn"]),
    "/learn/code/3": ("ks4", []),
}
# Each moment of a page once, when it begins and is over, by the clock of the page.
TIMES = """() => [...new Map(document.getAnimations().filter((one) => one instanceof CSSAnimation).map((one) => {
  const { delay, endTime } = one.effect.getComputedTiming();
  return [one.animationName, [one.animationName, delay, endTime]];
})).values()].sort((one, other) => one[1] - other[1])"""


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_its_own_moments_and_never_two_at_once(tablet: Page, school: School, address: str) -> None:
    band, moments = PAGES[address]
    join_as(tablet, school, band)
    tablet.goto(address)
    times = tablet.evaluate(TIMES)
    assert [name for name, *_ in times] == moments
    for (_, _, over), (_, begins, _) in pairwise(times):
        assert over <= begins
    eyes = "document.getAnimations().filter((one) => one.animationName === 'blink').length"
    assert tablet.evaluate(eyes) <= 2, "one figure has two eyes"
    for ask in LESS.values():
        ask(tablet)
        assert tablet.evaluate(MOVES) == []
        tablet.reload()


def test_a_card_that_fits_drops_and_one_that_does_not_is_simply_there(tablet: Page, school: School) -> None:
    join_as(tablet, school, "ks1")
    tablet.goto(SORTED.address)
    put(tablet, SORTED, right=False)
    assert tablet.evaluate(MOVES) == []
    assert tablet.locator("[data-moves]").count() == 0
    put(tablet, SORTED, right=True)
    expect(tablet.locator(".one__in > [data-moves=drop]")).to_have_count(1)


@pytest.mark.parametrize("address", ["/report/ks1/en", "/report/", "/report/replies/en"])
def test_nothing_moves_where_a_child_tells(tablet: Page, address: str) -> None:
    tablet.goto(address)
    assert tablet.evaluate(MOVES) == []
    assert tablet.locator("[data-moves], .eye").count() == 0
