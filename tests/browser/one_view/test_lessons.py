"""Every view of every lesson is seen whole, before and after whatever can be done there, also by families of languages.

On no tablet and no board does anything roll; on a phone nothing is wider than the screen. What is said hides no face
and no other words, and cards stay where they are when one is tapped.
"""

from collections import defaultdict

import pytest
from playwright.sync_api import Page

from kiosk.bands import Band
from kiosk.site import Content
from tests.browser.conftest import PHONE, SIZES, School
from tests.browser.lesson_walks import EARLY, join_as, lessons_of, walk_the_lesson
from tests.sets import every

SIZES_IN = {"en": SIZES, "ur": SIZES[::2]}  # upright, and the smallest
LOOK = (
    "[document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]"
)
SKY = 0.33  # of a scene's height: below it heads begin
STILL = 2  # px that nobody sees
# px wide. Elsewhere words that come on a chosen card still move its neighbours by up to 15 px.
STILL_AT = {"en": (1024, 1280, 800), "ur": ()}
# Of every scene in which somebody speaks, how far down each bubble comes, and whether two lie over each other.
SAID = """[...document.querySelectorAll("main .scene--said")].map((scene) => {
  const around = scene.getBoundingClientRect();
  const said = [...scene.querySelectorAll(".say")].map((one) => one.getBoundingClientRect());
  return {
    low: Math.max(...said.map((one) => (one.bottom - around.top) / around.height)),
    over: said.some((one) => said.some((other) => one !== other && one.left < other.right
      && other.left < one.right && one.top < other.bottom && other.top < one.bottom)),
  };
})"""
CARDS = """[...document.querySelectorAll("#do :is(.picks, .votes) > .pick")]
  .map((card) => card.getBoundingClientRect().top + scrollY)"""
SPEAKS = (Band.KS1, Band.KS2)  # the older have no bubbles


class Watcher:
    """What is wrong with the views of lessons, by view and width."""

    def __init__(self, page: Page, lang: str) -> None:
        self._page, self._sizes, self._still_at = page, SIZES_IN[lang], STILL_AT[lang]
        self._before: dict[tuple[str, int], list[float]] = {}
        self.wrong: dict[str, dict[str, object]] = defaultdict(dict)
        self.views: list[str] = []
        self.bubbles = self.tapped = 0

    def look(self, name: str) -> None:
        """Look at a view in every size: of a step as it comes, or after something was done."""
        self.views.append(name)
        lesson, number, *done = name.split()
        for size in self._sizes:
            self._page.set_viewport_size(size)
            over, said, cards = self._page.evaluate(f"[{LOOK}, {SAID}, {CARDS}]")
            wrong = {
                "rolls": over if max(over) > 0 else [],
                "hides": [one for one in said if one["low"] > SKY or one["over"]],
                "moves": self._moved((f"{lesson} {number}", size["width"]), cards, done),
            }
            if any(wrong.values()):
                self.wrong[f"{name} at {size['width']}"] |= wrong
            self.bubbles += len(said)

    def _moved(self, there: tuple[str, int], cards: list[float], done: list[str]) -> list[float]:
        if there[1] not in self._still_at:
            return []
        if not done:
            self._before[there] = cards
            return []
        self.tapped += bool(cards)
        ways = [abs(now - then) for now, then in zip(cards, self._before[there], strict=bool(cards))]
        return ways if max(ways, default=0) > STILL else []


@pytest.mark.parametrize(
    ("band", "lang"), [*((band, "en") for band in (*Band, EARLY)), (Band.KS1, "ur"), (Band.KS2, "ur")]
)
def test_every_view_of_a_lesson_is_seen_whole_hides_nobody_and_keeps_still(
    tablet: Page, school: School, content: Content, band: str, lang: str
) -> None:
    join_as(tablet, school, band)
    watcher = Watcher(tablet, lang)
    step = 1 if band == EARLY else 3  # of early years there are few
    for lesson in lessons_of(content, band)[:: every(step)]:
        walk_the_lesson(tablet, lesson, watcher.look, f"lang={lang}")
    assert watcher.wrong == {}
    assert len(watcher.views) > 12 and any("=" in name for name in watcher.views), "things were done"
    assert watcher.bubbles or band not in SPEAKS, "somebody speaks"
    assert watcher.tapped or band in {Band.KS1, EARLY} or lang == "ur", "cards were tapped"


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

    for lesson in lessons_of(content, band)[:: every(4)]:
        walk_the_lesson(phone, lesson, look)
    assert wrong == {}
