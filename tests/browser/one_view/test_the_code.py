"""A child who reads the Code sees each page whole at every size, before an answer and after every one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SIZES, TABLET, TOO_LARGE, School, context_at
from tests.browser.hands import join
from tests.browser.test_axe import look_at, look_at_every_look
from tests.browser.voices import AMY, give_voices, read_aloud

# What is wider than its place, but for the tick on the corner of a thumb.
BROKEN = """() => [...document.querySelectorAll(
    ".one-rule > *, .one-rule__words > *, .asks > *, .choice__face, .what-if")]
  .filter((part) => part.scrollWidth > part.clientWidth + 1 && !part.matches(".choice--thumb"))
  .map((part) => part.className)"""
# Children who may still decide.
CLASSES = {"ks1": "Wrens", "ks2": "Swifts", "ks3": "8 Maple", "ks4": "10 Cedar"}
PAGES = {"ks1": 7, "ks2": 10, "ks3": 14, "ks4": 16}
IN = [("ks1", "en"), ("ks1", "ur"), ("ks2", "en"), ("ks2", "ur"), ("ks3", "en"), ("ks4", "en")]
# As Check does, also where the page offers only to go on.
CHECK = """(answer) => {
  const form = document.querySelector("#read, #decide");
  const choice = answer && form.querySelector(`[type=radio][value=${answer}]`);
  if (choice) choice.checked = true;
  form.submit();
}"""


class Reader:
    """A child on a tablet, and by how many pixels each page is larger than it, at each size."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.too_large: dict[str, int] = {}

    def look(self, name: str) -> None:
        """Measure the page as it is now."""
        for size in SIZES:
            self.page.set_viewport_size(size)
            if (more := self.page.evaluate(TOO_LARGE)) > 0:
                self.too_large[f"{name} at {size['width']}"] = more
            assert self.page.evaluate(BROKEN) == [], name

    def answer(self, answer: str) -> None:
        """Have an answer checked, or none."""
        with self.page.expect_navigation():
            self.page.evaluate(CHECK, answer)


@pytest.fixture
def reader(chromium: Browser, school: School) -> Iterator[Reader]:
    """Somebody with a tablet of the school."""
    context = context_at(chromium, school.url, viewport=TABLET)
    yield Reader(context.new_page())
    context.close()


def come_in_undecided(page: Page, school: School, band: str) -> None:
    """Come in as the first child of a class who may still decide: some of the demo's children have."""
    for number in range(len(school.class_named(CLASSES[band])["pupils"])):
        page.context.clear_cookies()
        join(page, school, CLASSES[band], number)
        page.goto(f"/learn/code/{PAGES[band]}")
        if page.url.endswith(f"/code/{PAGES[band]}"):
            return
    raise AssertionError(f"everybody in {CLASSES[band]} has decided")


@pytest.mark.parametrize(("band", "lang"), IN)
def test_every_page_of_the_code_is_one_view_before_and_after_answering(
    reader: Reader, school: School, band: str, lang: str
) -> None:
    page = reader.page
    come_in_undecided(page, school, band)
    opened = 0
    for number in range(1, PAGES[band] + 1):
        page.goto(f"/learn/code/{number}?lang={lang}")
        reader.look(f"page {number}")
        for id in page.locator(".what-if").evaluate_all("(all) => all.map((one) => one.value)"):
            opened += 1
            page.goto(f"/learn/code/{number}?question={id}&lang={lang}")
            reader.look(f"question {id}")
            for answer in page.locator("[name=choice]").evaluate_all("(all) => all.map((one) => one.value)"):
                reader.answer(answer)
                reader.look(f"question {id} after {answer}")
            reader.page.goto(f"/learn/code/{number}?question={id}&lang={lang}")
            reader.answer("")
            reader.look(f"question {id} after nothing")
    assert opened == {"ks1": 0, "ks2": 3}.get(band, 4)
    page.goto(f"/learn/code/{PAGES[band]}?lang={lang}")
    reader.answer("")
    reader.look("no decision")
    if band == "ks2":
        reader.answer("agree")
        assert page.locator("#errors").count()
        reader.look("agreed without a tick")
    assert reader.too_large == {}


