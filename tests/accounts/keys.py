"""What a page does in two steps, the hash between two transactions, in one for tests of what is judged."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.accounts.classes.pupil_keys import (
    KeyAnswer,
    NewKey,
    count_key_try,
    draw_key,
    draw_keys,
    give_key,
    hash_key,
    key_matches,
)
from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil, StaffMember
from kiosk.accounts.sign_in.steps import (
    PasswordCheck,
    SignInOutcome,
    compare_password,
    confirm_password,
    find_by_email,
    try_sign_in,
)
from kiosk.sealing.site_key import SiteKey


def new_key(session: Session, pupil: Pupil, site_key: SiteKey, things: Sequence[str]) -> NewKey:
    """A new key for a pupil, stored."""
    return _stored(session, draw_key(pupil, site_key, things))


def new_keys(
    session: Session, group: ClassGroup, site_key: SiteKey, things: Sequence[str], everybody: bool
) -> list[NewKey]:
    """New keys for a class, stored."""
    return [_stored(session, key) for key in draw_keys(group, site_key, things, everybody)]


def check_key(
    session: Session, window: ClassWindow, pupil: Pupil, offered: Sequence[str], now: datetime
) -> KeyAnswer:
    """One try of a pupil's key."""
    fits = key_matches(pupil.key_hash, offered)
    return count_key_try(session, window, pupil, pupil.key_hash, fits, now)


def sign_in(
    session: Session, email: str, password: str, now: datetime, browser: bytes | None = None
) -> SignInOutcome:
    """One try at the door, from a browser of this number or from a stranger's."""
    staff = find_by_email(session, email)
    tried = compare_password(staff.password_hash if staff else None, password)
    return try_sign_in(session, email, tried, browser, now)


def confirm(
    session: Session, staff: StaffMember, password: str, now: datetime, browser: bytes | None = None
) -> PasswordCheck:
    """The password again."""
    return confirm_password(session, staff, compare_password(staff.password_hash, password), browser, now)


def _stored(session: Session, key: NewKey) -> NewKey:
    give_key(session, key.pupil, hash_key(key.things))
    return key
