"""Complaints in a case: their clocks in words, and the form for the answer."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.forms import WHOLE
from kiosk.incidents.complaints import ANSWER, Complaint, answer, check_answered_day, check_day, waiting
from kiosk.incidents.forms import Filled, read_form
from kiosk.incidents.standing import standing_of
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.blueprint import bp
from kiosk.incidents.views.case import Case, case_or_404
from kiosk.incidents.views.complaint_words import choice_words
from kiosk.incidents.views.record_words import CHOICES, LABELS, not_shown
from kiosk.incidents.views.steps import fields_of
from kiosk.messages import N_
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import commit_both, roll_back_both, school

FORM = "answered"


@bp.get("/incidents/<int:number>/complaint")
@staff_required(*READING_ROLES)
def show_complaint(number: int) -> ResponseReturnValue:
    """The form for what was answered."""
    return complaint_page(case_or_404(number))


@bp.post("/incidents/<int:number>/complaint")
@staff_required(*READING_ROLES)
def answer_complaint(number: int) -> ResponseReturnValue:
    """Write the answer in the log and stop the clock, or show the form again with what to correct."""
    found = case_or_404(number, held=True)
    entries = standing_of(school(), found.incident.id, found.report)
    complaints = waiting(entries, found.report)
    filled = read_form(FORM, ANSWER, request.form, _choices(complaints))
    if found.incident.closed_at:
        return to_correct(found, closed_meanwhile(filled), 409)
    if not complaints:
        filled = Filled(FORM, filled.values)  # there is none to choose
        filled.errors.add(WHOLE, N_("Somebody has answered it in the meantime. What you wrote is below."))
    check_day(filled, current_site().today())
    check_answered_day(filled, complaints)
    if filled.errors:
        roll_back_both()
        return complaint_page(case_or_404(number), filled), 422
    staff, now = signed_in_staff(), now_utc()
    answer(school(), found.incident, staff, now, filled.values, found.report, entries)
    commit_both()
    flash(_("The answer is written in the log, and the clock of the complaint has stopped."))
    return redirect(url_for(".show", number=number))


def _choices(complaints: list[Complaint]) -> dict[str, dict[str, str]]:
    today: date = current_site().today()
    return {
        "complaint": {one.id.hex: choice_words(one, today) for one in complaints},
        "how": {value: str(_(words)) for value, words in CHOICES[f"{FORM}.how"].items()},
    }


def complaint_page(found: Case, filled: Filled | None = None) -> str:
    """The form for the answer, with what was typed."""
    complaints = waiting(standing_of(school(), found.incident.id, found.report), found.report)
    starts = {"day": current_site().today().isoformat()}
    if len(complaints) == 1:
        starts["complaint"] = complaints[0].id.hex
    return render_template(
        "incidents/complaint.html",
        number=found.incident.number,
        closed=found.incident.closed_at is not None,
        waits=bool(complaints),
        written=not_shown(filled, FORM if complaints and not found.incident.closed_at else ""),
        fields=list(fields_of(FORM, ANSWER, LABELS, _choices(complaints), filled, starts)),
        errors=filled.errors.summary() if filled else [],
    )
