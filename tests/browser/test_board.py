"""The board of a class on the wall: every place of every lesson and every stage of an answer is seen whole.

No head is covered by what is said, no word is too small, and the screen stays on.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from kiosk.classroom.answers import options_at
from kiosk.classroom.course import Course, course_of
from kiosk.site import Content
from tests.browser.conftest import School, context_at
from tests.browser.led_walks import BOARD, SAME_ORIGIN, Led, led
from tests.browser.test_led_class import CLASS, LESSON
from tests.tree import ROOT

CLASSES = {"ks1": "Wrens", "ks2": "Kestrels", "ks3": "8 Maple", "ks4": "10 Cedar"}
EARLY = "Robins"
SIZES: list[ViewportSize] = [
    {"width": 1280, "height": 720},
    {"width": 1024, "height": 768},
    {"width": 800, "height": 1280},
    {"width": 1024, "height": 600},
]
# The sky over the heads of figures who speak is 122 of the 360 that a scene is high.
FAULTS = """() => {
  const found = {};
  const main = document.getElementById('main'), root = document.documentElement;
  const over = (one) => Math.max(one.scrollHeight - one.clientHeight, one.scrollWidth - one.clientWidth);
  if (Math.max(over(main), over(root)) > 1) found.large = [over(main), over(root)];
  const small = [...document.querySelectorAll('body *')].filter((one) =>
    [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
    && one.getClientRects().length && !one.closest('.sr, .skip, svg')
    && parseFloat(getComputedStyle(one).fontSize) < 20);
  if (small.length) found.small = small.map((one) => one.textContent.trim().slice(0, 40));
  const covered = [...document.querySelectorAll('.scene .say')].filter((say) => {
    const said = say.getBoundingClientRect();
    const drawn = say.closest('.scene').querySelector('.art').getBoundingClientRect();
    return said.top < drawn.bottom - 2 && said.bottom > drawn.top + drawn.height * 122 / 360 + 1;
  });
  if (covered.length) found.covered = covered.map((say) => say.textContent);
  const unseen = (one) => one && (getComputedStyle(one).clipPath === 'inset(50%)' || unseen(one.parentElement));
  const said = [], broken = [], range = document.createRange();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const by = node.parentElement;
    if (by.closest('.sr, .skip, .say__who, svg, script') || !node.data.trim() || unseen(by)) continue;
    for (const word of node.data.matchAll(/(?<![@\\w])[^\\s@/?-]+/g)) {  // a handle may be broken
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size > 1) broken.push(word[0]);
    }
    range.selectNodeContents(node);
    said.push([by.closest('p, li, h1, h2, h3, div'), range.getBoundingClientRect(), node.data.trim()]);
  }
  if (broken.length) found.broken = broken;
  const overlap = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2
    && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 0.4 * Math.min(one.height, other.height);
  const over_another = said.flatMap(([by, box, words], at) => said.slice(at + 1)
    .filter(([other, another]) => other !== by && overlap(box, another)).map((one) => [words, one[2]]));
  if (over_another.length) found.over_another = over_another;
  return Object.keys(found).length ? found : null;
}"""
# The script runs before there is a document; each time that it is asked is noted on the window's name.
KEEPS_ON = """() => {
  window.name = '';
  const request = async () => { window.name += '+'; };
  Object.defineProperty(navigator, 'wakeLock', { value: { request } });
}"""


def stages(here: Led, desk: Page, course: Course) -> Iterator[str]:
    """Every place of a lesson and each stage of an answer, as the teacher comes to it."""
    turn = int(desk.locator("input[name=turn]").first.input_value())
    for place in range(1, course.end + 1):
        shows = ["answers"] if options_at(course, place) else []
        for press in ["go", *shows, *(["right"] if course.question(place) else [])]:
            sent: dict[str, str | float | bool] = {"turn": str(turn), "sure": "1", "place": str(place)}
            assert desk.request.post(f"{here.address}/{press}", form=sent, headers=SAME_ORIGIN).ok
            turn += 1
            yield f"{place} {press}"


def lessons() -> list[tuple[str, str, int]]:
    """Every lesson in English, and every ninth in Urdu too; of two sizes, one after another the same two."""
    every = sorted(path.name for path in (ROOT / "content" / "lessons").iterdir() if path.is_dir())
    walked = [*((one, "en") for one in every), *((one, "ur") for one in every[::9])]
    return [(lesson, lang, number % 2) for number, (lesson, lang) in enumerate(walked)]


@pytest.mark.later
@pytest.mark.parametrize(("lesson", "lang", "odd"), lessons())
def test_every_place_and_stage_is_seen_whole_from_the_back_row(
    chromium: Browser, school: School, laptop: Page, content: Content, lesson: str, lang: str, odd: int
) -> None:
    found = content.lessons[lesson]
    class_name = EARLY if found.early else CLASSES[found.band]
    seen, faults = [], {}
    with led(chromium, school, laptop, class_name, lesson) as here:
        wall = context_at(chromium, school.url, viewport=BOARD)
        board = wall.new_page()
        board.route("**/now*", lambda route: route.fulfill(status=304))  # it does not go on by itself
        for stage in stages(here, laptop, course_of(found, content.quizzes)):
            seen.append(stage)
            board.goto(f"{here.board.url}?lang={lang}")
            for size in SIZES[odd::2]:
                board.set_viewport_size(size)
                board.evaluate(
                    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
                )
                fault = board.evaluate(FAULTS) or {}
                if size["height"] < 700:
                    for rolled in (
                        "large",
                        "over_another",
                    ):  # there words that are read come first: a page may be rolled
                        fault.pop(rolled, None)
                if fault:
                    faults[f"{stage} at {size['width']}x{size['height']}"] = fault
        wall.close()
    assert len(seen) > len(found.steps)
    assert faults == {}


def test_the_scene_is_as_large_as_the_wall_allows_and_the_words_are_read_from_the_back(
    chromium: Browser, school: School, laptop: Page
) -> None:
    with led(chromium, school, laptop, CLASS, LESSON) as here:
        here.start()
        here.press("Next step")
        scene = here.board.locator(".board__thing .scene")
        expect(scene).to_be_visible()
        box = scene.bounding_box()
        assert box and box["width"] >= 600 and box["height"] >= 450
        size = "(one) => parseFloat(getComputedStyle(one).fontSize)"
        assert here.board.locator("h1").evaluate(size) >= 36
        assert here.board.locator(".board__label").first.evaluate(size) >= 24


def test_the_board_goes_on_by_itself_through_three_stages_and_keeps_its_language(
    chromium: Browser, school: School, laptop: Page
) -> None:
    with led(chromium, school, laptop, CLASS, LESSON) as here:
        here.board.goto(f"{here.board.url}?lang=ur")
        here.start()
        here.press("Next step")
        expect(here.board.locator(".board__answer").first).to_be_visible()
        expect(here.board.locator(".board__bar")).to_have_count(0)
        here.press("Show answers")
        expect(here.board.locator(".board__bar").first).to_be_visible()
        expect(here.board.locator(".board__best")).to_have_count(0)
        here.press("Show the good answer")
        expect(here.board.locator(".board__best")).to_be_visible()
        expect(here.board.locator("html")).to_have_attribute("lang", "ur")


def test_a_board_asks_the_screen_to_stay_on_and_again_when_it_comes_back(
    chromium: Browser, school: School, laptop: Page
) -> None:
    with led(chromium, school, laptop, CLASS, LESSON) as here:
        wall = context_at(chromium, school.url, viewport=BOARD)
        wall.add_init_script(f"({KEEPS_ON})()")
        board = wall.new_page()
        board.goto(here.board.url)
        asked = "window.name"
        assert board.evaluate(asked) == "+"
        board.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert board.evaluate(asked) == "++"
        wall.close()


def test_a_code_that_is_typed_on_the_wall_brings_the_board(
    chromium: Browser, school: School, laptop: Page
) -> None:
    with led(chromium, school, laptop, CLASS, LESSON) as here:
        code = here.code()
        wall = context_at(chromium, school.url, viewport=BOARD)
        board = wall.new_page()
        board.goto("/board")
        expect(board.locator("#code")).to_be_focused()
        board.locator("#code").fill(code.lower())
        board.keyboard.press("Enter")
        board.wait_for_url(re.compile("/home/board/"))
        expect(board.locator("#board-code bdi")).to_have_text(code)
        assert wall.cookies() == []
        wall.close()
