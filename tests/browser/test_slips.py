"""A family with its slip, on a phone, by keyboard, without script, in Urdu; and the letter, one sheet of paper."""

import json
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import PHONE, School, context_at
from tests.browser.hands import become
from tests.browser.test_axe import TAGS
from tests.browser.test_paper import sheets

NARROW = ViewportSize(width=PHONE["width"], height=PHONE["height"])
FITS = "document.documentElement.scrollWidth <= innerWidth"
STAFF_PAGES = ("", "text", "card")
CODE_MM, PX_OF_MM = 26, 96 / 25.4


def address_of(school: School, child: str, kind: str = "code") -> str:
    """The address of a slip of the demo."""
    listed = json.loads((school.data_dir / "demo.json").read_text(encoding="utf-8"))["slips"]
    return str(next(one["address"] for one in listed if (one["child"], one["kind"]) == (child, kind)))


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]


@pytest.fixture
def office(laptop: Page) -> Page:
    become(laptop, "Mrs Doyle")
    return laptop


@pytest.mark.parametrize(("child", "kind"), [("Zain", "code"), ("Kasia", "code"), ("Marek", "ask")])
@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_a_slip_has_no_fault_and_fits_a_phone_at_twice_the_text(
    phone: Page, school: School, child: str, kind: str, lang: str
) -> None:
    phone.goto(f"{address_of(school, child, kind)}?lang={lang}")
    assert phone.locator("html").get_attribute("dir") == ("rtl" if lang == "ur" else "ltr")
    assert faults(phone) == []
    assert phone.evaluate(FITS)
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    assert phone.evaluate(FITS)


def test_a_slip_that_has_ended_has_no_fault(phone: Page) -> None:
    phone.goto("/home/slip/aaaaaaaaaaaaaaaaaaaaaaaaaa")
    expect(phone.get_by_role("heading", level=1)).to_have_text(
        "This slip has ended. The office can give you a new one."
    )
    assert faults(phone) == []


def test_without_script_and_by_keyboard_alone_a_slip_comes_back_once(
    chromium: Browser, school: School
) -> None:
    context = context_at(chromium, school.url, viewport=PHONE, java_script_enabled=False)
    page, address = context.new_page(), address_of(school, "Zain")
    page.goto(address)
    button = page.get_by_role("button", name="We have read it and talked")
    for _ in range(20):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    thanks = page.get_by_role("heading", name="Thank you. The school has it.")
    expect(thanks).to_be_visible()
    page.go_back()
    page.goto(address)
    expect(thanks).to_be_visible()
    assert context.cookies() == []
    context.close()


def test_no_page_that_a_slip_leads_to_hears_of_its_address(phone: Page, school: School) -> None:
    address = address_of(school, "Kasia")
    heard = list[str]()
    phone.on("request", lambda sent: heard.append(sent.headers.get("referer", "")))
    phone.goto(address)
    phone.locator("main a.btn").first.click()
    phone.wait_for_load_state()
    assert heard and not any(urlsplit(one).path.startswith("/home/slip") for one in heard)


@pytest.mark.parametrize("end", STAFF_PAGES)
def test_pages_of_the_office_have_no_fault_and_fit_a_phone(office: Page, end: str) -> None:
    office.goto(f"/staff/slips/{end}")
    assert faults(office) == []
    office.set_viewport_size(NARROW)
    assert office.evaluate(FITS)


def test_the_list_of_a_class_and_its_homes_have_no_fault_and_fit_a_phone(office: Page) -> None:
    office.goto("/staff/slips/")
    office.get_by_role("link", name="Kestrels").click()
    assert faults(office) == []
    office.set_viewport_size(NARROW)
    assert office.evaluate(FITS)
    office.get_by_role("link", name="Languages of homes").click()
    assert faults(office) == []
    assert office.evaluate(FITS)


def test_each_letter_is_one_sheet_with_a_square_of_26_millimetres(office: Page) -> None:
    office.goto("/staff/slips/")
    office.get_by_role("link", name="Swifts").click()
    office.get_by_role("button", name="Letters to print").click()
    letters = office.locator(".home-letter")
    expect(letters.first).to_be_visible()
    assert faults(office) == []
    assert sheets(office) == letters.count()
    office.emulate_media(media="print")
    square = office.locator(".home-letter__square svg").first
    box, size = square.bounding_box(), square.evaluate("one => one.viewBox.baseVal.width")
    assert box and box["width"] * (size - 8) / size >= (CODE_MM - 1) * PX_OF_MM


def test_two_cards_for_the_fridge_are_one_sheet(office: Page) -> None:
    office.goto("/staff/slips/card")
    assert sheets(office) == 1
