"""What several pages about people need from the running app."""

from datetime import date, datetime
from typing import Any

from flask import current_app, session, url_for
from flask_babel import gettext as _

from kiosk.calendar.school import SchoolCalendar
from kiosk.db import now_utc
from kiosk.i18n import language, page_settings
from kiosk.messages import Message
from kiosk.pictures import Pictures
from kiosk.sealing.site_key import SiteKey

# What a browser keeps when somebody signs in or out: the look of pages, never who was there.
KEPT = ("lang", "look")

# What the staff layout shows about person and sections on pages before anybody is signed in.
NOBODY_SIGNED_IN: dict[str, Any] = {"nav": (), "me": None, "sign_out_url": ""}


def say(message: Message) -> str:
    """A message in the language of the request."""
    return str(_(message.text, **message.values))


def pictures() -> Pictures:
    """The pictures of the running app."""
    found: Pictures = current_app.extensions["kiosk.pictures"]
    return found


def site_key() -> SiteKey:
    """The key of this installation."""
    found: SiteKey = current_app.extensions["kiosk.key"]
    return found


def today() -> date:
    """Today's date at the school."""
    return local(now_utc()).date()


def local(instant: datetime) -> datetime:
    """An instant in the school's time zone."""
    calendar: SchoolCalendar = current_app.extensions["kiosk.calendar.school"]
    return instant.astimezone(calendar.zone)


def kept_look() -> dict[str, str]:
    """Language and look of this session, to carry over into the next."""
    return {name: str(session[name]) for name in KEPT if session.get(name)}


def band_page(band: str) -> dict[str, Any]:
    """What the layout of a pupil's page needs before sign-in: the skin of the class that was joined."""
    return {
        "page": page_settings(band),
        "tell_url": f"/report/{band}/{language()}",
        "leave_url": url_for("learn.leave"),
    }
