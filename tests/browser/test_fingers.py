"""Fingers, keys and eyes: targets large enough, nothing overflows, all by keyboard (promises U1, U2, U4 to U6, U22)."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import go_to_key, join

SIZES = ((1024, 768), (768, 1024), (360, 640), (320, 640))
BANDS = ("ks1", "ks2", "ks3", "ks4")
PATHS = [*(f"/?band={band}" for band in BANDS), *(f"/report/{band}/en" for band in BANDS), "/learn/", "/look"]
# Pills above and buttons on the ground of the youngest give some of their height to the picture between them.
SMALL = """() => {
  const band = parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--tap'));
  const least = (e) => Math.min(band, e.closest('.top') ? 72 : e.closest('.ground') ? 80 : band);
  const shown = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden';
  return [...document.querySelectorAll('a[href], button, label.choice, textarea, input.input, select')]
    .filter((e) => shown(e) && !e.disabled && !e.closest('p') && !e.closest('.sr') && !e.classList.contains('skip'))
    .map((e) => [e, e.getBoundingClientRect(), least(e)])
    .filter(([, r, tap]) => r.height < tap - 0.5 || r.width < Math.min(tap, 44) - 0.5)
    .map(([e, r, tap]) => `${(e.innerText || e.tagName).trim().slice(0, 20)} ${r.width | 0}x${r.height | 0} < ${tap}`);
}"""
WIDER = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.main(1)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_targets_are_large_enough_and_nothing_is_cut_off(
    size: tuple[int, int], chromium: Browser, school: School
) -> None:
    context = context_at(chromium, school.url, viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    for path in (*PATHS, "/?lang=ur", "/report/ks2/ur", "/home/code/ks2?lang=ur", "/home/help"):
        page.goto(path)
        assert page.evaluate(WIDER) <= 0, f"{path} is wider than the screen"
        if not path.startswith("/home"):
            assert page.evaluate(SMALL) == [], path
    context.close()


@pytest.mark.main(1)
@pytest.mark.parametrize("path", [*PATHS, "/home/code/ks2", "/report/ks2/ur"])
def test_twice_as_large_text_loses_nothing(path: str, chromium: Browser, school: School) -> None:
    context = context_at(chromium, school.url, viewport=TABLET, bypass_csp=True)
    page = context.new_page()
    page.goto(path)
    page.add_style_tag(path=str(Path(__file__).with_name("double_text.css")))
    assert page.evaluate(WIDER) <= 0
    context.close()


@pytest.mark.main
def test_a_report_can_be_sent_with_the_keyboard_alone(tablet: Page) -> None:
    tablet.goto("/report/ks2/en")
    for _ in range(60):
        if tablet.locator("#send").is_visible():
            break
        step = tablet.locator("[data-step]:visible").get_attribute("data-step")
        if step == "concern" and not tablet.locator("[name=concern]:checked").count():
            tablet.locator("[name=concern]").first.focus()
            tablet.keyboard.press("Space")
        tablet.locator("#next").focus()
        tablet.keyboard.press("Enter")
    tablet.locator("#send").focus()
    tablet.keyboard.press("Enter")
    expect(tablet.locator("#what-next")).to_be_visible()


@pytest.mark.main
def test_tab_reaches_everything_in_reading_order_and_focus_is_seen(tablet: Page) -> None:
    tablet.goto("/report/ks2/en")
    tablet.locator("#next").click()
    seen = []
    for _ in range(12):
        tablet.keyboard.press("Tab")
        seen.append(tablet.evaluate("document.activeElement.id || document.activeElement.className"))
        width = tablet.evaluate(
            "Math.max(...[document.activeElement, document.activeElement.nextElementSibling].filter(Boolean)"
            ".map(e => parseFloat(getComputedStyle(e).outlineWidth) || 0))"
        )
        if tablet.evaluate("document.activeElement !== document.body"):
            assert width >= 2, seen[-1]
    assert "danger-no" in seen
    assert seen.index("danger-no") < seen.index("next")


@pytest.mark.main
def test_with_javascript_off_a_child_can_tell_and_a_class_can_learn(
    chromium: Browser, school: School
) -> None:
    context = context_at(chromium, school.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/report/ks2/en")
    page.locator("label:has(#concern-site)").click()
    expect(page.locator(".follow[data-for=site]")).to_be_visible()
    page.fill("#address", "https://bad.example")
    page.locator("#send").click()
    expect(page.locator("#what-next")).to_be_visible()
    join(page, school, "Kestrels", 7)
    page.goto("/learn/quizzes/ks2-bullying-upstander/q1")
    page.locator("main .choice").first.click()
    page.locator("footer .btn--go").click()
    expect(page.locator(".why--yes, .why--again")).to_be_visible()
    context.close()


def test_nothing_moves_where_less_movement_is_wanted(chromium: Browser, school: School) -> None:
    context = context_at(chromium, school.url, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/report/ks1/en")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0"
        " || parseFloat(getComputedStyle(e).animationDuration) > 0).length"
    )
    assert moving == 0
    context.close()


@pytest.mark.main
def test_the_sixteen_pictures_of_a_child_are_all_in_sight_on_a_tablet(tablet: Page, school: School) -> None:
    go_to_key(tablet, school, "Kestrels", 4)
    expect(tablet.locator(".key")).to_have_count(16)
    assert tablet.evaluate("document.documentElement.scrollHeight") <= 768
