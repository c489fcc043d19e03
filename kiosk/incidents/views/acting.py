"""Taking the next step of an incident, and stepping aside."""

import uuid
from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.views.confirming import password_again
from kiosk.db import now_utc
from kiosk.incidents import actions
from kiosk.incidents.actions import incident_of
from kiosk.incidents.forms import Filled, errors_of, read_step
from kiosk.incidents.log import note_read
from kiosk.incidents.models import Act, CaseOutcome, Level
from kiosk.incidents.views.blueprint import NoSuchCase, bp, opener
from kiosk.incidents.views.case import Case, case_or_404, show_case
from kiosk.incidents.views.steps import choices_of
from kiosk.incidents.views.words import LEVELS, OUTCOMES
from kiosk.messages import N_
from kiosk.report.access import ListNotSeen, NobodyLeft
from kiosk.report.way_back import note_state
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import reports, school

STEPS = "did,level,pass,parents,refer,close,reopen"
REPORTS_FIRST = ("reopen",)  # so that a power cut leaves no line about what did not happen


@bp.post(f"/incidents/<int:number>/<any({STEPS}):step>")
@staff_required(*READING_ROLES)
def act(number: int, step: str) -> ResponseReturnValue:
    """Take one step, or show the page again with everything typed and what to correct."""
    found = case_or_404(number, held=True)
    choices = choices_of(found.incident, found.report)[step]
    filled = read_step(step, request.form, choices)
    if filled.errors:
        return _to_correct(found, filled, 422)
    try:
        _take(found, filled)
    except actions.IncidentClosed:
        reopening = Filled("reopen", {"note": filled.values["note"]}, errors_of("reopen"))
        reopening.errors.add("note", N_("Somebody closed this in the meantime. Reopen it to add to it."))
        return _to_correct(found, reopening, 409)
    for session in (reports(), school()) if step in REPORTS_FIRST else (school(), reports()):
        session.commit()
    flash(_("Closed. It stays in the log.") if step == "close" else _("Written down."))
    return redirect(url_for(".show", number=number))


@bp.post("/incidents/<int:number>/aside")
@staff_required(*READING_ROLES)
@password_again()
def aside(number: int) -> ResponseReturnValue:
    """Step aside at once and for good; from then on this person sees nothing of the incident."""
    found = case_or_404(number, held=True)
    try:
        actions.step_aside(school(), reports(), found.incident, opener(), now_utc())
    except (NobodyLeft, ListNotSeen) as error:
        school().rollback()
        reports().rollback()
        flash(
            _("Nobody else can read this report yet. Choose another deputy for your role, then step aside.")
            if isinstance(error, NobodyLeft)
            else _(
                "Nothing was changed: the list of readers differs from the one you have seen."
                " Put your key away, give your password again, then step aside."
            )
        )
        return redirect(url_for(".show", number=number))
    # The reader is removed first: after a power cut between the two nobody must still have access.
    reports().commit()
    school().commit()
    flash(_("You have stepped aside. Somebody else has been asked to look."))
    return redirect(url_for(".index"))


def _to_correct(found: Case, filled: Filled, status: int) -> ResponseReturnValue:
    """The page with what to correct; it shows the child's words, so the reading is logged first (promise Q3)."""
    number = found.incident.number
    school().rollback()  # a step that was refused halfway may have added its line already
    incident = incident_of(school(), number, held=True)
    if incident is None:
        raise NoSuchCase
    note_read(school(), incident, signed_in_staff().id, now_utc())
    school().commit()
    return show_case(replace(found, incident=incident), filled, status)


def _take(found: Case, filled: Filled) -> None:
    site = current_site()
    incident, staff, now = found.incident, signed_in_staff(), now_utc()
    values, note, case_key = filled.values, filled.values["note"], found.report.case_keys[0]
    match filled.step:
        case "level":
            level = Level(values["level"])
            line = _("From %(old)s to %(new)s.", old=_(LEVELS[incident.level]), new=_(LEVELS[level]))
            actions.change_level(school(), incident, staff, now, level, f"{line} {note}", case_key)
        case "pass":
            to = next(reader for reader in found.report.readers if reader.id == uuid.UUID(values["to"]))
            line = _("To %(name)s.", name=to.name)
            actions.pass_to(school(), reports(), incident, staff, to, now, f"{line} {note}".strip(), case_key)
        case "close":
            outcome = CaseOutcome(values["outcome"])
            line = f"{_(OUTCOMES[outcome])}. {note}"
            actions.close(school(), reports(), incident, staff, now, outcome, line, found.report)
            note_state(reports(), found.report.body, "closed", site.today())
        case "reopen":
            actions.reopen(school(), reports(), incident, staff, site.calendar, now, note, found.report)
            note_state(reports(), found.report.body, "looking", site.today())
        case step:
            act = {"did": Act.DID, "parents": Act.PARENTS, "refer": Act.REFERRED}[step]
            line = _recorded(found, filled)
            actions.record_action(
                school(),
                incident,
                staff,
                site.calendar,
                now,
                act,
                line,
                case_key,
                values["next_step"],
            )
            if act is Act.DID:
                note_state(reports(), found.report.body, "looking", site.today())


def _recorded(found: Case, filled: Filled) -> str:
    """The text of the log line: what was chosen, in words, then what was typed."""
    values, note = filled.values, filled.values["note"]
    words = choices_of(found.incident, found.report)[filled.step]
    if filled.step == "parents":
        told, who = words["told"][values["told"]], words["decided_by"][values["decided_by"]]
        decided = _("Decided by %(who)s.", who=who)
        return f"{told}. {decided} {note}"
    if filled.step == "refer":
        reference = values["reference"] or _("none yet")
        parts = (f"{words['to'][values['to']]}.", _("Reference: %(text)s.", text=reference), note)
        return " ".join(part for part in parts if part)
    return note
