"""Your password again: each page that asks for it slows a guesser down, and clears the tries once it is right."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.steps import FREE_TRIES
from kiosk.roles import Role
from kiosk.storage.db import now_utc
from tests.accounts.doors import PASSWORD, password_hash, rows, staff_browser
from tests.accounts.keys import confirm
from tests.factories import make_staff

ANOTHER = "lantern orbit mustard canoe"
Sent = Callable[[str], dict[str, str]]
# Each page that asks, and what is sent to it with a password.
PAGES: dict[str, Sent] = {
    "/staff/unlock": lambda typed: {"unlock-password": typed},
    "/staff/keys/sheets": lambda typed: {"password": typed},
    "/staff/code": lambda typed: {"password": typed},
    "/staff/password": lambda typed: {"old": typed, "new": ANOTHER, "again": ANOTHER},
}


@pytest.fixture
def lead(session: Session) -> StaffMember:
    staff = make_staff(session, Role.DSL, email="lead@school.example", password_hash=password_hash())
    session.commit()
    return staff


@pytest.fixture
def browser(app: Flask, lead: StaffMember) -> FlaskClient:
    return staff_browser(app, lead)


def tries_of(app: Flask) -> int:
    (known,) = rows(app, select(StaffMember))
    return known.tries


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("page", PAGES)
def test_each_page_counts_wrong_tries_and_the_right_password_clears_them(
    app: Flask, browser: FlaskClient, page: str
) -> None:
    for number in range(1, FREE_TRIES):
        assert "Try again." in browser.post(page, data=PAGES[page]("not this one")).text
        assert tries_of(app) == number
    assert browser.post(page, data=PAGES[page](PASSWORD)).status_code == 303
    assert tries_of(app) == 0


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("page", PAGES)
def test_each_page_makes_a_guesser_wait_and_the_right_password_waits_as_well(
    app: Flask, browser: FlaskClient, page: str
) -> None:
    for typed in ["not this one"] * FREE_TRIES + [PASSWORD]:
        answer = browser.post(page, data=PAGES[page](typed))
    assert answer.status_code == 422
    assert "There were too many tries. Try again at " in answer.text
    assert tries_of(app) == FREE_TRIES


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("page", PAGES)
def test_an_empty_box_is_no_try(app: Flask, browser: FlaskClient, page: str) -> None:
    assert "Type your password." in browser.post(page, data=PAGES[page]("")).text
    assert tries_of(app) == 0


def test_who_waited_long_enough_goes_on_with_the_right_password(session: Session, lead: StaffMember) -> None:
    now = now_utc()
    found = [confirm(session, lead, "not this one", now) for _ in range(FREE_TRIES)]
    assert [one.wait_until for one in found] == [None] * (FREE_TRIES - 1) + [now + timedelta(minutes=1)]
    assert confirm(session, lead, PASSWORD, now + timedelta(seconds=59)).wrapping_key == b""
    assert confirm(session, lead, PASSWORD, now + timedelta(seconds=61)).wrapping_key
    assert (lead.tries, lead.wait_until) == (0, None)


def test_a_try_that_another_request_counted_meanwhile_is_not_forgotten(
    session: Session, lead: StaffMember
) -> None:
    table = StaffMember.__table__
    session.execute(table.update().values(tries=FREE_TRIES - 1))  # type: ignore[attr-defined]
    assert confirm(session, lead, "not this one", now_utc()).wait_until
