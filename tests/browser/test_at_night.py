"""Twenty to eleven at night, on a phone: from the mail to the first decision, and what can wait."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.case_walks import CARE_AT_NIGHT, FITS, Staff, night, send_report, staff
from tests.browser.conftest import PHONE, TABLET, context_at
from tests.browser.hands import become

__all__ = ["night", "staff"]  # fixtures
MOST_TAPS = 6  # from opening kiosk to the first decision
DEPUTYS_NUMBER = "tel:07700900118"


def test_from_the_first_page_to_the_first_decision_in_few_taps_on_a_phone(staff: Staff) -> None:
    words, _thanks = send_report(staff, "stranger", "he stands at our gate", danger="yes")
    lead = staff.named("Mrs Adeyemi", phone=True)
    main = lead.page.locator("main")
    red = lead.page.locator(".red")
    for seen in (red.get_by_role("button", name="Open it now"), main.locator(f"a[href='{DEPUTYS_NUMBER}']")):
        box = seen.bounding_box()
        assert box and box["y"] + box["height"] <= PHONE["height"], "without scrolling"
        assert box["height"] >= 40
    care = main.locator(f"a[href='tel:{CARE_AT_NIGHT.replace(' ', '')}']")
    expect(care).to_be_visible()
    expect(main).not_to_contain_text(words)
    lead.tap(red.get_by_role("button", name="Open it now"))
    lead.says(words)
    lead.send("I rang 999")
    lead.says("recorded the first five minutes")
    assert lead.taps <= MOST_TAPS
    assert lead.page.evaluate(FITS)


def test_who_is_on_it_is_said_and_taken_back_by_keyboard_alone(staff: Staff) -> None:
    mine, other = staff.named("Ms Okafor"), staff.named("Mr Lewis")
    mine.page.goto("/staff/incidents/")
    mine.page.get_by_role("button", name="I am on it tonight").focus()
    with mine.page.expect_navigation():
        mine.page.keyboard.press("Enter")
    other.page.goto("/staff/incidents/")
    other.says("Ms Okafor.", "On it until")
    mine.page.get_by_role("button", name="I am not on it any more").focus()
    with mine.page.expect_navigation():
        mine.page.keyboard.press("Enter")
    other.page.reload()
    other.says("Nobody is on duty until")


def test_without_script_it_is_all_there(chromium: Browser, night: str) -> None:
    people = Staff(chromium, night)
    send_report(people, "stranger", "a car waits outside", danger="yes")
    context = context_at(chromium, night, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    become(page, "Mrs Adeyemi")
    for words in ("Someone is in danger now", "Open it now", "If you can't, ring on"):
        expect(page.locator("main")).to_contain_text(words)
    page.locator("summary", has_text="can wait until morning").click()
    expect(page.get_by_role("link", name="Open the reports")).to_be_visible()
    context.close()
    people.go_home()


def test_with_letters_of_twice_the_size_nothing_is_wider_than_the_screen(
    chromium: Browser, night: str, staff: Staff
) -> None:
    send_report(staff, "stranger", "somebody is at the door", danger="yes")
    context = context_at(chromium, night, viewport=TABLET, bypass_csp=True)
    page = context.new_page()
    become(page, "Mrs Adeyemi")
    for address in ("/staff/", "/staff/incidents/"):
        page.goto(address)
        page.add_style_tag(path=str(Path(__file__).with_name("double_text.css")))
        assert page.evaluate(FITS), address
    context.close()
