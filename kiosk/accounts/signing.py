"""Signing in step by step, and the password again later; too many wrong tries slow down that one account."""

import enum
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts import totp
from kiosk.accounts.models import StaffMember
from kiosk.accounts.passwords import try_password
from kiosk.sealing.site_key import SiteKey

FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
# A stranger who types wrong passwords must not shut out a safeguarding lead.
LONGEST_WAIT = timedelta(minutes=8)


class Step(enum.Enum):
    """What comes next for somebody who tried to sign in."""

    AGAIN = "again"
    WAIT = "wait"
    CODE = "code"
    PHONE = "phone"
    IN = "in"


@dataclass(frozen=True)
class SignInOutcome:
    """The result of a try; `staff` is set only if the password was right."""

    step: Step
    staff: StaffMember | None = None
    wrapping_key: bytes = b""  # what the password alone gives
    wait_until: datetime | None = None


def try_sign_in(session: Session, email: str, password: str, now: datetime) -> SignInOutcome:
    """First step. An unknown address, a leaver and a wrong password look alike and cost the same work."""
    staff = session.scalar(
        select(StaffMember).where(StaffMember.email == email.strip().lower()).with_for_update()
    )
    wrapping_key = try_password(staff.password_hash if staff else None, password)
    if staff is None or staff.left_on:
        return SignInOutcome(Step.AGAIN)
    if staff.wait_until and staff.wait_until > now:
        return SignInOutcome(Step.WAIT, wait_until=staff.wait_until)
    if wrapping_key is None:
        return _count_wrong(staff, now)
    if staff.sealed_phone:
        return SignInOutcome(Step.CODE, staff, wrapping_key)
    if totp.needs_second_step(staff):
        return SignInOutcome(Step.PHONE, staff, wrapping_key)
    return _clear_tries(staff, wrapping_key)


def try_code(
    session: Session, site_key: SiteKey, staff_id: uuid.UUID, code: str, now: datetime
) -> SignInOutcome:
    """Second step, after a right password: the code of the phone."""
    staff = session.scalar(select(StaffMember).where(StaffMember.id == staff_id).with_for_update())
    if staff is None or staff.left_on:
        return SignInOutcome(Step.AGAIN)
    if staff.wait_until and staff.wait_until > now:
        return SignInOutcome(Step.WAIT, wait_until=staff.wait_until)
    if not totp.use_code(site_key, staff, code, now):
        return _count_wrong_code(staff, now)
    return _clear_tries(staff, with_code=True)


@dataclass(frozen=True)
class Confirmed:
    """Whether password and code were right: then there is a wrapping key, else perhaps a wait."""

    wrapping_key: bytes = b""
    wait_until: datetime | None = None
    code_wrong: bool = False  # the password was right, the code was not


def confirm_password(session: Session, staff: StaffMember, password: str, now: datetime) -> Confirmed:
    """The password again from somebody who is signed in; wrong ones slow the account down as at the door.

    A right one clears the wrong passwords, and never the wrong codes: those are counted apart.
    """
    return _confirm(session, staff, password, now, None)


def confirm_with_code(
    session: Session, site_key: SiteKey, staff: StaffMember, password: str, code: str, now: datetime
) -> Confirmed:
    """Password and code of the phone again; both right, they clear the wrong codes too."""
    return _confirm(session, staff, password, now, lambda: totp.use_code(site_key, staff, code, now))


def _confirm(
    session: Session,
    staff: StaffMember,
    password: str,
    now: datetime,
    second_step: Callable[[], bool] | None,
) -> Confirmed:
    session.flush()  # what is read anew would take back what is not written yet
    read_anew = ["tries", "code_tries", "wait_until", "password_hash", "sealed_phone", "totp_step"]
    session.refresh(staff, read_anew, with_for_update=True)
    wrapping_key = try_password(staff.password_hash, password)
    if staff.wait_until and staff.wait_until > now:
        return Confirmed(wait_until=staff.wait_until)
    if wrapping_key is None:
        return Confirmed(wait_until=_count_wrong(staff, now).wait_until)
    if second_step and not second_step():
        return Confirmed(wait_until=_count_wrong_code(staff, now).wait_until, code_wrong=True)
    return Confirmed(_clear_tries(staff, wrapping_key, with_code=bool(second_step)).wrapping_key)


def _count_wrong(staff: StaffMember, now: datetime) -> SignInOutcome:
    staff.tries += 1
    return _wait(staff, staff.tries, now)


def _count_wrong_code(staff: StaffMember, now: datetime) -> SignInOutcome:
    """Counted apart from passwords: whoever knows the password must not clear them by typing it somewhere else."""
    staff.code_tries += 1
    return _wait(staff, staff.code_tries, now)


def _wait(staff: StaffMember, tries: int, now: datetime) -> SignInOutcome:
    if tries < FREE_TRIES:
        return SignInOutcome(Step.AGAIN)
    staff.wait_until = now + wait_after(tries)
    return SignInOutcome(Step.WAIT, wait_until=staff.wait_until)


def wait_after(tries: int) -> timedelta:
    """How long somebody waits after this many wrong tries in a row: a minute, then doubling."""
    doublings = min(max(tries - FREE_TRIES, 0), 10)
    wait: timedelta = FIRST_WAIT * 2**doublings
    return min(wait, LONGEST_WAIT)


def _clear_tries(staff: StaffMember, wrapping_key: bytes = b"", with_code: bool = False) -> SignInOutcome:
    staff.tries, staff.wait_until = 0, None
    if with_code:
        staff.code_tries = 0
    return SignInOutcome(Step.IN, staff, wrapping_key)
