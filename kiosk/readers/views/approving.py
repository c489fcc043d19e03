"""Approving a reader's new key, for reports from a day on."""

import uuid
from datetime import date

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.reader_keys import NotAReader, approve
from kiosk.errors import NotFound
from kiosk.forms import FormErrors
from kiosk.messages import N_
from kiosk.readers.holders import find_waiting
from kiosk.readers.views.blueprint import bp
from kiosk.readers.views.keys import catch_up, keys_page
from kiosk.readers.views.parts import SentApproval
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import school

LONGEST_DAY = 20


@bp.post("/keys/readers/<uuid:staff_id>/let-in")
@staff_required(*READING_ROLES)
def approve_key(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Approve a new key, for reports from a day on."""
    site = current_site()
    row = find_waiting(school(), staff_id)
    if row is None:
        raise NotFound
    typed, hex_id = request.form.get("reads_from", "")[:LONGEST_DAY], staff_id.hex
    reads_from = site.today() if row.renewed else _day(typed)
    errors = FormErrors()
    if request.form.get("same") != "yes":
        errors.add(f"same-{hex_id}", N_("Compare the fingerprint with %(name)s first."), name=row.staff.name)
    if reads_from is None:
        errors.add(f"from-{hex_id}", N_("Choose a day, such as 24/11/2026."))
    if errors or reads_from is None:
        return keys_page(SentApproval(hex_id, typed, errors)), 422
    name = row.staff.name
    try:
        active = approve(school(), site.key, row, signed_in_staff(), reads_from, site.today())
    except NotAReader:
        flash(_("Only a reader with an active key can approve another reader's key."))
        return redirect(url_for(".show_keys"), 303)
    school().commit()
    catch_up()
    flash(
        _("The key of %(name)s is active now.", name=name)
        if active
        else _("Your approval for %(name)s is recorded. One more reader has to approve.", name=name)
    )
    return redirect(url_for(".show_keys"), 303)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
