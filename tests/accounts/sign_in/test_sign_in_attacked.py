"""Signing in is no weapon: what a script on the school's network can and cannot do with it (promise G10)."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember, WindowTry
from kiosk.storage.db import now_utc
from kiosk.web.lanes import DRAWN
from tests.accounts.doors import (
    PASSWORD,
    join_with_key,
    keyed_pupil,
    new_browser,
    open_class,
    password_hash,
    staff_browser,
)
from tests.factories import make_staff
from tests.pages import Page

LEAD = "lead@school.example"


@pytest.fixture
def lead(session: Session) -> StaffMember:
    made = make_staff(session, email=LEAD, password_hash=password_hash())
    session.commit()
    return made


def send(browser: FlaskClient, password: str, email: str = LEAD) -> int:
    return browser.post("/staff/sign-in", data={"email": email, "password": password}).status_code


def test_a_script_does_not_keep_a_safeguarding_lead_out_of_her_own_browser(
    app: Flask, client: FlaskClient, lead: StaffMember
) -> None:
    assert send(client, PASSWORD) == 303
    client.post("/staff/sign-out")
    script = new_browser(app)
    for _ in range(3):
        for number in range(5):
            assert send(script, f"guess number {number}") == 422
        assert send(script, PASSWORD) == 422, "strangers have to wait, all of them"
        assert send(client, PASSWORD) == 303
        client.post("/staff/sign-out")


def no_work(*_: object) -> None:
    raise AssertionError("a password was compared")


def test_a_known_browser_that_has_to_wait_costs_no_hash(
    app: Flask, client: FlaskClient, lead: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = staff_browser(app, lead)
    assert send(client, PASSWORD) == 303
    client.post("/staff/sign-out")
    for number in range(5):
        assert send(client, f"guess number {number}") == 422
        assert signed_in.post("/staff/unlock", data={"unlock-password": f"guess {number}"}).status_code == 422
    monkeypatch.setattr("kiosk.accounts.sign_in.steps.compare_password", no_work)
    for browser, form in ((client, "/staff/sign-in"), (signed_in, "/staff/unlock")):
        sent = {"email": LEAD, "password": PASSWORD, "unlock-password": PASSWORD}
        answer = browser.post(form, data=sent)
        assert answer.status_code == 422
        assert "There were too many tries" in answer.text


def test_a_wait_in_the_far_future_is_no_wait(
    client: FlaskClient, lead: StaffMember, session: Session
) -> None:
    lead.wait_until, lead.tries = now_utc() + timedelta(days=300), 7
    session.commit()
    assert send(client, PASSWORD) == 303


def test_a_childs_wait_in_the_far_future_is_no_wait(app: Flask, session: Session) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    until = now_utc() + timedelta(days=300)
    session.add(WindowTry(window_id=window.id, pupil_id=key.pupil.id, tries=7, wait_until=until))
    session.commit()
    assert join_with_key(new_browser(app), window, key) == "/learn/lessons/"


def test_after_any_number_of_tries_known_and_unknown_addresses_are_answered_alike(
    client: FlaskClient, lead: StaffMember, session: Session
) -> None:
    make_staff(session, email="left@school.example", left_on=date(2026, 7, 1))
    make_staff(session, email="invited@school.example")
    session.commit()
    answers = set()
    for email in (LEAD, "nobody@school.example", "left@school.example", "invited@school.example"):
        for _ in range(7):
            answer = client.post("/staff/sign-in", data={"email": email, "password": "not this one"})
            answers.add((answer.status_code, answer.text.replace(email, "X")))
    assert len(answers) == 1


@pytest.mark.database("sqlite")
def test_nobody_tries_all_class_codes(app: Flask, session: Session) -> None:
    open_class(session)
    session.commit()
    looked_up = 0
    for number in range(300):
        sent = {"code": f"MOON {10 + number % 90}"}
        answer = new_browser(app).post("/learn/", data=sent, environ_overrides={DRAWN: ""})
        looked_up += "We do not know that code" in answer.text
    assert looked_up < 100


@pytest.mark.database("sqlite")
def test_a_child_chooses_three_of_sixteen_pictures(app: Flask, session: Session) -> None:
    window = open_class(session)
    key = keyed_pupil(app, session, window)
    browser = new_browser(app)
    browser.post("/learn/", data={"code": window.code})
    browser.post("/learn/names", data={"pupil": key.pupil.id.hex})
    page = Page(browser.get("/learn/key").text)
    assert len([one for one in page.all("button") if one.attrs.get("name") == "key"]) == 16
