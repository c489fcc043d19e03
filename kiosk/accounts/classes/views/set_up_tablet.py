"""A tablet becomes one of a class or of a year group: by a link that an adult made, and by a cookie under /learn.

The cookie names what was set up, never a class or a child, and works until it is taken back, or for a year
(promise E25).
"""

import uuid

from flask import Blueprint, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from kiosk.accounts.classes.tablets import SET_UP_LASTS, band_of, count_tablet, find_link, open_for_youngest
from kiosk.accounts.classes.views.tablet_cookie import TabletCookie
from kiosk.accounts.models import ClassWindow, TabletSetUp
from kiosk.accounts.sign_in.login import open_to_all
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.cookies import forget_cookie
from kiosk.web.errors import or_404
from kiosk.web.i18n import language
from kiosk.web.look import Tablet
from kiosk.web.request_sessions import school

SET_UP = TabletCookie("tablet", "set-up-tablet")
bp = Blueprint("set_up", __name__, url_prefix="/learn/set-up")


def set_up_of_tablet() -> TabletSetUp | None:
    """What this tablet was set up for; None for any other device, or once it was taken back or a year has passed."""
    kept = SET_UP.kept()
    return school().get(TabletSetUp, uuid.UUID(hex=kept)) if kept else None


def was_taken_back() -> bool:
    """Whether this tablet was set up, and is so no more."""
    return SET_UP.kept() is not None and set_up_of_tablet() is None


def windows_of_tablet() -> list[ClassWindow]:
    """The open classes of the youngest that this tablet shows as pictures."""
    set_up = set_up_of_tablet()
    return open_for_youngest(school(), set_up, now_utc()) if set_up else []


@bp.get("/<token>")
@open_to_all
def ask(token: str) -> ResponseReturnValue:
    """Whose tablet this becomes; nothing changes until the button is pressed."""
    set_up = or_404(find_link(school(), current_site().key, token, now_utc()))
    return render_template("accounts/coming_in/set_up.html", set_up=set_up, token=token)


@bp.post("/<token>")
@open_to_all
def set_up_this(token: str) -> ResponseReturnValue:
    """Set this tablet up, and show the start page in its look. Whoever was signed in here as staff no longer is."""
    site = current_site()
    set_up = or_404(find_link(school(), site.key, token, now_utc()))
    if set_up_of_tablet() is not set_up:  # the same one again is not one more
        count_tablet(school(), set_up)
        school().commit()
    look = Tablet(band_of(school(), set_up) or "")
    response = make_response(redirect(look.start_url(language(), site.config.language_list[0]), 303))
    SET_UP.keep(response, set_up.id.hex, now_utc() + SET_UP_LASTS)
    forget_cookie(response, "staff", "/staff")
    return response
