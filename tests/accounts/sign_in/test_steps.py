"""Signing in of staff, step by step: slow for guessers, even for everybody, one code once."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import pyotp
import pytest
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in import passwords
from kiosk.accounts.sign_in.passwords import PUPIL_COST, new_password
from kiosk.accounts.sign_in.steps import (
    LONGEST_WAIT,
    SignInStep,
    compare_password,
    try_code,
    try_sign_in,
    wait_after,
)
from kiosk.roles import Role
from kiosk.sealing.reader_key import Stretched
from tests.accounts.keys import sign_in
from tests.factories import SITE_KEY, make_staff

NOW = datetime(2026, 11, 24, 9, 0, 5, tzinfo=UTC)
GOOD = "walnut ferry dusk ladder"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@cache
def good_hash() -> bytes:
    """The cheap cost keeps the test quick; the hash names its own."""
    return new_password(GOOD, PUPIL_COST).stored


def make_known(session: Session, *roles: Role, phone: bool = False) -> StaffMember:
    return make_staff(
        session,
        *roles,
        email="a@school.example",
        password_hash=good_hash(),
        totp_secret=SECRET if phone else None,
    )


def test_a_teacher_with_the_right_password_is_in(session: Session) -> None:
    staff = make_known(session)
    outcome = sign_in(session, " A@School.example", GOOD, NOW)
    assert (outcome.step, outcome.staff) == (SignInStep.IN, staff)


def test_somebody_with_a_phone_is_asked_for_its_code(session: Session) -> None:
    staff = make_known(session, phone=True)
    assert sign_in(session, staff.email, GOOD, NOW).step is SignInStep.CODE
    assert try_code(session, SITE_KEY, staff.id, pyotp.TOTP(SECRET).at(NOW), None, NOW).step is SignInStep.IN


@pytest.mark.parametrize("role", [Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR])
def test_a_reader_of_reports_must_set_up_a_phone_first(session: Session, role: Role) -> None:
    staff = make_known(session, role)
    assert sign_in(session, staff.email, GOOD, NOW).step is SignInStep.PHONE


def test_a_deputy_must_set_up_a_phone_as_well(session: Session) -> None:
    make_staff(session, Role.DSL)
    staff = make_known(session, Role.DSL)
    assert staff.holdings[0].deputy
    assert sign_in(session, staff.email, GOOD, NOW).step is SignInStep.PHONE


def test_a_code_is_refused_the_second_time(session: Session) -> None:
    staff = make_known(session, phone=True)
    code = pyotp.TOTP(SECRET).at(NOW)
    assert try_code(session, SITE_KEY, staff.id, code, None, NOW).step is SignInStep.IN
    assert try_code(session, SITE_KEY, staff.id, code, None, NOW).step is SignInStep.AGAIN


def test_the_fifth_wrong_password_starts_a_wait_that_even_the_right_one_keeps(session: Session) -> None:
    staff = make_known(session)
    steps = [sign_in(session, staff.email, "not this one", NOW).step for _ in range(5)]
    assert steps == [SignInStep.AGAIN] * 4 + [SignInStep.WAIT]
    early = sign_in(session, staff.email, GOOD, NOW + timedelta(seconds=59))
    assert (early.step, early.wait_until) == (SignInStep.WAIT, NOW + timedelta(minutes=1))
    assert sign_in(session, staff.email, GOOD, NOW + timedelta(seconds=61)).step is SignInStep.IN
    assert (staff.tries, staff.wait_until) == (0, None)


def test_waits_double_but_never_shut_out_a_safeguarding_lead_for_long() -> None:
    assert [wait_after(tries) for tries in (5, 6, 7)] == [timedelta(minutes=minutes) for minutes in (1, 2, 4)]
    assert wait_after(10_000) == LONGEST_WAIT <= timedelta(minutes=10)


def test_wrong_tries_slow_down_only_that_account(session: Session) -> None:
    known = make_known(session)
    other = make_staff(session, password_hash=good_hash())
    for _ in range(6):
        sign_in(session, known.email, "not this one", NOW)
    assert sign_in(session, other.email, GOOD, NOW).step is SignInStep.IN


def test_a_right_password_buys_no_more_guesses_at_the_code(session: Session) -> None:
    staff = make_known(session, phone=True)
    steps = []
    for _ in range(5):
        assert sign_in(session, staff.email, GOOD, NOW).step in {SignInStep.CODE, SignInStep.WAIT}
        steps.append(try_code(session, SITE_KEY, staff.id, "000000", None, NOW).step)
    assert steps[-1] is SignInStep.WAIT
    assert sign_in(session, staff.email, GOOD, NOW).step is SignInStep.WAIT


@pytest.mark.parametrize("who", ["unknown", "invited", "left", "known"])
def test_an_unknown_address_is_answered_like_a_wrong_password_after_the_same_work(
    session: Session, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    make_staff(session, email="invited@school.example")
    make_staff(session, email="left@school.example", password_hash=None, left_on=date(2026, 7, 1))
    make_staff(session, email="known@school.example", password_hash=good_hash())
    stretched: list[str] = []

    def count(password: str, *cost: object) -> Stretched:
        stretched.append(password)
        return Stretched(bytes(32), bytes(32))

    monkeypatch.setattr(passwords, "stretch", count)
    outcome = sign_in(session, f"{who}@school.example", "not this one", NOW)
    assert (outcome.step, outcome.staff, outcome.wait_until) == (SignInStep.AGAIN, None, None)
    assert outcome.wrapping_key == b""
    assert stretched == ["not this one"]


def test_somebody_who_left_is_not_let_in_by_a_code(session: Session) -> None:
    staff = make_known(session, phone=True)
    staff.left_on = date(2026, 7, 1)
    session.flush()
    assert (
        try_code(session, SITE_KEY, staff.id, pyotp.TOTP(SECRET).at(NOW), None, NOW).step is SignInStep.AGAIN
    )


def test_tries_that_were_compared_at_the_same_moment_are_no_more_than_others(session: Session) -> None:
    staff = make_known(session)
    right = compare_password(staff.password_hash, GOOD)
    wrong = compare_password(staff.password_hash, "not this one")
    steps = [try_sign_in(session, staff.email, wrong, None, NOW).step for _ in range(5)]
    assert steps[-1] is SignInStep.WAIT
    assert try_sign_in(session, staff.email, right, None, NOW).step is SignInStep.WAIT


def test_a_password_that_was_replaced_while_it_was_compared_opens_nothing(session: Session) -> None:
    staff = make_known(session)
    right = compare_password(staff.password_hash, GOOD)
    staff.password_hash = new_password("gravel lantern otter prism", PUPIL_COST).stored
    assert try_sign_in(session, staff.email, right, None, NOW).step is SignInStep.AGAIN


@pytest.mark.parametrize("ahead", [timedelta(minutes=9), timedelta(days=300)])
def test_a_wait_that_is_longer_than_any_counts_for_nothing(session: Session, ahead: timedelta) -> None:
    staff = make_known(session)
    staff.wait_until = NOW + ahead
    assert sign_in(session, staff.email, GOOD, NOW).step is SignInStep.IN
