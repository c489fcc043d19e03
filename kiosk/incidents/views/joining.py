"""Joining a case to another one, in which work on both goes on."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.incidents.actions import IncidentClosed
from kiosk.incidents.forms import LINE_LONGEST, NOTE_LONGEST, WHY, Filled, Question, read_form
from kiosk.incidents.joining import NotJoined, can_be_joined, join
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.blueprint import NoSuchCase, bp
from kiosk.incidents.views.case import Case, case_or_404
from kiosk.incidents.views.joined_parts import WHY_NOT_JOINED, with_joined
from kiosk.incidents.views.linking import NONE_SUCH, two_held
from kiosk.incidents.views.record_words import not_shown
from kiosk.incidents.views.steps import fields_of
from kiosk.incidents.wanted import read_number
from kiosk.messages import N_
from kiosk.roles import READING_ROLES
from kiosk.stores import commit_both, reports, roll_back_both, school

JOIN = "join"
QUESTIONS = (
    Question("number", N_("Write the number of the incident in which work goes on."), LINE_LONGEST),
    Question("note", WHY, NOTE_LONGEST),
)
LABELS = {
    "number": N_("Number of the incident in which work goes on"),
    "note": N_("Why they belong together"),
}


@bp.get("/incidents/<int:number>/join")
@staff_required(*READING_ROLES)
def show_joining(number: int) -> ResponseReturnValue:
    """The form for the number of the leading one, and the reason."""
    return _page(case_or_404(number))


@bp.post("/incidents/<int:number>/join")
@staff_required(*READING_ROLES)
def join_to(number: int) -> ResponseReturnValue:
    """Let work on this case go on in the other one, or show the form again with what to correct."""
    found = case_or_404(number)
    if not can_be_joined(found.report):
        return _page(found), 409
    filled = read_form(JOIN, QUESTIONS, request.form, {})
    if found.incident.closed_at:
        return to_correct(found, closed_meanwhile(filled), 409)
    if filled.errors:
        return _again(number, filled)
    there = read_number(filled.values["number"])
    try:
        here, other = (with_joined(one) for one in two_held(found, there))
    except NoSuchCase:
        filled.errors.add("number", NONE_SUCH)
        return _again(number, filled)
    both = (here.known, other.known, here.joined, other.joined)
    try:
        join(school(), reports(), *both, signed_in_staff(), now_utc(), filled.values["note"])
    except IncidentClosed:
        return to_correct(found, closed_meanwhile(filled), 409)
    except NotJoined as error:
        filled.errors.add("number", WHY_NOT_JOINED[error.why])
        return _again(number, filled)
    commit_both()
    flash(_("Joined. Work on both goes on here; the other one keeps its words, its log and its answers."))
    return redirect(url_for(".show", number=there))


def _again(number: int, filled: Filled) -> ResponseReturnValue:
    roll_back_both()
    return _page(case_or_404(number), filled), 422


def _page(found: Case, filled: Filled | None = None) -> str:
    return render_template(
        "incidents/join.html",
        number=found.incident.number,
        offered=can_be_joined(found.report),
        closed=found.incident.closed_at is not None,
        fields=list(fields_of(JOIN, QUESTIONS, LABELS, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        written=not_shown(filled, "" if found.incident.closed_at else JOIN),
    )
