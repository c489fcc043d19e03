"""Few devices: three children on one tablet, hands counted by quick taps, and the Code read from the board."""

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.site import Content
from tests.browser.conftest import PHONE, School, context_at
from tests.browser.hands import CLASSES, become, join
from tests.browser.led_walks import COORDINATOR, led
from tests.browser.test_led_class import TOO_LARGE

WITH = "/learn/class/with"
LESSONS = {
    "ks1": "ks1-bullying-kind-words",
    "ks2": "ks2-bullying-upstander",
    "ks3": "ks3-information-why-this-post",
    "ks4": "ks4-privacy-data-and-money",
}
TABLETS = ((1024, 768), (1280, 720), (800, 1280), (1112, 834))
BOARDS = ((1280, 720), (1024, 768), (800, 1280))
UNDER_20 = """() => [...document.querySelectorAll('body *')].filter((one) =>
  [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
  && one.getClientRects().length && !one.closest('.sr, .skip, svg, [aria-hidden]')
  && parseFloat(getComputedStyle(one).fontSize) < 20
).map((one) => one.textContent.trim().slice(0, 40))"""


def at_each_size(
    page: Page, address: str, sizes: tuple[tuple[int, int], ...], measured: str = ""
) -> dict[str, object]:
    """What is too large, or too small to read, on a page in two languages."""
    found = {}
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        for lang in ("en", "ur"):
            page.goto(f"{address}?lang={lang}")
            here = f"{address} {width}x{height} {lang}"
            found[here] = page.evaluate(TOO_LARGE)
            if measured:
                found[f"{here}, small"] = page.evaluate(measured)
    return {where: fault for where, fault in found.items() if fault}


@pytest.mark.parametrize("band", CLASSES)
def test_a_child_names_two_others_by_a_tap_each_and_the_page_is_one_view(
    chromium: Browser, school: School, laptop: Page, tablet: Page, band: str
) -> None:
    others = [one["name"] for one in school.class_named(CLASSES[band])["pupils"][1:3]]
    join(tablet, school, CLASSES[band], 0)
    with led(chromium, school, laptop, CLASSES[band], LESSONS[band]):
        for name in others:
            tablet.goto("/learn/class/wait")
            tablet.get_by_role("link", name="Somebody is with me").click()
            tablet.get_by_role("button", name=name, exact=True).click()
            tablet.wait_for_url("**/learn/class/wait")
        tablet.goto("/learn/class/wait")
        expect(tablet.get_by_text(f"With you: {', '.join(sorted(others))}")).to_be_visible()
        faults = at_each_size(tablet, "/learn/class/wait", TABLETS)
        faults |= at_each_size(tablet, WITH, TABLETS)
        assert faults == {}
        expect(tablet.locator(".name[aria-pressed]")).to_have_count(2)


def test_quick_taps_are_all_counted_on_a_phone(chromium: Browser, school: School, content: Content) -> None:
    lesson = content.lessons[LESSONS["ks2"]]
    place = next(at for at, step in enumerate(lesson.steps, 1) if step.kind == "choose")
    context = context_at(chromium, school.url, viewport=PHONE)
    with led(chromium, school, context.new_page(), CLASSES["ks2"], lesson.id) as here:
        phone = here.desk
        for _ in range(place):
            turn = phone.locator("input[name=turn]").first.input_value()
            phone.request.post(
                f"{here.address}/next",
                form={"turn": turn, "sure": "1"},
                headers={"Sec-Fetch-Site": "same-origin"},
            )
            phone.goto(here.address)
        expect(phone.locator("#hands")).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        first = phone.locator(".lead__hand").first
        for name in ("+10", "+10", "+1", "+1", "+1"):
            first.get_by_text(name, exact=True).click(no_wait_after=True)
        expect(first.locator("output")).to_have_text("23")
    context.close()


@pytest.mark.parametrize("band", CLASSES)
def test_each_rule_of_the_code_is_one_view_on_the_board(
    chromium: Browser, school: School, laptop: Page, content: Content, band: str
) -> None:
    become(laptop, COORDINATOR)
    laptop.goto("/staff/classes/")
    laptop.get_by_role("link", name=CLASSES[band], exact=True).click()
    laptop.get_by_role("link", name="Lead a lesson").click()
    laptop.get_by_role("link", name="Read the Code together").click()
    laptop.get_by_role("button", name="Start").click()
    board = str(laptop.get_by_role("link", name="Board for the wall").get_attribute("href"))
    still = context_at(chromium, school.url, java_script_enabled=False)
    wall, faults = still.new_page(), dict[str, object]()
    for place in range(1, len(content.codes[band, "en"].rules) + 1):
        found = at_each_size(wall, board, BOARDS, UNDER_20)
        faults |= {f"rule {place} at {where}": fault for where, fault in found.items()}
        laptop.locator(".lead__bar .btn--go").click()
    expect(laptop.get_by_role("link", name="Lead a lesson")).to_be_visible()
    still.close()
    assert faults == {}
