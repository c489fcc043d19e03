"""A line that was written by mistake is taken back on a phone, without script and with the keyboard alone."""

from playwright.sync_api import Browser, expect

from tests.browser.case_walks import Person, Staff, night, open_case, send_report, staff
from tests.browser.conftest import PHONE, context_at
from tests.browser.hands import become

__all__ = ["night", "staff"]  # fixtures
FINGER = 44


def test_without_script_and_by_keyboard_a_note_is_taken_back_and_stands_in_its_form_again(
    staff: Staff, chromium: Browser, night: str
) -> None:
    words, _thanks = send_report(staff, "stranger", "he writes every night")
    hands = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    page = context_at(chromium, night, **hands, java_script_enabled=False).new_page()
    become(page, "Mrs Adeyemi")
    lead = Person(page)
    case = open_case(lead, "Someone met online", words)
    lead.send("Record what I did")
    lead.write("What I did", "Rang the wrong aunt.")
    lead.send("Write it in the log")
    lead.says("Written in the log.", "You can take this back for a minute.")
    button = page.get_by_role("button", name="Take back", exact=True)
    box = button.bounding_box()
    assert box and box["height"] >= FINGER and box["y"] + box["height"] <= PHONE["height"], "in sight at once"
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    lead.says("Taken back. It stays in the log, struck through.")
    expect(page.get_by_label("What I did", exact=True)).to_have_value("Rang the wrong aunt.")
    page.goto(case)
    expect(page.locator("#log del")).to_contain_text("Rang the wrong aunt.")
    expect(page.locator("#log")).to_contain_text("taken back by Mrs Adeyemi")
    expect(button).to_have_count(0)
    page.context.close()
