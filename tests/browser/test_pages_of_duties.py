"""The book of duties, the filter desk, training, access, officers, term pages and a child of a class: axe finds
nothing, nothing runs off the side, and what is written there is written by keyboard alone and without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, TABLET, School, context_at, demo_school
from tests.browser.hands import become, tab_to
from tests.browser.test_axe import look_at, look_at_every_look

FITS = "document.documentElement.scrollWidth <= innerWidth"
DOUBLE_TEXT = Path(__file__).with_name("double_text.css")
OF_THE_BOOK = ("duties/", "duties/users-review", "duties/users-review/write", "duties/data-complaint")
OF_THE_DESK = (
    "filtering/",
    "filtering/new",
    "filtering/register",
    "filtering/tried",
    "training/",
    "officers",
)
OF_ACCESS = ("access", "access?who=staff", "access?who=left")
OF_RECORDS = ("training/everybody", "training/session", "term-pages/")
FIRST = "the first of several"
MOST_STOPS = 80  # among them four for each day

# Who opens what, and the first of many of which a list tells.
WALKS = {
    "Mrs Hartley": (
        (*OF_THE_BOOK, *OF_THE_DESK, *OF_ACCESS, *OF_RECORDS),
        {
            "filtering/": "/staff/filtering/[0-9a-f-]{36}",
            "filtering/tried": "/staff/filtering/tried/.+",
            "access": "/staff/access/pupil/.+",
            "access?who=staff": "/staff/access/staff/.+",
            "training/everybody": "/staff/training/people/.+",
            "term-pages/": r"/staff/term-pages/[0-9-]+(/open)?",
        },
    ),
    "Mr Novak": ((*OF_THE_DESK, *OF_ACCESS), {}),
    "Dr Rahman": (("duties/", "training/", "filtering/register", "term-pages/"), {}),
    "Ms Okafor": (("completion/",), {}),
}


@pytest.fixture(scope="module")
def own() -> Iterator[School]:
    """A school of these tests alone, which they change."""
    with demo_school() as here:
        yield here


def addresses(page: Page, who: str) -> Iterator[str]:
    """Each page of these that a person may open, while it is open."""
    become(page, who)
    paths, kinds = WALKS[who]
    for path in paths:
        yield opened(page, f"/staff/{path}")
        if path in kinds:
            links = page.locator("main a").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
            found = [one for one in links if re.fullmatch(kinds[path], one)]
            assert found, f"{path} leads nowhere"
            for link in dict.fromkeys((found[0], found[-1])):
                yield opened(page, link)
    if who == "Mr Novak":
        yield ask_to_block(page, "films.example", blocked=FIRST)  # a ticket to do
    if who == "Ms Okafor":
        page.get_by_role("link", name="Kestrels").first.click()
        page.locator("main a[href*='/pupils/']").first.click()
        page.wait_for_url("**/pupils/*")
        yield page.url


def opened(page: Page, address: str) -> str:
    """Open a page that must be there; its address."""
    answer = page.goto(address)
    assert answer and answer.ok, address
    return address


@pytest.mark.parametrize("who", WALKS)
@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    chromium: Browser, own: School, who: str, size: dict[str, int]
) -> None:
    context = context_at(chromium, own.url, viewport=size, bypass_csp=True)
    page = context.new_page()
    wide = []
    for address in addresses(page, who):
        look_at(page)
        look_at_every_look(page)
        page.reload()
        if not page.evaluate(FITS):
            wide.append(address)
        page.add_style_tag(path=str(DOUBLE_TEXT))
        if size == TABLET and not page.evaluate(FITS):
            wide.append(f"{address} with twice the words")
    context.close()
    assert wide == []


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/staff/filtering/new", "Send it to the filter desk"),
        ("/staff/training/session", "Write it down"),
        ("/staff/duties/filter-review/write", "Write it in the book"),
    ],
)
def test_axe_finds_nothing_where_something_has_to_be_corrected(
    chromium: Browser, own: School, path: str, button: str
) -> None:
    context = context_at(chromium, own.url, viewport=PHONE)
    page = context.new_page()
    become(page, "Mrs Hartley")
    page.goto(path)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#errors")).to_be_focused()
    look_at(page)
    assert page.evaluate(FITS)
    context.close()


@pytest.fixture
def keys(chromium: Browser, own: School) -> Iterator[Page]:
    """A laptop of which keys alone are used, without scripts."""
    context = context_at(chromium, own.url, viewport=TABLET, locale="en-GB", java_script_enabled=False)
    yield context.new_page()
    context.close()


def press(page: Page, words: str) -> None:
    """Reach a button by Tab and press it."""
    button = page.get_by_role("button", name=words, exact=True)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if button.and_(page.locator(":focus")).count():
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no stop leads to {words}")


def fill(page: Page, **answers: str) -> None:
    """Write into fields by their names, in their order, or choose the first of several."""
    for name, words in answers.items():
        tab_to(page, f"[name={name}]:not([type=hidden])", MOST_STOPS)
        if page.locator(":focus").get_attribute("type") in {"radio", "checkbox"}:
            page.keyboard.press("Space")
        else:
            page.keyboard.type(words)


def ask_to_block(page: Page, address: str, **more: str) -> str:
    """Ask the filter desk; the address of the page on which it stands then."""
    page.goto("/staff/filtering/new")
    fill(page, asks=FIRST, address=address, classes="Year 5", why="Frightening films", **more)
    press(page, "Send it to the filter desk")
    page.wait_for_url(re.compile("/staff/filtering/[0-9a-f-]{36}$"))
    return page.url


def test_who_looks_after_the_filter_blocks_and_writes_down_each_look_by_keyboard(keys: Page) -> None:
    become(keys, "Mr Novak")
    keys.goto(ask_to_block(keys, "odd-films.example", blocked=FIRST))
    looks = keys.locator("#ticket input[value=right]").evaluate_all("(all) => all.map((one) => one.name)")
    assert len(looks) > 1
    fill(keys, rule="Line 118", **dict.fromkeys(looks, FIRST))
    press(keys, "Write it down")
    keys.wait_for_url("**/staff/filtering/")
    keys.get_by_text("Written down.", exact=True).wait_for()


def test_a_colleague_asks_and_the_principal_decides_by_keyboard(keys: Page) -> None:
    become(keys, "Ms Okafor")
    address = ask_to_block(keys, "more-films.example")
    become(keys, "Mrs Hartley")
    keys.goto(address)
    fill(keys, law=FIRST, decision=FIRST, reason=FIRST, because="Not for them")
    press(keys, "Decide, and pass it on")
    keys.get_by_text("Decided. What changes the filter leaves with the others of the day.").wait_for()


def test_a_check_is_written_into_the_book_by_keyboard(keys: Page) -> None:
    become(keys, "Mr Novak")
    keys.goto("/staff/duties/users-review/write")
    fill(keys, found="Nobody who left", result=FIRST)
    press(keys, "Write it in the book")
    keys.get_by_text("It stands in the book.").wait_for()
