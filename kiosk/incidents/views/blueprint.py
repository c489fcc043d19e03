"""The blueprint that the pages of incidents share, and what they need from the app."""

from datetime import date

from flask import Blueprint, current_app

from kiosk.accounts.login import private_key, signed_in_staff
from kiosk.calendar.school import SchoolCalendar
from kiosk.db import now_utc
from kiosk.errors import KeyLocked
from kiosk.report.opening import Opener
from kiosk.sealing.site_key import SiteKey

bp = Blueprint("incidents", __name__, url_prefix="/staff")


def calendar() -> SchoolCalendar:
    """The school's calendar."""
    found: SchoolCalendar = current_app.extensions["kiosk.calendar.school"]
    return found


def today() -> date:
    """Today's date at the school."""
    return now_utc().astimezone(calendar().zone).date()


def site_key() -> SiteKey:
    """The site key."""
    found: SiteKey = current_app.extensions["kiosk.key"]
    return found


def opener() -> Opener:
    """The reader of this request with the private key; raises KeyLocked, and then the password is asked for."""
    staff, key = signed_in_staff(), private_key()
    if key is None:
        raise KeyLocked
    return Opener(staff.id, staff.roles, key)
