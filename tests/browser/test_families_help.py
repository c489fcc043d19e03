"""Help, the Code and languages as a family opens them: axe, keys alone, no script, right to left, small and large."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, School, context_at
from tests.browser.test_axe import look_at, look_at_every_look
from tests.browser.test_pages_of_duties import DOUBLE_TEXT
from tests.browser.test_weight import visit

PAGES = (
    "/home/help",
    "/home/help?band=ks2",
    "/home/help/picture",
    "/home/help/hurt?lang=ur",
    "/home/help/did-it",
    "/home/help/all",
    "/home/code",
    "/home/code?lang=ur",
    "/home/code/ks1",
    "/home/code/ks3?lang=pl",
    "/home/languages?page=/home/code&at=r9",
    "/home/languages?page=/home/help/hurt&lang=ur",
)
OURS = [path for path in PAGES if path != "/home/help/all"]
MOST_BYTES, MOST_REQUESTS = 60_000, 6
OVER = """() => [...document.querySelectorAll("body *")].filter((one) => one.getClientRects().length
  && !one.closest(".sr, .skip, svg") && (one.getBoundingClientRect().right > innerWidth + 1
  || one.getBoundingClientRect().left < -1)).map((one) => one.className || one.tagName)"""
SMALL_TARGETS = """() => [...document.querySelectorAll("main a, main summary, header a, footer a, main button")]
  .filter((one) => one.getClientRects().length && !one.closest("p, li > div, .fam-pair"))
  .filter((one) => one.getBoundingClientRect().height < 47.5).map((one) => one.textContent.trim())"""


@pytest.fixture
def wide_open(chromium: Browser, school: School) -> Iterator[Page]:
    """A parent's phone, on which a test may double the text."""
    context = context_at(chromium, school.url, viewport=PHONE, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def without_script(chromium: Browser, school: School) -> Iterator[Page]:
    """A parent's phone on which no script runs."""
    context = context_at(chromium, school.url, viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_not_in_another_look(path: str, phone: Page) -> None:
    phone.goto(path)
    look_at(phone)
    look_at_every_look(phone)


@pytest.mark.parametrize("path", OURS)
def test_nothing_runs_out_at_320_pixels_nor_at_twice_the_text(path: str, wide_open: Page) -> None:
    phone = wide_open
    phone.goto(path)
    assert phone.evaluate(OVER) == []
    assert phone.evaluate(SMALL_TARGETS) == []
    phone.add_style_tag(path=str(DOUBLE_TEXT))
    assert phone.evaluate(OVER) == []
    phone.set_viewport_size({"width": 320, "height": 740})
    phone.goto(path)
    assert phone.evaluate(OVER) == []


@pytest.mark.parametrize("path", OURS)
def test_a_first_visit_is_light(path: str, chromium: Browser, school: School) -> None:
    size, asked = visit(chromium, school, path)
    assert len(asked) <= MOST_REQUESTS, asked
    assert size <= MOST_BYTES, f"{path} is {size} bytes: {asked}"
    assert all(address.startswith(school.url) for address in asked)


def test_keys_alone_lead_from_what_happened_to_a_number(phone: Page) -> None:
    phone.goto("/home/help")
    phone.get_by_role("link", name="My child may hurt themself").focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/home/help/hurt")
    number = phone.get_by_role("link", name="0800 068 4141")
    for _ in range(40):
        phone.keyboard.press("Tab")
        if number.evaluate("(one) => one === document.activeElement"):
            break
    expect(number).to_be_focused()


def test_another_nation_unfolds_by_a_key(phone: Page) -> None:
    phone.goto("/home/help")
    lifeline = phone.get_by_role("link", name="0808 808 8000")
    expect(lifeline).to_be_hidden()
    phone.locator("summary", has_text="Northern Ireland").press("Enter")
    expect(lifeline).to_be_visible()


def test_without_script_every_way_is_a_link_and_what_is_folded_opens(without_script: Page) -> None:
    phone = without_script
    phone.goto("/home/help")
    phone.locator("summary", has_text="Wales").click()
    expect(phone.locator("details[open]")).to_have_count(2)
    phone.get_by_role("link", name="Someone has a picture of my child").click()
    expect(phone.locator(".fam-step")).to_have_count(3)
    phone.goto("/home/code")
    phone.locator("#r9 summary").click()
    expect(phone.locator("#r9 details p")).to_be_visible()
    phone.locator(".fam-jumps a", has_text="How to answer").click()
    phone.wait_for_url("**/home/code#reply")
    phone.locator("[data-keeps-place]").click()
    phone.locator(".fam-lang[hreflang=pl]").click()
    phone.wait_for_url("**/home/code?lang=pl")
    for button in ("[data-print]", "[data-read]"):
        expect(phone.locator(button)).to_be_hidden()


def test_the_switch_of_languages_comes_back_to_the_same_rule(phone: Page) -> None:
    phone.goto("/home/code#r9")
    phone.locator("[data-keeps-place]").click()
    expect(phone.get_by_role("link", name="Our Code, rule 9")).to_be_visible()
    phone.locator(".fam-lang[hreflang=ur]").click()
    phone.wait_for_url("**/home/code?lang=ur#r9")
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    expect(phone.locator("#r9")).to_be_in_viewport()


def test_the_number_of_a_rule_stands_on_the_side_where_its_language_begins(phone: Page) -> None:
    sides = []
    for lang in ("pl", "ur"):
        phone.goto(f"/home/code?lang={lang}")
        boxes = [
            phone.locator(f"#r1 {part}").bounding_box()
            for part in (".fam-rule__number", ".fam-rule__words p >> nth=0")
        ]
        assert boxes[0] and boxes[1]
        sides.append(boxes[0]["x"] < boxes[1]["x"])
    assert sides == [True, False]


def test_english_stands_under_each_line_of_a_draft_and_beside_it_where_there_is_room(
    phone: Page, tablet: Page
) -> None:
    beside = []
    for page in (phone, tablet):
        page.goto("/home/code?lang=ur")
        own, english = (page.locator("#r1 .fam-rule__words p").nth(n).bounding_box() for n in (0, 1))
        assert own and english
        beside.append(abs(own["y"] - english["y"]) < 8)
    assert beside == [False, True]
