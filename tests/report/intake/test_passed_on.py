"""What a child in danger reads after sending: a person first, then one sentence about passing on that is true."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from werkzeug.test import Client

from kiosk.report.intake.urgent import UrgentAlert, UrgentProgress
from tests.pages import Page
from tests.report.telling import send

# 23 and 24 November 2026 are a Monday and a Tuesday of the term; London time.
HOURS = {
    "in a lesson": datetime(2026, 11, 23, 10, 31, tzinfo=UTC),
    "late at night": datetime(2026, 11, 23, 22, 30, tzinfo=UTC),
    "on a Saturday": datetime(2026, 11, 28, 10, 30, tzinfo=UTC),
}
URGENT = {
    "danger": {"concern": "bullying", "danger": "yes"},
    "a friend may get hurt": {"concern": "friend", "follow": "hurt"},
    "the child may get hurt": {"concern": "me", "follow": "hurt"},
}
BY = {"in a lesson": "today, by 11:", "late at night": "tomorrow, by", "on a Saturday": "on Monday, by"}
PASSED, MAILED, NOT_YET = (
    "We passed it on at once.",
    "We sent an email to someone from school. They can't read your words yet.",
    "We could not tell anyone yet.",
)
SAYS = {
    ("in a lesson", UrgentProgress.MERGED): PASSED,
    ("late at night", UrgentProgress.MERGED): "Nobody at school is reading now",
    ("on a Saturday", UrgentProgress.MERGED): "Nobody at school is reading now",
    **{(hour, UrgentProgress.MAILED): MAILED for hour in HOURS},
    **{(hour, UrgentProgress.NOT_YET): NOT_YET for hour in HOURS},
}


@pytest.mark.main(9)
@pytest.mark.parametrize("passed", UrgentProgress)
@pytest.mark.parametrize("hour", HOURS)
@pytest.mark.parametrize("why", URGENT)
def test_the_sentence_about_passing_on_is_true_in_each_hour_and_after_each_outcome(
    tablet: Client, readers: dict[str, str], why: str, hour: str, passed: UrgentProgress
) -> None:
    moment = HOURS[hour]
    with (
        patch.object(UrgentAlert, "reach_staff", return_value=passed),
        patch("kiosk.report.form.views.now_utc", return_value=moment),
    ):
        page = Page(
            send(
                tablet, "ks2", nonce=f"n{len(why)}-{moment:%d%H%M}-{passed}".ljust(20, "x"), **URGENT[why]
            ).text
        )
    text = page.text
    assert page.heading == "Go to a grown-up now"
    assert (
        text.index("Go to a grown-up now")
        < text.index("999")
        < text.index("0800 1111")
        < text.index("message")
    )
    assert SAYS[hour, passed] in text
    for other in {PASSED, MAILED, NOT_YET} - {SAYS[hour, passed]}:
        assert other not in text
    assert ("Mrs Dsl" in text) is (passed is UrgentProgress.MERGED), "only who can open it by then is named"
    assert (BY[hour] in text) is (passed is UrgentProgress.MERGED)
    assert ("It is OK to wake someone you trust." in text) is (hour == "late at night")
    assert ("Nobody at school is reading now" in text) is (
        hour != "in a lesson" and passed is UrgentProgress.MERGED
    )
    if passed is not UrgentProgress.NOT_YET:
        assert "Please don't wait for" in text


def test_what_really_happened_decides(tablet: Client, readers: dict[str, str]) -> None:
    """The control, without a stand-in: everything works, so it is merged."""
    with patch("kiosk.report.form.views.now_utc", return_value=HOURS["in a lesson"]):
        page = Page(send(tablet, "ks2", nonce="n" * 24, **URGENT["danger"]).text)
    assert PASSED in page.text and "Mrs Dsl and Mrs Principal should read it today, by 11:05." in page.text


@pytest.mark.main(3)
@pytest.mark.parametrize("band", ["ks2", "ks3", "ks4"])
@pytest.mark.parametrize("hour", HOURS)
def test_out_of_hours_the_question_about_danger_says_that_nobody_looks_before(
    tablet: Client, readers: dict[str, str], band: str, hour: str
) -> None:
    with patch("kiosk.report.form.views.now_utc", return_value=HOURS[hour]):
        text = Page(tablet.get(f"/report/{band}/en").text).text
    assert ("School is closed now." in text) is (hour != "in a lesson")
