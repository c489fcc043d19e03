"""A child who reads the Code sees each screen whole on the tablet, before an answer and after every one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import join

BELOW = f"document.documentElement.scrollHeight - {TABLET['height']}"
BESIDE = f"document.documentElement.scrollWidth - {TABLET['width']}"
# Children who may still decide.
CLASSES = {"ks1": "Wrens", "ks2": "Swifts", "ks3": "8 Maple", "ks4": "10 Cedar"}
SCREENS = {"ks1": 4, "ks2": 5, "ks3": 6, "ks4": 6}
IN = [("ks1", "en"), ("ks2", "en"), ("ks2", "ur"), ("ks3", "en"), ("ks4", "en")]
# As Check does, also where the page offers only to go on.
CHECK = """(answer) => {
  const form = document.querySelector("#read, #decide");
  const choice = answer && form.querySelector(`[type=radio][value=${answer}]`);
  if (choice) choice.checked = true;
  form.submit();
}"""


class Reader:
    """A child on a tablet, and by how many pixels each screen is longer or wider than it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.too_large: dict[str, int] = {}

    def look(self, name: str) -> None:
        """Measure the screen as it stands."""
        size = max(self.page.evaluate(one) for one in (BELOW, BESIDE))
        if size > 0:
            self.too_large[name] = size

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
        page.goto(f"/learn/code/{SCREENS[band]}")
        if page.url.endswith(f"/code/{SCREENS[band]}"):
            return
    raise AssertionError(f"everybody in {CLASSES[band]} has decided")


@pytest.mark.parametrize(("band", "lang"), IN)
def test_every_screen_of_the_code_is_one_view_before_and_after_answering(
    reader: Reader, school: School, band: str, lang: str
) -> None:
    page = reader.page
    come_in_undecided(page, school, band)
    for number in range(1, SCREENS[band] + 1):
        page.goto(f"/learn/code/{number}?lang={lang}")
        reader.look(f"screen {number}")
        answers = page.locator("[name=choice]").evaluate_all("(all) => all.map((one) => one.value)")
        assert bool(answers) == (band != "ks1" and 1 < number < SCREENS[band])
        for answer in ["", *answers] if answers else []:
            reader.answer(answer)
            reader.look(f"screen {number} after {answer or 'nothing'}")
    reader.answer("")
    reader.look("no decision")
    if band == "ks2":
        reader.answer("agree")
        assert page.locator("#errors").count()
        reader.look("agreed without a tick")
    assert reader.too_large == {}


@pytest.mark.parametrize(("band", "lang"), IN)
def test_the_code_behind_the_third_door_is_one_view(reader: Reader, band: str, lang: str) -> None:
    for number in range(1, SCREENS[band] - 1):
        reader.page.goto(f"/home/code/{band}/{number}?lang={lang}")
        assert reader.page.locator("main .rule, main .rule-list").count()
        reader.look(f"screen {number}")
    assert reader.too_large == {}
