"""A child who tells on a tablet sees each step whole: nobody should have to find out that a page goes on below."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TABLET
from tests.browser.hands import tap

# What asks most of each band's pages: the concern with the most questions after it.
CONCERN = {"ks1": "stranger", "ks2": "bullying", "ks3": "bullying", "ks4": "scam"}


def is_whole(tablet: Page) -> bool:
    """Whether nothing of the page is below the edge of the screen."""
    return bool(tablet.evaluate("document.documentElement.scrollHeight") <= TABLET["height"])


@pytest.mark.parametrize("band", CONCERN)
def test_every_step_of_telling_is_one_view_and_so_is_help(tablet: Page, band: str) -> None:
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
