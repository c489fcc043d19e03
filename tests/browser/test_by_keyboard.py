"""From the start page to goodbye by keyboard alone, with and without script: a lesson for each age group.

In them a story is answered, cards are put in order by their numbers or into crates, lines of a paper are underlined and
labels stick on a post. Tab goes on from where the focus is, and nothing is pressed that it does not lead to.
"""

import contextlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import School
from tests.browser.hands import CLASSES, code_of, tab_to
from tests.browser.question_walks import Asked, questions_of
from tests.browser.test_by_ear import sit_beside
from tests.serving import wait_until

LESSONS = {
    "ks1": "ks1-bullying-kind-words",  # crates; the lesson of which an adult sits beside
    "ks2": "ks2-bullying-upstander",  # an order, and crates
    "ks3": "ks3-information-why-this-post",  # labels on a post
    "ks4": "ks4-privacy-data-and-money",  # lines of a paper, and an order
}
# What the walk itself has to meet.
WALKED = {
    "ks1": {"button", "picture-choice"},
    "ks2": {"single-choice", "true-false"},
    "ks3": {"checkbox label"},
    "ks4": {"checkbox line"},
}
MOST_STOPS, MOST_PAGES, MOST_CHOICES = 60, 60, 8
HERE = "(selector) => document.activeElement.matches(selector)"
MARK = "document.querySelectorAll('body, body *').forEach((one) => { one.dataset.was = ''; })"
# Whether another page is there, or this one says something new.
ANSWERED = """() => document.readyState === 'complete' && (!document.body.matches('[data-was]')
  || Boolean(document.querySelector('main [data-focus]:not([data-was])')))"""
GO_ON = "footer .btn--go"
HANDLED = (
    "multi-choice",
    "order",
    "sort-two",
    "spot-clue",
)  # the demo's children have answered some of them already


def reach(page: Page, selector: str) -> None:
    """Press Tab until something like that has the focus, unless it has."""
    if not page.evaluate(HERE, selector):
        tab_to(page, selector, MOST_STOPS)


def send(page: Page, key: str = "Enter") -> None:
    """Press a key that sends something; the page that answers is there when this returns."""

    def answered() -> bool:
        with contextlib.suppress(Error):  # it went away as it was asked
            return bool(page.evaluate(ANSWERED))
        return False

    page.evaluate(MARK)
    page.keyboard.press(key)
    wait_until(answered, lambda: f"{page.url} does not answer to {key}")


def go(page: Page, selector: str) -> None:
    """Reach something and press it."""
    reach(page, selector)
    send(page)


def come_in(page: Page, school: School, band: str, child: dict[str, object]) -> None:
    """From the start page to Today."""
    code = code_of(page, school, CLASSES[band])
    page.goto(f"/?band={band}&fresh=1")
    go(page, "a.way")
    reach(page, "#code")
    page.keyboard.type(code)
    send(page)
    tile = page.locator("main button[name=pupil]", has_text=str(child["name"])).first
    go(page, f"main button[name=pupil][value='{tile.get_attribute('value')}']")
    if band == "ks1":
        go(page, "main button[form=me]")
    elif isinstance(child["key"], list):
        for picture in child["key"]:
            go(page, f"main button[value='{picture}']")
    else:
        reach(page, "#words")
        page.keyboard.type(str(child["key"]))
        send(page)
    assert urlsplit(page.url).path == "/learn/lessons/"


def choose(page: Page, name: str, values: list[str]) -> None:
    """Tick boxes; of a round of radios arrows lead to the next."""
    for value in values:
        one = f"#answer [name='{name}'][value='{value}']"
        if page.locator(one).get_attribute("type") == "radio":
            reach(page, f"#answer [name='{name}']")
            for _ in range(MOST_CHOICES):
                if page.evaluate(HERE, one):
                    break
                page.keyboard.press("ArrowDown")
        reach(page, one)
        if not page.evaluate("document.activeElement.checked"):
            page.keyboard.press("Space")
        assert page.evaluate("document.activeElement.checked"), one


