"""A browser in which somebody signed in is counted apart; its cookie opens nothing and names nobody."""

import base64
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import BrowserTries, StaffMember
from kiosk.accounts.sign_in.known_browsers import (
    ENTRY_BYTES,
    LASTS,
    MOST_PEOPLE,
    recognise_browser,
    remember_browser,
)
from kiosk.accounts.sign_in.steps import SignInStep, try_code
from kiosk.sealing.site_key import SiteKey
from tests.accounts.doors import PASSWORD, new_browser, password_hash, rows
from tests.accounts.keys import confirm, sign_in
from tests.factories import PHONE_SECRET, SITE_KEY, make_staff

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINE, THEIRS = uuid.UUID(int=1), uuid.UUID(int=2)
HOME, STOLEN = b"home browser no1", b"stolen cookie n1"


def test_a_browser_is_known_for_each_person_who_signed_in_with_it() -> None:
    cookie = remember_browser(SITE_KEY, remember_browser(SITE_KEY, "", MINE, TODAY), THEIRS, TODAY)
    numbers = {recognise_browser(SITE_KEY, cookie, person, TODAY) for person in (MINE, THEIRS)}
    assert len(numbers) == 2
    assert None not in numbers
    assert recognise_browser(SITE_KEY, cookie, uuid.UUID(int=3), TODAY) is None


def test_a_cookie_ends_after_180_days_and_is_not_taken_before_its_time() -> None:
    cookie = remember_browser(SITE_KEY, "", MINE, TODAY)
    assert recognise_browser(SITE_KEY, cookie, MINE, TODAY + LASTS)
    assert recognise_browser(SITE_KEY, cookie, MINE, TODAY + LASTS + timedelta(days=1)) is None
    assert recognise_browser(SITE_KEY, cookie, MINE, TODAY - timedelta(days=1)) is None


@pytest.mark.parametrize("cookie", ["", "x", "ä", "====", "A" * 48, "A" * 100_000, "\x00", "kiosk\r\n"])
def test_what_is_no_cookie_of_ours_is_a_stranger_s(cookie: str) -> None:
    assert recognise_browser(SITE_KEY, cookie, MINE, TODAY) is None
    assert recognise_browser(SITE_KEY, remember_browser(SITE_KEY, cookie, MINE, TODAY), MINE, TODAY)


def test_every_changed_byte_of_a_cookie_makes_it_a_stranger_s() -> None:
    raw = base64.urlsafe_b64decode(remember_browser(SITE_KEY, "", MINE, TODAY) + "==")[:ENTRY_BYTES]
    for place in range(ENTRY_BYTES):
        forged = bytearray(raw)
        forged[place] ^= 1
        cookie = base64.urlsafe_b64encode(bytes(forged)).decode().rstrip("=")
        assert recognise_browser(SITE_KEY, cookie, MINE, TODAY) is None
    other_school = remember_browser(SiteKey(b"another school's key, 32 bytes.."), "", MINE, TODAY)
    assert recognise_browser(SITE_KEY, other_school, MINE, TODAY) is None


def test_each_sign_in_gives_a_new_number_so_that_a_copy_is_counted_by_itself() -> None:
    copied = remember_browser(SITE_KEY, "", MINE, TODAY)
    renewed = remember_browser(SITE_KEY, copied, MINE, TODAY)
    assert recognise_browser(SITE_KEY, copied, MINE, TODAY) != recognise_browser(
        SITE_KEY, renewed, MINE, TODAY
    )
    assert len(renewed) == len(copied), "one entry for each person"


def test_the_cookie_of_a_staff_room_stays_small() -> None:
    cookie = ""
    for number in range(60):
        cookie = remember_browser(SITE_KEY, cookie, uuid.UUID(int=number), TODAY)
    assert len(cookie) < MOST_PEOPLE * ENTRY_BYTES * 1.4
    assert recognise_browser(SITE_KEY, cookie, uuid.UUID(int=59), TODAY)
    assert recognise_browser(SITE_KEY, cookie, uuid.UUID(int=0), TODAY) is None


@pytest.fixture
def known(session: Session) -> StaffMember:
    return make_staff(
        session, email="a@school.example", password_hash=password_hash(), totp_secret=PHONE_SECRET
    )


def test_a_stolen_cookie_is_locked_by_itself(session: Session, known: StaffMember) -> None:
    steps = [sign_in(session, known.email, "guess", NOW, STOLEN).step for _ in range(5)]
    assert steps == [SignInStep.AGAIN] * 4 + [SignInStep.WAIT]
    assert sign_in(session, known.email, PASSWORD, NOW, STOLEN).step is SignInStep.WAIT
    assert sign_in(session, known.email, PASSWORD, NOW, HOME).step is SignInStep.CODE
    assert sign_in(session, known.email, PASSWORD, NOW).step is SignInStep.CODE, (
        "strangers have a count of their own"
    )


def test_wrong_codes_are_counted_by_browser_too(session: Session, known: StaffMember) -> None:
    steps = [try_code(session, SITE_KEY, known.id, "000000", STOLEN, NOW).step for _ in range(5)]
    assert steps == [SignInStep.AGAIN] * 4 + [SignInStep.WAIT]
    assert try_code(session, SITE_KEY, known.id, "000000", HOME, NOW).step is SignInStep.AGAIN
    assert sign_in(session, known.email, PASSWORD, NOW, STOLEN).step is SignInStep.WAIT


def test_strangers_do_not_keep_somebody_from_confirming_what_they_do(
    session: Session, known: StaffMember
) -> None:
    for _ in range(9):
        sign_in(session, known.email, "guess", NOW)
    assert confirm(session, known, PASSWORD, NOW, HOME).wrapping_key
    assert not confirm(session, known, PASSWORD, NOW).wrapping_key


def test_nothing_is_kept_of_a_browser_whose_tries_are_over(session: Session, known: StaffMember) -> None:
    sign_in(session, known.email, "guess", NOW, HOME)
    assert confirm(session, known, PASSWORD, NOW, HOME).wrapping_key
    session.flush()
    assert session.scalar(select(func.count()).select_from(BrowserTries)) == 0


@pytest.mark.database("sqlite")
def test_the_cookie_is_given_after_the_last_step_alone_and_stays_after_signing_out(
    app: Flask, client: FlaskClient, session: Session, known: StaffMember
) -> None:
    session.commit()
    sent = {"email": known.email, "password": PASSWORD}
    client.post("/staff/sign-in", data=sent)
    assert client.get_cookie("kiosk-known", path="/staff") is None, "the code is still missing"
    teacher = make_staff(session, email="t@school.example", password_hash=password_hash())
    session.commit()
    answer = client.post("/staff/sign-in", data=sent | {"email": teacher.email})
    header = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("kiosk-known="))
    assert "Path=/staff" in header
    assert "HttpOnly" in header
    assert "SameSite=Strict" in header
    client.post("/staff/sign-out")
    cookie = client.get_cookie("kiosk-known", path="/staff")
    assert cookie
    stranger = new_browser(app)
    stranger.set_cookie("kiosk-known", cookie.value, path="/staff")
    assert stranger.get("/staff/").status_code == 302, "it opens nothing"
    for _ in range(5):
        stranger.post("/staff/sign-in", data=sent | {"email": teacher.email, "password": "guess"})
    (counted,) = rows(app, select(BrowserTries))
    assert (counted.staff_id, counted.tries) == (teacher.id, 5)
