"""Staff read their policy and sign it with their password, at the start, each year, and when it changes."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.steps import FREE_TRIES
from kiosk.conduct.models import Mode
from kiosk.conduct.signing import sign_as_staff
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.accounts.doors import PASSWORD, password_hash, staff_browser
from tests.conduct.codes import newer, with_code
from tests.conduct.looking import kept, school_day
from tests.factories import make_staff
from tests.pages import Page
from tests.sites import change_site

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

ADDRESS = "/staff/code"


@pytest.fixture
def teacher(session: Session) -> StaffMember:
    staff = make_staff(session, password_hash=password_hash())
    session.commit()
    return staff


@pytest.fixture
def browser(app: Flask, teacher: StaffMember) -> FlaskClient:
    return staff_browser(app, teacher)


def signed_on(session: Session, teacher: StaffMember, content: Content, day: date) -> None:
    sign_as_staff(session, teacher, content.codes["staff", "en"], "en", day)
    session.commit()


def test_the_password_is_the_signature_and_version_and_day_are_kept(
    app: Flask, browser: FlaskClient, databases: Databases, teacher: StaffMember, content: Content
) -> None:
    assert Page(browser.get(ADDRESS).text).button("I have read it, and I sign")
    done = browser.post(ADDRESS, data={"password": PASSWORD}, follow_redirects=True)
    assert "You have signed the policy. Thank you." in done.text
    assert Page(done.text).inputs("password") == []
    code = content.codes["staff", "en"]
    (row,) = kept(databases)
    assert (row.staff_id, row.pupil_id, row.mode, row.lang) == (teacher.id, None, Mode.PASSWORD, "en")
    assert (row.code_version, row.code_hash, row.decided_on) == (code.version, code.hash, school_day(app))


@pytest.mark.parametrize(
    ("password", "said"),
    [("", "Type your password."), ("not it at all", "That is not your password. Try again.")],
)
def test_another_password_signs_nothing_and_says_what_to_do(
    browser: FlaskClient, databases: Databases, password: str, said: str
) -> None:
    answer = browser.post(ADDRESS, data={"password": password})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.link(said) == "#password"
    assert page.value("password") == ""
    assert kept(databases) == []


def test_guessing_the_password_here_slows_the_account_down_as_at_the_door(
    browser: FlaskClient, databases: Databases
) -> None:
    for _ in range(FREE_TRIES):
        answer = browser.post(ADDRESS, data={"password": "not the password at all"})
    assert "There were too many tries." in answer.text
    assert "There were too many tries." in browser.post(ADDRESS, data={"password": PASSWORD}).text
    assert kept(databases) == []


def test_a_changed_policy_names_what_changed_and_asks_to_sign_again(
    app: Flask, browser: FlaskClient, session: Session, teacher: StaffMember, content: Content
) -> None:
    signed_on(session, teacher, content, school_day(app))
    codes = content.codes
    change_site(app, codes=with_code(codes, newer(codes["staff", "en"], {"r12"})))
    page = Page(browser.get(ADDRESS).text)
    (main,) = page.all("main")
    changed = [item.text for item in main.find_all("ul")[0].find_all("li")]
    assert changed == [rule.text.striptags() for rule in codes["staff", "en"].rules if rule.id == "r12"]
    assert page.button("I have read it, and I sign")


def test_who_signed_more_than_a_year_ago_is_asked_for_this_years(
    app: Flask, browser: FlaskClient, session: Session, teacher: StaffMember, content: Content
) -> None:
    signed_on(session, teacher, content, school_day(app) - timedelta(days=365))
    page = Page(browser.get(ADDRESS).text)
    assert "Please sign again each year." in page.text
    assert page.inputs("password")


def test_a_signature_of_this_year_stands(
    app: Flask, browser: FlaskClient, session: Session, teacher: StaffMember, content: Content
) -> None:
    signed_on(session, teacher, content, school_day(app) - timedelta(days=364))
    page = Page(browser.get(ADDRESS).text)
    assert "You signed version 1 on" in page.text
    assert page.inputs("password") == []


def test_strangers_are_led_to_the_door(client: FlaskClient) -> None:
    assert client.get(ADDRESS).headers["Location"].startswith("/staff/sign-in")
    assert client.post(ADDRESS, data={"password": PASSWORD}).status_code == 302
