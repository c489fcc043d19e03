"""The blueprint that the pages of incidents share, and what each of them needs of the app."""

from flask import Blueprint, current_app

from kiosk.calendar import SchoolCalendar
from kiosk.sealing.site_key import SiteKey

bp = Blueprint("incidents", __name__, url_prefix="/staff")


def calendar() -> SchoolCalendar:
    """The school's calendar."""
    found: SchoolCalendar = current_app.extensions["kiosk.calendar"]
    return found


def site_key() -> SiteKey:
    """The site key."""
    found: SiteKey = current_app.extensions["kiosk.key"]
    return found
