"""The roster: a first step shows what a file would change, and only a second step writes it."""

import base64
import binascii
from hashlib import blake2b

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.roster.export_log import note_export
from kiosk.accounts.roster.importing import ImportPlan, apply_plan, export_roster, plan_import, read_roster
from kiosk.accounts.roster.rows import bad_roster
from kiosk.accounts.sign_in.login import acting_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.staff.views.people import ROLES_ALLOWED, bp
from kiosk.audit.log import LogAct
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.web.security import takes_files
from kiosk.wording.messages import N_


@bp.get("/import")
@staff_required(*ROLES_ALLOWED)
def import_form() -> ResponseReturnValue:
    """The form to choose a file, and what the file must contain."""
    return render_template("accounts/roster/import.html", error="")


@bp.post("/import")
@staff_required(*ROLES_ALLOWED)
@takes_files
def preview() -> ResponseReturnValue:
    """What a file would change; nothing is written."""
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    if not data:
        return render_template(
            "accounts/roster/import.html", error=_("Choose a file first. An empty file has nobody in it.")
        ), 422
    plan = _import_plan(data)
    return _preview_page(plan, data), (422 if plan.problems else 200)


@bp.post("/import/confirm")
@staff_required(*ROLES_ALLOWED)
@password_again()
def confirm() -> ResponseReturnValue:
    """Write what was shown; if the school changed meanwhile, show the new preview instead.

    The file's content travels in the page, so that a list with last names is never stored on the server.
    """
    site = current_site()
    try:
        data = base64.b64decode(request.form.get("data", ""), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    plan = _import_plan(data)
    if plan.problems or _plan_digest(plan) != request.form.get("mark"):
        return _preview_page(plan, data, _("Something changed since this was shown. Please look again.")), 409
    if plan.many_leave and request.form.get("sure") != "yes":
        return _preview_page(plan, data, _("Many children would leave. Tick the box if that is right.")), 422
    new = apply_plan(school(), plan, site.today(), site.key, site.pictures.keys)
    acting_staff().note(school(), LogAct.ROSTER_READ)
    school().commit()
    flash(_("Done. %(count)d new children can get their keys on the pages of their classes.", count=len(new)))
    return redirect(url_for("windows.index"), 303)


@bp.get("/export.csv")
@staff_required(*ROLES_ALLOWED)
@password_again()
def export() -> ResponseReturnValue:
    """The pupils, class by class."""
    headers = {"Content-Disposition": "attachment; filename=roster.csv"}
    note_export("roster")
    return export_roster(school()), 200, {"Content-Type": "text/csv; charset=utf-8", **headers}


def _import_plan(data: bytes) -> ImportPlan:
    roster = read_roster(data, current_site().today()) if data else bad_roster(N_("The file is empty."))
    return plan_import(school(), roster, current_site().key)


def _preview_page(plan: ImportPlan, data: bytes, error: str = "") -> str:
    return render_template(
        "accounts/roster/preview.html",
        plan=plan,
        data="" if plan.problems else base64.b64encode(data).decode("ascii"),
        mark=_plan_digest(plan),
        error=error,
    )


def _plan_digest(plan: ImportPlan) -> str:
    """A digest by which this plan is recognised."""
    return blake2b(repr(plan).encode(), digest_size=16).hexdigest()
