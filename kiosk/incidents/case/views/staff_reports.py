"""Somebody told me: any member of staff writes down what they were told or saw."""

import secrets

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.incidents.blueprint import bp
from kiosk.incidents.case.forms import Filled
from kiosk.incidents.case.staff_reports import (
    LABELS,
    OPTIONS,
    QUESTIONS,
    read_staff_report,
    seal_staff_report,
    store_staff_report,
)
from kiosk.incidents.case.views.steps import fields_of
from kiosk.report.access.keyring import Keyring
from kiosk.report.access.who_reads import first_named, in_page_order, named_readers, readers_of
from kiosk.report.intake.store import NotKept
from kiosk.report.list_in_memory import current_keyring
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import WHOLE
from kiosk.web.request_sessions import reports
from kiosk.wording.messages import N_


@bp.get("/told")
@staff_required()
def show_told() -> ResponseReturnValue:
    """The empty form in which staff write down what they were told."""
    return _staff_report_form(None, _report_recipients())


@bp.post("/told")
@staff_required()
def send_told() -> ResponseReturnValue:
    """Seal what staff wrote down and say who reads it, or show the form again with what to correct."""
    site, recipients = current_site(), _report_recipients()
    told = read_staff_report(request.form, site.today())
    if told.errors:
        return _staff_report_form(told, recipients), 422
    if not (recipients.usable and recipients.published):
        told.errors.add(
            WHOLE, N_("Nobody can read this yet. Go to the safeguarding lead now, and tell them.")
        )
        return _staff_report_form(told, recipients), 503
    ticked, once = request.form.getlist("ticked"), request.form.get("once", "")
    taken = seal_staff_report(site, recipients, signed_in_staff(), told.values, ticked, once, now_utc())
    reports().rollback()
    try:
        store_staff_report(site, site.databases.reports, taken)
    except NotKept:
        told.errors.add(
            WHOLE,
            N_(
                "It is NOT safely saved. Go to the safeguarding lead now, and tell them. Your words are below."
            ),
        )
        return _staff_report_form(told, recipients), 503
    names = [one.name for one in in_page_order(taken.readers)]
    return render_template("incidents/case/told_sent.html", names=names, danger=told.values["danger"] != "no")


def _report_recipients() -> Keyring:
    site = current_site()
    return current_keyring(site.databases.reports, site.config)


def _staff_report_form(told: Filled | None, recipients: Keyring) -> str:
    choices = {
        name: {value: str(_(words)) for value, words in options.items()} for name, options in OPTIONS.items()
    }
    fields = fields_of("told", QUESTIONS, LABELS, choices, told)
    names = first_named(recipients, ("dsl", "principal"))
    return render_template(
        "incidents/case/told.html",
        fields={one.name: one for one in fields},
        people=[(one.id.hex, one.name) for one in named_readers(recipients)],
        leads=names["dsl"],
        heads=names["principal"][:1],
        reads=[[one.name for one in readers_of(recipients, route)] for route in ("adult", "head")],
        ticked=request.form.getlist("ticked"),
        errors=told.errors.summary() if told else [],
        once=request.form.get("once") or secrets.token_urlsafe(24),
        police=current_site().facts.helplines["police"].number,
    )
