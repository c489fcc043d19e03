"""The check page says how what is chosen is passed on, with and without script, as the server does it."""

import itertools

import pytest
from playwright.sync_api import Page, expect

from kiosk.bands import Band
from kiosk.report.access.routes import is_at_once, within_the_hour
from kiosk.report.form.answers import FOLLOW_VALUES, concerns_of
from tests.browser.hands import go_on, tap

CHOICES = (
    ("danger-yes", "other", "yes", ()),
    ("danger-no", "other", "no", ()),
    ("follow-me-hurt", "me", "no", ("hurt",)),
    ("follow-me-safe", "me", "no", ("safe",)),
    ("follow-friend-unsure", "friend", "no", ("unsure",)),
    ("follow-images-threat", "images", "no", ("threat",)),
    ("follow-images-no-clothes", "images", "no", ("no-clothes",)),
    ("follow-stranger-asked-meet", "stranger", "no", ("asked-meet",)),
    ("follow-bullying-threat", "bullying", "no", ("threat",)),
    ("follow-bullying-unsure", "bullying", "no", ("unsure",)),
)


@pytest.mark.main(1)
@pytest.mark.parametrize(("choice", "concern", "danger", "follow"), CHOICES)
def test_the_check_page_says_when_it_is_passed_on_before_it_is_sent(
    tablet: Page, choice: str, concern: str, danger: str, follow: tuple[str, ...]
) -> None:
    at_once, soon = is_at_once(concern, danger, follow), within_the_hour(concern, danger, follow)
    tablet.goto("/report/ks3/en")
    go_on(tablet)
    tap(tablet, f"danger-{danger}")
    go_on(tablet)
    while not tablet.locator("#step-concern").is_visible():
        go_on(tablet)
    tap(tablet, f"concern-{concern}")
    go_on(tablet)
    if follow:
        tap(tablet, choice)
    while tablet.locator("#next").is_visible():
        go_on(tablet)
    lines = tablet.locator(".passed--at-once"), tablet.locator(".passed--soon")
    expect(lines[0]).to_be_visible(visible=at_once)
    expect(lines[1]).to_be_visible(visible=soon and not at_once)
    assert tablet.evaluate("document.documentElement.scrollWidth <= innerWidth")


RADIOS = {"hurt", "safe", "unsure"}  # of these a page has one at a time


def test_the_styles_know_the_same_kinds_as_the_server(tablet: Page) -> None:
    """Every concern with every two ticks, also those of other concerns: what was ticked before counts."""
    tablet.goto("/report/ks3/en")
    pairs = [
        two for two in itertools.combinations_with_replacement(FOLLOW_VALUES, 2) if len(RADIOS & {*two}) < 2
    ]
    sent = list(itertools.product(concerns_of(Band.KS3), ("yes", "no"), pairs))
    shown = tablet.evaluate(
        """sent => sent.map(([concern, danger, follow]) => {
            const of = name => [...document.querySelectorAll(`#tell [name=${name}]`)];
            for (const one of of("concern")) one.checked = one.value === concern;
            for (const one of of("danger")) one.checked = one.value === danger;
            for (const one of of("follow")) one.checked = false;
            for (const one of of("follow")) if (follow.includes(one.value)) one.checked = true;
            return [".passed--at-once", ".passed--soon"].map(
                one => getComputedStyle(document.querySelector(one)).display !== "none");
        })""",
        sent,
    )
    for answers, (says_at_once, says_soon) in zip(sent, shown, strict=True):
        at_once = is_at_once(*answers)
        assert says_at_once == at_once, answers
        assert says_soon == (within_the_hour(*answers) and not at_once), answers
