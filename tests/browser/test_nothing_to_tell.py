"""Nothing to tell is a short way for whoever means it, and loses nothing of whoever told something (promise A17)."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.report.form.answers import ADDRESS_LONGEST
from tests.browser.hands import go_on, tap

WORDS = "they took my bag"


def _to(page: Page, step: str, band: str = "ks2") -> None:
    """Go on until a step is there; opens the form where it is not open."""
    if not page.locator("#tell").count():
        page.goto(f"/report/{band}/en")
    while not page.locator(f"#step-{step}").is_visible():
        go_on(page)


def _back_to(page: Page, step: str) -> None:
    while not page.locator(f"#step-{step}").is_visible():
        page.locator("#back").click()


def _send(page: Page) -> None:
    while page.locator("#next").is_visible():
        go_on(page)
    page.locator("#tell").evaluate("(form) => { form.dataset.before = ''; }")
    page.locator("#send").click()
    expect(page.locator("#tell[data-before]")).to_have_count(0)


@pytest.mark.parametrize(("band", "last"), [("ks1", "helper"), ("ks2", "check"), ("ks4", "check")])
def test_after_nothing_to_tell_no_question_follows_that_would_be_thrown_away(
    tablet: Page, band: str, last: str
) -> None:
    _to(tablet, "concern", band)
    tap(tablet, "concern-nothing")
    go_on(tablet)
    expect(tablet.locator(f"#step-{last}")).to_be_visible()
    expect(tablet.locator("#send")).to_be_visible()
    unasked = tablet.locator("[data-check=about], [data-check=words], [data-check=name], [data-check=where]")
    assert not [row for row in unasked.all() if row.is_visible()]
    tablet.locator("#back").click()
    expect(tablet.locator("#step-concern")).to_be_visible()
    _send(tablet)
    expect(tablet.locator("#nothing-sent")).to_have_count(1)


def test_words_that_were_typed_before_still_stand_on_the_way_and_can_be_taken_back(tablet: Page) -> None:
    _to(tablet, "concern")
    tap(tablet, "concern-bullying")
    _to(tablet, "words")
    tablet.fill("#words", WORDS)
    _back_to(tablet, "concern")
    tap(tablet, "concern-nothing")
    go_on(tablet)
    expect(tablet.locator("#words")).to_be_visible()
    _send(tablet)
    expect(tablet.locator("#words-error")).to_contain_text("You wrote something.")
    expect(tablet.locator("#words")).to_have_value(WORDS)
    tablet.fill("#words", "")
    go_on(tablet)
    expect(tablet.locator("#step-check")).to_be_visible()
    _send(tablet)
    expect(tablet.locator("#nothing-sent")).to_have_count(1)


@pytest.mark.main
def test_whoever_said_that_someone_is_in_danger_is_asked_what_it_is_about(tablet: Page) -> None:
    _to(tablet, "danger")
    tap(tablet, "danger-yes")
    _to(tablet, "concern")
    tap(tablet, "concern-nothing")
    _send(tablet)
    expect(tablet.locator("#step-concern")).to_be_visible()
    expect(tablet.locator("#concern-error")).to_contain_text(
        "You said that someone is in danger or might get hurt."
    )
    tap(tablet, "concern-unsure")
    _send(tablet)
    expect(tablet.locator("#what-next")).to_be_visible()


def test_an_address_that_was_typed_before_nothing_is_shown_where_it_can_be_emptied(tablet: Page) -> None:
    _to(tablet, "concern")
    tap(tablet, "concern-site")
    _to(tablet, "follow")
    tablet.fill("#address", "bad.example")
    _back_to(tablet, "concern")
    tap(tablet, "concern-nothing")
    go_on(tablet)
    expect(tablet.locator("#address")).to_be_visible()
    _send(tablet)
    expect(tablet.locator("#address-error")).to_be_visible()
    tablet.fill("#address", "")
    go_on(tablet)
    expect(tablet.locator("#step-check")).to_be_visible()
    _send(tablet)
    expect(tablet.locator("#nothing-sent")).to_have_count(1)


def test_an_address_that_is_too_long_under_another_card_holds_nobody_back(tablet: Page) -> None:
    _to(tablet, "concern")
    tap(tablet, "concern-site")
    _to(tablet, "follow")
    tablet.fill("#address", "x/" * ADDRESS_LONGEST)
    _back_to(tablet, "concern")
    tap(tablet, "concern-other")
    _send(tablet)
    expect(tablet.locator("#what-next")).to_be_visible()


def test_the_list_of_what_to_do_leads_to_a_box_on_another_step(tablet: Page) -> None:
    _to(tablet, "concern")
    tap(tablet, "concern-site")
    _to(tablet, "follow")
    tablet.fill("#address", "x/" * ADDRESS_LONGEST)
    _to(tablet, "words")
    tablet.fill("#words", "a " * 400)
    _send(tablet)
    expect(tablet.locator("#address")).to_be_visible()
    tablet.locator(".error-summary a[href='#words']").click()
    expect(tablet.locator("#words")).to_be_focused()
    expect(tablet.locator("#address")).to_be_hidden()


def test_without_script_too_a_box_with_something_to_do_is_shown(shared: Page) -> None:
    shared.goto("/report/ks3/en")
    for id in ("concern-nothing", "danger-no"):
        shared.locator(f"#{id}").evaluate("(box) => { box.checked = true; }")
    shared.locator("#address").evaluate("(box) => { box.value = 'bad.example'; }")
    shared.locator("#tell").evaluate("(form) => form.requestSubmit()")
    expect(shared.locator("#address-error")).to_be_visible()
    expect(shared.locator("#address")).to_be_visible()
    expect(shared.locator("#address")).to_have_value("bad.example")
