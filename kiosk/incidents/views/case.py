"""The page of one incident: the child's words, the answers, what has happened, and the next steps."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.db import now_utc
from kiosk.errors import ErrorPage
from kiosk.incidents.actions import incident_of
from kiosk.incidents.answer_clock import answer_late
from kiosk.incidents.clock import read_clock
from kiosk.incidents.closing import asked
from kiosk.incidents.filing import can_be_filed, in_file_since
from kiosk.incidents.first_opened import is_as_opened
from kiosk.incidents.forms import Filled
from kiosk.incidents.general_words import may_tell
from kiosk.incidents.joined import joined_of
from kiosk.incidents.log import entries_of, note_read, read_lately
from kiosk.incidents.models import Incident, IncidentEntry
from kiosk.incidents.numbers import ABOUT_STAFF
from kiosk.incidents.practice_runs import note_seen
from kiosk.incidents.replies import sent_from_one_form
from kiosk.incidents.standing import standing, taken_back
from kiosk.incidents.taking_back import can_take_back
from kiosk.incidents.tasks import TASK
from kiosk.incidents.told import BY
from kiosk.incidents.views.answers import answered, inert, pieces
from kiosk.incidents.views.belonging import belonging_of
from kiosk.incidents.views.blueprint import NoSuchCase, bp, opener
from kiosk.incidents.views.case_parts import complaint_lines, items_of, rings_of
from kiosk.incidents.views.given_back import give_back
from kiosk.incidents.views.kept import kept_lines, kept_of, kept_on, values_in
from kiosk.incidents.views.log_lines import CHANGED, log_lines, offered
from kiosk.incidents.views.record_words import not_shown
from kiosk.incidents.views.rows_by_hand import rows_put_right
from kiosk.incidents.views.steps import steps_of
from kiosk.incidents.views.task_parts import passed_lines, task_panel
from kiosk.incidents.views.words import (
    KINDS,
    LEVELS,
    OUTCOMES,
    late_words,
    no_answer_words,
)
from kiosk.report.clear_check import changed_unnoticed, check
from kiosk.report.clear_columns import Altered
from kiosk.report.models import Reader
from kiosk.report.opening import NO_REPORT, KeyNotGranted, OpenedReport, ReportNotYours, read_report
from kiosk.report.way_back import answers_changed, has_way_back
from kiosk.roles import READING_ROLES
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.site import current_site
from kiosk.stores import reports, school
from kiosk.words import by_words, date_words, role_words, slot_words


@dataclass(frozen=True)
class Case:
    """An incident with its opened report, for somebody who may read it."""

    incident: Incident
    report: OpenedReport


@bp.get("/incidents/<int:number>")
@staff_required(*READING_ROLES)
def show(number: int) -> ResponseReturnValue:
    """One incident, for a reader of its report; the reading is logged before the words are shown."""
    found = case_or_404(number)
    if changed_unnoticed(reports(), found.report):
        found = _put_back(found)
    if rows_put_right(found.incident, found.report):
        found = case_or_404(number)
    log_reading(found, now_utc())
    return show_case(found)


@bp.errorhandler(KeyNotGranted)
def key_waits(error: KeyNotGranted) -> ResponseReturnValue:
    """The page for a reader with a new key, which another reader has to approve first."""
    line = _("You have a new key. Ask another reader to approve it under Keys, then open this again.")
    return _problem("key", _("Your key is not approved yet"), line), 403


@bp.errorhandler(EnvelopeBroken)
def changed_from_outside(error: EnvelopeBroken) -> ResponseReturnValue:
    """The page for a report or note that was changed in the database."""
    return _problem("wrench", _("This cannot be opened"), _(CHANGED)), 500


@bp.errorhandler(NoSuchCase)
def not_there_or_not_yours(error: NoSuchCase) -> ResponseReturnValue:
    """The one page for what does not exist and for what this person may not read."""
    return give_back(nothing_here(), error.status)


def nothing_here() -> ErrorPage:
    """What is said of every case that this person may not read, whether it exists or not."""
    line = _("It may not exist, or it may be for other people to read. What you may read is under Reports.")
    return ErrorPage("compass", _("There is nothing here that you may read"), line)


def _problem(picture: str, title: str, line: str) -> str:
    return render_template("errors/staff.html", error=ErrorPage(picture, title, line))


def case_or_404(number: int, held: bool = False) -> Case:
    """The incident with this number, for a reader of its report whose key is open.

    With the key put away every number leads to the page for the password, before anything is looked up. An incident of
    others and one that does not exist get one page, at the same price (promise S9).
    """
    reader = opener()
    incident = incident_of(school(), number, held)
    try:
        report = read_report(reports(), incident.report_id if incident else NO_REPORT, reader)
    except ReportNotYours:
        raise NoSuchCase from None
    if incident is None:
        raise NoSuchCase
    return Case(incident, report)


def show_case(found: Case, filled: Filled | None = None, status: int = 200) -> ResponseReturnValue:
    """The page of an incident, with a form as it was sent if something has to be corrected."""
    now = now_utc()
    incident, report = found.incident, found.report
    can_reply = has_way_back(reports(), report.body)
    entries = entries_of(school(), incident.id)
    stands, pairs = standing(entries, report.case_keys), taken_back(entries, report.case_keys)
    names, kept = staff_names(), kept_of(incident)
    closing = None if incident.closed_at else asked(school(), incident, stands)
    belonging = belonging_of(incident, report, entries, now)
    shown = [entry for entry in entries if belonging.shows(entry)]
    joined = joined_of(school(), reports(), opener(), incident, report, stands)
    kept_forms = {form: (values_in(kept, form), kept_on(kept, form)) for form in kept}
    steps = steps_of(incident, report, filled, kept_forms, joined)
    tasks = task_panel(incident, report, stands, names, filled, now)
    together = sent_from_one_form(school(), reports(), report, signed_in_staff())
    page = render_template(
        "incidents/show.html",
        incident=incident,
        kind=_(KINDS[report.route.id]),
        level=_(LEVELS[incident.level]),
        clock=clock_of(incident, now),
        outcome=_(OUTCOMES[incident.outcome]) if incident.outcome else "",
        arrived=slot_words(report.slot, current_site().calendar, now),
        said=pieces(report.body.get("words", "")),
        address=inert(report.body.get("address", "")),
        child_name=pieces(report.body.get("name", "")),
        written_by=report.body.get(BY, ""),
        answers=answered(report.body, names_of(report.body.get("exclude", []))),
        entries=log_lines(shown, pairs, report, names, now),
        take_back=offered(can_take_back(incident, report, shown, signed_in_staff(), now)),
        belonging=belonging,
        readers=_readers(report),
        about_staff=report.route.id in ABOUT_STAFF,
        may_step_aside=len(report.readers) > 1,
        image_rule=current_site().facts.fill(
            _("If a picture may be illegal, leave it on the device and ring the police on {help:police-101}.")
        ),
        steps=steps,
        joined=joined,
        row_changed=_(CHANGED) if joined.differs else "",
        kept=kept_lines(kept, incident.number),
        rings=rings_of(incident, report, stands, _who_is_there(report), now),
        items=items_of(report, stands, now),
        can_tell=not incident.closed_at and may_tell(incident, report, signed_in_staff()),
        passed=passed_lines(stands, report, names),
        tasks=tasks,
        closing=closing,
        complaints=[] if incident.closed_at else complaint_lines(stands, report),
        asked_by_me=closing is not None and closing.staff_id == signed_in_staff().id,
        can_reply=can_reply,
        columns_changed=Altered.COLUMNS in report.altered or report.differs,
        exchanged=not is_as_opened(entries, report),
        case_changed=Altered.CASE in report.altered,
        answers_changed=Altered.ANSWERS in report.altered or answers_changed(reports(), report.body),
        together=together,
        no_answer=_no_answer(incident, report, now, together),
        can_be_filed=can_be_filed(report, signed_in_staff().roles),
        filed=_filed_words(in_file_since(stands, report.case_keys), now),
        errors=filled.errors.summary() if filled else [],
        written=not_shown(filled, *(one.name for one in steps), TASK if tasks.fields else ""),
    )
    return page, status


def _filed_words(line: IncidentEntry | None, now: datetime) -> str:
    """Since when a case stands in the child protection file, and by whom."""
    if line is None:
        return ""
    zone = current_site().calendar.zone
    day = date_words(line.at.astimezone(zone).date(), now.astimezone(zone).date())
    return str(_("In the child protection file since %(day)s, by %(name)s.", day=day, name=line.staff.name))


def _put_back(found: Case) -> Case:
    """Put back what somebody changed by hand, tell every reader, and read the case again."""
    with current_site().databases.reports.write() as session:
        check(session, opener(), [found.report.id])
    reports().rollback()
    return case_or_404(found.incident.number)


def log_reading(found: Case, now: datetime) -> None:
    """Log the reading in its own short session, because the session of this request can only read."""
    staff_id, number = signed_in_staff().id, found.incident.number
    if read_lately(school(), found.incident.id, staff_id, now):
        return
    with current_site().databases.school.write() as session:
        held = incident_of(session, number, held=True)
        if held:
            note_read(session, held, staff_id, now)
            note_seen(session, found.report, staff_id, current_site().calendar, now)
    school().rollback()  # so that the page shows the new line as well


def clock_of(incident: Incident, now: datetime) -> dict[str, Any]:
    """The clock of an incident in words, how much of it has gone, and whether it is late."""
    site = current_site()
    clock = read_clock(site.calendar, incident.opened_at, incident.next_step_by, now)
    if clock.late:
        words = late_words(clock, site.calendar)
    else:
        words = _("Next step by %(when)s", when=by_words(clock.due, site.calendar, now))
    return {"share": clock.share, "late": clock.late, "words": words}


def _no_answer(incident: Incident, report: OpenedReport, now: datetime, together: list[int]) -> str:
    calendar = current_site().calendar
    late = answer_late(school(), calendar, incident, report, now, together)
    return no_answer_words(late, calendar) if late else ""


def staff_names() -> dict[str, str]:
    """The names of all staff by id, of those who have left too: a line of the log can name each of them."""
    return {id.hex: name for id, name in school().execute(select(StaffMember.id, StaffMember.name))}


def _readers(report: OpenedReport) -> list[str]:
    """Who can read this report, and in which role: this person first, then by name."""
    me, you = signed_in_staff().id, _("You")
    return [
        f"{you if reader.id == me else reader.name} ({'; '.join(roles)})"
        for reader, roles in sorted(reader_roles(report), key=lambda one: one[0].id != me)
    ]


def reader_roles(report: OpenedReport) -> list[tuple[Reader, list[str]]]:
    """Who can read this report, by name, each with the roles in words."""
    ids = [reader.id for reader in report.readers]
    held: dict[uuid.UUID, list[str]] = {}
    for holder in school().scalars(select(RoleHolder).where(RoleHolder.staff_id.in_(ids))):
        held.setdefault(holder.staff_id, []).append(role_words(holder.role, holder.deputy))
    return [(reader, held.get(reader.id, [])) for reader in report.readers]


def _who_is_there(report: OpenedReport) -> list[str]:
    """Whoever else may read this report and is not away, by name."""
    mine = signed_in_staff().id
    return [reader.name for reader in report.readers if reader.id != mine and not reader.absent]


def names_of(hex_ids: list[str]) -> list[str]:
    """The names of staff whom the child ticked because they should not read it."""
    ids = [uuid.UUID(hex_id) for hex_id in hex_ids]
    if not ids:
        return []
    return list(
        school().scalars(select(StaffMember.name).where(StaffMember.id.in_(ids)).order_by(StaffMember.name))
    )
