"""Coming back with six pictures: by taps, by names, by keyboard, without script; the next child sees nothing of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import PHONE, TABLET, School
from tests.browser.hands import go_on, settle, tap, tap_pictures
from tests.browser.test_axe import look_at

A_MINUTE = 61_000
LEAST_TAP = 64  # CSS pixels, for children from seven on


def report_and_get_pictures(page: Page, band: str = "ks2", lang: str = "en") -> list[str]:
    """Send a report that asks for an answer; returns the child's pictures."""
    page.goto(f"/report/{band}/{lang}")
    if page.locator("#next").is_visible():
        go_on(page)
        tap(page, "danger-no")
        go_on(page)
        tap(page, "concern-other")
        while page.locator("#next").is_visible():
            go_on(page)
    else:
        tap(page, "concern-other")
    tap(page, "reply-yes")
    page.locator("#send").click()
    page.locator("#mine summary").click()
    return str(page.locator("#way-back").get_attribute("data-pictures")).split()


def tap_all(page: Page, pictures: list[str], lang: str = "en") -> None:
    """Tap these pictures on the page of the way back."""
    page.goto(f"/report/replies/{lang}")
    tap_pictures(page, pictures)


def _back(page: Page) -> None:
    _step(page, page.go_back)


def _step(page: Page, way: Callable[..., object]) -> None:
    """Back or Forward as a finger does it; for a page that was posted the browser shows its own in its place."""
    try:
        way(wait_until="commit")
    except Error as error:
        assert "ERR_CACHE_MISS" in error.message
    settle(page)


def _seen(page: Page) -> str:
    hidden = [field.get_attribute("value") or "" for field in page.locator("input[name=picture]").all()]
    typed = [field.input_value() for field in page.locator("input[type=text]").all()]
    return " ".join([page.locator("body").inner_text(), *hidden, *typed])


@pytest.mark.main(1)
def test_by_taps_a_child_sees_how_far_it_is(shared: Page) -> None:
    mine = report_and_get_pictures(shared)
    tap_all(shared, mine)
    expect(shared.locator("h1")).to_have_text("For you")
    assert "Nobody has written back yet" in shared.locator("main").inner_text()


def test_by_names_in_the_own_language(shared: Page, school: School) -> None:
    mine = report_and_get_pictures(shared, lang="ur")
    shared.goto("/report/replies/ur")
    names = [shared.locator(f".key[value='{picture}'] span").last.inner_text() for picture in mine]
    shared.fill("#names", "  ".join(names))
    shared.locator("#look").click()
    expect(shared.locator("#pictures")).to_have_count(0)
    assert shared.locator("html").get_attribute("dir") == "rtl"
    assert "Nobody has written back yet" in shared.locator("main").inner_text()


@pytest.mark.main
def test_with_the_keyboard_alone(tablet: Page) -> None:
    mine = report_and_get_pictures(tablet)
    tablet.goto("/report/replies/en")
    for picture in mine:
        tablet.locator(f".key[value='{picture}']").focus()
        tablet.keyboard.press("Enter")
    expect(tablet.locator("h1")).to_have_text("For you")
    tablet.goto("/report/replies/en")
    for _ in range(80):
        tablet.keyboard.press("Tab")
        if tablet.evaluate("document.activeElement.id") == "names":
            break
    tablet.keyboard.type(" ".join(mine))
    tablet.keyboard.press("Enter")
    expect(tablet.locator("h1")).to_have_text("For you")


def test_a_focused_picture_is_not_hidden_behind_the_slots(tablet: Page) -> None:
    for size in (TABLET, PHONE):
        tablet.set_viewport_size(size)
        tablet.goto("/report/replies/en")
        tablet.locator(".key").last.focus()
        for _ in range(40):
            tablet.keyboard.press("Shift+Tab")
            covered = tablet.evaluate("""() => {
              const key = document.activeElement.getBoundingClientRect();
              if (!document.activeElement.matches(".key")) return false;
              const seen = document.elementFromPoint(key.x + key.width / 2, key.y + 4);
              return !document.activeElement.contains(seen);
            }""")
            assert not covered


def test_while_tapping_what_is_done_stays_in_sight_as_ticks_not_as_pictures(tablet: Page) -> None:
    for size in (TABLET, PHONE):
        tablet.set_viewport_size(size)
        tablet.goto("/report/replies/en")
        for number, place in enumerate((3, 40, 60), start=1):
            tablet.locator(".key").nth(place).click()
            expect(tablet.locator(".slot--done")).to_have_count(number)
            for slot in tablet.locator(".slot").all():
                expect(slot).to_be_in_viewport()
        assert tablet.locator(".slots .plate, .slots img, .slots .pic").count() == 0
        assert tablet.locator(".slots .sr").inner_text() == "3 of 6"
        tablet.locator("#again").click()
        expect(tablet.locator(".slot--done")).to_have_count(0)


