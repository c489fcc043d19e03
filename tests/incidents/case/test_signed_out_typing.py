"""What staff typed is not lost when the session has ended meanwhile."""

import pytest
from flask import Flask
from sqlalchemy import delete

from kiosk.web.sessions import StaffSession
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")
NOTE = {"note": "Spoke to <the> class & both parents", "extra": ["a", "b"], "unlock-password": "hunter2"}


@pytest.fixture
def case(school: School, app: Flask) -> str:
    """The address of an open case."""
    answer = school.browser(app, school.coordinator).post(f"/staff/incidents/open/{school.told('bullying')}")
    return str(answer.headers["Location"])


def test_a_form_that_is_sent_after_the_session_ended_comes_back_whole_and_can_be_sent_again(
    school: School, app: Flask, case: str
) -> None:
    client = school.browser(app, school.coordinator)
    with school.databases.sessions.write() as store:
        store.execute(delete(StaffSession))  # as the worker does after half an hour
    answer = client.post(f"{case}/record/did", data=NOTE)
    page = Page(answer.text)
    assert answer.status_code == 401
    assert "nothing that you typed is lost" in page.text and "hunter2" not in answer.text
    (form,) = [one for one in page.all("form") if one.attrs.get("action") == f"{case}/record/did"]
    carried = {name: [one.attrs["value"] for one in page.inputs(name)] for name in ("note", "extra")}
    assert carried == {"note": [NOTE["note"]], "extra": ["a", "b"]}
    again = school.browser(app, school.coordinator)
    assert again.post(form.attrs["action"], data=carried).headers["Location"] == case
    assert str(NOTE["note"]) in Page(again.get(case).text).text


def test_whoever_is_not_signed_in_and_typed_nothing_is_sent_to_sign_in(app: Flask, case: str) -> None:
    answer = app.test_client().post(
        f"{case}/record/did", data={"note": "  "}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.headers["Location"].startswith("/staff/sign-in")


def test_what_another_site_sends_is_not_even_shown(app: Flask, case: str) -> None:
    answer = app.test_client().post(
        f"{case}/record/did", data={"note": "planted"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
