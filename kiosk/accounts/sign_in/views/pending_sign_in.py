"""A pending sign-in: between password and second step, for ten minutes, with the page that was asked for."""

import uuid
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from flask import make_response, redirect, session, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import KEY_MARK, PASSWORD_MARK, OpenKey, StaffLogin, sign_in
from kiosk.accounts.sign_in.passwords import password_mark
from kiosk.accounts.sign_in.views.confirm_password import CONFIRMED, CONFIRMED_WITH_CODE, note_confirmed
from kiosk.accounts.sign_in.views.known_browser import remember_here
from kiosk.accounts.staff.people import session_key
from kiosk.accounts.staff.reader_keys import unlock_key_at_sign_in
from kiosk.audit.log import Acting
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.site import check_of_app, current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import commit_both, school
from kiosk.web.sessions import drop_secrets, secret_of, start_fresh_session, store_secret

PENDING, SINCE, NEXT, PHONE = "pending", "pending_since", "next", "phone"
FLASHES = "_flashes"  # where Flask keeps them
KEY_REFUSED = "shut"  # why a reader's key is not opened
KEY, KEY_REFUSED_PAGE = "key", "shut page"  # by which the app knows the check, and the page that says why
KeyCheck = Callable[[StaffMember, ReaderSecret], OpenKey | str]
BY_LINK = "by_link"  # the password was set by a link just now, which confirms nothing
PENDING_MINUTES = 10
PENDING_MARK = b"pending "
NOT_AFTER_SIGNING_IN = ("/staff/sign-", "/staff/welcome/", "/staff/become/")


def start_pending_sign_in(
    staff: StaffMember, wanted: str, wrapping_key: bytes, by_link: bool = False
) -> None:
    """Remember who has typed the right password, in a new session that opens no page yet.

    The wrapping key is kept in it, sealed by the cookie, until the second step is passed (promise S3).
    """
    start_fresh_session(session)
    mark = password_mark(staff.password_hash)
    session.update(
        {PENDING: staff.id.hex, SINCE: _minute_now(), NEXT: safe_next(wanted), PASSWORD_MARK: mark}
    )
    session.update({BY_LINK: by_link})
    store_secret(session, PENDING_MARK + wrapping_key)


def pending_staff() -> StaffMember | None:
    """Who has typed the right password and not passed the second step yet.

    None after ten minutes, and once the password is another than the one that was typed.
    """
    if PENDING not in session or not 0 <= _minute_now() - int(session.get(SINCE, 0)) <= PENDING_MINUTES:
        return None
    staff = school().get(StaffMember, uuid.UUID(str(session[PENDING])))
    if staff is None or staff.left_on or session.get(PASSWORD_MARK) != password_mark(staff.password_hash):
        return None
    return staff


def complete_sign_in(
    staff: StaffMember, wanted: str = "", wrapping_key: bytes = b"", with_code: bool = False
) -> ResponseReturnValue:
    """Sign in somebody who passed every step, with their private key if they are a reader, and go on.

    Signing in is typing the password, and with `with_code` the code: see `confirm_password.password_again`.
    """
    target = safe_next(wanted or str(session.get(NEXT, "")))
    secret = secret_of(session) or b""
    if secret.startswith(PENDING_MARK):
        wrapping_key = secret.removeprefix(PENDING_MARK)
    confirms = bool(wrapping_key) and not session.get(BY_LINK)
    # With what was said on the page before, which nobody would read otherwise.
    before = {name: session[name] for name in (CONFIRMED, CONFIRMED_WITH_CODE, FLASHES) if name in session}
    sign_in(StaffLogin(staff))
    session.update(before)
    if confirms:
        note_confirmed(with_code)
    if wrapping_key:
        unlock_reader_key(staff, wrapping_key)
    elif secret.startswith(KEY_MARK):  # somebody who was signed in already and added a phone
        store_secret(session, secret)
    shut = url_for(check_of_app(KEY_REFUSED_PAGE)) if KEY_REFUSED in session else ""
    response = make_response(redirect(shut or target or url_for("staff.home"), 303))
    remember_here(response, staff.id)
    return response


def unlock_reader_key(staff: StaffMember, wrapping_key: bytes) -> None:
    """Put a reader's key into this session; a reader without a key gets one now.

    The key is not opened if the list of readers is not the one that this reader has seen, and it is removed from the
    reader's other sessions (promise G3).
    """
    acting = Acting(current_site().key, staff.id, now_utc())
    school().refresh(staff, ["password_hash"], with_for_update=True)
    if session.get(PASSWORD_MARK) != password_mark(staff.password_hash):
        # the password was changed in another window since it was typed; it would look like a forgotten one
        return
    secret = unlock_key_at_sign_in(school(), acting, staff, wrapping_key)
    commit_both()
    session.pop(KEY_REFUSED, None)
    if secret is None:
        return
    check: KeyCheck = check_of_app(KEY)  # the check is registered by a layer above, which knows the list
    found = check(staff, secret)
    if isinstance(found, OpenKey):
        store_secret(session, found.kept())
    else:
        session[KEY_REFUSED] = found
        with current_site().databases.sessions.write() as store:
            drop_secrets(session, store, session_key(staff))


def safe_next(wanted: str) -> str:
    """`wanted` if it is a staff page of this site, else "": a link must not lead anybody to another site."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    path = unquote(parts.path)
    astray = (
        parts.scheme
        or parts.netloc
        or not path.startswith("/staff/")
        or path.startswith(NOT_AFTER_SIGNING_IN)
        or "//" in path
        or "/." in path
        or "\\" in unquote(wanted)
        or not unquote(wanted).isprintable()
    )
    return "" if astray else wanted


def _minute_now() -> int:
    return int(now_utc().timestamp() // 60)