@pytest.mark.main(1)
def test_wrong_pictures_look_like_right_ones_and_take_nothing_away(shared: Page) -> None:
    mine = report_and_get_pictures(shared)
    tap_all(shared, [*mine[1:], mine[0]] if len(set(mine)) > 1 else ["apple"] * 6)
    assert "We still have your message" in shared.locator("main").inner_text()
    tap_all(shared, mine)
    assert "Nobody has written back yet" in shared.locator("main").inner_text()


@pytest.mark.main(1)
def test_after_leaving_back_forward_and_reload_show_nothing(shared: Page) -> None:
    shared.goto("/")
    mine = report_and_get_pictures(shared)
    _leave(shared)
    tap_all(shared, mine)
    expect(shared.locator("h1")).to_have_text("For you")
    _leave(shared)
    for _ in range(4):
        _back(shared)
        seen = _seen(shared)
        assert "For you" not in seen
        assert "Nobody has written back yet" not in seen
        assert not shared.locator("#way-back").is_visible()
        assert shared.locator("input[type=hidden][name=picture]").count() == 0, mine
    _step(shared, shared.go_forward)
    shared.reload()
    assert "For you" not in _seen(shared)


def _leave(page: Page) -> None:
    page.locator(".ground a").last.click()
    page.wait_for_url("**/?**fresh=1")


def test_pictures_half_tapped_or_names_half_typed_are_gone_for_the_next_child(shared: Page) -> None:
    shared.goto("/")
    shared.goto("/report/replies/en")
    for number, picture in enumerate(("kite", "owl"), start=1):
        shared.locator(f".key[value='{picture}']").click()
        expect(shared.locator(".slot--done")).to_have_count(number)
    shared.fill("#names", "crab moon")
    shared.goto("/home/help")
    _back(shared)
    assert "crab moon" not in _seen(shared)
    kept = [
        field.get_attribute("value") for field in shared.locator("input[type=hidden][name=picture]").all()
    ]
    assert kept == []


def test_nothing_of_coming_back_is_stored_in_the_browser_or_shown_in_its_address(shared: Page) -> None:
    mine = report_and_get_pictures(shared)
    tap_all(shared, mine)
    state = shared.context.storage_state()
    assert not state["cookies"]
    assert not state["origins"]
    assert shared.url.endswith("/report/replies/en")
    assert shared.title() == "Our school page"


@pytest.mark.main
def test_the_pictures_wait_for_a_tap_hide_at_a_tap_and_go_after_a_minute(
    tablet: Page, school: School
) -> None:
    tablet.clock.install()
    mine = report_and_get_pictures(tablet)
    summary = tablet.locator("#mine summary")
    expect(tablet.locator("#way-back")).to_be_visible()
    summary.click()
    expect(tablet.locator("#way-back")).to_be_hidden()
    summary.click()
    expect(tablet.locator("#way-back")).to_be_visible()
    tablet.clock.fast_forward(A_MINUTE)
    expect(tablet.locator("#way-back")).to_have_count(0)
    assert "Your pictures are hidden now." in tablet.locator("main").inner_text()
    assert not [one for one in mine if one in tablet.content().split("<main")[1].split('"')]


def test_a_page_that_is_loaded_anew_after_sending_is_an_empty_form(tablet: Page) -> None:
    report_and_get_pictures(tablet)
    tablet.reload()
    expect(tablet.locator("#tell")).to_be_visible()
    expect(tablet.locator("#way-back")).to_have_count(0)


@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_axe_finds_nothing_on_the_way_back(lang: str, size: Any, tablet: Page) -> None:
    tablet.set_viewport_size(size)
    mine = report_and_get_pictures(tablet, lang=lang)
    look_at(tablet)
    tablet.goto(f"/report/replies/{lang}")
    look_at(tablet)
    tap_all(tablet, mine, lang)
    look_at(tablet)
    tap_all(tablet, ["apple"] * 6, lang)
    look_at(tablet)


@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_everything_to_tap_is_big_enough_and_nothing_hangs_over_the_edge(
    lang: str, size: Any, tablet: Page
) -> None:
    tablet.set_viewport_size(size)
    tablet.goto(f"/report/replies/{lang}")
    assert tablet.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for target in tablet.locator("main button:visible, main input:visible, .ground .btn:visible").all():
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= LEAST_TAP - 1, f"{target}: {json.dumps(box)}"
