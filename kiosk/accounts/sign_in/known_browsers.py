"""Browsers in which somebody has signed in: their tries are counted apart from those of strangers (promise G10).

This is OWASP's device cookie. It opens nothing: it only says that this person has signed in with this browser, so
that nobody else's wrong passwords keep them out of it. It names nobody: only with the site key and a person's id can
anybody tell whether it is that person's.
"""

import base64
import binascii
import secrets
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from hmac import compare_digest

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.accounts.models import BrowserTries, StaffMember
from kiosk.sealing.site_key import SiteKey

LASTS = timedelta(days=180)
MOST_PEOPLE = 20  # most people remembered in one browser, such as that of a staff room
NONCE_BYTES, DAY_BYTES, MARK_BYTES = 16, 4, 16
ENTRY_BYTES = NONCE_BYTES + DAY_BYTES + MARK_BYTES


def recognise_browser(site_key: SiteKey, cookie: str, staff_id: uuid.UUID, today: date) -> bytes | None:
    """The number of this browser, if this person signed in with it in the last 180 days; anything else is None."""
    for entry in _cookie_entries(cookie):
        if _is_of(site_key, entry, staff_id) and timedelta() <= today - _day_of(entry) <= LASTS:
            return entry[:NONCE_BYTES]
    return None


def remember_browser(site_key: SiteKey, cookie: str, staff_id: uuid.UUID, today: date) -> str:
    """The cookie of a browser in which this person has just signed in, with a new number of their own.

    A stolen copy of the earlier cookie keeps the old number, and so a separate count of tries.
    """
    nonce, day = secrets.token_bytes(NONCE_BYTES), today.toordinal().to_bytes(DAY_BYTES)
    others = [entry for entry in _cookie_entries(cookie) if not _is_of(site_key, entry, staff_id)]
    entries = [nonce + day + _entry_signature(site_key, nonce + day, staff_id), *others]
    return base64.urlsafe_b64encode(b"".join(entries[:MOST_PEOPLE])).decode().rstrip("=")


def forget_tries(session: Session, staff: StaffMember) -> None:
    """Delete what was counted for every browser of somebody: the password is new, or they have left."""
    session.execute(delete(BrowserTries).where(BrowserTries.staff_id == staff.id))


def _cookie_entries(cookie: str) -> Iterator[bytes]:
    try:
        raw = base64.b64decode(cookie + "=" * (-len(cookie) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return
    whole = len(raw) // ENTRY_BYTES * ENTRY_BYTES
    for start in range(0, min(whole, MOST_PEOPLE * ENTRY_BYTES), ENTRY_BYTES):
        yield raw[start : start + ENTRY_BYTES]


def _is_of(site_key: SiteKey, entry: bytes, staff_id: uuid.UUID) -> bool:
    signed, mark = entry[:-MARK_BYTES], entry[-MARK_BYTES:]
    return compare_digest(mark, _entry_signature(site_key, signed, staff_id))


def _entry_signature(site_key: SiteKey, signed: bytes, staff_id: uuid.UUID) -> bytes:
    return site_key.derive("known-browser", signed + staff_id.bytes, MARK_BYTES)


def _day_of(entry: bytes) -> date:
    return date.fromordinal(int.from_bytes(entry[NONCE_BYTES : NONCE_BYTES + DAY_BYTES]))
