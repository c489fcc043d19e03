"""Closing an incident: the form, and the page on which a second reader agrees or sends it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.staff import present_staff
from kiosk.db import now_utc
from kiosk.forms import WHOLE
from kiosk.incidents import closing
from kiosk.incidents.actions import IncidentClosed
from kiosk.incidents.complaints import waiting
from kiosk.incidents.drafts import end_own_drafts
from kiosk.incidents.forms import NOTE_LONGEST, Filled, Question, read_form
from kiosk.incidents.log import entries_of
from kiosk.incidents.models import CaseOutcome, IncidentEntry
from kiosk.incidents.numbers import ABOUT_STAFF
from kiosk.incidents.tasks import LEFT, Task, TasksOpen, do_task, left_words, open_in
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.blueprint import bp
from kiosk.incidents.views.case import Case, case_or_404, note_words, staff_names
from kiosk.incidents.views.kept import CLOSE, kept_of, kept_on, values_in
from kiosk.incidents.views.lesson_words import lesson_choices
from kiosk.incidents.views.record_words import LABELS, choices_of, not_shown
from kiosk.incidents.views.steps import fields_of
from kiosk.incidents.views.task_parts import (
    DONE,
    SETTLED,
    settling_choices,
    settling_fields,
    settling_questions,
)
from kiosk.incidents.views.words import KINDS
from kiosk.messages import N_
from kiosk.report.way_back import note_state
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import commit_both, reports, roll_back_both, school
from kiosk.words import date_words

BACK = (Question("note", N_("Write why it should stay open, or what is missing."), NOTE_LONGEST),)
TOO_LATE = N_("Nothing was changed: somebody has closed it or sent it back, or it was you who asked.")
MISSING = {
    "parents": (N_("Parents: decided"), N_("Decide about parents"), "parents"),
    "outside": (N_("Police or social care: decided"), N_("Refer it, or decide not to"), "referred"),
}


@dataclass(frozen=True)
class Point:
    """One thing that must have been decided, and where to decide it."""

    words: str
    done: bool
    way: str
    url: str


@bp.get("/incidents/<int:number>/close")
@staff_required(*READING_ROLES)
def show_closing(number: int) -> ResponseReturnValue:
    """The form for closing, or what a second reader is asked to agree to."""
    return _page(case_or_404(number))


@bp.post("/incidents/<int:number>/close")
@staff_required(*READING_ROLES)
def close(number: int) -> ResponseReturnValue:
    """Close it, or ask a second reader where one person alone is not enough."""
    found = case_or_404(number, held=True)
    incident, report, staff, now = found.incident, found.report, signed_in_staff(), now_utc()
    severe = closing.is_severe(incident, report)
    entries = entries_of(school(), incident.id)
    tasks = [] if incident.closed_at else open_in(entries, report)
    choices = _choices(found) | settling_choices(tasks)
    questions = (*closing.questions_for(severe, closing.LESSON in choices), *settling_questions(tasks))
    filled = read_form(CLOSE, questions, request.form, choices)
    if incident.closed_at:
        return to_correct(found, closed_meanwhile(filled), 409)
    if filled.errors:
        return _again(number, filled, 422)
    outcome = CaseOutcome(filled.values["outcome"])
    needs_second = closing.needs_second(incident, report, outcome, entries, staff)
    try:
        both = (school(), reports(), incident, staff, now, _settled(found, filled, tasks, entries), report)
        entries = entries_of(school(), incident.id)  # with what was done just now
        if needs_second:
            closing.ask_second(*both, entries)
        else:
            closing.close(*both, entries)
            note_state(reports(), report.body, "closed", current_site().today())
    except closing.AskedAlready:
        filled.errors.add(
            WHOLE, N_("Somebody has asked a second reader in the meantime. What they wrote is here.")
        )
        return _again(number, filled, 409)
    except closing.NotDecided:
        filled.errors.add(
            WHOLE, N_("Something must be decided first: see “Before it can close”. Nothing is lost.")
        )
        return _again(number, filled, 409)
    end_own_drafts(school(), incident.id, staff.id, CLOSE)
    commit_both()
    if needs_second:
        flash(_("It stays open until another reader agrees. They have been told to look."))
        return redirect(url_for(".show", number=number))
    flash(_("Closed. It stays in the log."))
    return redirect(url_for(".show", number=number))


@bp.post("/incidents/<int:number>/close/agree")
@staff_required(*READING_ROLES)
def agree(number: int) -> ResponseReturnValue:
    """Close it as somebody else asked."""
    found = case_or_404(number, held=True)
    incident, report = found.incident, found.report
    entries = entries_of(school(), incident.id)
    try:
        seen = request.form.get("asked", "")
        closing.agree(school(), reports(), incident, signed_in_staff(), now_utc(), entries, report, seen)
    except closing.NotDecided:
        roll_back_both()
        flash(_("Nothing was changed: a complaint waits for an answer. Answer it first."))
        return redirect(url_for(".show", number=number))
    except (IncidentClosed, closing.NotTheSecond):
        return _too_late(number)
    except TasksOpen:
        return _too_late(
            number, _("Nothing was changed: something is to do that was not named. Send it back.")
        )
    note_state(reports(), report.body, "closed", current_site().today())
    commit_both()
    flash(_("Closed. It stays in the log."))
    return redirect(url_for(".show", number=number))


@bp.post("/incidents/<int:number>/close/not-yet")
@staff_required(*READING_ROLES)
def send_back(number: int) -> ResponseReturnValue:
    """Say that it is not to be closed yet, and why."""
    found = case_or_404(number, held=True)
    filled = read_form("back", BACK, request.form, {})
    if found.incident.closed_at:
        return to_correct(found, closed_meanwhile(filled), 409)
    if filled.errors:
        return _again(number, filled, 422)
    try:
        incident, staff, note = found.incident, signed_in_staff(), filled.values["note"]
        closing.send_back(school(), reports(), incident, staff, now_utc(), note, found.report)
    except closing.NotTheSecond:
        filled.errors.add(WHOLE, TOO_LATE)
        return _again(number, filled, 409)
    commit_both()
    flash(_("It stays open. Whoever asked has been told to look."))
    return redirect(url_for(".show", number=number))


def _settled(
    found: Case, filled: Filled, tasks: Sequence[Task], entries: Sequence[IncidentEntry]
) -> dict[str, str]:
    """Write down which tasks are done; the values of the form, with those that stay to do. Raises IncidentClosed."""
    staff, now, today = signed_in_staff(), now_utc(), current_site().today()
    done = [one for one in tasks if filled.values[SETTLED + one.id.hex] == DONE]
    for one in done:
        do_task(school(), found.incident, staff, now, today, one.id, entries, found.report)
    return {**filled.values, LEFT: left_words([one for one in tasks if one not in done])}


def _too_late(number: int, words: str = "") -> ResponseReturnValue:
    roll_back_both()
    flash(words or _(TOO_LATE))
    return redirect(url_for(".show", number=number))


def _again(number: int, filled: Filled, status: int) -> ResponseReturnValue:
    roll_back_both()
    return _page(case_or_404(number), filled), status


def _owners(found: Case) -> dict[str, str]:
    """Who can see to a change: whoever works here, or its readers alone where the case may be about one of them."""
    people = found.report.readers if found.report.route.id in ABOUT_STAFF else present_staff(school())
    return {one.id.hex: one.name for one in people}


def _choices(found: Case) -> dict[str, dict[str, str]]:
    """The choices of the form; those of a lesson only where one fits the route in the sealed text."""
    lessons = lesson_choices(found.report.route.id)
    return choices_of(CLOSE, _owners(found)) | ({closing.LESSON: lessons} if lessons else {})


def _page(found: Case, filled: Filled | None = None) -> str:
    incident, report, staff = found.incident, found.report, signed_in_staff()
    entries = entries_of(school(), incident.id)
    asked = None if incident.closed_at else closing.asked(school(), incident, entries)
    severe = closing.is_severe(incident, report)
    done = closing.decided(entries)
    choices, kept = _choices(found), kept_of(incident)
    questions = closing.questions_for(severe, closing.LESSON in choices)
    site = current_site()
    tasks = [] if incident.closed_at else open_in(entries, report)
    names = staff_names() if asked or tasks else {}
    return render_template(
        "incidents/close.html",
        number=incident.number,
        kind=_(KINDS[report.route.id]),
        closed=incident.closed_at is not None,
        severe=severe,
        alone=len(report.readers) < 2,
        asked=asked,
        mine=bool(asked and asked.staff_id == staff.id),
        asked_on=date_words(asked.at.astimezone(site.calendar.zone).date(), site.today()) if asked else "",
        asked_words=note_words(asked, report, names) if asked else [],
        fields=list(fields_of(CLOSE, questions, LABELS, choices, filled, values_in(kept, CLOSE))),
        tasks=settling_fields(CLOSE, tasks, names, filled, site.today()),
        back=list(fields_of("back", BACK, {"note": N_("Why it should stay open")}, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        kept="" if filled else kept_on(kept, CLOSE),
        written=not_shown(filled, "" if incident.closed_at else "back" if asked else CLOSE),
        points=_points(incident.number, severe, done, bool(waiting(entries, report))),
    )


def _points(number: int, severe: bool, done: Mapping[str, bool], complaint: bool) -> list[Point]:
    """What must have been decided, each with its way out."""
    found = [
        Point(_(words), done[name], _(way), url_for(".show_record", number=number, record=to))
        for name, (words, way, to) in MISSING.items()
        if severe
    ]
    if complaint:
        way_out = url_for(".show_complaint", number=number)
        found.append(Point(_("Complaint: answered"), False, _("Answer the complaint"), way_out))
    return found
