"""Linking a case to another one that belongs to it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.incidents.actions import IncidentClosed
from kiosk.incidents.forms import LINE_LONGEST, Filled, Question, read_form
from kiosk.incidents.links import NotLinked, can_be_linked, hold_both, link
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.belonging_words import WHY_NOT_LINKED
from kiosk.incidents.views.blueprint import NoSuchCase, bp
from kiosk.incidents.views.case import Case, case_or_404
from kiosk.incidents.views.record_words import LABELS, not_shown
from kiosk.incidents.views.steps import fields_of
from kiosk.incidents.wanted import read_number
from kiosk.messages import N_
from kiosk.roles import READING_ROLES
from kiosk.stores import reports, roll_back_both, school

LINK = "link"
QUESTIONS = (Question("number", N_("Write the number of the other incident."), LINE_LONGEST),)
# The same for a number that nobody has and for one that others read (promise S9).
NONE_SUCH = N_("There is no incident with this number that you may read.")


@bp.get("/incidents/<int:number>/link")
@staff_required(*READING_ROLES)
def show_link(number: int) -> ResponseReturnValue:
    """The form for the number of the other one."""
    return link_page(case_or_404(number))


@bp.post("/incidents/<int:number>/link")
@staff_required(*READING_ROLES)
def link_to(number: int) -> ResponseReturnValue:
    """Say in both logs that they belong together, or show the form again with what to correct."""
    found = case_or_404(number)
    if not can_be_linked(found.report):
        return link_page(found), 409
    filled = read_form(LINK, QUESTIONS, request.form, {})
    if found.incident.closed_at:
        return to_correct(found, closed_meanwhile(filled), 409)
    if filled.errors:
        return _again(number, filled)
    there = read_number(filled.values["number"])
    try:
        found, other = two_held(found, there)
    except NoSuchCase:
        filled.errors.add("number", NONE_SUCH)
        return _again(number, filled)
    both = (found.incident, found.report, other.incident, other.report)
    try:
        link(school(), *both, signed_in_staff(), now_utc())
    except IncidentClosed:
        return to_correct(found, closed_meanwhile(filled), 409)
    except NotLinked as error:
        filled.errors.add("number", WHY_NOT_LINKED[error.why])
        return _again(number, filled)
    school().commit()
    flash(_("Linked. Both logs say so."))
    return redirect(url_for(".show", number=number))


def two_held(found: Case, there: int) -> tuple[Case, Case]:
    """This case and the one with that number, held in the order in which everybody holds two. Raises NoSuchCase.

    Both are read anew: one may have been handed over, or somebody kept out, until they were held.
    """
    hold_both(school(), found.incident, case_or_404(there).incident)
    reports().rollback()
    return case_or_404(found.incident.number), case_or_404(there)


def _again(number: int, filled: Filled) -> ResponseReturnValue:
    roll_back_both()
    return link_page(case_or_404(number), filled), 422


def link_page(found: Case, filled: Filled | None = None) -> str:
    """The form for the number, with what was typed."""
    return render_template(
        "incidents/link.html",
        number=found.incident.number,
        offered=can_be_linked(found.report),
        closed=found.incident.closed_at is not None,
        fields=list(fields_of(LINK, QUESTIONS, LABELS, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        written=not_shown(filled, "" if found.incident.closed_at else LINK),
    )
