"""A six-year-old who cannot read does every ks1 screen by ear and picture alone.

All words are taken away from the page. What is left has to do: whatever can be tapped shows a picture, and what it is
called can be heard as the page is read, or as it is tapped. Leave, Back, Listen, Next and the way to tell keep
their places and their pictures on every page, and a screen reader says them (promise U32).
"""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from kiosk.site import Content
from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import CLASSES, become
from tests.browser.lesson_walks import DOABLE, EARLY, join_as, lessons_of, steps_of
from tests.browser.test_coming_in import young as young  # the tablet of a year group
from tests.browser.voices import AMY, forget, give_voices, read_aloud
from tests.tree import ROOT

FEWEST = 10  # views of a lesson
LESSONS = sorted(
    path.stem for path in (ROOT / "content" / "quizzes").glob("ks1-*.yml") if "." not in path.stem
)
WORDLESS = """() => {
  const style = new CSSStyleSheet();
  style.replaceSync(`body, body * { font-size: 0 !important; }
    .icon { inline-size: 32px !important; block-size: 32px !important; }`);
  document.adoptedStyleSheets.push(style);
}"""
# What can be tapped in the page: its name, whether it stands in the page's frame, has a picture.
CONTROLS = """() => {
  const seen = (part) => part.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const pictured = (part) => [...part.querySelectorAll('svg, img')].some((one) => {
    const box = one.getBoundingClientRect();
    return seen(one) && !one.closest('.choice__mark') && Math.min(box.width, box.height) >= 20;
  });
  const plain = (text) => text.replace(/\\s+/g, ' ').trim();
  return [...document.querySelectorAll('header button, header a, main button, main a, main label, main summary,'
      + ' main select, footer button, footer a')]
    .filter((one) => seen(one) && !one.matches('.ear'))
    .map((one) => ({
      name: plain(one.getAttribute('aria-label') || one.textContent),
      framed: !one.closest('main') || one.matches('.fern'),  // she speaks as she is tapped
      // A box of a sort is tapped wherever its picture is.
      pictured: pictured(one.closest('.one__box') || one),
    }));
}"""


