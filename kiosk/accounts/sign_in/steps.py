"""Signing in step by step, and the password again later; too many wrong tries slow down that one account.

A hash is computed outside any transaction, between two steps: `compare_password` compares the password, and
`try_sign_in` and the others then judge the result and count wrong tries (promise G10).
"""

import enum
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, inspect, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import BrowserTries, StaffMember
from kiosk.accounts.sign_in import totp
from kiosk.accounts.sign_in.passwords import try_password
from kiosk.sealing.site_key import SiteKey

FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
# Wrong passwords sent by strangers also delay the owner at a new browser, but never for long.
LONGEST_WAIT = timedelta(minutes=8)

TryCounter = StaffMember | BrowserTries  # holds the wrong tries of strangers, or of one known browser


class SignInStep(enum.Enum):
    """What comes next for somebody who tried to sign in."""

    AGAIN = "again"
    WAIT = "wait"
    CODE = "code"
    PHONE = "phone"
    IN = "in"


@dataclass(frozen=True)
class TriedPassword:
    """A password that was compared with what was stored at that moment; `wrapping_key` is empty if it was wrong."""

    stored: bytes | None
    wrapping_key: bytes


@dataclass(frozen=True)
class SignInOutcome:
    """The result of a try; `staff` is set only if the password was right."""

    step: SignInStep
    staff: StaffMember | None = None
    wrapping_key: bytes = b""  # the key derived from the password; empty if it is wrong
    wait_until: datetime | None = None


def find_by_email(session: Session, email: str) -> StaffMember | None:
    """Who signs in with this address; None for an unknown address and for a leaver."""
    return session.scalar(
        select(StaffMember).where(StaffMember.email == email.strip().lower(), StaffMember.left_on.is_(None))
    )


def compare_password(stored: bytes | None, password: str) -> TriedPassword:
    """Compare a password with what is stored; the work is the same where there is nothing to compare with.

    It takes a third of a second, so call it outside any transaction.
    """
    return TriedPassword(stored, try_password(stored, password) or b"")


def try_sign_in(
    session: Session, email: str, tried: TriedPassword, browser: bytes | None, now: datetime
) -> SignInOutcome:
    """First step. An unknown address, a leaver and a wrong password look alike.

    `browser` is the number of a browser in which this person signed in before (`known_browsers`).
    """
    staff = session.scalar(_lock_row(StaffMember.email == email.strip().lower()))
    if staff is None or staff.left_on or staff.password_hash != tried.stored:
        return SignInOutcome(SignInStep.AGAIN)
    counts = _try_counter(session, staff, browser)
    if until := running_wait(counts.wait_until, now, LONGEST_WAIT):
        return SignInOutcome(SignInStep.WAIT, wait_until=until)
    if not tried.wrapping_key:
        return _count_wrong(session, counts, now)
    if staff.sealed_phone:
        return SignInOutcome(SignInStep.CODE, staff, tried.wrapping_key)
    if totp.needs_second_step(staff):
        return SignInOutcome(SignInStep.PHONE, staff, tried.wrapping_key)
    _clear_tries(session, counts)
    return SignInOutcome(SignInStep.IN, staff, tried.wrapping_key)


def try_code(
    session: Session,
    site_key: SiteKey,
    staff_id: uuid.UUID,
    code: str,
    browser: bytes | None,
    now: datetime,
) -> SignInOutcome:
    """Second step, after a right password: the code of the phone."""
    staff = session.scalar(_lock_row(StaffMember.id == staff_id))
    if staff is None or staff.left_on:
        return SignInOutcome(SignInStep.AGAIN)
    counts = _try_counter(session, staff, browser)
    if until := running_wait(counts.wait_until, now, LONGEST_WAIT):
        return SignInOutcome(SignInStep.WAIT, wait_until=until)
    if not totp.use_code(site_key, staff, code, now):
        return _count_wrong_code(session, counts, now)
    _clear_tries(session, counts, with_code=True)
    return SignInOutcome(SignInStep.IN, staff)


def _lock_row(whose: ColumnElement[bool]) -> Select[StaffMember]:
    """A person's row for this transaction alone, as it is once others have let go of it.

    A row that the session has already loaded may be outdated: a code would then be accepted twice.
    """
    return select(StaffMember).where(whose).with_for_update().execution_options(populate_existing=True)


@dataclass(frozen=True)
class PasswordCheck:
    """Whether password and code were right: then there is a wrapping key, else perhaps a wait."""

    wrapping_key: bytes = b""
    wait_until: datetime | None = None
    code_wrong: bool = False  # the password was right, the code was not


