"""The tablet at reception in a browser: one visitor after another, and nothing of the one before (promise F7)."""

import json
import tempfile
from calendar import day_name
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import become, settle, tab_to
from tests.browser.test_axe import look_at, look_at_every_look
from tests.demo_school import copied_demo
from tests.serving import HOST, QUICK, reserved_port, running_kiosk

DOUBLE_TEXT = Path(__file__).with_name("double_text.css")
FITS = "document.documentElement.scrollWidth <= innerWidth"
JO = {"name": "Jo Marsh", "organisation": "Northgate Lifts", "visiting": "Mr Novak"}
PAGES = ("/visitors/", "/visitors/thanks", "/visitors/no")
EVERY_DAY = f"weekdays = {json.dumps([day.lower() for day in day_name])}\n"
WARNED_MS, CLEARED_MS = 40_000, 20_000
STORED = """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
  (await caches.keys()).length, document.cookie]"""


def zone_of_morning() -> str:
    """A time zone in which it is about ten o'clock now, so that school is open whenever these tests run."""
    ahead = (10 - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}"


@pytest.fixture(scope="module")
def reception() -> Iterator[School]:
    """The demo school on a school morning."""
    with tempfile.TemporaryDirectory(prefix="kiosk-reception-") as folder, reserved_port() as port:
        url, data_dir = f"http://{HOST}:{port}", copied_demo(Path(folder) / "demo").data_dir
        calendar = Path(folder) / "calendar.toml"
        calendar.write_text(EVERY_DAY, encoding="utf-8")
        settings = {
            "KIOSK_DATA_DIR": str(data_dir),
            "KIOSK_PUBLIC_URL": url,
            "KIOSK_TIMEZONE": zone_of_morning(),
            "KIOSK_CALENDAR_FILE": str(calendar),
        }
        log = Path(folder) / "server.log"
        with running_kiosk("demo", "--port", str(port), port=port, settings=settings, log=log, program=QUICK):
            yield School(url, data_dir, json.loads((data_dir / "demo.json").read_text(encoding="utf-8")))


def opened(browser: Browser, reception: School, script: bool = True, **options: Any) -> Page:
    """A tablet that the office has opened for visitors."""
    look = {"viewport": TABLET, **options}
    page = context_at(browser, reception.url, java_script_enabled=script, **look).new_page()
    become(page, "Mrs Doyle")
    page.goto("/staff/visitors")
    page.get_by_role("button", name="Open this device for visitors").click()
    page.wait_for_url("**/visitors/")
    return page


@pytest.fixture(params=[True, False], ids=["script on", "script off"])
def stand(request: pytest.FixtureRequest, with_cache: Browser, reception: School) -> Iterator[Page]:
    """A tablet at reception, with and without script, in a browser that keeps pages as tablets do."""
    page = opened(with_cache, reception, request.param)
    yield page
    page.context.close()


@pytest.fixture
def scripted(chromium: Browser, reception: School) -> Iterator[Page]:
    """A tablet with script alone."""
    page = opened(chromium, reception)
    yield page
    page.context.close()


@pytest.fixture
def timed(with_cache: Browser, reception: School) -> Iterator[Page]:
    """A tablet whose clock a test may turn."""
    page = opened(with_cache, reception)
    page.clock.install()
    page.goto("/visitors/")
    yield page
    page.context.close()


def fill(page: Page, **said: str) -> None:
    for name, words in (JO | said).items():
        page.locator(f"#{name}").fill(words)
    page.locator("#agree").check()


def sign(page: Page) -> None:
    page.get_by_role("button", name="Sign and go on").click()


def nothing_of_jo(page: Page) -> None:
    """Neither in the page nor in a box of it."""
    settle(page)
    assert [word for word in JO.values() if word in page.content()] == [], page.url
    boxes = page.locator("input[type=text]")
    assert [boxes.nth(number).input_value() for number in range(boxes.count())] in ([], ["", "", ""])
    assert page.locator("#agree:checked").count() == 0


@pytest.mark.main
def test_neither_back_nor_reload_nor_a_new_tab_shows_the_visitor_before(stand: Page) -> None:
    fill(stand, visiting="")
    sign(stand)
    expect(stand.locator("#errors")).to_be_visible()
    assert stand.locator("#name").input_value() == JO["name"], "nothing that was typed is lost"
    stand.locator("#visiting").fill(JO["visiting"])
    sign(stand)
    stand.wait_for_url("**/visitors/thanks*")
    nothing_of_jo(stand)
    for _ in range(4):
        stand.go_back(wait_until="commit")
        nothing_of_jo(stand)
        if "/staff/" in stand.url:  # what the office had open before, and signed out of
            break
        stand.reload()
        nothing_of_jo(stand)
    stand.goto("/visitors/thanks")
    stand.get_by_role("link", name="Next visitor").click()
    nothing_of_jo(stand)
    other = stand.context.new_page()
    other.goto("/visitors/")
    nothing_of_jo(other)


