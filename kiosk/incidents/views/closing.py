"""Closing an incident: the form, and the page on which a second reader agrees or sends it back."""

from collections.abc import Sequence
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
from kiosk.incidents.closing_joined import (
    FollowersStay,
    GoesOnElsewhere,
    NotAllRead,
    NotSeriousJoined,
    Stay,
    agree_joined,
    any_needs_second,
    any_severe,
    ask_second_joined,
    close_joined,
    decided_for_all,
    stays_of,
    unread_of,
)
from kiosk.incidents.complaints import waiting
from kiosk.incidents.drafts import end_own_drafts
from kiosk.incidents.forms import NOTE_LONGEST, Filled, Question, read_form
from kiosk.incidents.models import CaseOutcome, IncidentEntry
from kiosk.incidents.numbers import ABOUT_STAFF
from kiosk.incidents.tasks import LEFT, Task, TasksOpen, do_task, left_words, open_in
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.blueprint import bp
from kiosk.incidents.views.case import Case, case_or_404, staff_names
from kiosk.incidents.views.joined_parts import (
    WHY_STAYS,
    HeldCase,
    goes_on_elsewhere,
    hold_case,
    joined_lines,
    numbers_words,
    with_joined,
)
from kiosk.incidents.views.kept import CLOSE, kept_of, kept_on, values_in
from kiosk.incidents.views.lesson_words import lesson_choices
from kiosk.incidents.views.log_lines import note_words
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
from kiosk.report.access import kept_out_of
from kiosk.report.way_back import note_state
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import commit_both, reports, roll_back_both, school
from kiosk.words import date_words

BACK = (Question("note", N_("Write why it should stay open, or what is missing."), NOTE_LONGEST),)
NOT_SERIOUS_JOINED = N_(
    "Others go on in this incident. Each that was not meant seriously is called so by itself: part them first."
)
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
    """Close it with all that goes on in it, or ask a second reader where one person alone is not enough."""
    held = hold_case(number)
    found, staff, now = held.found, signed_in_staff(), now_utc()
    incident, report = found.incident, found.report
    severe = any_severe(held.known, held.joined)
    tasks = [] if incident.closed_at else open_in(held.known.entries, report)
    choices = _choices(found) | settling_choices(tasks)
    questions = (*closing.questions_for(severe, closing.LESSON in choices), *settling_questions(tasks))
    filled = read_form(CLOSE, questions, request.form, choices)
    if incident.closed_at:
        return to_correct(found, closed_meanwhile(filled), 409)
    if held.joined.goes_on_in is not None:
        return to_correct(found, goes_on_elsewhere(filled, held.joined.goes_on_in), 409)
    if filled.errors:
        return _again(number, filled, 422)
    needs_second = any_needs_second(held.known, held.joined, CaseOutcome(filled.values["outcome"]), staff)
    try:
        values = _settled(found, filled, tasks, held.known.entries)
        known = with_joined(found).known  # with what was done just now
        (ask_second_joined if needs_second else close_joined)(
            school(), reports(), known, held.joined, staff, now, values
        )
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
    except FollowersStay:
        filled.errors.add(
            WHOLE, N_("Nothing is closed, as some cannot be: see “Before it can close”. Nothing is lost.")
        )
        return _again(number, filled, 409)
    except NotSeriousJoined:
        filled.errors.add("outcome", NOT_SERIOUS_JOINED)
        return _again(number, filled, 422)
    end_own_drafts(school(), incident.id, staff.id, CLOSE)
    if not needs_second:
        _tell_children(held)
    commit_both()
    if needs_second:
        flash(_("It stays open until another reader agrees. They have been told to look."))
        return redirect(url_for(".show", number=number))
    flash(_("Closed. It stays in the log."))
    return redirect(url_for(".show", number=number))


@bp.post("/incidents/<int:number>/close/agree")
@staff_required(*READING_ROLES)
def agree(number: int) -> ResponseReturnValue:
    """Close it as somebody else asked, with all that goes on in it."""
    held = hold_case(number)
    try:
        seen = request.form.get("asked", "")
        agree_joined(school(), reports(), held.known, held.joined, signed_in_staff(), now_utc(), seen)
    except closing.NotDecided:
        roll_back_both()
        flash(_("Nothing was changed: a complaint waits for an answer. Answer it first."))
        return redirect(url_for(".show", number=number))
    except (IncidentClosed, closing.NotTheSecond, GoesOnElsewhere, NotSeriousJoined):
        return _too_late(number)
    except TasksOpen:
        return _too_late(
            number, _("Nothing was changed: something is to do that was not named. Send it back.")
        )
    except FollowersStay as error:
        stays = "; ".join(_stay_words(one) for one in error.stays)
        return _too_late(number, _("Nothing was changed, as some cannot be closed: %(stays)s.", stays=stays))
    except NotAllRead as error:
        numbers = numbers_words(error.numbers)
        return _too_late(number, _("Nothing was changed: read these first: %(numbers)s.", numbers=numbers))
    _tell_children(held)
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