def confirm_password(
    session: Session, staff: StaffMember, tried: TriedPassword, browser: bytes | None, now: datetime
) -> PasswordCheck:
    """The password again from somebody who is signed in; wrong ones slow the account down as at the door.

    A right one clears the wrong passwords, and never the wrong codes: those are counted apart.
    """
    return _confirm_password(session, staff, tried, browser, now, None)


@dataclass(frozen=True)
class TypedCode:
    """The code of a phone as it was typed, and the key that opens what the phone's code is made from."""

    site_key: SiteKey
    code: str


def confirm_with_code(
    session: Session,
    staff: StaffMember,
    tried: TriedPassword,
    typed: TypedCode,
    browser: bytes | None,
    now: datetime,
) -> PasswordCheck:
    """Password and code of the phone again; both right, they clear the wrong codes too."""
    return _confirm_password(
        session, staff, tried, browser, now, lambda: totp.use_code(typed.site_key, staff, typed.code, now)
    )


def _confirm_password(
    session: Session,
    staff: StaffMember,
    tried: TriedPassword,
    browser: bytes | None,
    now: datetime,
    second_step: Callable[[], bool] | None,
) -> PasswordCheck:
    session.flush()  # reading the row anew would discard changes that are not flushed yet
    read_anew = ["tries", "code_tries", "wait_until", "password_hash", "sealed_phone", "totp_step"]
    session.refresh(staff, read_anew, with_for_update=True)
    counts = _try_counter(session, staff, browser)
    if until := running_wait(counts.wait_until, now, LONGEST_WAIT):
        return PasswordCheck(wait_until=until)
    if not tried.wrapping_key or staff.password_hash != tried.stored:
        return PasswordCheck(wait_until=_count_wrong(session, counts, now).wait_until)
    if second_step and not second_step():
        return PasswordCheck(wait_until=_count_wrong_code(session, counts, now).wait_until, code_wrong=True)
    _clear_tries(session, counts, with_code=bool(second_step))
    return PasswordCheck(tried.wrapping_key)


def running_wait(until: datetime | None, now: datetime, longest: timedelta) -> datetime | None:
    """When a wait is over, if there is one.

    A wait longer than the longest possible one was started by a clock that ran ahead, and is ignored.
    """
    return until if until and now < until <= now + longest else None


def current_wait(
    session: Session, staff: StaffMember, browser: bytes | None, now: datetime
) -> datetime | None:
    """Until when this browser has to wait, if it has to: then no password of it needs to be compared."""
    return running_wait(_try_counter(session, staff, browser).wait_until, now, LONGEST_WAIT)


def _try_counter(session: Session, staff: StaffMember, browser: bytes | None) -> TryCounter:
    """The row that counts the wrong tries of this browser; the caller holds a lock on the person's row."""
    if browser is None:
        return staff
    return session.get(BrowserTries, (staff.id, browser)) or BrowserTries(
        staff_id=staff.id, browser=browser, tries=0, code_tries=0
    )


def _count_wrong(session: Session, counts: TryCounter, now: datetime) -> SignInOutcome:
    counts.tries += 1
    return _outcome_of_wrong_try(session, counts, counts.tries, now)


def _count_wrong_code(session: Session, counts: TryCounter, now: datetime) -> SignInOutcome:
    """Counted separately from passwords: whoever knows the password must not reset this count by typing it
    elsewhere."""
    counts.code_tries += 1
    return _outcome_of_wrong_try(session, counts, counts.code_tries, now)


def _outcome_of_wrong_try(session: Session, counts: TryCounter, tries: int, now: datetime) -> SignInOutcome:
    session.add(counts)
    if tries < FREE_TRIES:
        return SignInOutcome(SignInStep.AGAIN)
    counts.wait_until = now + wait_after(tries)
    return SignInOutcome(SignInStep.WAIT, wait_until=counts.wait_until)


def wait_after(tries: int) -> timedelta:
    """How long somebody waits after this many wrong tries in a row: a minute, then doubling."""
    doublings = min(max(tries - FREE_TRIES, 0), 10)
    wait: timedelta = FIRST_WAIT * 2**doublings
    return min(wait, LONGEST_WAIT)


def _clear_tries(session: Session, counts: TryCounter, with_code: bool = False) -> None:
    counts.tries, counts.wait_until = 0, None
    if with_code:
        counts.code_tries = 0
    if isinstance(counts, BrowserTries) and not counts.code_tries and inspect(counts).persistent:
        session.delete(counts)
