"""Inviting a list of staff: shown first, then by mail or as slips on paper that are shown once."""

from hashlib import blake2b

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk.accounts.sign_in.login import acting_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.spreadsheets.carried import carried, carried_back
from kiosk.accounts.spreadsheets.cells import UnreadableFile
from kiosk.accounts.staff.lists import StaffList, invite_all, read_staff_list
from kiosk.accounts.staff.people import Invitation
from kiosk.accounts.staff.views.link_check import domains_allowed
from kiosk.accounts.staff.views.people import ROLES_ALLOWED, bp
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.site import current_site
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import reports, school
from kiosk.web.security import takes_files
from kiosk.wording.messages import Refused, say

BY_MAIL = "mail"


@bp.get("/list")
@staff_required(*ROLES_ALLOWED)
def list_form() -> str:
    """The form for a list, typed or as a file."""
    return _form_page()


@bp.post("/list")
@staff_required(*ROLES_ALLOWED)
@takes_files
def preview_list() -> ResponseReturnValue:
    """Who would be invited, or what has to be corrected first; nobody is invited."""
    sent, typed = request.files.get("file"), request.form.get("people", "")
    data = (sent.read() if sent else b"") or typed.encode()
    if not data.strip():
        return _form_page(_("Type or choose a list first.")), 422
    try:
        field = carried(data)
    except UnreadableFile as refused:
        return _form_page(say(refused.message)), 422
    found = _read(data)
    if found.problems:
        return _form_page(typed=typed, problems=found.problems), 422
    return _preview_page(found, field)


@bp.post("/list/confirm")
@staff_required(*ROLES_ALLOWED)
@password_again()
def invite_list() -> ResponseReturnValue:
    """Invite everybody who was shown, and nobody else; the slips are shown this once."""
    site, field = current_site(), request.form.get("data", "")
    found = _read(carried_back(field))
    changed = _("Something changed since this was shown. Please look again.")
    if found.problems:
        return _form_page(problems=found.problems), 409
    if not found.invitees or _digest(found) != request.form.get("mark"):
        return _preview_page(found, field, changed), 409
    by_mail = request.form.get("way") == BY_MAIL and bool(site.config.smtp_url)
    try:
        invitations = invite_all(
            school(), acting_staff(), found, domains_allowed(), site.key if by_mail else None
        )
    except Refused:  # somebody else has invited one of them at this moment
        school().rollback()
        return _preview_page(_read(carried_back(field)), field, changed), 409
    school().commit()
    if not by_mail:
        return _slips_page(invitations)
    # After the accounts: a mail that left before them would have no link.
    queue_mail(reports(), MailKind.ACCOUNT, [one.staff.email for one in invitations])
    reports().commit()
    count = len(invitations)
    flash(ngettext("%(num)d invitation leaves by mail.", "%(num)d invitations leave by mail.", count))
    return redirect(url_for(".index"), 303)


def _read(data: bytes) -> StaffList:
    return read_staff_list(school(), data, domains_allowed())


def _form_page(error: str = "", typed: str = "", problems: tuple[object, ...] = ()) -> str:
    return render_template("accounts/staff/list.html", error=error, typed=typed, problems=problems)


def _preview_page(found: StaffList, field: str, error: str = "") -> str:
    return render_template(
        "accounts/staff/list_preview.html",
        found=found,
        data=field,
        mark=_digest(found),
        mails=bool(current_site().config.smtp_url),
        error=error,
    )


def _slips_page(invitations: list[Invitation]) -> str:
    start = current_site().config.public_url
    slips = []
    for one in invitations:
        address = start + url_for("accounts.welcome", token=one.token)
        slips.append((one.staff, address, qr_svg(address)))
    return render_template("accounts/staff/slips.html", slips=slips)


def _digest(found: StaffList) -> str:
    """A digest by which what was shown is recognised."""
    return blake2b(repr(found).encode(), digest_size=16).hexdigest()
