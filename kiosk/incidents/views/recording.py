"""Recording what was done about an incident: kinds at the start, a short form for the one that is chosen."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.incidents.complaints import COMPLAINT, begin, check_day
from kiosk.incidents.drafts import end_own_drafts
from kiosk.incidents.forms import Filled, read_form
from kiosk.incidents.models import Level
from kiosk.incidents.records import KINDS
from kiosk.incidents.records import record as add_line
from kiosk.incidents.standing import standing_of
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.blueprint import bp
from kiosk.incidents.views.case import Case, case_or_404, clock_of
from kiosk.incidents.views.complaint_words import answer_days
from kiosk.incidents.views.kept import kept_of, kept_on, values_in
from kiosk.incidents.views.record_words import GROUPS, HINTS, LABELS, TITLES, choices_of, not_shown
from kiosk.incidents.views.steps import fields_of
from kiosk.report.way_back import note_state
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import commit_both, reports, roll_back_both, school

KIND = f"<any({','.join(KINDS)}):record>"


@bp.get(f"/incidents/<int:number>/record/{KIND}")
@staff_required(*READING_ROLES)
def show_record(number: int, record: str) -> ResponseReturnValue:
    """The form of one kind, with the other kinds beside it."""
    return record_page(case_or_404(number), record)


@bp.post(f"/incidents/<int:number>/record/{KIND}")
@staff_required(*READING_ROLES)
def add_record(number: int, record: str) -> ResponseReturnValue:
    """Write it in the log, or show the form again with everything typed and what to correct."""
    found = case_or_404(number, held=True)
    filled = read_form(record, KINDS[record].questions, request.form, choices_of(record, _people(found)))
    if record == COMPLAINT:
        check_day(filled, current_site().today())
    if found.incident.closed_at:
        return to_correct(found, closed_meanwhile(filled), 409)
    if filled.errors:
        roll_back_both()
        return record_page(case_or_404(number), record, filled), 422
    what = (school(), found.incident, signed_in_staff(), now_utc())
    if record == COMPLAINT:
        entries = standing_of(school(), found.incident.id, found.report)
        begin(*what, filled.values, found.report, answer_days(), entries)
    else:
        add_line(*what, record, filled.values, found.report.case_keys[0])
    end_own_drafts(school(), found.incident.id, signed_in_staff().id, record)
    note_state(reports(), found.report.body, "looking", current_site().today())
    commit_both()
    flash(_("Written in the log."))
    return redirect(url_for(".show", number=number))


def _people(found: Case) -> dict[str, str]:
    return {one.id.hex: one.name for one in found.report.readers}


def record_page(found: Case, kind: str, filled: Filled | None = None) -> str:
    """The form of one kind, with what was typed."""
    incident, site, kept = found.incident, current_site(), kept_of(found.incident)
    starts = {"day": site.today().isoformat(), "decided_by": signed_in_staff().id.hex}
    starts |= values_in(kept, kind)
    questions, choices = KINDS[kind].questions, choices_of(kind, _people(found))
    return render_template(
        "incidents/record.html",
        number=incident.number,
        kind=kind,
        title=_(TITLES[kind]),
        hint=_(HINTS[kind]),
        groups=[(_(words), [(one, _(TITLES[one])) for one in kinds]) for words, kinds in GROUPS],
        fields=list(fields_of(kind, questions, LABELS, choices, filled, starts)),
        errors=filled.errors.summary() if filled else [],
        closed=incident.closed_at is not None,
        written=not_shown(filled, "" if incident.closed_at else kind),
        kept="" if filled else kept_on(kept, kind),
        clock=clock_of(incident, now_utc())["words"] if incident.level is Level.URGENT else "",
    )
