"""A tablet becomes one of a class or of a year group: by a link that an adult made, and by a cookie under /learn.

The cookie names what was set up, never a class or a child, and works until it is taken back (promise E25).
"""

from flask import Blueprint, Response, after_this_request, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from kiosk.accounts.classes.tablets import SET_UP_LASTS, band_of, find_link, open_for_youngest
from kiosk.accounts.classes.views.tablet_cookie import TabletCookie
from kiosk.accounts.models import ClassWindow, TabletSetUp
from kiosk.accounts.sign_in.login import open_to_all
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.cookies import forget_cookie
from kiosk.web.errors import or_404
from kiosk.web.forms import id_of
from kiosk.web.i18n import language
from kiosk.web.look import Tablet
from kiosk.web.request_sessions import school

SET_UP = TabletCookie("tablet", "set-up-tablet")
bp = Blueprint("set_up", __name__, url_prefix="/learn/set-up")


def set_up_of_tablet() -> TabletSetUp | None:
    """What this tablet was set up for; None for any other device, or once it was taken back or a year has passed.

    The cookie of what was taken back goes with this answer.
    """
    kept = SET_UP.kept()
    if kept is None or not 0 <= current_site().today().toordinal() - kept[1] <= SET_UP_LASTS.days:
        return None
    id = id_of(kept[0])
    found = school().get(TabletSetUp, id) if id else None
    if found is None:
        after_this_request(_forget)
    return found


def _forget(response: Response) -> Response:
    SET_UP.forget(response)
    return response


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
    set_up.tablets += 1
    school().commit()
    look = Tablet(band_of(school(), set_up) or "")
    response = make_response(redirect(look.start_url(language(), site.config.language_list[0]), 303))
    SET_UP.keep(response, set_up.id.hex, site.today().toordinal(), SET_UP_LASTS)
    forget_cookie(response, "staff", "/staff")
    return response
