"""One tap writes down who was rung about danger, and what is done of what there is to do."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.incidents.actions import IncidentClosed
from kiosk.incidents.forms import Filled
from kiosk.incidents.standing import standing_of
from kiosk.incidents.to_do import RINGS, rang, tick
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.blueprint import bp
from kiosk.incidents.views.case import case_or_404
from kiosk.roles import READING_ROLES
from kiosk.stores import school


@bp.post("/incidents/<int:number>/rang")
@staff_required(*READING_ROLES)
def note_ring(number: int) -> ResponseReturnValue:
    """Write down who was rung."""
    found = case_or_404(number, held=True)
    entries, who = standing_of(school(), found.incident.id, found.report), request.form.get("who", "")
    try:
        if who in RINGS:
            rang(school(), found.incident, signed_in_staff(), now_utc(), who, entries, found.report)
    except IncidentClosed:
        return to_correct(found, closed_meanwhile(Filled("rang")), 409)
    school().commit()
    if who in RINGS:
        flash(_("Written in the log."))
    return redirect(url_for(".show", number=number))


@bp.post("/incidents/<int:number>/done")
@staff_required(*READING_ROLES)
def tick_off(number: int) -> ResponseReturnValue:
    """Tick off what is done."""
    found = case_or_404(number, held=True)
    entries = standing_of(school(), found.incident.id, found.report)
    names = request.form.getlist("done")
    try:
        ticked = tick(school(), found.incident, signed_in_staff(), now_utc(), names, entries, found.report)
    except IncidentClosed:
        return to_correct(found, closed_meanwhile(Filled("done")), 409)
    school().commit()
    if ticked:
        flash(_("Written in the log."))
    return redirect(url_for(".show", number=number))
