"""A child holds up a card, or an adult types its words: a card takes the place of a tap, never of a key (promise E26).

It is read on a tablet that was set up for its class alone, so that a photograph of it opens nothing elsewhere.
"""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.join_cards import LONGEST_TYPED, find_card
from kiosk.accounts.classes.tablets import is_for
from kiosk.accounts.classes.views import join_state
from kiosk.accounts.classes.views.join import bp, come_into
from kiosk.accounts.classes.views.set_up_tablet import set_up_of_tablet
from kiosk.accounts.classes.windows import window_of
from kiosk.accounts.sign_in.code_rate_limit import lane_of
from kiosk.accounts.sign_in.login import open_to_all
from kiosk.bands import Band
from kiosk.host.rate_limit import nodes_of
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.lanes import has_turn
from kiosk.web.request_sessions import school
from kiosk.web.security import CAMERA_HERE


@bp.get("/card")
@open_to_all
def card_form() -> ResponseReturnValue:
    """The camera, once somebody taps, where the browser can read a square; and the box for the words below it."""
    return _card_page() if set_up_of_tablet() else redirect(url_for(".join_form"))


@bp.post("/card")
@open_to_all
def join_by_card() -> ResponseReturnValue:
    """Go on to the names of the card's class, or to the child's own next page, while a teacher has the class open.

    Every card that opens nothing now is answered alike.
    """
    set_up, site, group = set_up_of_tablet(), current_site(), join_state.tablet_group()
    if set_up is None:
        return redirect(url_for(".join_form"), 303)
    if site.code_rate_limit.is_slowed(group) and not has_turn(lane_of(group, nodes_of(site.config))):
        return _card_page(_("Many cards are being tried just now. Wait a moment, then try again.")), 503
    card = find_card(school(), site.key, request.form.get("words", "")[:LONGEST_TYPED])
    window = window_of(school(), card.class_group, now_utc()) if card else None
    if card is None or window is None or not is_for(set_up, card.class_group):
        if card is None:
            site.code_rate_limit.count_wrong(group)
        return _card_page(_("This card opens nothing just now. Ask your teacher.")), 422
    if card.pupil is None:
        return come_into(window, ".names", straight=True)
    asked = ".is_me" if card.class_group.band == Band.KS1 else ".key_form"
    response = come_into(window, asked, straight=True)
    join_state.remember_name(card.pupil)
    return response


def _card_page(error: str = "") -> Response:
    """The page, which alone may ask for the camera."""
    response = make_response(render_template("accounts/coming_in/card.html", error=error))
    response.headers["Permissions-Policy"] = CAMERA_HERE
    return response
