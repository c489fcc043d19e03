"""Recording what was done about an incident: kinds at the start, a short form for the one that is chosen."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.incidents.blueprint import acting_now, back_to_case, case_page, read_anew
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.complaints import (
    ANSWER,
    COMPLAINT,
    Complaint,
    check_answered_day,
    open_complaints,
    record_answer,
    start_complaint_clock,
)
from kiosk.incidents.case.drafts import end_own_drafts
from kiosk.incidents.case.forms import Filled, check_not_to_come, read_form
from kiosk.incidents.case.records import KINDS
from kiosk.incidents.case.records import record as add_line
from kiosk.incidents.case.views.case import refuse_closed
from kiosk.incidents.case.views.case_page import clock_of
from kiosk.incidents.case.views.draft_values import draft_day, drafts_for, values_in
from kiosk.incidents.case.views.record_words import (
    CHOICES,
    GROUPS,
    HINTS,
    LABELS,
    TITLES,
    choices_of,
    frame_of,
)
from kiosk.incidents.case.views.steps import fields_of
from kiosk.incidents.case.views.task_parts import answer_days
from kiosk.incidents.models import Level
from kiosk.report.replies.threads import show_state
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import WHOLE
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import date_words

KIND = f"<any({','.join(KINDS)}):record>"


@case_page(f"/record/{KIND}", "POST")
def add_record(found: CaseFile, record: str) -> ResponseReturnValue:
    """Add a record to the case log, or show its form again with everything typed and what to correct."""
    filled = read_form(record, KINDS[record], request.form, choices_of(record, _readers_by_id(found)))
    if record == COMPLAINT:
        check_not_to_come(filled, "day", current_site().today())
    refuse_closed(found, filled)
    if filled.errors:
        return show_record(read_anew(found), record, filled), 422
    if record == COMPLAINT:
        start_complaint_clock(acting_now(), found, filled.values, answer_days())
    else:
        add_line(acting_now(), found, record, filled.values)
    end_own_drafts(school(), found.incident.id, signed_in_staff().id, record)
    show_state(reports(), found.report.body, "looking", current_site().today())
    return back_to_case(found)


def _readers_by_id(found: CaseFile) -> dict[str, str]:
    return {one.id.hex: one.name for one in found.report.readers}


@case_page(f"/record/{KIND}")
def show_record(found: CaseFile, record: str, filled: Filled | None = None) -> str:
    """The form of one kind, with the other kinds beside it, and what was typed."""
    incident, site, kept = found.incident, current_site(), drafts_for(found.incident)
    starts = {"day": site.today().isoformat(), "decided_by": signed_in_staff().id.hex}
    starts |= values_in(kept, record)
    clock = clock_of(found, now_utc())
    questions, choices = KINDS[record], choices_of(record, _readers_by_id(found))
    return render_template(
        "incidents/case/record.html",
        **frame_of(found, filled, record),
        kind=record,
        title=_(TITLES[record]),
        hint=_(HINTS[record]),
        groups=[(_(words), [(one, _(TITLES[one])) for one in kinds]) for words, kinds in GROUPS],
        fields=list(fields_of(record, questions, LABELS, choices, filled, starts)),
        kept="" if filled else draft_day(kept, record),
        clock=clock["words"] if incident.level is Level.URGENT else "",
    )


FORM = "answered"


@case_page("/complaint", "POST")
def answer_complaint(found: CaseFile) -> ResponseReturnValue:
    """Record in the log that a complaint was answered, which stops its clock; or show the form with what to correct."""
    complaints = open_complaints(found)
    filled = read_form(FORM, ANSWER, request.form, _complaint_choices(complaints))
    refuse_closed(found, filled)
    if not complaints:
        filled = Filled(FORM, filled.values)  # there is no complaint to choose, so that is no mistake
        filled.errors.add(WHOLE, N_("Somebody has answered it in the meantime. What you wrote is below."))
    check_not_to_come(filled, "day", current_site().today())
    check_answered_day(filled, complaints)
    if filled.errors:
        return show_complaint(read_anew(found), filled), 422
    record_answer(acting_now(), found, filled.values)
    return back_to_case(
        found, N_("The answer is written in the log, and the clock of the complaint has stopped.")
    )


def _which_complaint(complaint: Complaint, today: date) -> str:
    """Which complaint it is: what it is about, and when it came in."""
    about = str(_(CHOICES["complaint.about"].get(complaint.about, "")))
    return str(_("%(about)s, came in on %(day)s", about=about, day=date_words(complaint.came_on, today)))


def _complaint_choices(complaints: list[Complaint]) -> dict[str, dict[str, str]]:
    today: date = current_site().today()
    return {
        "complaint": {one.id.hex: _which_complaint(one, today) for one in complaints},
        "how": choices_of(FORM, {})["how"],
    }


@case_page("/complaint")
def show_complaint(found: CaseFile, filled: Filled | None = None) -> str:
    """The form for recording the answer to a complaint, with what was typed."""
    complaints = open_complaints(found)
    starts = {"day": current_site().today().isoformat()}
    if len(complaints) == 1:
        starts["complaint"] = complaints[0].id.hex
    return render_template(
        "incidents/case/complaint.html",
        **frame_of(found, filled, FORM if complaints else ""),
        waits=bool(complaints),
        fields=list(fields_of(FORM, ANSWER, LABELS, _complaint_choices(complaints), filled, starts)),
    )
