"""What several pages about people need from the running app."""

from datetime import datetime, timedelta
from typing import Any, Literal

from flask import session, url_for

from kiosk.content.language import ENGLISH
from kiosk.site import current_site
from kiosk.web.i18n import PageSettings, address_key, page_settings, tablet, tell_url
from kiosk.wording.words import clock

LONGEST_TYPED = 300

# What a browser keeps when somebody signs in or out: the look of pages, never who was there.
KEPT = ("lang", "band", "look")

# What the staff layout shows about person and sections on pages before anybody is signed in.
NOBODY_SIGNED_IN: dict[str, Any] = {"nav": (), "me": None, "sign_out_url": ""}


def wait_ends(until: datetime) -> str:
    """The minute by which a wait is over, as staff read it (9:30)."""
    return clock(current_site().local(until + timedelta(seconds=59)))


def kept_look() -> dict[str, str]:
    """Language, age group and look of the tablet in this session, to carry over into the next."""
    return {name: str(session[name]) for name in KEPT if session.get(name)}


def monitoring_notice(id: Literal["monitoring", "monitoring-staff"], lang: str = ENGLISH) -> dict[str, Any]:
    """The notice on who may see what is done here, true to what the school has set about its network."""
    notice = current_site().notices.get(id, lang)
    lines = notice.about_network(current_site().config.monitoring_notice)
    return {"monitoring_notice": notice, "monitoring_lines": lines}


def band_page(band: str, led: bool = False) -> dict[str, Any]:
    """What the layout of a pupil's page needs: the skin of the class that was joined, and whether it is led."""
    page, address = page_settings(band, led), address_key()
    if address is None:
        return _band_page(page)
    marks = ("band page", page, address, tablet())
    return current_site().page_cache.get(marks, lambda: _band_page(page))


def _band_page(page: PageSettings) -> dict[str, Any]:
    return {"page": page, "tell_url": tell_url(page.band), "leave_url": url_for("learn.leave")}
