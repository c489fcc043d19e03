"""Tablets of a class or a year group: a link that sets them up, its end, and taking them back."""

import uuid
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.tablets import (
    LINK_LASTS,
    TabletUsers,
    begin_set_up,
    end_link,
    find_set_up,
    set_ups_of,
    take_back,
    users_offered,
)
from kiosk.accounts.models import TabletSetUp
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.bands import Band
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import or_404
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school
from kiosk.wording.words import year_words

bp = Blueprint("tablets", __name__, url_prefix="/staff/tablets")


@bp.get("")
@staff_required()
def index() -> ResponseReturnValue:
    """For whom tablets can be set up, and what was set up already."""
    return _page(users_offered(school(), signed_in_staff()))


@bp.post("")
@staff_required()
def begin() -> ResponseReturnValue:
    """Make the link that each tablet opens, and show it once, as a square."""
    site, staff = current_site(), signed_in_staff()
    sent, offered = request.form.get("users", ""), users_offered(school(), staff)
    users = next((one for one in offered if one.value == sent), None)
    if users is None:
        return _page(offered, error=_("Choose a class or a year group.")), 422
    made, token = begin_set_up(school(), staff, users, site.key, now_utc(), site.today())
    school().commit()
    return _page(offered, made, site.config.public_url + url_for("set_up.ask", token=token))


@bp.post("/<uuid:set_up_id>/all")
@staff_required()
def that_is_all(set_up_id: uuid.UUID) -> ResponseReturnValue:
    """End the link before its time, so that whoever photographed it sets nothing up."""
    end_link(or_404(find_set_up(school(), signed_in_staff(), set_up_id, now_utc())))
    school().commit()
    flash(_("The address has ended. Is one tablet too many counted? Take them back and set them up again."))
    return redirect(url_for(".index"), 303)


@bp.post("/<uuid:set_up_id>/back")
@staff_required()
def back(set_up_id: uuid.UUID) -> ResponseReturnValue:
    """Take back what was set up: its tablets ask for the code again, also where they kept the class."""
    take_back(school(), or_404(find_set_up(school(), signed_in_staff(), set_up_id, now_utc())))
    school().commit()
    flash(
        _(
            "Those tablets ask for the class code again. A child who is in stays until they leave or the class closes."
        )
    )
    return redirect(url_for(".index"), 303)


def _page(
    offered: Sequence[TabletUsers], made: TabletSetUp | None = None, link: str = "", error: str = ""
) -> str:
    site = current_site()
    named = {one.value: year_words(one.year) if one.year else one.classes[0].name for one in offered}
    return render_template(
        "accounts/classes/tablets.html",
        users=[("", _("Choose a class or a year group")), *named.items()],
        chosen=request.form.get("users", ""),
        set_ups=set_ups_of(school(), offered, now_utc()),
        now=now_utc(),
        began=lambda set_up: site.local(set_up.link_ends_at - LINK_LASTS),
        made=made,
        link=link,
        square=qr_svg(link) if link else "",
        minutes=LINK_LASTS.seconds // 60,
        looks=[(band, site.config.public_url + url_for("public.start", band=band)) for band in Band],
        error=error,
    )
