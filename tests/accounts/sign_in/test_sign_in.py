"""Staff sign in by steps; nobody is led astray, and nobody learns which addresses are known."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.views.pending_sign_in import safe_next
from kiosk.roles import Role
from kiosk.storage.db import Databases, now_utc
from kiosk.web.sessions import StaffSession
from tests.accounts.doors import PASSWORD, heading, new_browser, password_hash, staff_browser
from tests.factories import PHONE_SECRET, make_staff
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both


@pytest.fixture
def teacher(session: Session) -> StaffMember:
    staff = make_staff(session, email="teacher@school.example", password_hash=password_hash())
    session.commit()
    return staff


@pytest.fixture
def lead(session: Session) -> StaffMember:
    staff = make_staff(session, Role.DSL, email="lead@school.example", password_hash=password_hash())
    session.commit()
    return staff


def send(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> tuple[int, str, str]:
    answer = client.post("/staff/sign-in", data={"email": email, "password": password, **more})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def code(ahead: int = 0) -> str:
    return pyotp.TOTP(PHONE_SECRET).at(now_utc() + timedelta(seconds=30 * ahead))


def test_a_teacher_is_in_with_e_mail_and_password(client: FlaskClient, teacher: StaffMember) -> None:
    assert send(client, teacher.email)[:2] == (303, "/staff/")
    assert client.get("/staff/classes/").status_code == 200


def test_the_box_is_made_for_password_stores(client: FlaskClient) -> None:
    page = Page(client.get("/staff/sign-in").text)
    assert heading(page) == "Staff sign in"
    assert page.inputs("email")[0].attrs["autocomplete"] == "username"
    assert page.inputs("password")[0].attrs["autocomplete"] == "current-password"
    assert page.inputs("password")[0].attrs["value"] == ""


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    client: FlaskClient, teacher: StaffMember
) -> None:
    wrong = send(client, teacher.email, "not this one at all")
    unknown = send(client, "nobody@school.example", "not this one at all")
    assert wrong[0] == unknown[0] == 422
    assert wrong[2].replace(teacher.email, "X") == unknown[2].replace("nobody@school.example", "X")
    assert "not this one" not in wrong[2]
    assert Page(wrong[2]).value("email") == teacher.email


def test_too_many_tries_are_told_until_when_in_a_browser_that_signed_in_before(
    client: FlaskClient, teacher: StaffMember
) -> None:
    send(client, teacher.email)
    client.post("/staff/sign-out")
    texts = [send(client, teacher.email, "not this one")[2] for _ in range(5)]
    assert "too many tries" not in texts[3]
    assert "There were too many tries, so this account is paused. Try again at" in texts[4]
    assert send(client, teacher.email)[0] == 422, "also with the right password"


def test_a_reader_of_reports_comes_in_by_password_and_phone(client: FlaskClient, lead: StaffMember) -> None:
    assert send(client, lead.email)[:2] == (303, "/staff/sign-in/code")
    assert client.get("/staff/").headers["Location"].startswith("/staff/sign-in"), "half-way in opens nothing"
    assert client.post("/staff/sign-in/code", data={"code": code()}).headers["Location"] == "/staff/"
    assert client.get("/staff/incidents/").status_code == 200


def test_a_code_that_was_seen_opens_nothing_again(app: Flask, client: FlaskClient, lead: StaffMember) -> None:
    used = code()
    send(client, lead.email)
    client.post("/staff/sign-in/code", data={"code": used})
    thief = new_browser(app)
    send(thief, lead.email)
    answer = thief.post("/staff/sign-in/code", data={"code": used})
    assert answer.status_code == 422
    said = re.search(r"That code was used already. The next one comes in (\d+) seconds.", answer.text)
    assert said and 0 < int(said[1]) <= 60
    guessed = thief.post("/staff/sign-in/code", data={"code": "000000" if used != "000000" else "000001"})
    assert "That is not the current code." in guessed.text and "used already" not in guessed.text
    assert thief.get("/staff/incidents/").status_code == 302


def leads_back(answer: TestResponse) -> bool:
    """Whether somebody is asked for the password again, and told why."""
    (form,) = Page(answer.text).all("form")
    asked = (answer.status_code, form.attrs["action"]) == (422, "/staff/sign-in")
    return asked and "That took a while, so please start again." in answer.text


def test_a_code_page_without_a_password_before_it_leads_back(client: FlaskClient) -> None:
    assert client.get("/staff/sign-in/code").headers["Location"] == "/staff/sign-in"
    assert leads_back(client.post("/staff/sign-in/code", data={"code": "000000"}))


def test_half_way_in_lasts_ten_minutes(client: FlaskClient, lead: StaffMember, databases: Databases) -> None:
    send(client, lead.email)
    with client.session_transaction("/staff/") as held:
        held["pending_since"] -= 11
    assert leads_back(client.post("/staff/sign-in/code", data={"code": code()}))


def test_a_reader_without_a_phone_must_set_one_up_before_anything_opens(
    client: FlaskClient, session: Session
) -> None:
    make_staff(
        session, Role.COORDINATOR, email="c@school.example", password_hash=password_hash(), totp_secret=None
    )
    session.commit()
    assert send(client, "c@school.example")[:2] == (303, "/staff/phone")
    page = Page(client.get("/staff/phone").text)
    assert not [one for one in page.all("button") if one.text == "Not now"]
    assert client.post("/staff/phone/later").headers["Location"] == "/staff/phone"
    assert client.get("/staff/").status_code == 302
    secret = next(one.text for one in page.all("bdi") if "typed-key" in one.attrs.get("class", ""))
    first = pyotp.TOTP(secret.replace(" ", "")).at(now_utc())
    assert client.post("/staff/phone", data={"code": first}).headers["Location"] == "/staff/"
    assert client.get("/staff/incidents/").status_code == 200


def test_a_role_that_is_given_later_asks_for_a_phone_at_the_next_page(app: Flask, session: Session) -> None:
    staff = make_staff(session, Role.DSL, totp_secret=None)
    session.commit()
    browser = staff_browser(app, staff)
    for path in ("/staff/", "/staff/incidents/", "/staff/classes/"):
        assert browser.get(path).headers["Location"] == "/staff/phone"


def test_a_phone_that_is_set_up_cannot_be_replaced_from_a_session(app: Flask, lead: StaffMember) -> None:
    browser = staff_browser(app, lead)
    assert browser.get("/staff/phone").headers["Location"] == "/staff/"
    browser.post("/staff/phone", data={"code": "000000"})
    with site_of(app).databases.school.session(write=False) as reading:
        assert reading.get_one(StaffMember, lead.id).sealed_phone == lead.sealed_phone


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/staff/",
        "//evil.example/staff/",
        "/\\evil.example",
        "/staff/..//evil.example",
        "/staff/../learn/",
        "/staff/%2e%2e/learn/",
        "/staff//evil.example",
        "\\staff\\",
        "javascript:alert(1)//staff/",
        "/learn/",
        "staff/",
        "/staff/\nLocation: https://evil.example",
        "/staff/%0d%0aSet-Cookie:x",
        "http:///staff/",
        "/staff/sign-out",
        "/staff/become/x",
        "http://[",
        "",
    ],
)
def test_a_next_that_leads_astray_is_forgotten(
    client: FlaskClient, teacher: StaffMember, wanted: str
) -> None:
    assert safe_next(wanted) == ""
    assert send(client, teacher.email, next=wanted)[:2] == (303, "/staff/")


@pytest.mark.parametrize("wanted", ["/staff/people/", "/staff/incidents/12", "/staff/signatures?class=5B"])
def test_a_page_that_was_wanted_opens_after_signing_in(
    client: FlaskClient, teacher: StaffMember, wanted: str
) -> None:
    asked = client.get(wanted)
    assert asked.headers["Location"].startswith("/staff/sign-in?next=")
    page = Page(client.get(asked.headers["Location"]).text)
    assert page.value("next") == wanted
    assert send(client, teacher.email, next=wanted)[1] == wanted


def test_a_wanted_page_survives_the_second_step(client: FlaskClient, lead: StaffMember) -> None:
    send(client, lead.email, next="/staff/incidents/register")
    answer = client.post("/staff/sign-in/code", data={"code": code()})
    assert answer.headers["Location"] == "/staff/incidents/register"


def test_signing_out_ends_the_stored_session_and_the_cookie(
    app: Flask, teacher: StaffMember, databases: Databases
) -> None:
    browser = staff_browser(app, teacher)
    assert browser.get("/staff/classes/").status_code == 200
    answer = browser.post("/staff/sign-out")
    assert answer.headers["Location"] == "/staff/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert browser.get_cookie("kiosk-staff", path="/staff") is None
    with databases.sessions.session(write=False) as store:
        assert store.scalars(select(StaffSession)).all() == []


def test_signing_in_changes_the_token(client: FlaskClient, lead: StaffMember) -> None:
    send(client, lead.email)
    before = client.get_cookie("kiosk-staff", path="/staff")
    client.post("/staff/sign-in/code", data={"code": code()})
    after = client.get_cookie("kiosk-staff", path="/staff")
    assert before
    assert after
    assert before.value != after.value
    assert after.path == "/staff"
    assert after.http_only
    assert after.same_site == "Strict"


def test_the_staff_cookie_opens_nothing_at_the_pupils_door(client: FlaskClient, teacher: StaffMember) -> None:
    send(client, teacher.email)
    assert client.get("/learn/lessons/").headers["Location"] == "/learn/"


@pytest.mark.parametrize("password", ["", "admin", "password", "kiosk", "changeme"])
def test_a_new_school_lets_nobody_in(client: FlaskClient, password: str) -> None:
    for email in ("admin@localhost.local", "kiosk@localhost", "admin", ""):
        assert send(client, email, password)[0] == 422
