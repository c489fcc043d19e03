"""Keeping a form for later, and throwing away what was kept; a draft is never sent by itself."""

from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.incidents.actions import IncidentClosed, refuse_closed
from kiosk.incidents.drafts import KEPT_DAYS, end_own_drafts, keep_draft
from kiosk.incidents.forms import Filled
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.blueprint import bp
from kiosk.incidents.views.case import case_or_404
from kiosk.incidents.views.kept import FIELDS, draft_key, way_to
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import school
from kiosk.words import date_words

KEPT = f"<any({','.join(FIELDS)}):form>"


@bp.post(f"/incidents/<int:number>/kept/{KEPT}")
@staff_required(*READING_ROLES)
def keep_for_later(number: int, form: str) -> ResponseReturnValue:
    """Keep what was typed so far for its writer alone, with all its mistakes; it does nothing to the case."""
    found = case_or_404(number, held=True)
    values = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS[form]}
    if not any(values.values()):
        flash(_("Nothing was typed, so nothing was kept."))
        return redirect(way_to(form, number))
    today = current_site().today()
    try:
        refuse_closed(found.incident)
    except IncidentClosed:
        return to_correct(found, closed_meanwhile(Filled(form, values)), 409)
    keep_draft(school(), found.incident, signed_in_staff().id, draft_key(), form, values, today)
    school().commit()
    until = date_words(today + timedelta(days=KEPT_DAYS), today)
    flash(_("Kept for you alone, until %(day)s at most. Nothing was sent.", day=until))
    return redirect(url_for(".show", number=number, _anchor="kept"))


@bp.post(f"/incidents/<int:number>/kept/{KEPT}/away")
@staff_required(*READING_ROLES)
def throw_away(number: int, form: str) -> ResponseReturnValue:
    """Throw away what this person kept of one form."""
    found = case_or_404(number, held=True)
    end_own_drafts(school(), found.incident.id, signed_in_staff().id, form)
    school().commit()
    flash(_("Thrown away."))
    return redirect(url_for(".show", number=number))
