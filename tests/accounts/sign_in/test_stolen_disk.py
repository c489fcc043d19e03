"""What a stolen disk gives: the site key beside the databases, and as many guesses at a password as one likes."""

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.accounts.sign_in.passwords import PUPIL_COST, new_password, try_password
from kiosk.accounts.sign_in.totp import use_code
from kiosk.accounts.staff.reader_keys import unlock_key_at_sign_in
from kiosk.roles import Role
from kiosk.sealing.boxes import unlock
from kiosk.sealing.reader_key import open_secret
from kiosk.storage.db import now_utc
from tests.accounts.doors import PASSWORD
from tests.factories import SITE_KEY, at_the_machine, make_staff


@pytest.fixture
def lead(session: Session) -> StaffMember:
    """A safeguarding lead whose key was made by the password."""
    made = new_password(PASSWORD, PUPIL_COST)
    staff = make_staff(session, Role.DSL, password_hash=made.stored)
    session.delete(session.get_one(ReaderKey, staff.id))
    session.flush()
    assert unlock_key_at_sign_in(session, at_the_machine(), staff, made.wrapping_key)
    return staff


def test_a_readers_key_on_the_disk_opens_with_the_password_and_with_nothing_else_that_is_there(
    session: Session, lead: StaffMember
) -> None:
    row = session.get_one(ReaderKey, lead.id)
    stored = session.scalars(select(StaffMember.password_hash).where(StaffMember.id == lead.id)).one()
    assert stored
    for tried in (stored[-32:], SITE_KEY.derive("reader", lead.id.bytes), bytes(32)):
        assert open_secret(row.wrapped_seed, tried) is None
    assert try_password(stored, "lantern orbit mustard canoe") is None
    guessed = try_password(stored, PASSWORD)
    assert guessed
    secret = open_secret(row.wrapped_seed, guessed)
    assert secret, "the stated limit: a password that can be guessed is a key that can be had"
    assert secret.public_key == row.public_key


def test_with_the_site_key_the_second_step_is_no_second_step_any_more(lead: StaffMember) -> None:
    """The stated limit: the phone's secret is sealed under the site key, which lies beside the databases."""
    assert lead.sealed_phone
    phone = unlock(SITE_KEY.derive("phone", lead.id.bytes), lead.sealed_phone).decode()
    assert use_code(SITE_KEY, lead, pyotp.TOTP(phone).at(now_utc()), now_utc())