@pytest.mark.parametrize(("band", "lang"), IN)
def test_the_code_behind_the_third_door_is_one_view(reader: Reader, band: str, lang: str) -> None:
    for number in range(1, PAGES[band] - 1):
        reader.page.goto(f"/home/code/{band}/{number}?lang={lang}")
        assert reader.page.locator("main .one-rule").count()
        reader.look(f"page {number}")
    assert reader.too_large == {}


def test_in_urdu_page_and_picture_turn_round_and_the_stop_ends_the_line(
    reader: Reader, school: School
) -> None:
    page = reader.page
    come_in_undecided(page, school, "ks2")
    page.goto("/learn/code/3?lang=ur")
    assert page.locator("html").get_attribute("dir") == "rtl"
    turned = page.locator(".one-rule > .scene > .art").evaluate("(art) => getComputedStyle(art).transform")
    assert turned == "matrix(-1, 0, 0, 1, 0, 0)"
    scene, words = (
        page.locator(f".one-rule > {part}").bounding_box() for part in (".scene", ".one-rule__words")
    )
    assert scene and words and scene["x"] > words["x"] + words["width"] - 1
    why = page.locator(".one-rule__why")
    assert why.evaluate("(why) => getComputedStyle(why).direction") == "rtl"
    stop = why.evaluate("""(why) => {
      const text = [...why.childNodes].find((one) => one.nodeType === 3 && one.data.trim());
      const end = text.data.trimEnd().length, range = document.createRange();
      range.setStart(text, end - 1); range.setEnd(text, end);
      const last = range.getBoundingClientRect();
      range.setStart(text, end - 2); range.setEnd(text, end - 1);
      return last.left <= range.getBoundingClientRect().left;
    }""")
    assert stop


@pytest.mark.parametrize("band", list(CLASSES))
def test_the_code_is_read_and_asked_by_keyboard_alone_and_axe_finds_nothing(
    reader: Reader, school: School, band: str
) -> None:
    page = reader.page
    come_in_undecided(page, school, band)
    page.goto("/learn/code/2")
    opened = 0
    while page.locator(".one-rule").count():
        look_at(page)
        if band == "ks1":
            page.locator("[name=tick][type=checkbox]").focus()
            page.keyboard.press("Space")
        if page.locator(".what-if").count():
            page.locator(".what-if").focus()
            with page.expect_navigation():
                page.keyboard.press("Enter")
            if not opened:
                look_at(page)
                look_at_every_look(page)
            page.locator("[name=choice]").first.focus()
            page.keyboard.press("Space")
            with page.expect_navigation():
                page.keyboard.press("Enter")
            expect(page.locator("main [data-focus]")).to_be_focused()
            look_at(page)
            opened += 1
        page.locator("footer :is(a, button)", has_text="Next rule").or_(
            page.locator("footer :is(a, button)", has_text="My answer")
        ).focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.locator("[name=decision]").count()
    look_at(page)
    look_at_every_look(page)
    assert opened == {"ks1": 0, "ks2": 3}.get(band, 4)


def test_the_reason_has_its_ear_before_it(chromium: Browser, school: School) -> None:
    context = context_at(chromium, school.url, viewport=TABLET)
    give_voices(context, AMY)
    page = context.new_page()
    page.goto("/home/code/ks2/2")
    block = page.locator(".heard:has(.one-rule__why)")
    ear = block.locator(".ear")
    ear.click()
    said = read_aloud(page)
    assert "front door" in " ".join(said)
    box, why = ear.bounding_box(), block.bounding_box()
    assert box and why and box["x"] == why["x"] and box["y"] >= why["y"]
    assert page.evaluate(TOO_LARGE) <= 0
    context.close()


@pytest.mark.parametrize("band", list(CLASSES))
def test_words_of_twice_the_size_lose_nothing(reader: Reader, band: str) -> None:
    page = reader.page
    for width in (1024, 800):
        page.set_viewport_size({"width": width, "height": 768})
        page.goto(f"/home/code/{band}/2")
        page.evaluate("document.documentElement.dataset.size = '2'")
        page.evaluate("document.documentElement.style.setProperty('--text-scale', '2')")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.evaluate(BROKEN) == []
