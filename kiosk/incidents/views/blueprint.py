"""The blueprint that the pages of incidents share, and what they need from the app."""

from flask import Blueprint

from kiosk.accounts.login import private_key, signed_in_staff
from kiosk.errors import KeyLocked, NotFound
from kiosk.report.opening import Opener

bp = Blueprint("incidents", __name__, url_prefix="/staff")


class NoSuchCase(NotFound):
    """There is no such incident or report, or this person may not know of it; both look the same."""


def opener() -> Opener:
    """The reader of this request with the private key; raises KeyLocked, and then the password is asked for."""
    staff, key = signed_in_staff(), private_key()
    if key is None:
        raise KeyLocked
    return Opener(staff.id, staff.roles, key)
