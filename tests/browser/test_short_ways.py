"""The shortest way to tell: how many taps and pages it takes each band, and that the way never grows longer."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.hands import tap

# What each band taps for the shortest report, danger answered: the figures are the most it may take.
MOST = {"ks1": (5, 4), "ks2": (7, 6), "ks3": (8, 6), "ks4": (8, 6)}
COUNT = re.compile(r"(\d+) of (\d+)")


class Way:
    """A child's way through the form, counted."""

    def __init__(self, tablet: Page) -> None:
        self.tablet, self.taps, self.pages = tablet, 0, 1
        self.totals: list[int] = []

    def choose(self, id: str) -> None:
        """One tap on an answer."""
        tap(self.tablet, id)
        self.taps += 1

    def press(self, id: str) -> None:
        """One tap on a button that leads to another page."""
        self.tablet.locator(f"#{id}").click()
        self.taps += 1
        self.pages += 1
        if (
            found := COUNT.search(self.tablet.locator("#steps").text_content() or "")
            if id == "next"
            else None
        ):
            self.totals.append(int(found[2]))


def answer(route: Route) -> None:
    """Take what was sent, and say so."""
    assert "concern=other" in (route.request.post_data or "")
    route.fulfill(content_type="text/html", body="<h1 id='taken'>Taken</h1><img src=\"/report/quiet.svg\">")


@pytest.mark.main(1)
@pytest.mark.parametrize("band", MOST)
def test_the_shortest_report_takes_few_taps_and_pages(tablet: Page, band: str) -> None:
    # Nothing is kept: the school of these tests would have a flood of them in one slot.
    tablet.route(
        "**/report/*/en", lambda route: answer(route) if route.request.method == "POST" else route.continue_()
    )
    tablet.goto(f"/report/{band}/en")
    way = Way(tablet)
    way.press("next")
    if band == "ks1":
        way.press("next")
    else:
        way.choose("danger-no")
        way.press("next")
    way.choose("concern-other")
    way.press("send-now")
    expect(tablet.locator("#taken")).to_be_visible()
    taps, pages = MOST[band]
    assert way.taps <= taps and way.pages <= pages, (way.taps, way.pages)


@pytest.mark.parametrize("band", ["ks2", "ks3", "ks4"])
@pytest.mark.parametrize("concern", ["bullying", "me", "adult", "other"])
def test_the_count_of_steps_never_grows(tablet: Page, band: str, concern: str) -> None:
    tablet.goto(f"/report/{band}/en")
    way = Way(tablet)
    way.press("next")
    way.choose("danger-no")
    way.press("next")
    way.choose(f"concern-{concern}")
    while tablet.locator("#next").is_visible():
        way.press("next")
    assert way.totals == sorted(way.totals, reverse=True)


@pytest.mark.main(1)
@pytest.mark.parametrize("band", ["ks1", "ks2", "ks3", "ks4"])
def test_send_now_with_nothing_chosen_says_what_is_missing_and_keeps_the_page(
    tablet: Page, band: str
) -> None:
    tablet.goto(f"/report/{band}/en")
    for _ in range(2):
        tablet.locator("#next").click()
    tablet.evaluate("document.body.dataset.same = 'yes'")
    tablet.locator("#send-now").click()
    expect(tablet.locator("#concern-error")).to_be_visible()
    expect(tablet.locator("body[data-same]")).to_be_visible()  # nothing was sent, and nothing loaded
    expect(tablet.locator("#concern-other")).to_be_visible()
    tap(tablet, "concern-other")
    expect(tablet.locator("#concern-error")).to_be_hidden()


def to_me(tablet: Page, danger: str) -> None:
    """From the first page to what comes after the card "I'm not OK"."""
    tablet.goto("/report/ks2/en")
    tablet.locator("#next").click()
    tap(tablet, f"danger-{danger}")
    tablet.locator("#next").click()
    if danger == "yes":
        expect(tablet.locator("h2[aria-level='1']")).to_have_text("Go to a grown-up now")
        tablet.locator("#next").click()
    tap(tablet, "concern-me")
    tablet.locator("#next").click()


@pytest.mark.main
def test_whoever_might_get_hurt_is_sent_to_a_grown_up_before_anything_else(tablet: Page) -> None:
    to_me(tablet, danger="no")
    tap(tablet, "follow-me-hurt")
    tablet.locator("#next").click()
    expect(tablet.locator("h2[aria-level='1']")).to_have_text("Go to a grown-up now")
    tablet.locator("#back").click()
    tap(tablet, "follow-me-safe")
    tablet.locator("#next").click()
    expect(tablet.locator("#step-stop")).to_be_hidden()
    expect(tablet.locator("#again")).to_be_visible()
    expect(tablet.locator("#about")).to_be_hidden()


@pytest.mark.main
def test_whoever_said_that_somebody_is_in_danger_is_not_asked_whether_somebody_may_get_hurt(
    tablet: Page,
) -> None:
    to_me(tablet, danger="yes")
    expect(tablet.locator("#again")).to_be_visible()
    expect(tablet.locator("#step-follow")).to_be_hidden()
