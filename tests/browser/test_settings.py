"""The school calendar in a real browser: axe finds nothing, and keyboard alone does without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, TABLET, School, context_at
from tests.browser.test_axe import look_at
from tests.term_dates.files import all_day, ics

PATHS = ("", "/hours", "/terms", "/holidays", "/half-days", "/import")
MOST_TABS = 150  # a field for a day has a stop each for day, month, year and picker
FILE = ics(
    all_day("Autumn term", "20300902", "20301221"), all_day("Autumn half-term", "20301028", "20301102")
)


@pytest.fixture
def term_dates(tmp_path: Path) -> Path:
    """A file to choose."""
    path = tmp_path / "terms.ics"
    path.write_bytes(FILE)
    return path


@pytest.fixture(autouse=True)
def _calendar_as_before(school: School) -> Iterator[None]:
    path = school.data_dir / "calendar.toml"
    before = path.read_bytes()
    yield
    path.write_bytes(before)


def enter(browser: Browser, school: School, **options: object) -> Page:
    """The principal of the demo, signed in by one tap."""
    context = context_at(browser, school.url, locale="en-GB", **options)
    page = context.new_page()
    page.goto("/demo")
    page.get_by_role("button", name=re.compile("Hartley")).first.click()
    page.wait_for_url("**/staff/**")
    return page


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the keyboard stands on what `wanted` selects."""
    for _ in range(MOST_TABS):
        if page.locator(f"{wanted}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    chromium: Browser, school: School, term_dates: Path, size: dict[str, int]
) -> None:
    page = enter(chromium, school, viewport=size)
    for path in PATHS:
        page.goto(f"/staff/settings{path}")
        look_at(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.set_input_files("#file", term_dates)
    page.get_by_role("button", name="Show what is in it").click()
    page.get_by_role("heading", name="This was found").wait_for()
    look_at(page)
    page.locator("#last-0").fill("2030-01-01")
    page.get_by_role("button", name="Save what is chosen").click()
    page.locator("#last-0-error").wait_for()
    look_at(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_the_calendar_is_changed_by_keyboard_alone_and_without_scripts(
    chromium: Browser, school: School, term_dates: Path
) -> None:
    page = enter(chromium, school, viewport=TABLET, java_script_enabled=False)
    page.goto("/staff/settings/hours")
    tab_to(page, "#opens")
    page.keyboard.type("0900")
    page.keyboard.press("Enter")
    page.get_by_text("9:00 to 15:30", exact=True).wait_for()

    page.goto("/staff/settings/holidays")
    new = page.locator("input[type=date]").count() // 2 - 3
    tab_to(page, f"#first-{new}")
    page.keyboard.type("03032031")  # day and month alike: who comes first is up to the browser
    tab_to(page, f"#last-{new}")
    page.keyboard.type("02022031")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Nothing was saved").wait_for()
    assert page.locator(f"#first-{new}").input_value() == "2031-03-03"
    tab_to(page, f"#last-{new}")
    page.keyboard.type("04042031")
    page.keyboard.press("Enter")
    page.get_by_text("Monday 3 March 2031 to Friday 4 April 2031").wait_for()

    page.goto("/staff/settings/import")
    page.set_input_files("#file", term_dates)
    tab_to(page, "button.btn--go")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="This was found").wait_for()
    tab_to(page, "[name=in_place]")
    page.keyboard.press("Space")
    tab_to(page, "button.btn--go")
    page.keyboard.press("Enter")
    page.get_by_text("Terms are listed until Friday 20 December 2030.").wait_for()
    page.context.close()
