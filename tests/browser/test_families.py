"""Families at home: light, one view on a phone, by keyboard, without script, from right to left, on one sheet."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, School, context_at
from tests.browser.test_axe import TAGS
from tests.browser.test_paper import sheets

MOST_BYTES, MOST_REQUESTS = 60_000, 6
LESSON, QUIET = "/home/lesson/ks2-bullying-upstander", "/home/lesson/ks4-relationships-control-and-sextortion"
STARTS = ("/home/", "/home/5", "/home/4")
PAGES = (*STARTS, "/home/9", f"{LESSON}?year=4", f"{QUIET}?year=11", "/home/all", "/home/nowhere")
LANGUAGES = ("en", "ur", "pl")
FIRST_PAGES = ("/home/", "/home/5", "/home/code/ks2", "/home/notices", "/home/we-did")
WEIGHED = [(lang, path) for lang in LANGUAGES for path in (*PAGES, *FIRST_PAGES[2:])] + [
    (lang, path) for lang in ("ar", "cy", "ro") for path in FIRST_PAGES
]
WIDER = "document.documentElement.scrollWidth - innerWidth"
OUTSIDE = """() => [...document.querySelectorAll('body *')]
  .filter((one) => !one.closest('svg, .skip, .sr') && one.getClientRects().length)
  .filter((one) => { const at = one.getBoundingClientRect(); return at.right > innerWidth + 1 || at.left < -1; })
  .map((one) => one.className || one.tagName)"""
SMALL = """() => [...document.querySelectorAll('a[href], button, summary')]
  .filter((one) => one.getClientRects().length && !one.closest('p:not(.fam-ask__kick)') && !one.matches('.skip'))
  .map((one) => [one.textContent.trim().slice(0, 20), one.getBoundingClientRect().height])
  .filter(([, high]) => high < 47.5)"""
ONE_VIEW_ENDS = "document.querySelector('.fam-now').getBoundingClientRect().bottom"
LOCAL_VOICE = """window.said = [];
const voice = {lang: 'en-GB', localService: true, name: 'Here'};
Object.defineProperty(window, 'speechSynthesis', {value: {
  getVoices: () => [voice], speak: (words) => window.said.push(words.text), cancel() {}, addEventListener() {}}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };"""


def in_language(path: str, lang: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"


@pytest.mark.main(2)
@pytest.mark.parametrize(("lang", "path"), WEIGHED)
def test_a_first_visit_is_light_in_every_language(
    lang: str, path: str, chromium: Browser, school: School
) -> None:
    context = context_at(chromium, school.url, viewport=PHONE)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    loaded: list[float] = []
    asked: list[str] = []
    devtools.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    devtools.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    page.goto(in_language(path, lang), wait_until="networkidle")
    context.close()
    assert 1_000 < sum(loaded) <= MOST_BYTES, asked
    assert len(asked) <= MOST_REQUESTS, asked
    assert all(address.startswith(school.url) for address in asked), "a request left our own site"


@pytest.mark.main(1)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", STARTS)
def test_the_start_is_one_view_on_a_phone(path: str, lang: str, chromium: Browser, school: School) -> None:
    context = context_at(chromium, school.url, viewport=PHONE)
    page = context.new_page()
    page.goto(in_language(path, lang))
    assert page.evaluate(ONE_VIEW_ENDS) <= PHONE["height"]
    expect(page.locator(".fam-card svg").first).to_be_visible()
    context.close()


@pytest.mark.main(1)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing(lang: str, chromium: Browser, school: School) -> None:
    context = context_at(chromium, school.url, viewport=PHONE)
    page = context.new_page()
    for path in PAGES:
        page.goto(in_language(path, lang))
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
        assert found.violations_count == 0, (path, found.generate_report())
    context.close()


@pytest.mark.main(1)
@pytest.mark.parametrize(("width", "text"), [(320, 100), (360, 200), (1024, 200)])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_runs_out_on_a_narrow_screen_or_with_twice_the_text(
    lang: str, width: int, text: int, chromium: Browser, school: School
) -> None:
    context = context_at(chromium, school.url, viewport={"width": width, "height": 740}, bypass_csp=True)
    page = context.new_page()
    for path in PAGES:
        page.goto(in_language(path, lang))
        if text != 100:
            page.add_style_tag(content=f"html {{ font-size: {text * 1.0625}% !important }}")
        assert page.evaluate(WIDER) <= 0, path
        assert page.evaluate(OUTSIDE) == [], path
        assert page.evaluate(SMALL) == [], path
    context.close()


@pytest.mark.main(1)
def test_everything_is_reached_by_keyboard_in_the_order_of_the_page(
    chromium: Browser, school: School
) -> None:
    context = context_at(chromium, school.url, viewport=PHONE)
    page = context.new_page()
    for path in ("/home/5", LESSON):
        page.goto(path)
        there = page.locator("a[href]:visible, button:visible, summary:visible")
        stops = []
        for _ in range(there.count()):
            page.keyboard.press("Tab")
            stops.append(page.evaluate("document.activeElement.textContent.trim()"))
            assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2, (
                stops[-1]
            )
        assert stops == [one.strip() for one in there.all_text_contents()], path
    context.close()


@pytest.mark.main(1)
def test_without_script_the_pages_lead_on_and_what_needs_one_is_not_there(
    chromium: Browser, school: School
) -> None:
    context = context_at(chromium, school.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto("/home/")
    page.get_by_role("link", name=re.compile("^Year 5")).click()
    expect(page).to_have_url(re.compile("/home/5$"))
    for name in ("Listen", "Print"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.goto(LESSON)
    folded = page.locator("details:not([open])")
    for left in range(folded.count(), 0, -1):
        folded.locator("> summary").first.click()
        expect(folded).to_have_count(left - 1)
    page.goto("/home/5")
    page.get_by_role("link", name="Languages").click()
    page.get_by_role("link", name="Polski").last.click()
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    expect(page).to_have_url(re.compile("/home/5"))
    context.close()


def test_listen_is_there_where_a_voice_lives_on_the_phone_and_reads_the_page_in_its_order(
    chromium: Browser, school: School
) -> None:
    context = context_at(chromium, school.url, viewport=PHONE)
    page = context.new_page()
    page.goto("/home/5")
    expect(page.get_by_role("button", name="Listen")).to_have_count(0)
    page.add_init_script(LOCAL_VOICE)
    page.goto("/home/5")
    page.get_by_role("button", name="Listen").click()
    said = page.evaluate("window.said")
    assert said[0].startswith("Year 5") and said[1].startswith("Ask at tea")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Listen")).to_be_visible()
    page.goto("/home/5?lang=ur")
    expect(page.locator("[data-read]")).to_be_hidden()
    context.close()


def test_from_right_to_left_the_scene_is_turned_and_numbers_are_not(
    chromium: Browser, school: School
) -> None:
    context = context_at(chromium, school.url, viewport=PHONE)
    page = context.new_page()
    page.goto("/home/5?lang=ur")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert "matrix(-1" in page.evaluate(
        "getComputedStyle(document.querySelector('.fam-card__picture')).transform"
    )
    assert page.evaluate("document.fonts.size") == 1, "no font is sent for Urdu"
    expect(page.locator(".fam-now bdi").last).to_have_text("0808 800 5000")
    school_name, help_pill = (
        page.locator(one).bounding_box() for one in (".fam-top__school", ".fam-pill--help")
    )
    assert school_name and help_pill and school_name["x"] > help_pill["x"]
    context.close()


@pytest.mark.parametrize("path", [LESSON, f"{LESSON}?year=4", f"{QUIET}?year=11"])
@pytest.mark.parametrize("lang", ["en", "ur"])
def test_a_lesson_prints_on_one_sheet_with_all_open(path: str, lang: str, tablet: Page) -> None:
    tablet.goto(in_language(path, lang))
    assert sheets(tablet) == 1
    tablet.emulate_media(media="print")
    for gone in (".fam-top", ".fam-foot", ".fam-row"):
        assert [one for one in tablet.locator(gone).all() if one.is_visible()] == []
