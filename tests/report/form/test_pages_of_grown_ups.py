"""Whoever came as a grown-up stays one: where something broke, and on the way back in with six pictures."""

import pytest
from werkzeug.test import Client

from kiosk.storage.db import Databases
from tests.pages import Page
from tests.report.coming_back import answer, pictures_of
from tests.report.telling import FORM, send_report

NSPCC, CHILDLINE = "0808 800 5000", "0800 1111"
WORRY = "/report/kin/en"
BACK = "/report/replies/en/kin"


def _asked(tablet: Client, status: int) -> Page:
    """The page of this status at an address of grown-ups."""
    asked = {
        404: lambda: tablet.get("/report/kin/xx"),
        405: lambda: tablet.put(WORRY),
        413: lambda: tablet.post(WORRY, data={"words": "x" * 1_000_000}, content_type=FORM),
        415: lambda: tablet.post(WORRY, data=b"{}", content_type="application/json"),
    }[status]()
    assert asked.status_code == status
    return Page(asked.text)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("status", [404, 405, 413, 415])
def test_where_something_broke_a_grown_up_is_told_whom_to_ring_and_led_back(
    tablet: Client, readers: dict[str, str], status: int
) -> None:
    page = _asked(tablet, status)
    assert NSPCC in page.text
    assert CHILDLINE not in page.text
    assert "grown-up you trust" not in page.text
    assert page.link("Tell us about a worry") == WORRY


@pytest.mark.database("sqlite")
def test_before_anybody_reads_reports_a_grown_up_is_told_to_ring_the_school(tablet: Client) -> None:
    page = Page(tablet.get(WORRY).text)
    assert "Please ring the school office." in page.text
    assert NSPCC in page.text


@pytest.mark.database("sqlite")
def test_a_child_is_still_told_to_go_to_a_grown_up(tablet: Client) -> None:
    page = Page(tablet.get("/report/ks4/en").text)
    assert "Please tell a grown-up you trust." in page.text
    assert CHILDLINE in page.text


def test_pictures_lead_a_grown_up_from_the_form_to_the_answer_and_on_to_the_form(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    sent = send_report(tablet, "kin", concern="friend", words="a worry", reply="yes")
    assert "choose “I have six pictures”" in Page(sent.text).text
    assert Page(tablet.get(WORRY).text).link("I have six pictures. Has someone written back?") == BACK
    answer(databases, "Ring us on Monday.")
    seen = tablet.post(BACK, data={"picture": pictures_of(sent)}, content_type=FORM)
    page = Page(seen.text)
    assert "Ring us on Monday." in page.text
    assert NSPCC in page.text
    assert page.link("Tell us more") == WORRY


def test_an_answer_is_as_long_whoever_came_for_it(tablet: Client, readers: dict[str, str]) -> None:
    pictures = pictures_of(send_report(tablet, "kin", concern="friend", words="a worry", reply="yes"))
    as_child, as_grown_up = (
        tablet.post(way, data={"picture": pictures}, content_type=FORM)
        for way in ("/report/replies/en/ks4", BACK)
    )
    assert len(as_child.data) == len(as_grown_up.data)
    assert str(as_child.headers) == str(as_grown_up.headers)


@pytest.mark.database("sqlite")
def test_a_look_goes_along(tablet: Client, readers: dict[str, str]) -> None:
    form = Page(tablet.get(f"{WORRY}/dark_1.5_wide_less").text)
    back = form.link("I have six pictures. Has someone written back?")
    assert back == f"{BACK}-dark_1.5_wide_less"
    assert 'data-page="dark"' in tablet.get(back).text
