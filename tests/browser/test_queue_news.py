"""The queue says politely that it has changed, in a place that is there already: no row moves under anybody's hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import School, context_at
from tests.browser.hands import become

NEWS = "**/staff/incidents/news"
SAME, OTHER = 304, 200
A_LITTLE_MORE = 71_000  # than the minute and the chance after which it asks
HALF_AN_HOUR = 31 * 60_000


class Answers:
    """What the server says to the script, and how often it was asked."""

    def __init__(self) -> None:
        self.status, self.asked = SAME, 0

    def __call__(self, route: Route) -> None:
        assert route.request.headers["if-none-match"].strip('"')
        self.asked += 1
        route.fulfill(status=self.status, body="")


@pytest.fixture(params=[1280, 360], ids=["desk", "phone"])
def queue(
    chromium: Browser, school: School, request: pytest.FixtureRequest
) -> Iterator[tuple[Page, Answers]]:
    """The queue of the safeguarding lead of the demo, at a clock of its own."""
    viewport = {"width": request.param, "height": 800}
    context = context_at(chromium, school.url, locale="en-GB", viewport=viewport)
    page, answers = context.new_page(), Answers()
    page.clock.install()
    page.route(NEWS, answers)
    become(page, "Adeyemi")
    page.goto("/staff/incidents/")
    yield page, answers
    context.close()


def later(page: Page, milliseconds: int = A_LITTLE_MORE) -> None:
    """So much time passes for the page."""
    page.clock.fast_forward(milliseconds)


def answered(page: Page) -> None:
    """A minute passes, the page asks, and its script has the answer: what it asks after that is answered later."""
    with page.expect_response(NEWS):
        later(page)
    page.evaluate("fetch('/healthz').then((answer) => answer.text())")


def test_it_says_so_once_and_moves_nothing(queue: tuple[Page, Answers]) -> None:
    page, answers = queue
    first_row = page.locator("#queue .row-link").first
    status = page.get_by_role("status")
    before = first_row.bounding_box()
    answered(page)
    expect(status).to_have_text("")
    answers.status = OTHER
    answered(page)
    expect(status).to_have_text("Something has changed:")
    expect(page.get_by_text("Last checked")).to_be_hidden()
    assert first_row.bounding_box() == before
    later(page)
    assert answers.asked == 2, "what is said need not be asked again"
    answers.status = SAME
    page.get_by_role("link", name="Look again").click()
    expect(status).to_have_text("")


def test_it_stops_when_nobody_is_there_and_where_it_is_sent_away(queue: tuple[Page, Answers]) -> None:
    page, answers = queue
    later(page, HALF_AN_HOUR)
    later(page)
    assert answers.asked == 0, "half an hour without a hand on it"
    page.reload()
    answers.status = 403
    answered(page)
    later(page)
    assert answers.asked == 1
    expect(page.get_by_role("status")).to_have_text("")
