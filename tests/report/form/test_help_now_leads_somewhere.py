"""“Help now” leads to help on every page that a child meets after telling, whatever the hour and whatever happened."""

from unittest.mock import patch

import pytest
from werkzeug.test import Client

from kiosk.report.intake.urgent import UrgentAlert, UrgentProgress
from tests.page_rules import misnamed
from tests.pages import Page
from tests.report.intake.test_passed_on import HOURS
from tests.report.telling import send

TOLD = {
    "a stranger": {"concern": "stranger"},
    "a grown-up": {"concern": "adult"},
    "wants an answer": {"concern": "bullying", "reply": "yes"},
    "danger": {"concern": "bullying", "danger": "yes"},
}


@pytest.mark.main(3)
@pytest.mark.parametrize("there", [True, False], ids=["readers", "nobody"])
@pytest.mark.parametrize("hour", HOURS)
@pytest.mark.parametrize("band", ["ks1", "ks2", "ks3", "ks4"])
def test_help_now_finds_what_it_leads_to(
    tablet: Client, request: pytest.FixtureRequest, band: str, hour: str, there: bool
) -> None:
    if there:
        request.getfixturevalue("readers")
    found = set()
    for n, (told, answers) in enumerate(TOLD.items()):
        for passed in UrgentProgress:
            with (
                patch.object(UrgentAlert, "reach_staff", return_value=passed),
                patch("kiosk.report.form.views.now_utc", return_value=HOURS[hour]),
            ):
                page = Page(send(tablet, band, nonce=f"{n}-{passed}".ljust(24, "x"), **answers).text)
            assert "Help now" in page.text, told
            assert list(misnamed(page)) == [], (told, passed)
            (link,) = [one for one in page.all("a") if "Help now" in one.text]
            found.add(link.attrs["href"])
    assert found <= {"#help-now", "#card"}
    assert band == "ks1" or found == {"#help-now"}
