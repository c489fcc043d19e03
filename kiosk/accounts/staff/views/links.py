"""Links for people who hold a role: what waits for a second person, who confirms it or takes it away."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import LinkRequest
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.sign_in.views.mails import mail_account_owner
from kiosk.accounts.staff.links import confirm_link, may_confirm, open_requests, refuse_link
from kiosk.accounts.staff.views.link_check import refuse_if_new, refuse_if_too_few
from kiosk.accounts.staff.views.people import bp, link_page
from kiosk.roles import NEEDED_ROLES
from kiosk.storage.db import now_utc
from kiosk.web.errors import NotFound
from kiosk.web.request_sessions import school
from kiosk.wording.messages import Refused, say


@bp.post("/links/<uuid:staff_id>/confirm")
@staff_required(*NEEDED_ROLES)
@password_again(code=True)
def be_second(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Be the second person: make the link, which is shown here once."""
    asked = _link_request_or_404(staff_id)
    if request.form.get("asked") != "yes":
        return asked_links(
            staff_id, _("Ask them first, face to face or on a number you knew before. Then tick the box.")
        ), 422
    try:
        refuse_if_too_few(asked.staff, asked.asked_by, signed_in_staff())
        asked = _link_request_or_404(staff_id, for_update=True)
        refuse_if_new(asked.asked_by, signed_in_staff())
        invitation = confirm_link(school(), acting_staff(), signed_in_staff(), asked)
    except Refused as refused:
        return asked_links(staff_id, say(refused.message)), 409
    mail_account_owner(invitation.staff)
    school().commit()
    return link_page(invitation)


@bp.post("/links/<uuid:staff_id>/refuse")
@staff_required(*NEEDED_ROLES)
def refuse_asked(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Take the request away; no link was made."""
    refuse_link(school(), acting_staff(), _link_request_or_404(staff_id, for_update=True))
    school().commit()
    flash(_("The request is gone. No link was made."))
    return redirect(url_for(".asked_links"), 303)


def _link_request_or_404(staff_id: uuid.UUID, for_update: bool = False) -> LinkRequest:
    found = [one for one in open_requests(school(), now_utc(), for_update) if one.staff_id == staff_id]
    if not found:
        raise NotFound
    return found[0]


@bp.get("/links")
@staff_required(*NEEDED_ROLES)
def asked_links(staff_id: uuid.UUID | None = None, error: str = "") -> str:
    """The links that wait for a second person."""
    me = signed_in_staff()
    asked = [(one, may_confirm(me, one)) for one in open_requests(school(), now_utc())]
    return render_template("accounts/staff/links.html", asked=asked, wrong=staff_id, error=error, me_id=me.id)
