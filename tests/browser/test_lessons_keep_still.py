"""What is said in a scene hides no face and no other words, and cards stay where they are when one is tapped."""

from collections import defaultdict

import pytest
from playwright.sync_api import Page

from kiosk.bands import Band
from kiosk.site import Content
from tests.browser.conftest import TABLET, School
from tests.browser.lesson_walks import join_as, lessons_of, walk_the_lesson

SIZES = (TABLET, {"width": 1280, "height": 720}, {"width": 800, "height": 1280})
SKY = 0.33  # of a scene's height: below it heads begin
STILL = 2  # px that nobody sees
# Of every scene in which somebody speaks, how far down each bubble comes, and whether two lie over each other.
SAID = """() => [...document.querySelectorAll("main .scene--said")].map((scene) => {
  const around = scene.getBoundingClientRect();
  const said = [...scene.querySelectorAll(".say")].map((one) => one.getBoundingClientRect());
  return {
    low: Math.max(...said.map((one) => (one.bottom - around.top) / around.height)),
    over: said.some((one) => said.some((other) => one !== other && one.left < other.right
      && other.left < one.right && one.top < other.bottom && other.top < one.bottom)),
  };
})"""
CARDS = """() => [...document.querySelectorAll("#do :is(.picks, .votes) > .pick")]
  .map((card) => card.getBoundingClientRect().top + scrollY)"""


@pytest.mark.parametrize("query", ["", "lang=ur"], ids=["english", "urdu"])
@pytest.mark.parametrize("band", [Band.KS1, Band.KS2])  # the older have no bubbles
def test_what_is_said_hides_no_face_and_no_other_words(
    tablet: Page, school: School, content: Content, band: Band, query: str
) -> None:
    join_as(tablet, school, band)
    seen, hiding = 0, {}

    def look(name: str) -> None:
        nonlocal seen
        for size in SIZES:
            tablet.set_viewport_size({"width": size["width"], "height": size["height"]})
            for scene in tablet.evaluate(SAID):
                seen += 1
                if scene["low"] > SKY or scene["over"]:
                    hiding[f"{name}, {size['width']} px"] = scene

    for lesson in lessons_of(content, band):
        walk_the_lesson(tablet, lesson, look, query)
    assert seen > len(SIZES), "somebody speaks"
    assert hiding == {}


@pytest.mark.parametrize("band", list(Band))
def test_no_card_moves_when_one_is_tapped(tablet: Page, school: School, content: Content, band: Band) -> None:
    join_as(tablet, school, band)
    before: dict[tuple[str, int], list[float]] = {}
    moved: dict[str, list[float]] = defaultdict(list)
    tapped = 0

    def look(name: str) -> None:
        nonlocal tapped
        lesson, number, *done = name.split()
        for size in SIZES:
            tablet.set_viewport_size({"width": size["width"], "height": size["height"]})
            cards = tablet.evaluate(CARDS)
            there = (f"{lesson} {number}", size["width"])
            if not done:
                before[there] = cards
                continue
            tapped += bool(cards)
            ways = [abs(now - then) for now, then in zip(cards, before[there], strict=bool(cards))]
            if max(ways, default=0) > STILL:
                moved[f"{name}, {size['width']} px"] = ways

    for lesson in lessons_of(content, band):
        walk_the_lesson(tablet, lesson, look)
    assert moved == {}
    assert tapped or band == Band.KS1, "cards were tapped"
