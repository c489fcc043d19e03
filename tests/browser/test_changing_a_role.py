"""Two people change who may read, each on a phone, by touch; and every form of it by keyboard alone, without script."""

from dataclasses import dataclass

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PHONE, TABLET, School, context_at
from tests.browser.hands import become

WHY = "Mr Lewis is away a lot."


@dataclass
class Hand:
    """A thumb on a phone, which counts what it does."""

    page: Page
    taps: int = 0
    fields: int = 0
    pages: int = 0

    def tap(self, what: Locator, leads_on: bool = True) -> None:
        """Tap something; mostly it leads to another page."""
        self.taps += 1
        if not leads_on:
            what.tap()
            return
        self.pages += 1
        with self.page.expect_navigation():
            what.tap()

    def fill(self, label: str, words: str) -> None:
        """Fill in one field."""
        self.fields += 1
        self.page.get_by_label(label, exact=True).fill(words)


def phone_of(chromium: Browser, school: School, name: str, script: bool) -> Page:
    """Somebody's own phone, signed in; at night, while an earlier test's danger waits, what can wait is folded."""
    options = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "java_script_enabled": script}
    page = context_at(chromium, school.url, **options).new_page()
    become(page, name)
    if (fold := page.locator("summary", has_text="can wait until morning")).count():
        fold.click()
    return page


def said_aloud(page: Page) -> str:
    """The six words that somebody reads from the page of their account."""
    page.locator(".me__who").click()
    return " ".join(page.locator(".six-words li").all_inner_texts())


@pytest.mark.parametrize("script", [True, False], ids=["script on", "script off"])
def test_one_proposes_and_the_other_confirms_on_phones_with_few_taps(
    chromium: Browser, school: School, script: bool
) -> None:
    # Each has a key already, so that there is no waiting time; a code works once, so another person each time.
    gains, confirms = ("Mrs Hartley", "Dr Rahman") if script else ("Mr Bright", "Mrs Pryce")
    first = Hand(phone_of(chromium, school, "Mrs Adeyemi", script))
    first.tap(first.page.get_by_role("link", name="Roles", exact=True))
    first.tap(first.page.get_by_role("link", name="Propose a change: e-Safety Coordinator"))
    first.page.get_by_label("Who gets the role").select_option(label=gains)
    first.tap(first.page.get_by_label("As a deputy"), leads_on=False)
    first.fill("Why, in a few words", WHY)
    first.tap(first.page.get_by_role("button", name="Propose it"))
    expect(first.page.locator("main")).to_contain_text("It takes effect when a second reader confirms it.")
    expect(first.page.locator("main")).to_contain_text("You have agreed already: somebody else must confirm.")
    assert (first.pages, first.taps, first.fields) == (3, 4, 1), "and one choice from a list"

    owner = phone_of(chromium, school, gains, script)
    words = said_aloud(owner)
    second = Hand(phone_of(chromium, school, confirms, script))
    second.tap(second.page.locator("#tasks").get_by_role("link", name="Look at it and decide"))
    mine = second.page.locator("section", has_text=f"{gains} gains")
    second.tap(mine.get_by_role("link", name="Look at it and decide"))
    expect(second.page.get_by_role("heading", level=1)).to_have_text(f"Let {gains} read reports?")
    person = school.staff(confirms.split()[1].lower())
    second.fill("Six words", f"  {words.upper()} ")
    second.fill("Your password", person["password"])
    second.fill("Code from your phone", pyotp.TOTP(person["totp_secret"]).now())
    second.tap(second.page.get_by_role("button", name="Confirm the change"))
    expect(second.page.locator("main")).to_contain_text("Confirmed. The change has taken effect.")
    expect(second.page.locator("tr", has_text="e-Safety Coordinator")).to_contain_text(gains)
    assert (second.pages, second.taps, second.fields) == (3, 3, 3)
    for page in (first.page, owner, second.page):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.context.close()


def by_tab(page: Page, to: Locator) -> None:
    """Go on with Tab until the focus is there."""
    there = to.element_handle()
    for _ in range(120):
        if there.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {to}")


def press(page: Page, what: Locator) -> None:
    """Go to a button or a link by Tab, and press it; it leads to another page."""
    by_tab(page, what)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_in(page: Page, label: str, words: str) -> None:
    """Go to a field by Tab, and type."""
    by_tab(page, page.get_by_label(label, exact=True))
    page.keyboard.type(words)


def test_every_form_works_by_keyboard_alone_and_without_script(chromium: Browser, school: School) -> None:
    page = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=False).new_page()
    become(page, "Mr Osei")
    password = school.staff("osei")["password"]
    press(page, page.get_by_role("link", name="Roles", exact=True))

    press(page, page.get_by_role("link", name="Propose a change: Safeguarding lead"))
    by_tab(page, page.get_by_label("Who gets the role"))
    page.keyboard.type("Mr Lew")
    by_tab(page, page.get_by_label("As a deputy"))
    page.keyboard.press("Space")
    type_in(page, "Why, in a few words", WHY)
    press(page, page.get_by_role("button", name="Propose it"))
    mine = page.locator("section", has_text="Mr Lewis gains")
    press(page, mine.get_by_role("button", name="Take it back"))
    expect(page.locator("main")).to_contain_text("Taken back. Nothing has changed.")

    press(page, page.get_by_role("link", name="Absences"))
    own = page.locator("form", has=page.get_by_role("heading", name="Mr Osei"))
    by_tab(page, own.get_by_label("Away from"))
    press(page, own.get_by_role("button", name="Save the days of Mr Osei"))
    expect(page.locator("main")).to_contain_text("Saved.")

    page.goto("/staff/keys")
    by_tab(page, page.get_by_text("Freeze a key"))
    page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="Freeze the key of Ms Okafor"))
    type_in(page, "Your password", password)
    press(page, page.get_by_role("button", name="Do it"))
    expect(page.locator("tr", has_text="Ms Okafor").first).to_contain_text("Frozen since")
    press(page, page.get_by_role("link", name="Lift the freeze of Ms Okafor"))
    type_in(page, "Your password", password)
    press(page, page.get_by_role("button", name="Do it"))
    expect(page.locator("tr", has_text="Ms Okafor").first).not_to_contain_text("Frozen since")

    by_tab(page, page.get_by_text("Recovery sheets, test reports"))
    page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="Try two sheets"))
    type_in(page, "One sheet", "apple")
    press(page, page.get_by_role("button", name="Try these two sheets"))
    expect(page.locator("#errors")).to_be_visible()
    page.goto("/staff/keys/card")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()  # it needs script; the browser prints too
    page.context.close()