def put_in_order(page: Page, steps: list[str], by_number: bool) -> None:
    """Put each card on the next stone: by the number of its place, or by Tab and Enter."""
    cards = page.locator("[data-keys] button")
    places = [str(card.get_attribute("value")) for card in cards.all()]
    for number, step in enumerate(steps, 1):
        if by_number:
            reach(page, "[data-keys] button")
            send(page, str(places.index(step) + 1))
        else:
            go(page, f"[data-keys] button[value='{step}']")
        expect(page.locator(".order-step--put")).to_have_count(number)


def put_in_crates(page: Page, asked: Asked) -> None:
    """Put one card after another into its crate."""
    boxes = {card["id"]: card["bin"] for card in asked.cards}
    for left in range(len(boxes), 0, -1):
        card = str(page.locator("button[name=put]").first.get_attribute("value")).partition(":")[0]
        go(page, f"button[name=put][value='{card}:{boxes[card]}']")
        expect(page.locator("#feedback:focus")).to_be_visible()
        if left > 1:
            go(page, "button[name=next]")


def answer(page: Page, asked: Asked, band: str, script: bool) -> None:
    """Answer a question as its file says is right."""
    form = asked.form(right=True)
    if asked.cards and band in {"ks1", "ks2"}:
        return put_in_crates(page, asked)
    if asked.says["type"] == "order":
        steps = [name.removeprefix("place-") for name in sorted(form, key=lambda name: form[name])]
        put_in_order(page, steps, by_number=script)
    else:
        for name, values in form.items():
            choose(page, name, values)
    go(page, f"{GO_ON}:is(button)")
    expect(page.locator("#feedback:focus, #feedback :focus")).to_be_visible()
    return None


def do_something(page: Page, done: set[str]) -> str:
    """What is to be done on this page and was not done yet, up to where it is sent: its kind, "" where it is a way on.

    Two lines or labels are ticked, one of several answers is chosen; where a tap is the answer it is the next one.
    """
    ticks = page.locator("#do input:is([type=checkbox], [type=radio])")
    if ticks.count() and not page.locator("#do input:checked").count():
        kind = f"{ticks.first.get_attribute('type')} {ticks.first.get_attribute('name')}"
        for _ in range(2 if kind.startswith("checkbox") else 1):
            tab_to(page, "#do input:not(:checked)", MOST_STOPS)
            page.keyboard.press("Space")
        go(page, GO_ON)
        return kind
    if page.locator(f"{GO_ON}:visible").count():
        go(page, GO_ON)
        return ""
    if page.locator(".remember a").count():
        go(page, ".remember a:last-child")
        return ""
    for button in page.locator("main button[name]").all():
        one = f"[name='{button.get_attribute('name')}'][value='{button.get_attribute('value')}']"
        if f"{urlsplit(page.url).path} {one}" not in done:
            done.add(f"{urlsplit(page.url).path} {one}")
            go(page, f"main button{one}")
            return "button"
    raise AssertionError(f"{page.url} has no way on")


def walk_to_goodbye(page: Page, band: str, script: bool) -> Iterator[str]:
    """Do and answer everything in a lesson until the tablet has forgotten the child; what was done, by its kind."""
    asked = {one.address: one for one in questions_of(band)}
    answered: set[str] = set()
    done: set[str] = set()
    for _ in range(MOST_PAGES):
        path = urlsplit(page.url).path
        if path in asked and path not in answered:
            answered.add(path)
            answer(page, asked[path], band, script)
            yield str(asked[path].says["type"])
        else:
            yield do_something(page, done)
        if page.url.endswith("fresh=1"):
            return
    raise AssertionError(f"no goodbye in {MOST_PAGES} pages")


@pytest.mark.parametrize("band", CLASSES)
def test_from_the_start_page_to_goodbye_nothing_but_keys_is_used(
    slate: Page, school: School, band: str, request: pytest.FixtureRequest
) -> None:
    script = "script off" not in request.node.name
    child = school.class_named(CLASSES[band])["pupils"][3 if script else 4]
    if band == "ks1":
        sit_beside(slate.context.new_page(), child["name"])
    come_in(slate, school, band, child)
    reach(slate, "a.today, main a, footer a")
    for asked in questions_of(band):
        if asked.quiz == LESSONS[band] and asked.says["type"] in HANDLED:
            slate.goto(asked.address)
            answer(slate, asked, band, script)
    slate.goto(f"/learn/lessons/{LESSONS[band]}")
    assert set(walk_to_goodbye(slate, band, script)) >= WALKED[band]