@pytest.mark.main
def test_who_would_rather_not_leaves_nothing_either(stand: Page) -> None:
    fill(stand)
    stand.get_by_role("link", name="I would rather not").click()
    expect(stand.locator("h1").first).to_have_text("That’s fine.")
    stand.go_back(wait_until="commit")
    nothing_of_jo(stand)


@pytest.mark.main
def test_a_minute_without_a_touch_clears_the_page_after_a_warning(timed: Page) -> None:
    fill(timed)
    timed.clock.run_for(WARNED_MS - 2000)
    assert timed.locator("#name").input_value() == JO["name"], "the control: not before its time"
    timed.clock.run_for(3000)
    expect(timed.locator("#idle")).to_be_visible()
    timed.clock.run_for(CLEARED_MS)
    timed.wait_for_url("**/visitors/?*")
    nothing_of_jo(timed)
    timed.go_back(wait_until="commit")
    nothing_of_jo(timed)


def test_whoever_is_still_there_says_so_and_loses_nothing(timed: Page) -> None:
    fill(timed)
    for _ in range(3):
        timed.clock.run_for(WARNED_MS + 1000)
        timed.get_by_role("button", name="I am still here").click()
        expect(timed.locator("#idle")).to_be_hidden()
    assert [timed.locator(f"#{name}").input_value() for name in JO] == list(JO.values())


def test_the_page_of_thanks_clears_itself(timed: Page) -> None:
    fill(timed)
    sign(timed)
    timed.wait_for_url("**/visitors/thanks*")
    timed.clock.run_for(WARNED_MS + CLEARED_MS + 1000)
    timed.wait_for_url("**/visitors/?*")
    nothing_of_jo(timed)


def test_the_browser_keeps_nothing(scripted: Page) -> None:
    fill(scripted)
    sign(scripted)
    scripted.wait_for_url("**/visitors/thanks*")
    assert scripted.evaluate(STORED) == [0, 0, 0, 0, ""]
    kept = [one for one in scripted.context.cookies() if "visitors" in one["name"]]
    assert {one["path"] for one in kept} == {"/visitors"}


@pytest.mark.main
def test_it_is_filled_in_by_keyboard_alone(stand: Page) -> None:
    stand.goto("/visitors/?lang=pl")
    tab_to(stand, "#name", most=30)
    for words in JO.values():
        stand.keyboard.type(words)
        stand.keyboard.press("Tab")
    stand.keyboard.press("Space")
    tab_to(stand, "button[form=visit]")
    stand.keyboard.press("Enter")
    stand.wait_for_url("**/visitors/thanks?lang=pl")


@pytest.mark.main(1)
@pytest.mark.parametrize("lang", ["en", "ur"])
def test_axe_finds_nothing(chromium: Browser, reception: School, lang: str) -> None:
    page = opened(chromium, reception)
    for address in PAGES:
        page.goto(f"{address}?lang={lang}")
        look_at(page)
        look_at_every_look(page)
    page.goto(f"/visitors/?lang={lang}")
    page.locator("button[form=visit]").click()
    expect(page.locator("#errors")).to_be_visible()
    look_at(page)
    page.context.close()


def test_axe_finds_nothing_on_the_pages_of_the_office(chromium: Browser, reception: School) -> None:
    page = context_at(chromium, reception.url, viewport=TABLET).new_page()
    become(page, "Mrs Doyle")
    page.goto("/staff/visitors")
    look_at(page)
    page.get_by_text("It is a mistake").first.click()
    look_at(page)
    page.context.close()


@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_nothing_runs_off_a_narrow_screen_or_at_twice_the_text(
    chromium: Browser, reception: School, lang: str
) -> None:
    page = opened(chromium, reception, viewport={"width": 320, "height": 768}, bypass_csp=True)
    for address in PAGES:
        page.goto(f"{address}?lang={lang}")
        assert page.evaluate(FITS), address
    page.set_viewport_size({"width": 640, "height": 768})
    for address in PAGES:
        page.goto(f"{address}?lang={lang}")
        page.add_style_tag(path=str(DOUBLE_TEXT))
        assert page.evaluate(FITS), f"{address} at twice the text"
    page.context.close()


@pytest.mark.parametrize("lang", ["ur", "ar"])
def test_urdu_and_arabic_stand_from_right_to_left(chromium: Browser, reception: School, lang: str) -> None:
    page = opened(chromium, reception)
    page.goto(f"/visitors/?lang={lang}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    lines, box = page.locator("ol.numbered"), page.locator("#name")
    left_of_lines, left_of_box = (
        one.evaluate("(it) => it.getBoundingClientRect().left") for one in (lines, box)
    )
    assert left_of_lines > left_of_box, "mirrored"
    page.context.close()
