"""A child is answered on a phone, with and without script: looked at as it will be, sent once, found by the child."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, TABLET, School, context_at
from tests.browser.hands import become
from tests.browser.test_axe import look_at
from tests.browser.test_way_back import tap_all

SIZES = """selectors => selectors.map(one => {
  const style = getComputedStyle(document.querySelector(one));
  return [style.fontSize, style.lineHeight, style.color, style.fontWeight];
})"""
LOOKS = [".wrote", "h2:has(+ .card)", ".helpline b", ".helpline__what", ".helpline .num"]


def told_of_danger(page: Page, words: str) -> list[str]:
    """A child is in danger, which staff may read at once, and asks for an answer; the six pictures."""
    page.goto("/report/ks2/en")
    form = page.locator("form").first
    form.evaluate(
        """(form, words) => {
          form.querySelector("[name=words]").value = words;
          for (const [name, value] of [["danger", "yes"], ["concern", "bullying"], ["reply", "yes"]]) {
            form.querySelector(`[name=${name}][value=${value}]`).checked = true;
          }
          form.submit();
        }""",
        words,
    )
    page.locator("#mine summary").click()
    return str(page.locator("#way-back").get_attribute("data-pictures")).split()


def open_it(page: Page, words: str) -> None:
    """From the queue, where danger is red, to the case with these words; what others told is opened on the way."""
    while True:
        page.goto("/staff/incidents/")
        with page.expect_navigation():
            page.locator(".red").get_by_role("button", name="Open it now").first.tap()
        if words in page.locator("#said").inner_text():
            return


@pytest.mark.parametrize("script", [True, False], ids=["script on", "script off"])
def test_an_answer_is_written_looked_at_and_sent_once_and_looks_to_the_child_as_it_did_to_staff(
    chromium: Browser, school: School, script: bool
) -> None:
    tablet = context_at(chromium, school.url, viewport=TABLET).new_page()
    told = f"they wait for me at the gate, script: {script}"
    pictures = told_of_danger(tablet, told)
    options = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "java_script_enabled": script}
    page = context_at(chromium, school.url, **options).new_page()
    become(page, "Mrs Adeyemi")
    open_it(page, told)
    words = f"Thank you for telling us. We are on our way.\n\n{'With' if script else 'Without'} script."
    page.get_by_role("button", name="Answer the child").tap()
    page.get_by_label("My own words to the child").fill(words)
    page.get_by_role("button", name="Look at it").tap()
    expect(page.locator(".child-page .wrote")).to_have_text(words)
    if script:
        look_at(page)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        as_staff_see = page.evaluate(SIZES, [f".child-page {one}" for one in LOOKS])
    page.get_by_role("button", name="Send to the child").dblclick()  # an impatient finger
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    page.get_by_role("link", name="Back to the case").tap()
    assert len(re.findall("sent an answer to the child", page.locator("#log").inner_text())) == 1
    tap_all(tablet, pictures)
    expect(tablet.locator(".wrote")).to_have_text([words])
    if script:
        tablet.set_viewport_size({"width": 360, "height": 740})
        assert tablet.evaluate(SIZES, LOOKS)[0] == as_staff_see[0]
        assert tablet.evaluate(SIZES, LOOKS) == as_staff_see
    tablet.context.close()
    page.context.close()


def test_the_ready_answer_is_two_taps_on_a_phone_and_the_child_finds_it(
    chromium: Browser, school: School
) -> None:
    tablet = context_at(chromium, school.url, viewport=TABLET).new_page()
    told = "they wait for me at the bus"
    pictures = told_of_danger(tablet, told)
    page = context_at(
        chromium, school.url, viewport=PHONE, has_touch=True, is_mobile=True, java_script_enabled=True
    ).new_page()
    become(page, "Mrs Adeyemi")
    open_it(page, told)
    expect(page.locator("#first-minutes")).to_be_visible()
    look_at(page)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.get_by_role("button", name="Send it").tap()
    ready = page.locator(".child-page .wrote").inner_text()
    assert "Go to a grown-up now. Or ring 999" in ready
    page.get_by_role("button", name="Send to the child").tap()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    tap_all(tablet, pictures)
    expect(tablet.locator(".wrote")).to_have_text(ready)
