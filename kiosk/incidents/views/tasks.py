"""Giving somebody something to do about a case, and saying that it is done."""

import uuid
from datetime import date

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.incidents.actions import IncidentClosed
from kiosk.incidents.forms import Filled
from kiosk.incidents.standing import standing_of
from kiosk.incidents.tasks import NoSuchTask, do_task, may_have, read_task, set_task, why_not_by_person
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.blueprint import NoSuchCase, bp
from kiosk.incidents.views.case import case_or_404
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import commit_both, reports, school


@bp.post("/incidents/<int:number>/tasks")
@staff_required(*READING_ROLES)
def add_task(number: int) -> ResponseReturnValue:
    """Give it to somebody, or show the case again with everything typed and what to correct."""
    found = case_or_404(number, held=True)
    incident, report, today = found.incident, found.report, current_site().today()
    people = may_have(report, why_not_by_person(school(), reports(), report, (), today))
    filled = read_task(request.form, people, today)
    if found.incident.closed_at:
        return to_correct(found, closed_meanwhile(filled), 409)
    if filled.errors:
        return to_correct(found, filled, 422)
    owner = next(one for one in report.readers if one.id.hex == filled.values["owner"])
    due_on, what = date.fromisoformat(filled.values["due_on"]), filled.values["note"]
    entries, staff = standing_of(school(), incident.id, report), signed_in_staff()
    set_task(school(), reports(), incident, staff, now_utc(), owner, due_on, what, entries, report)
    commit_both()
    flash(_("Written in the log."))
    return redirect(url_for(".show", number=number))


@bp.post("/incidents/<int:number>/tasks/<uuid:task_id>")
@staff_required(*READING_ROLES)
def finish_task(number: int, task_id: uuid.UUID) -> ResponseReturnValue:
    """Say that it is done."""
    found = case_or_404(number, held=True)
    entries, today = standing_of(school(), found.incident.id, found.report), current_site().today()
    try:
        do_task(school(), found.incident, signed_in_staff(), now_utc(), today, task_id, entries, found.report)
    except IncidentClosed:
        return to_correct(found, closed_meanwhile(Filled("tasks")), 409)
    except NoSuchTask:
        raise NoSuchCase from None
    school().commit()
    flash(_("Written in the log."))
    return redirect(url_for(".show", number=number))
