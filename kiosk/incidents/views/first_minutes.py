"""One tap writes down who was rung about danger, and what is done of what there is to do."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.incidents.actions import IncidentClosed
from kiosk.incidents.forms import Filled
from kiosk.incidents.log import entries_of
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
    entries, who = entries_of(school(), found.incident.id), request.form.get("who", "")
    try:
        if who in RINGS:
            rang(school(), found.incident, signed_in_staff(), now_utc(), who, entries, found.report)
    except IncidentClosed:
        return to_correct(found, closed_meanwhile(Filled("rang")), 409)
    school().commit()
    return redirect(url_for(".show", number=number, _anchor="first-minutes"))


@bp.post("/incidents/<int:number>/done")
@staff_required(*READING_ROLES)
def tick_off(number: int) -> ResponseReturnValue:
    """Tick off what is done."""
    found = case_or_404(number, held=True)
    entries = entries_of(school(), found.incident.id)
    names = request.form.getlist("done")
    try:
        tick(school(), found.incident, signed_in_staff(), now_utc(), names, entries, found.report)
    except IncidentClosed:
        return to_correct(found, closed_meanwhile(Filled("done")), 409)
    school().commit()
    return redirect(url_for(".show", number=number, _anchor="to-do"))
