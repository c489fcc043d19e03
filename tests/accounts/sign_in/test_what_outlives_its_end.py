"""What worked longer than it should: links, sessions, codes and keys end when their owner thinks so (promise G9)."""

from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.accounts.sign_in.passwords import new_password
from kiosk.accounts.sign_in.steps import SignInStep, TriedPassword, compare_password, try_code
from kiosk.accounts.sign_in.views import unlock
from kiosk.accounts.sign_in.views.confirm_password import check_password
from kiosk.accounts.staff.people import change_password, invited_staff, renew_invitation
from kiosk.accounts.staff.roles import held_roles, save_roles
from kiosk.roles import Role
from kiosk.storage.db import Databases, now_utc
from kiosk.web.sessions import StaffSession, forget_staff_sessions
from tests.accounts.doors import LEAST_COST, PASSWORD, password_hash, rows, staff_browser
from tests.factories import PHONE_SECRET, SITE_KEY, at_the_machine, make_staff
from tests.pages import Page

ANOTHER = "lantern orbit mustard canoe"
NO_PHONE = {"totp_secret": None}


def test_a_link_ends_with_a_new_password_of_ones_own(session: Session) -> None:
    staff, now = make_staff(session, password_hash=password_hash()), now_utc()
    token = renew_invitation(session, staff, now).token
    old = compare_password(staff.password_hash, PASSWORD)
    change_password(session, at_the_machine(), staff, old, new_password(ANOTHER, LEAST_COST))
    assert invited_staff(session, token, now) is None


def test_a_link_that_one_person_made_is_worth_no_role_that_comes_later(session: Session) -> None:
    staff, now = make_staff(session, password_hash=password_hash()), now_utc()
    token = renew_invitation(session, staff, now).token
    chosen = held_roles(session) | {
        (Role.NETWORK, False): (staff.id,),
        (Role.NETWORK, True): (make_staff(session).id,),
    }
    save_roles(session, at_the_machine(), chosen, only=Role.NETWORK)
    assert invited_staff(session, token, now) is None


def test_the_first_link_of_somebody_who_is_given_a_role_stays_the_way_in(session: Session) -> None:
    staff, now = make_staff(session, password_hash=None), now_utc()
    token = renew_invitation(session, staff, now).token
    chosen = held_roles(session) | {
        (Role.NETWORK, False): (staff.id,),
        (Role.NETWORK, True): (make_staff(session).id,),
    }
    save_roles(session, at_the_machine(), chosen, only=Role.NETWORK)
    assert invited_staff(session, token, now) == staff


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("path", ["/", "/learn/", "/staff/sign-in", "/staff/", "/learn/names"])
@pytest.mark.parametrize("value", ["a|b", "1|\xe9", "|", "x"])
def test_the_second_cookie_of_the_login_library_is_looked_at_nowhere(
    client: FlaskClient, path: str, value: str
) -> None:
    client.set_cookie("remember_token", value)
    assert client.get(path).status_code < 400


@pytest.mark.database("sqlite")
def test_going_on_without_a_phone_makes_no_session_young_again(
    app: Flask, session: Session, databases: Databases
) -> None:
    staff = make_staff(session, password_hash=password_hash(), **NO_PHONE)
    session.commit()
    thief = staff_browser(app, staff, timedelta(hours=7))
    before = thief.get_cookie("kiosk-staff", path="/staff")
    assert thief.post("/staff/phone/later").headers["Location"] == "/staff/"
    assert thief.get_cookie("kiosk-staff", path="/staff") == before


@pytest.mark.database("sqlite")
def test_no_session_is_begun_anew_from_one_that_was_ended_meanwhile(
    app: Flask, session: Session, databases: Databases
) -> None:
    staff = make_staff(session, password_hash=password_hash(), **NO_PHONE)
    session.commit()
    thief = staff_browser(app, staff)
    thief.get("/staff/phone")
    with thief.session_transaction("/staff/") as held:
        secret = held["phone"]

    def _everywhere_else() -> None:
        with databases.sessions.write() as store:
            forget_staff_sessions(store, f"staff:{staff.id}")

    app.before_request_funcs.setdefault(None, []).append(_everywhere_else)
    thief.post("/staff/phone", data={"code": pyotp.TOTP(secret).at(now_utc())})
    app.before_request_funcs[None].remove(_everywhere_else)
    with databases.sessions.session(write=False) as store:
        assert store.scalars(select(StaffSession)).all() == []


@pytest.mark.database("postgresql")  # SQLite lets only one transaction write at a time
def test_a_code_of_the_phone_counts_once_even_for_whoever_had_read_the_row_before(
    session: Session, databases: Databases
) -> None:
    staff = make_staff(session, Role.NETWORK, password_hash=password_hash())
    session.commit()
    now = now_utc()
    code = pyotp.TOTP(PHONE_SECRET).at(now)
    kept = session.get_one(StaffMember, staff.id)
    with databases.school.write() as thief:
        assert try_code(thief, SITE_KEY, kept.id, code, None, now).step is SignInStep.IN
    assert try_code(session, SITE_KEY, kept.id, code, None, now).step is SignInStep.AGAIN


@pytest.mark.database("sqlite")
def test_what_was_said_on_the_way_is_read_on_the_next_page(app: Flask, session: Session) -> None:
    staff = make_staff(session, password_hash=password_hash(), **NO_PHONE)
    session.commit()
    browser = staff_browser(app, staff)
    form = {"old": PASSWORD, "new": ANOTHER, "again": ANOTHER}
    page = Page(browser.post("/staff/password", data=form, follow_redirects=True).text)
    assert "Your password is changed. You are signed out on every other device." in page.text
    assert browser.get("/staff/classes/").status_code == 200


@pytest.mark.database("sqlite")
def test_the_old_password_typed_while_another_window_changes_it_makes_no_new_key(
    app: Flask, session: Session, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = make_staff(session, Role.DSL, password_hash=password_hash())
    session.commit()
    (before,) = rows(app, select(ReaderKey).where(ReaderKey.staff_id == lead.id))
    browser, check = staff_browser(app, lead), check_password

    def checked_and_changed(typed: str) -> tuple[TriedPassword | None, str]:
        found = check(typed)
        with databases.school.write() as other:
            staff = other.get_one(StaffMember, lead.id)
            old, made = compare_password(staff.password_hash, PASSWORD), new_password(ANOTHER, LEAST_COST)
            change_password(other, at_the_machine(), staff, old, made)
        return found

    monkeypatch.setattr(unlock, "check_password", checked_and_changed)
    browser.post("/staff/unlock", data={"unlock-password": PASSWORD})
    (after,) = rows(app, select(ReaderKey).where(ReaderKey.staff_id == lead.id))
    assert after.public_key == before.public_key
    assert browser.get("/staff/classes/").status_code == 302, "the session ended with the old password"
