"""Who to go to: a page for all staff, with how to reach each holder of a role."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.site import current_site
from kiosk.told.officers import REACH_LONGEST, officers, say_how_to_reach
from kiosk.told.views.own import bp
from kiosk.web.request_sessions import school
from kiosk.wording.messages import Refused, say


@bp.get("/officers")
@staff_required()
def show_officers() -> ResponseReturnValue:
    """Everybody who holds a role, for all staff."""
    return _officers_page()


@bp.post("/officers")
@staff_required()
def save_reach() -> ResponseReturnValue:
    """How to reach whoever is signed in and holds a role; sent twice it is the same."""
    me = signed_in_staff()
    if not me.holdings:
        raise Forbidden
    try:
        say_how_to_reach(me, request.form)
    except Refused as refused:
        return _officers_page(request.form.get("reach", ""), say(refused.message)), 422
    school().commit()
    flash(_("It stands here, and where it is about children on “Who can help” and beside the policy."))
    return redirect(url_for(".show_officers"), 303)


def _officers_page(typed: str | None = None, error: str = "") -> str:
    me = signed_in_staff()
    return render_template(
        "told/officers.html",
        found=officers(school()),
        holds=bool(me.holdings),
        contractor=current_site().config.filter_contractor,
        reach=me.reach if typed is None else typed,
        error=error,
        limit=REACH_LONGEST,
    )
