"""What several pages of the zone need from the running app."""

from flask import current_app

from kiosk.calendar.school import SchoolCalendar
from kiosk.pictures import Pictures
from kiosk.sealing.site_key import SiteKey


def school_calendar() -> SchoolCalendar:
    """The school's calendar."""
    found: SchoolCalendar = current_app.extensions["kiosk.calendar.school"]
    return found


def all_pictures() -> Pictures:
    """The pictures of every page."""
    found: Pictures = current_app.extensions["kiosk.pictures"]
    return found


def site_key() -> SiteKey:
    """The key of this installation."""
    found: SiteKey = current_app.extensions["kiosk.key"]
    return found
