"""The page of one incident: the child's words, the answers, what has happened, and the next steps."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.incidents.blueprint import NoSuchCase, acting_now, bp, case_or_404, case_page, opener
from kiosk.incidents.case.case_file import CaseFile, incident_of
from kiosk.incidents.case.checklist import ITEMS, items_for
from kiosk.incidents.case.forms import FORMS, Filled
from kiosk.incidents.case.need_to_know import rows_of, write_answers_down
from kiosk.incidents.case.reconcile import differing_rows, repair_rows
from kiosk.incidents.case.records import KINDS
from kiosk.incidents.case.tasks import ITEM, TASK
from kiosk.incidents.case.views.case_page import page_of
from kiosk.incidents.case.views.record_words import CHANGED
from kiosk.incidents.case_log.entries import note_read, read_lately
from kiosk.incidents.closing.questions import questions_for
from kiosk.report.access.integrity_columns import Altered
from kiosk.report.access.opening import KeyNotGranted
from kiosk.report.integrity_check import check_reports, new_tampering, note_change
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import ErrorPage, NotAllowed, page_for
from kiosk.web.request_sessions import commit_both, reports, roll_back_both, school


@case_page("")
def show(found: CaseFile) -> ResponseReturnValue:
    """One incident, whose reading is logged before its words are shown; `give`: an item to give to somebody."""
    if new_tampering(reports(), found.report):
        found = _put_back(found)
    if repair_case_rows(found):
        found = case_or_404(found.incident.number)
    if any(row.answer for row, _line in rows_of(found)):
        found = _write_answers_down(found)
    log_reading(found, now_utc())
    item = request.args.get("give", "")
    given = Filled(TASK, {"note": _(ITEMS[item]), ITEM: item}) if item in items_for(found) else None
    return show_case(found, given)


@bp.errorhandler(KeyNotGranted)
def key_waits(error: KeyNotGranted) -> ResponseReturnValue:
    """The page for a reader with a new key, which another reader has to approve first."""
    line = _("You have a new key. Ask another reader to confirm it under Keys, then open this again.")
    return _problem_page("key", _("Your key is not confirmed yet"), line), 403


@bp.errorhandler(EnvelopeBroken)
def changed_from_outside(error: EnvelopeBroken) -> ResponseReturnValue:
    """The page for a report or note that was changed in the database."""
    return _problem_page("wrench", _("This cannot be opened"), _(CHANGED)), 500


@bp.errorhandler(NoSuchCase)
def not_there_or_not_yours(error: NoSuchCase) -> ResponseReturnValue:
    """The one page for what does not exist and for what this person may not read."""
    line = _("It may not exist, or it may be for other people to read. What you may read is under Reports.")
    return give_back(ErrorPage("compass", _("There is nothing here that you may read"), line), error.status)


def _problem_page(picture: str, title: str, line: str) -> str:
    return render_template("errors/staff.html", error=ErrorPage(picture, title, line))


@dataclass(eq=False)
class ClosedMeanwhile(Exception):
    """Somebody has closed the case for which this form was sent."""

    case: CaseFile
    filled: Filled


def refuse_closed(case: CaseFile, filled: Filled) -> None:
    """Raise ClosedMeanwhile where the case is closed; what was typed then stands in the form for reopening it."""
    if case.incident.closed_at is not None:
        raise ClosedMeanwhile(case, filled)


def show_case(case: CaseFile, filled: Filled | None = None, status: int = 200) -> ResponseReturnValue:
    """The page of an incident, with a form as it was sent if something has to be corrected."""
    return render_template("incidents/case/show.html", case_page=page_of(case, filled)), status


def _put_back(found: CaseFile) -> CaseFile:
    """Put back what somebody changed by hand, tell every reader, and read the case again."""
    with current_site().databases.reports.write() as session:
        check_reports(session, opener(), [found.report.id])
    reports().rollback()
    return case_or_404(found.incident.number)


def _write_answers_down(found: CaseFile) -> CaseFile:
    """Write down what colleagues have answered, and read the case again."""
    with current_site().databases.school.write() as session:
        held = incident_of(session, found.incident.number, for_update=True)
        if held:
            acting = replace(acting_now(), school=session)
            write_answers_down(acting, current_site().key, CaseFile(held, found.report, session))
    roll_back_both()
    return case_or_404(found.incident.number)


def log_reading(found: CaseFile, now: datetime) -> None:
    """Log a reading before a page shows the child's words, or what it makes of them (promise Q3).

    It has its own short session where the session of this request can only read.
    """
    staff_id, number = signed_in_staff().id, found.incident.number
    if request.method == "POST":
        note_read(school(), found.incident, staff_id, now)  # the caller has locked the incident
        commit_both()
    if read_lately(school(), found.incident.id, staff_id, now):
        return
    with current_site().databases.school.write() as session:
        held = incident_of(session, number, for_update=True)
        if held:
            note_read(session, held, staff_id, now)
    school().rollback()  # so that the page shows the new line as well


def repair_case_rows(case: CaseFile) -> bool:
    """Whether rows of this case said something else than its log, and were put right; then it is to be read again.

    They are compared once more while the case is held: what a colleague writes at this moment is no change by hand.
    """
    site = current_site()
    zone = site.calendar.zone
    if not any(differing_rows(school(), case, zone)):
        return False
    with site.databases.school.write() as session:
        held = incident_of(session, case.incident.number, for_update=True)
        if held and repair_rows(session, CaseFile(held, case.report, session), zone):
            with site.databases.reports.write() as reports:
                note_change(reports, opener(), case.report.id, Altered.CASE)
    roll_back_both()
    return True


# The fields of the forms of a case into which words are typed: never a password, and no choice.
TYPED = {
    one.name for form in (*FORMS.values(), *KINDS.values(), questions_for()) for one in form if one.longest
}


@bp.errorhandler(NotAllowed)
def role_has_gone(error: NotAllowed) -> ResponseReturnValue:
    """The page for whoever holds no role for this one, or not any more."""
    return give_back(page_for(error.status), error.status)


def give_back(error: ErrorPage, status: int) -> ResponseReturnValue:
    """A page of an error with what was typed into the form that led to it; the form came from our own page."""
    typed = [
        text.strip()
        for name, text in request.form.items()
        if (name.rpartition("-")[2] in TYPED or name.startswith("why-")) and text.strip()
    ]
    return render_template("incidents/case/given_back.html", error=error, typed="\n".join(typed)), status
