"""The second step of signing in: six digits from an app on the person's own phone, each used once."""

from datetime import datetime

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.roles import HELD_ROLES
from kiosk.sealing.boxes import BoxBroken, lock, unlock
from kiosk.sealing.site_key import SiteKey

STEP_SECONDS = 30
STEPS_EITHER_WAY = 1  # a phone's clock may be half a minute wrong


def needs_second_step(staff: StaffMember) -> bool:
    """Whether this person must use a second step: whoever may read a report, or change people, roles or settings.

    That is everybody who holds a role, the network manager included (promise E3).
    """
    return bool(set(HELD_ROLES) & staff.roles)


def new_secret() -> str:
    """The secret that phone and kiosk share: 160 random bits in base 32."""
    return pyotp.random_base32()


def in_groups_of_four(secret: str) -> str:
    """The secret in groups of four, for somebody who has to type it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def enrolment_address(secret: str, email: str, school_name: str) -> str:
    """The otpauth:// address that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=f"kiosk {school_name}")


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, or None; digits of any script and spaces are taken."""
    digits = "".join(str(int(letter)) for letter in code if letter.isdecimal())
    generator = pyotp.TOTP(secret)
    here = int(now.timestamp()) // STEP_SECONDS
    for step in range(here - STEPS_EITHER_WAY, here + STEPS_EITHER_WAY + 1):
        if pyotp.utils.strings_equal(digits, generator.at(step * STEP_SECONDS)):
            return step
    return None


def seal_phone(site_key: SiteKey, staff: StaffMember, secret: str) -> None:
    """Store a phone's secret, sealed under the site key for this person alone: in another row it opens nothing."""
    staff.sealed_phone = lock(_phone_key(site_key, staff), secret.encode())


def _phone_key(site_key: SiteKey, staff: StaffMember) -> bytes:
    return site_key.derive("phone", staff.id.bytes)


def _secret_of(site_key: SiteKey, staff: StaffMember) -> str | None:
    if staff.sealed_phone is None:
        return None
    try:
        return unlock(_phone_key(site_key, staff), staff.sealed_phone).decode()
    except BoxBroken:  # the row was tampered with, so no code matches
        return None


def seal_phones_anew(session: Session, old: SiteKey, new: SiteKey) -> None:
    """Seal every phone's secret under a new site key; one that was changed by hand stays as it is."""
    for staff in session.scalars(select(StaffMember).where(StaffMember.sealed_phone.is_not(None))):
        if secret := _secret_of(old, staff):
            seal_phone(new, staff, secret)


def use_code(site_key: SiteKey, staff: StaffMember, code: str, now: datetime) -> bool:
    """Whether a code is right and unused; it counts as used afterwards, and so does every older one."""
    secret = _secret_of(site_key, staff)
    if secret is None:
        return False
    step = matching_step(secret, code, now)
    if step is None or step <= staff.totp_step:
        return False
    staff.totp_step = step
    return True


def seconds_to_next(site_key: SiteKey, staff: StaffMember, code: str, now: datetime) -> int | None:
    """How long until a code comes that this person has not used, 0 once it is there; None unless this one was used."""
    secret = _secret_of(site_key, staff)
    step = matching_step(secret, code, now) if secret else None
    if step is None or step > staff.totp_step:
        return None
    return max((staff.totp_step + 1) * STEP_SECONDS - int(now.timestamp()), 0)


def enrol(site_key: SiteKey, staff: StaffMember, secret: str, code: str, now: datetime) -> bool:
    """Store a phone's secret if a code proves that the phone has it."""
    step = matching_step(secret, code, now)
    if step is None:
        return False
    seal_phone(site_key, staff, secret)
    staff.totp_step = step
    return True
