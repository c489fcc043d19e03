"""Staff accounts: list, invite, send a new link, set up a new phone, end."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.sign_in.views.mails import mail_account_owner, mail_other_role_holders
from kiosk.accounts.staff import people
from kiosk.accounts.staff.links import ask_for_link, holds_role
from kiosk.accounts.staff.views.link_check import domains_allowed, refuse_if_last, refuse_if_too_few
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import or_404
from kiosk.web.forms import FormErrors
from kiosk.web.request_sessions import school
from kiosk.web.sessions import forget_staff_sessions
from kiosk.wording.messages import Refused, say

ROLES_ALLOWED = (Role.NETWORK, Role.COORDINATOR, Role.PRINCIPAL)

bp = Blueprint("people", __name__, url_prefix="/staff/people")


@bp.get("/")
@staff_required(*ROLES_ALLOWED)
def index() -> ResponseReturnValue:
    """Everybody with an account, and whether it is set up."""
    return render_template("accounts/staff/people.html", people=people.present_staff(school()), now=now_utc())


@bp.post("/new")
@staff_required(*ROLES_ALLOWED)
@password_again()
def create() -> ResponseReturnValue:
    """Invite somebody; the link is shown once."""
    name, email = request.form.get("name", ""), request.form.get("email", "")
    teaches = request.form.get("teaches") == "yes"
    try:
        invitation = people.invite_staff(school(), acting_staff(), name, email, teaches, domains_allowed())
    except Refused as refused:
        errors = FormErrors()
        errors.add_all([("name" if isinstance(refused, people.RefusedName) else "email", refused.message)])
        outside = email.strip().lower() if isinstance(refused, people.RefusedDomain) else ""
        return new(name, email, teaches, errors, outside), 422
    school().commit()
    return link_page(invitation)


@bp.get("/<uuid:staff_id>")
@staff_required(*ROLES_ALLOWED)
def show(staff_id: uuid.UUID) -> ResponseReturnValue:
    """One person, and what can be done with their account."""
    return _person_page(_person_or_404(staff_id))


@bp.post("/<uuid:staff_id>/link")
@staff_required(*ROLES_ALLOWED)
@password_again()
def send_again(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Make a new link, or ask for one that a second person confirms; the phone is still asked for."""
    staff = _person_or_404(staff_id)
    try:
        refuse_if_too_few(staff)
    except Refused as refused:
        return _person_page(staff, say(refused.message), "link"), 409
    invitation = ask_for_link(school(), acting_staff(), staff)
    if invitation is None:
        mail_other_role_holders(staff, signed_in_staff())
        school().commit()
        flash(_("%(name)s holds a role, so somebody else has to confirm the link first.", name=staff.name))
        return redirect(url_for(".asked_links"), 303)
    mail_account_owner(staff)
    school().commit()
    return link_page(invitation)


@bp.post("/<uuid:staff_id>/phone")
@staff_required(*ROLES_ALLOWED)
@password_again()
def renew_phone(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Let somebody who has a new phone set it up at the next sign-in."""
    staff = _person_or_404(staff_id)
    try:
        people.forget_phone(school(), acting_staff(), staff)
    except Refused as refused:
        return _person_page(staff, say(refused.message)), 409
    mail_account_owner(staff)
    school().commit()
    flash(_("%(name)s sets up the new phone at the next sign-in.", name=staff.name))
    return redirect(url_for(".show", staff_id=staff_id), 303)


@bp.post("/<uuid:staff_id>/leave")
@staff_required(*ROLES_ALLOWED)
@password_again()
def remove(staff_id: uuid.UUID) -> ResponseReturnValue:
    """End the account and all its sessions at once."""
    site = current_site()
    staff = _person_or_404(staff_id)
    if request.form.get("sure") != "yes":
        return _person_page(staff, _("Tick the box first: this ends the account at once.")), 422
    try:
        refuse_if_last(staff)
        people.end_account(school(), acting_staff(), staff, site.today())
    except Refused as refused:
        return _person_page(staff, say(refused.message)), 409
    school().commit()
    with site.databases.sessions.write() as store:
        forget_staff_sessions(store, people.session_key(staff))
    flash(_("%(name)s no longer has an account.", name=staff.name))
    return redirect(url_for(".index"), 303)


def _person_or_404(staff_id: uuid.UUID) -> StaffMember:
    present = select(StaffMember).where(StaffMember.left_on.is_(None))
    return or_404(school().scalar(present.where(StaffMember.id == staff_id)))


def _person_page(staff: StaffMember, error: str = "", place: str = "leave") -> str:
    return render_template(
        "accounts/staff/person.html",
        person=staff,
        error=error,
        place=place,
        now=now_utc(),
        own=staff is signed_in_staff(),
        two=holds_role(staff),
    )


@bp.get("/new")
@staff_required(*ROLES_ALLOWED)
def new(
    name: str = "",
    email: str = "",
    teaches: bool = True,
    errors: FormErrors | None = None,
    outside: str = "",
) -> str:
    """The form for an invitation; `outside` is an address that two of the leadership would have to allow."""
    return render_template(
        "accounts/staff/invite.html",
        name=name,
        email=email,
        teaches=teaches,
        errors=errors or FormErrors(),
        outside=outside,
    )


def link_page(invitation: people.Invitation) -> str:
    """The link, shown this once."""
    address = current_site().config.public_url + url_for("accounts.welcome", token=invitation.token)
    return render_template("accounts/staff/link.html", person=invitation.staff, address=address)
