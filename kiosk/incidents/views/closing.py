"""Closing an incident, or asking a second reader to agree, and what that second reader answers."""

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.forms import WHOLE
from kiosk.incidents import closing
from kiosk.incidents.actions import IncidentClosed
from kiosk.incidents.closing_joined import (
    FollowersStay,
    GoesOnElsewhere,
    NotAllRead,
    NotSeriousJoined,
    agree_joined,
    any_needs_second,
    any_severe,
    ask_second_joined,
    close_joined,
)
from kiosk.incidents.drafts import end_own_drafts
from kiosk.incidents.forms import Filled, read_form
from kiosk.incidents.models import CaseOutcome, IncidentEntry
from kiosk.incidents.standing import standing_of
from kiosk.incidents.tasks import LEFT, Task, TasksOpen, do_task, left_words, open_in
from kiosk.incidents.views.acting import closed_meanwhile, to_correct
from kiosk.incidents.views.blueprint import bp
from kiosk.incidents.views.case import Case, case_or_404
from kiosk.incidents.views.closing_page import (
    BACK,
    DEBRIEFED,
    closing_again,
    closing_choices,
    closing_page,
    stay_words,
)
from kiosk.incidents.views.joined_parts import (
    HeldCase,
    goes_on_elsewhere,
    hold_case,
    numbers_words,
)
from kiosk.incidents.views.kept import CLOSE
from kiosk.incidents.views.task_parts import (
    DONE,
    SETTLED,
    settling_choices,
    settling_questions,
)
from kiosk.messages import N_
from kiosk.report.way_back import note_state
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import commit_both, reports, roll_back_both, school

NOT_SERIOUS_JOINED = N_(
    "Others go on in this incident. Each that was not meant seriously is called so by itself: part them first."
)
TOO_LATE = N_("Nothing was changed: somebody has closed it or sent it back, or it was you who asked.")
LESS_URGENT = N_(
    "It is less urgent than when you began to write, so no debrief is asked for any more. What you wrote is below."
)


@bp.get("/incidents/<int:number>/close")
@staff_required(*READING_ROLES)
def show_closing(number: int) -> ResponseReturnValue:
    """The form for closing, or what a second reader is asked to agree to."""
    return closing_page(case_or_404(number))


@bp.post("/incidents/<int:number>/close")
@staff_required(*READING_ROLES)
def close(number: int) -> ResponseReturnValue:
    """Close it with all that goes on in it, or ask a second reader where one person alone is not enough."""
    held = hold_case(number)
    found, staff, now = held.found, signed_in_staff(), now_utc()
    incident, report = found.incident, found.report
    severe = any_severe(held.known, held.joined)
    tasks = [] if incident.closed_at else open_in(held.known.entries, report)
    choices = closing_choices(found) | settling_choices(tasks)
    debriefed = (
        severe or DEBRIEFED in request.form
    )  # the page may have asked for more than is asked for by now
    asked = closing.questions_for(debriefed, closing.LESSON in choices)
    questions = (*asked, *settling_questions(tasks))
    filled = read_form(CLOSE, questions, request.form, choices)
    if incident.closed_at:
        return to_correct(found, closed_meanwhile(filled), 409)
    if held.joined.goes_on_in is not None:
        return to_correct(found, goes_on_elsewhere(filled, held.joined.goes_on_in), 409)
    if debriefed and not severe:
        filled = Filled(CLOSE, filled.values)  # some of its questions are not asked any more
        filled.errors.add(WHOLE, LESS_URGENT)
        return closing_again(number, filled, 409)
    if filled.errors:
        return closing_again(number, filled, 422)
    needs_second = any_needs_second(held.known, held.joined, CaseOutcome(filled.values["outcome"]), staff)
    try:
        values = _settled(found, filled, tasks, held.known.entries)
        with_done = standing_of(school(), incident.id, report)  # and what was done just now
        known = replace(held.known, entries=with_done)
        (ask_second_joined if needs_second else close_joined)(
            school(), reports(), known, held.joined, staff, now, values
        )
    except closing.AskedAlready:
        filled.errors.add(
            WHOLE, N_("Somebody has asked a second reader in the meantime. What they wrote is here.")
        )
        return closing_again(number, filled, 409)
    except closing.NotDecided:
        filled.errors.add(
            WHOLE, N_("Something must be decided first: see “Before it can close”. Nothing is lost.")
        )
        return closing_again(number, filled, 409)
    except FollowersStay:
        filled.errors.add(
            WHOLE, N_("Nothing is closed, as some cannot be: see “Before it can close”. Nothing is lost.")
        )
        return closing_again(number, filled, 409)
    except NotSeriousJoined:
        filled.errors.add("outcome", NOT_SERIOUS_JOINED)
        return closing_again(number, filled, 422)
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
        stays = "; ".join(stay_words(one) for one in error.stays)
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
        return closing_again(number, filled, 422)
    try:
        incident, staff, note = found.incident, signed_in_staff(), filled.values["note"]
        closing.send_back(school(), reports(), incident, staff, now_utc(), note, found.report)
    except closing.NotTheSecond:
        filled.errors.add(WHOLE, TOO_LATE)
        return closing_again(number, filled, 409)
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