@pytest.fixture
def child(chromium: Browser, school: School, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A child of ks1 at a tablet with a voice, in reception where the test is of early years."""
    context = context_at(chromium, school.url, viewport=TABLET)
    give_voices(context, AMY)
    page = context.new_page()
    join_as(page, school, EARLY if EARLY in request.node.name else "ks1")
    yield page
    context.close()


def left_to_reading(page: Page) -> list[str]:
    """What on this page a child cannot tell by ear and picture."""
    page.locator("button.listen").wait_for()
    forget(page)
    page.locator("button.listen").click()
    read = " ".join(read_aloud(page))
    page.evaluate("speechSynthesis.finish()")
    forget(page)
    ears = page.locator("main .ear").all()
    for ear in ears:
        ear.click()
        page.evaluate("speechSynthesis.finish()")
    faults = [] if len(read_aloud(page)) >= len(ears) else ["an ear says nothing"]
    page.evaluate(WORDLESS)
    for one in page.evaluate(CONTROLS):
        if not one["pictured"]:
            faults.append(f"no picture: {one['name']}")
        if not one["name"] or not (one["framed"] or "".join(one["name"].split()) in "".join(read.split())):
            faults.append(f"not heard: {one['name']}")
    return faults


def left_in_steps(child: Page, lesson: str, fewest: int = FEWEST) -> dict[str, list[str]]:
    """The same for every step of a lesson, before and after all that can be done there."""
    left: dict[str, list[str]] = {}
    for number in steps_of(child, lesson):
        address = f"/learn/lessons/{lesson}/{number}"
        for done in ["", *child.evaluate(DOABLE)]:
            child.goto(f"{address}?{done}")
            left[f"{number} {done}"] = left_to_reading(child)
    assert len(left) >= fewest
    return {place: found for place, found in left.items() if found}


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_step_of_a_lesson_is_done_by_ear_and_picture(child: Page, lesson: str) -> None:
    assert left_in_steps(child, lesson) == {}


def test_early_years_are_done_by_ear_and_picture(child: Page, content: Content) -> None:
    left = {lesson: left_in_steps(child, lesson, fewest=3) for lesson in lessons_of(content, EARLY)}
    assert left and not any(left.values())


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_question_is_done_by_ear_and_picture(child: Page, lesson: str) -> None:
    left: dict[str, list[str]] = {}
    while (answer := child.goto(f"/learn/quizzes/{lesson}/q{len(left) + 1}")) and answer.ok:
        left[f"q{len(left) + 1}"] = left_to_reading(child)
    assert left
    assert {place: found for place, found in left.items() if found} == {}


# Not for the child: an adult types the words of a card, and chooses a language.
FOR_ADULTS = ("For grown-ups", "Grown-up", "English", "Polski", "اردو", "Cymraeg", "Română", "العربية")
MOST_PAGES = 60  # from the start page to goodbye, with every answer that is tried


# Whether what was on the page when it was tapped has gone, or the tap only spoke.
MARK = "document.querySelectorAll('body, body *').forEach((one) => { one.dataset.was = ''; })"
ANSWERED = """() => document.readyState === 'complete' && (document.querySelector('.tap-again')
  || !document.body.matches('[data-was]') || document.querySelector('main [data-focus]:not([data-was])'))"""


def tap(page: Page, what: Locator) -> None:
    """A tap, and where it only spoke, a second one; the page that answers is there when this returns."""
    page.evaluate(MARK)
    what.click()
    page.wait_for_function(ANSWERED)
    if page.locator(".tap-again").count():
        page.evaluate("document.querySelector('.tap-again').remove()")
        what.click()
        page.wait_for_function(ANSWERED)


def named(page: Page, name: str) -> Locator:
    """What the child has heard by this name."""
    found = page.locator("main, header, footer").locator("a:visible, button:visible").filter(has_text=name)
    return found.first


def looked_at(page: Page, left: dict[str, list[str]]) -> None:
    """Note what of this page the child cannot tell."""
    faults = [one for one in left_to_reading(page) if not any(word in one for word in FOR_ADULTS)]
    if faults:
        left[page.url] = faults


def sit_beside(desk: Page, child: str) -> None:
    """An adult sits beside this child for the lesson of the day."""
    become(desk, "Ms Okafor")
    desk.goto("/staff/classes/")
    desk.get_by_role("link", name=CLASSES["ks1"], exact=True).click()
    desk.get_by_role("link", name="Lead a lesson").click()
    desk.locator("#beside [name=child]").select_option(label=child)
    desk.locator("#beside [name=lesson]").select_option(value=LESSONS[0])
    with desk.expect_navigation():
        desk.locator("#beside button").click()
    desk.close()


def go_on(page: Page, tried: dict[str, int]) -> None:
    """Tap the way on; where there is none yet, the next answer that was not tried."""
    go = page.locator("footer .btn--go:visible")
    answers = page.locator("main :is(input[type=radio], button, a):visible:not(.ear, .fern, .take)")
    if go.count() and (not answers.count() or not go.inner_text().startswith("Check")):
        return tap(page, go)
    number = tried[page.url] = tried.get(page.url, -1) + 1
    answer = answers.nth(number % answers.count())
    if answer.evaluate("one => one.matches('input')"):
        answer.evaluate("one => one.closest('label, .choice').click()")
        return tap(page, go)
    return tap(page, answer)


def test_from_the_start_page_to_goodbye_a_child_who_cannot_read_finds_the_way(
    young: Page, school: School
) -> None:
    left: dict[str, list[str]] = {}
    child = school.class_named(CLASSES["ks1"])["pupils"][6]["name"]
    sit_beside(young.context.new_page(), child)
    give_voices(young.context, AMY)
    young.goto("/?band=ks1")
    looked_at(young, left)
    for name in ("My lessons", CLASSES["ks1"], child, "That is me"):
        tap(young, named(young, name))
        looked_at(young, left)
    tried: dict[str, int] = {}
    seen: list[str] = []
    while not young.url.endswith("fresh=1") and len(seen) < MOST_PAGES:
        go_on(young, tried)
        seen.append(young.url)
        if "/learn/" in young.url:
            looked_at(young, left)
    assert young.url.endswith("fresh=1")
    assert not left, json.dumps(left, indent=1)


def test_what_only_a_reader_could_tell_is_found(child: Page) -> None:
    child.goto(f"/learn/lessons/{LESSONS[0]}/3")
    child.locator("button.listen").wait_for()
    assert left_to_reading(child) == []
    child.reload()
    child.locator("button.listen").wait_for()
    child.evaluate("document.querySelector('.pick .plate').remove()")
    child.evaluate("document.querySelectorAll('.pick')[1].setAttribute('aria-hidden', 'true')")
    assert left_to_reading(child) == ["no picture: Hazel laughs", "not heard: Hazel cries"]