def _tell_children(held: HeldCase) -> None:
    """The way back of each child says that the report is closed."""
    for case in held.with_followers:
        note_state(reports(), case.report.body, "closed", current_site().today())


def _too_late(number: int, words: str = "") -> ResponseReturnValue:
    roll_back_both()
    flash(words or _(TOO_LATE))
    return redirect(url_for(".show", number=number))


def _again(number: int, filled: Filled, status: int) -> ResponseReturnValue:
    roll_back_both()
    return _page(case_or_404(number), filled), status


def _owners(found: Case) -> dict[str, str]:
    """Who can see to a change: whoever works here and is not kept out; its readers alone where it may be about one."""
    people = found.report.readers if found.report.route.id in ABOUT_STAFF else present_staff(school())
    out = kept_out_of(found.report.body)
    return {one.id.hex: one.name for one in people if one.id.hex not in out}


def _choices(found: Case) -> dict[str, dict[str, str]]:
    """The choices of the form; those of a lesson only where one fits the route in the sealed text."""
    lessons = lesson_choices(found.report.route.id)
    return choices_of(CLOSE, _owners(found)) | ({closing.LESSON: lessons} if lessons else {})


def _page(found: Case, filled: Filled | None = None) -> str:
    incident, report, staff = found.incident, found.report, signed_in_staff()
    held = with_joined(found)
    entries, joined = held.known.entries, held.joined
    asked = None if incident.closed_at else closing.asked(school(), incident, entries)
    severe = any_severe(held.known, joined)
    choices, kept = _choices(found), kept_of(incident)
    questions = closing.questions_for(severe, closing.LESSON in choices)
    site = current_site()
    tasks = [] if incident.closed_at else open_in(entries, report)
    names = staff_names() if asked or tasks else {}
    mine = bool(asked and asked.staff_id == staff.id)
    return render_template(
        "incidents/close.html",
        number=incident.number,
        kind=_(KINDS[report.route.id]),
        closed=incident.closed_at is not None,
        goes_on_in=joined.goes_on_in,
        severe=severe,
        alone=len(report.readers) < 2,
        asked=asked,
        mine=mine,
        asked_on=date_words(asked.at.astimezone(site.calendar.zone).date(), site.today()) if asked else "",
        asked_words=note_words(asked, report, names) if asked else [],
        followers=joined_lines(joined.follower_numbers, unread_of(held.known, joined, staff)),
        unread=joined_lines(unread_of(held.known, joined, staff)) if asked and not mine else [],
        fields=list(fields_of(CLOSE, questions, LABELS, choices, filled, values_in(kept, CLOSE))),
        tasks=settling_fields(CLOSE, tasks, names, filled, site.today()),
        back=list(fields_of("back", BACK, {"note": N_("Why it should stay open")}, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        kept="" if filled else kept_on(kept, CLOSE),
        written=not_shown(filled, "" if incident.closed_at else "back" if asked else CLOSE),
        points=_points(held, severe),
    )


def _points(held: HeldCase, severe: bool) -> list[Point]:
    """What must have been decided, each with its way out."""
    number = held.found.incident.number
    done = decided_for_all(held.known, held.joined)
    found = [
        Point(_(words), done[name], _(way), url_for(".show_record", number=number, record=to))
        for name, (words, way, to) in MISSING.items()
        if severe
    ]
    if waiting(held.known.entries, held.found.report):
        way_out = url_for(".show_complaint", number=number)
        found.append(Point(_("Complaint: answered"), False, _("Answer the complaint"), way_out))
    for one in stays_of(held.joined):
        words = _stay_words(one)
        found.append(Point(words, False, words, url_for(".show", number=one.number)))
    return found


def _stay_words(stay: Stay) -> str:
    return str(_(WHY_STAYS[stay.why], number=f"{stay.number:04}"))
