"""Saying which of the four kinds of risk a case is about."""

from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.incidents.actions import IncidentClosed
from kiosk.incidents.forms import Filled, errors_of
from kiosk.incidents.models import RiskTag
from kiosk.incidents.standing import standing_of
from kiosk.incidents.tags import can_be_tagged, set_tags, tags_in
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.belonging_words import WHAT_TAGS_MEAN
from kiosk.incidents.views.blueprint import bp
from kiosk.incidents.views.case import Case, case_or_404
from kiosk.messages import N_
from kiosk.roles import READING_ROLES
from kiosk.stores import school

TAG = "tag"


@bp.get("/incidents/<int:number>/tags")
@staff_required(*READING_ROLES)
def show_tags(number: int) -> ResponseReturnValue:
    """The four kinds; those that were said before are ticked, none otherwise."""
    return tags_page(case_or_404(number))


@bp.post("/incidents/<int:number>/tags")
@staff_required(*READING_ROLES)
def tag(number: int) -> ResponseReturnValue:
    """Write it in the log, in place of what was said before."""
    found = case_or_404(number, held=True)
    if not can_be_tagged(found.report.route.id):
        return tags_page(found), 409
    tags = [one for one in RiskTag if one.value in request.form.getlist(TAG)]
    filled = Filled(TAG, errors=errors_of(TAG))
    if not tags:
        filled.errors.add(TAG, N_("Tick at least one."))
        return tags_page(found, filled), 422
    entries = standing_of(school(), found.incident.id, found.report)
    try:
        set_tags(school(), found.incident, signed_in_staff(), now_utc(), tags, found.report, entries)
    except IncidentClosed:
        return to_correct(found, closed_meanwhile(filled), 409)
    school().commit()
    flash(_("Written in the log."))
    return redirect(url_for(".show", number=number))


def tags_page(found: Case, filled: Filled | None = None, ticked: Collection[RiskTag] | None = None) -> str:
    """The four kinds; ticked are these, or those that the log says."""
    if ticked is None:
        entries = standing_of(school(), found.incident.id, found.report)
        ticked = [] if filled else tags_in(entries, found.report)
    return render_template(
        "incidents/tags.html",
        number=found.incident.number,
        offered=can_be_tagged(found.report.route.id),
        closed=found.incident.closed_at is not None,
        options=[(one.value, _(words), one in ticked) for one, words in WHAT_TAGS_MEAN.items()],
        error=filled.errors.for_field(TAG) if filled else "",
        errors=filled.errors.summary() if filled else [],
    )
