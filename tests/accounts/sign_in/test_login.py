"""Every page says who may open it, and a sign-in counts only at its own door."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.sign_in.login import RouteWithoutAccess, check_access, open_to_all
from tests.accounts.doors import join_with_key, keyed_pupil, new_browser, open_class, staff_browser
from tests.factories import make_staff

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both


def test_a_page_that_does_not_say_who_may_open_it_stops_the_start() -> None:
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/marked", "marked", open_to_all(lambda: "yes"))
    check_access(app)
    app.add_url_rule("/forgotten", "forgotten", lambda: "no")
    with pytest.raises(RouteWithoutAccess, match="forgotten"):
        check_access(app)


def test_nobody_is_signed_in_at_the_other_door(app: Flask, client: FlaskClient, session: Session) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    join_with_key(client, window, key)
    assert client.get("/staff/classes/").headers["Location"].startswith("/staff/sign-in")
    held = client.get_cookie("kiosk-learn", path="/learn")
    assert held
    forged = new_browser(app)
    forged.set_cookie("kiosk-staff", held.value, path="/staff")
    assert forged.get("/staff/classes/").status_code == 302


@pytest.mark.parametrize("token", ["", "x", "../..", "%00", "a" * 3000])
def test_a_made_up_cookie_opens_nothing(app: Flask, token: str) -> None:
    browser = new_browser(app)
    browser.set_cookie("kiosk-staff", token, path="/staff")
    browser.set_cookie("kiosk-learn", token, path="/learn")
    assert browser.get("/staff/classes/").status_code == 302
    assert browser.get("/learn/lessons/").status_code == 302


def test_a_page_to_show_is_remembered_and_a_form_to_send_is_not(app: Flask) -> None:
    browser = new_browser(app)
    assert browser.get("/staff/people/").headers["Location"] == "/staff/sign-in?next=/staff/people/"
    assert browser.post("/staff/people/new").headers["Location"] == "/staff/sign-in"


def test_somebody_who_left_is_out_at_the_next_page(app: Flask, session: Session) -> None:
    staff = make_staff(session)
    session.commit()
    browser = staff_browser(app, staff)
    assert browser.get("/staff/classes/").status_code == 200
    staff.left_on = date(2026, 7, 1)
    session.commit()
    assert browser.get("/staff/classes/").status_code == 302
