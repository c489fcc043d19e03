"""Re-authentication: a page asks for the password again before an action that a borrowed screen must not allow.

A page that uses a power says `@password_again()`. One typing lasts five minutes, and so does signing in (promise E9).
"""

from collections.abc import Callable
from typing import TypeVar

from flask import request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.blueprints import LONGEST_TYPED, wait_ends
from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in import steps
from kiosk.accounts.sign_in.hash_slots import NoHashSlot
from kiosk.accounts.sign_in.login import may_open, signed_in_staff
from kiosk.accounts.sign_in.views.hashing import busy_words, run_in_hash_slot
from kiosk.accounts.sign_in.views.known_browser import browser_of
from kiosk.accounts.sign_in.views.wrong_code import wrong_code_words
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import KioskError, NotAllowed
from kiosk.web.request_sessions import commit_both, school

CONFIRMED, CONFIRMED_WITH_CODE = "confirmed", "confirmed_with_code"  # session keys; the value: when
CONFIRMED_SECONDS = 5 * 60

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class NotConfirmed(KioskError):
    """An action needs the password typed within the last five minutes, or the phone's code, and it was missing."""

    status = 401

    def __init__(self, code: bool) -> None:
        self.code = code
        super().__init__()


def password_again(code: bool = False) -> Callable[[View], View]:
    """This page asks for the password unless it was typed within five minutes; nothing that was typed is lost.

    With `code`, for whatever changes who can read, it asks for the code of the phone as well.
    """

    def mark_view(view: View) -> View:
        view.kiosk_again = code  # type: ignore[attr-defined]
        return view

    return mark_view


def recently_confirmed(staff: StaffMember, code: bool = False) -> bool:
    """Whether this person typed the password in this session within five minutes, and the code if one is asked for."""
    name = CONFIRMED_WITH_CODE if code and staff.sealed_phone else CONFIRMED
    return 0 <= _current_second() - int(session.get(name, 0)) <= CONFIRMED_SECONDS


def note_confirmed(with_code: bool) -> None:
    """Remember in this session that the password was typed just now, and perhaps the code."""
    session[CONFIRMED] = _current_second()
    if with_code:
        session[CONFIRMED_WITH_CODE] = _current_second()


def check_password(typed: str) -> tuple[steps.TriedPassword | None, str]:
    """The password that somebody signed in types again, if it is right, or else what to say beside its box.

    The try is counted for good, whatever the page does next. This ends the transactions of the request.
    """
    if not typed:
        return None, str(_("Type your password."))
    staff, browser = signed_in_staff(), browser_of(signed_in_staff().id)
    if until := steps.current_wait(school(), staff, browser, now_utc()):
        return None, _refusal_words(steps.PasswordCheck(wait_until=until))
    try:
        tried = _compare_password(staff, typed)
    except NoHashSlot:
        return None, busy_words()
    confirmed = steps.confirm_password(school(), staff, tried, browser, now_utc())
    commit_both()
    if not confirmed.wrapping_key:
        return None, _refusal_words(confirmed)
    _refuse_demoted(staff)
    note_confirmed(with_code=False)
    return tried, ""


def check_password_and_code(typed: str, code: str) -> tuple[bytes, str, str]:
    """The wrapping key of password and code; or else what to say beside the password, and beside the code."""
    if not typed:
        return b"", str(_("Type your password.")), ""
    if not code:
        return b"", "", str(_("Type the code that your phone shows now."))
    staff, browser, site_key = signed_in_staff(), browser_of(signed_in_staff().id), current_site().key
    if until := steps.current_wait(school(), staff, browser, now_utc()):
        return b"", _refusal_words(steps.PasswordCheck(wait_until=until)), ""
    try:
        tried = _compare_password(staff, typed)
    except NoHashSlot:
        return b"", busy_words(), ""
    confirmed = steps.confirm_with_code(
        school(), staff, tried, steps.TypedCode(site_key, code[:LONGEST_TYPED]), browser, now_utc()
    )
    commit_both()
    if confirmed.wrapping_key:
        _refuse_demoted(staff)
        note_confirmed(with_code=True)
    if confirmed.code_wrong and not confirmed.wait_until:
        return b"", "", wrong_code_words(staff, code[:LONGEST_TYPED])
    return confirmed.wrapping_key, _refusal_words(confirmed), ""


def _compare_password(staff: StaffMember, typed: str) -> steps.TriedPassword:
    stored, typed = staff.password_hash, typed[:LONGEST_TYPED]
    return run_in_hash_slot(lambda: steps.compare_password(stored, typed))


def _refuse_demoted(staff: StaffMember) -> None:
    """Raise NotAllowed for whoever lost the role for this page while their password was compared: many may wait."""
    if not may_open(staff, request.endpoint or ""):
        raise NotAllowed


def _refusal_words(confirmed: steps.PasswordCheck) -> str:
    if confirmed.wrapping_key:
        return ""
    if confirmed.wait_until:
        waits = _("There were too many tries. Try again at %(time)s.")
        return str(waits % {"time": wait_ends(confirmed.wait_until)})
    return str(_("That is not your password. Try again."))


def _current_second() -> int:
    return int(now_utc().timestamp())
