"""A child who tells on a tablet sees each step whole: nobody should have to find out that a page goes on below."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.case_walks import NIGHT, school_at
from tests.browser.conftest import TABLET, context_at
from tests.browser.hands import tap

IN_LESSONS = 10

# What asks most of each band's pages: the concern with the most questions after it.
CONCERN = {"ks1": "stranger", "ks2": "bullying", "ks3": "bullying", "ks4": "scam"}


@pytest.fixture(scope="module", params=[IN_LESSONS, NIGHT], ids=["in a lesson", "at night"])
def fresh(request: pytest.FixtureRequest) -> Iterator[str]:
    """A school in which nobody has changed anything yet, as names of many readers make pages longer; its address."""
    with school_at(request.param) as url:
        yield url


@pytest.fixture
def at_school(chromium: Browser, fresh: str) -> Iterator[Page]:
    """A tablet of that school."""
    context = context_at(chromium, fresh, viewport=TABLET)
    yield context.new_page()
    context.close()


def is_whole(tablet: Page) -> bool:
    """Whether nothing of the page is below the edge of the screen."""
    return bool(tablet.evaluate("document.documentElement.scrollHeight") <= TABLET["height"])


@pytest.mark.parametrize("band", CONCERN)
def test_every_step_of_telling_is_one_view_and_so_is_help(at_school: Page, band: str) -> None:
    tablet = at_school
    tablet.goto(f"/report/{band}/en")
    onward, too_long = tablet.locator("#next"), []
    tablet.get_by_role("link", name="Help now").click()
    expect(tablet.locator("#help-now")).to_be_visible()
    too_long += ["help"] * (not is_whole(tablet))
    onward.click()
    while onward.is_visible():
        step = str(tablet.locator("[data-step]:visible").get_attribute("data-step"))
        too_long += [step] * (not is_whole(tablet))
        for id in ("danger-no", f"concern-{CONCERN[band]}"):
            if tablet.locator(f"#{id}").is_visible():
                tap(tablet, id)
        too_long += [f"{step}, answered"] * (not is_whole(tablet))
        onward.click()
    too_long += ["the last"] * (not is_whole(tablet))
    assert too_long == []
