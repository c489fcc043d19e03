"""The blueprint that the pages of incidents share, and what they need from the app."""

from flask import Blueprint

from kiosk.accounts.sign_in.login import open_key_of_session, signed_in_staff
from kiosk.incidents.case.case_file import Acting, Looking
from kiosk.report.access.opening import Opener
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import KeyLocked, NotFound
from kiosk.web.request_sessions import reports, school

bp = Blueprint("incidents", __name__, url_prefix="/staff")


def looking_now() -> Looking:
    """The person of this request with its sessions, whether their key is open or not."""
    return Looking(signed_in_staff(), now_utc(), current_site().calendar, school(), reports())


def acting_now() -> Acting:
    """The person of this request, with their key and the sessions of this request; raises KeyLocked."""
    return Acting(signed_in_staff(), now_utc(), current_site().calendar, school(), reports(), opener())


class NoSuchCase(NotFound):
    """There is no such incident or report, or this person may not know of it; both look the same."""


def opener() -> Opener:
    """The reader of this request with the private key; raises KeyLocked, and then the password is asked for."""
    found = opener_if_open()
    if found is None:
        raise KeyLocked
    return found


def opener_if_open() -> Opener | None:
    """The reader of this request with the private key; None where the key is locked."""
    staff, key = signed_in_staff(), open_key_of_session()
    if key is None:
        return None
    return Opener(staff.id, staff.roles, key.secret.private_key, current_site().today(), key.seen, key.knows)
