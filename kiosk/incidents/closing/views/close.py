"""Closing a case: its page, closing it alone or with a second reader, and closing it into the one it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.staff.people import present_staff
from kiosk.incidents.blueprint import acting_now, back_to_case, case_page, left_alone, read_anew
from kiosk.incidents.case.case_file import CaseFile, IncidentClosed
from kiosk.incidents.case.drafts import end_own_drafts
from kiosk.incidents.case.forms import NOTE_LONGEST, Filled, Question, read_form
from kiosk.incidents.case.links import group_of
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case.tasks import TASKS_LEFT, Task, complete_task, open_tasks_in, write_tasks_left
from kiosk.incidents.case.views.case import refuse_closed
from kiosk.incidents.case.views.case_page import staff_names
from kiosk.incidents.case.views.draft_values import CLOSE, draft_day, drafts_for, values_in
from kiosk.incidents.case.views.linking import group_held
from kiosk.incidents.case.views.record_words import LABELS, lesson_choices, not_shown, note_words, typed_text
from kiosk.incidents.case.views.steps import Field, fields_of
from kiosk.incidents.case.views.task_parts import by_day
from kiosk.incidents.closing import close as closing
from kiosk.incidents.closing.close import ClosingNeed, ClosingRequirement, StaysOpen, WhyOpen
from kiosk.incidents.kind_words import KINDS, OUTCOMES
from kiosk.incidents.models import IncidentEntry
from kiosk.report.access.renewal import excluded_from
from kiosk.site import current_site
from kiosk.web.forms import WHOLE
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import date_words

SETTLED = "task_"  # followed by a task's id, the name of the field that asks about that task
DONE, LEFT_OVER = "done", "left"
SETTLING = {DONE: N_("It is done"), LEFT_OVER: N_("It stays to do, and the log says so")}
BACK = (Question("note", N_("Write why it should stay open, or what is missing."), NOTE_LONGEST),)
DEBRIEFED = "debrief"  # the field that says that the page asked for a debrief
TOO_LATE = N_("Nothing was changed: somebody has closed it or sent it back, or it was you who asked.")
LESS_URGENT = N_(
    "It is less urgent than when you began to write, so no debrief is asked for any more. What you wrote is below."
)
CLOSED = N_("Closed. It stays in the log.")
STAYS = N_("It stays open until another reader agrees. They have been told to look.")
# What is said above the form of closing, which comes back with everything that was typed.
STAYS_OPEN = {
    WhyOpen.POINTS: N_("Something must be decided first: see “Before it can close”. Nothing is lost."),
    WhyOpen.ASKED: N_("Somebody has asked a second reader in the meantime. What they wrote is here."),
}
# What is said to whoever agrees.
NOT_CLOSED = {
    WhyOpen.POINTS: N_("Nothing was changed, as this is open: %(what)s."),
    WhyOpen.TASKS: N_("Nothing was changed: something is to do that was not named. Send it back."),
    WhyOpen.UNREAD: N_("Nothing was changed: read these first: %(what)s."),
    WhyOpen.BY_ITSELF: N_("Nothing was changed: it belongs to no open incident any more."),
}
# Each point: what it says when it is done, where it is done, and what to do.
POINTS = {
    ClosingNeed.PARENTS: (N_("Parents: decided"), N_("Decide about parents")),
    ClosingNeed.OUTSIDE: (N_("Police or social care: decided"), N_("Refer it, or decide not to")),
    ClosingNeed.COMPLAINT: (N_("Complaint: answered"), N_("Answer the complaint")),
    ClosingNeed.KEY: ("", N_("Incident %(number)s: your key is not approved there yet")),
    ClosingNeed.CASE: ("", N_("Incident %(number)s belongs to this one and is open")),
    ClosingNeed.ANSWER: ("", N_("Incident %(number)s: the child waits for an answer")),
}
RECORDS = {ClosingNeed.PARENTS: "parents", ClosingNeed.OUTSIDE: "referred"}


@dataclass(frozen=True)
class ClosingPage:
    """Everything that the page of closing shows."""

    number: int
    kind: str
    closed: bool
    severe: bool
    alone: bool  # nobody but the viewer can read this case now
    belongs_to: int | None
    others: Sequence[int]  # the numbers of cases that belong to this one
    unread: Sequence[int]  # those of the group that the viewer has to read before agreeing
    asked: IncidentEntry | None  # the line by which somebody asks a second reader to agree
    asked_by_me: bool
    asked_on: str
    asked_words: Sequence[tuple[str, str]]
    points: Sequence[tuple[bool, str, str]]  # whether each is done, what to say of it, and where to see to it
    fields: Sequence[Field]
    tasks: Sequence[Field]
    back: Sequence[Field]
    errors: Sequence[tuple[str, str]]
    kept: str
    written: str


@case_page("/close", "POST")
def close(case: CaseFile) -> ResponseReturnValue:
    """Close a case, or ask a second reader where one person alone is not enough."""
    acting, group = acting_now(), group_held(case)
    case = group.case
    severe, tasks = closing.any_severe(group), [] if case.incident.closed_at else open_tasks_in(case)
    # The page may have asked for more than is asked for by now.
    debriefed = severe or DEBRIEFED in request.form
    choices = closing_choices(case, debriefed) | _open_task_choices(tasks)
    questions = closing.questions_for(debriefed, closing.LESSON in choices)
    filled = read_form(CLOSE, (*questions, *_open_task_questions(tasks)), request.form, choices)
    if debriefed and not severe:
        filled = Filled(CLOSE, filled.values)  # some of its questions are not asked any more
        filled.errors.add(WHOLE, LESS_URGENT)
    refuse_closed(case, filled)
    if filled.errors:
        return closing_form_with_errors(case, filled, 409 if debriefed and not severe else 422)
    done = [one for one in tasks if filled.values[SETTLED + one.id.hex] == DONE]
    for one in done:
        complete_task(acting, case, one.id)
    left = write_tasks_left([one for one in tasks if one not in done])
    try:
        is_closed = closing.close(acting, group_of(acting, case.fresh()), {**filled.values, TASKS_LEFT: left})
    except StaysOpen as error:
        filled.errors.add(WHOLE, STAYS_OPEN[error.why])
        return closing_form_with_errors(case, filled, 409)
    end_own_drafts(school(), case.incident.id, acting.staff.id, CLOSE)
    return back_to_case(case, CLOSED if is_closed else STAYS)


@case_page("/close/agree", "POST")
def agree(case: CaseFile) -> ResponseReturnValue:
    """Close a case as its second reader."""
    group, asked = group_held(case), request.form.get("asked", "")
    return _closed_or_why_not(group.case, partial(closing.agree, acting_now(), group, asked))


@case_page("/close/into", "POST")
def close_into(case: CaseFile) -> ResponseReturnValue:
    """Close a case because it belongs to another one: nothing else is asked."""
    group = group_held(case)
    return _closed_or_why_not(group.case, partial(closing.close_into, acting_now(), group))


@case_page("/close/not-yet", "POST")
def send_back(case: CaseFile) -> ResponseReturnValue:
    """Refuse, as the second reader, to close a case yet, with a reason."""
    filled = read_form("back", BACK, request.form, {})
    refuse_closed(case, filled)
    if filled.errors:
        return closing_form_with_errors(case, filled, 422)
    try:
        closing.send_back(acting_now(), case, filled.values["note"])
    except StaysOpen:
        filled.errors.add(WHOLE, TOO_LATE)
        return closing_form_with_errors(case, filled, 409)
    return back_to_case(case, N_("It stays open. Whoever asked has been told to look."))


def closing_form_with_errors(case: CaseFile, filled: Filled, status: int) -> ResponseReturnValue:
    """The page with everything typed and what to correct; nothing of this request is written."""
    return show_closing(read_anew(case), filled), status


@case_page("/close")
def show_closing(case: CaseFile, filled: Filled | None = None) -> str:
    """The form for closing, or what a second reader is asked to agree to."""
    acting, incident, report = acting_now(), case.incident, case.report
    group = group_of(acting, case)
    asked = None if incident.closed_at else closing.open_request_for_second_reader(case)
    severe, kept = closing.any_severe(group), drafts_for(incident)
    choices = closing_choices(case, severe)
    questions = closing.questions_for(severe, closing.LESSON in choices)
    tasks = [] if incident.closed_at else open_tasks_in(case)
    names = staff_names() if asked or tasks else {}
    page = ClosingPage(
        number=incident.number,
        kind=_(KINDS[report.route.id]),
        closed=incident.closed_at is not None,
        severe=severe,
        alone=len(report.readers) < 2,
        belongs_to=group.belongs_to.incident.number if group.belongs_to else None,
        others=sorted([*(one.incident.number for one in group.others), *group.shut]),
        unread=closing.unread_of(group, acting.staff),
        asked=asked,
        asked_by_me=asked is not None and asked.staff_id == acting.staff.id,
        asked_on=date_words(current_site().local(asked.at).date(), acting.today) if asked else "",
        asked_words=note_words(asked, report, names) if asked else [],
        points=[_point_line(one, incident.number) for one in closing.what_is_open(acting, group)],
        fields=list(fields_of(CLOSE, questions, LABELS, choices, filled, values_in(kept, CLOSE))),
        tasks=_open_task_fields(CLOSE, tasks, names, filled, acting.today),
        back=list(fields_of("back", BACK, {"note": N_("Why it should stay open")}, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        kept="" if filled else draft_day(kept, CLOSE),
        written=_not_asked(filled, "" if incident.closed_at else "back" if asked else CLOSE, severe),
    )
    return render_template("incidents/closing/close.html", closing_page=page)


def closing_choices(case: CaseFile, debrief: bool) -> dict[str, dict[str, str]]:
    """The choices of the form; in a debrief those of a lesson only where one fits the route in the sealed text.

    Who can see to a change: whoever works here and is not kept out; its readers alone where it may be about one.
    """
    found = {"outcome": {one.value: str(_(words)) for one, words in OUTCOMES.items()}}
    if debrief:
        route, out = case.report.route.id, excluded_from(case.report.body)
        people = case.report.readers if route in ABOUT_STAFF else present_staff(school())
        found["owner"] = {one.id.hex: one.name for one in people if one.id.hex not in out}
        if lessons := lesson_choices(route):
            found[closing.LESSON] = lessons
    return found


def _closed_or_why_not(case: CaseFile, close_it: partial[None]) -> ResponseReturnValue:
    """Close it by this verb, or say why it stays open; then nothing is changed."""
    number = case.incident.number
    try:
        close_it()
        return back_to_case(case, CLOSED)
    except IncidentClosed:
        said = _(TOO_LATE)
    except StaysOpen as error:
        points = [_point_line(one, number)[1] for one in error.points if not one.done]
        what = "; ".join(points) or ", ".join(f"{one:04}" for one in error.unread)
        said = _(NOT_CLOSED.get(error.why, TOO_LATE), what=what)
        if any(one.what is ClosingNeed.COMPLAINT for one in error.points):
            said = _("Nothing was changed: a complaint waits for an answer. Answer it first.")
    return left_alone(number, said)


def _not_asked(filled: Filled | None, shown: str, severe: bool) -> str:
    """What was typed and has no box on the page: its form is not shown, or asks for no debrief any more."""
    if filled and filled.step == shown == CLOSE and not severe:
        written = {one.name for one in closing.DEBRIEF if one.longest}
        return typed_text(CLOSE, {name: text for name, text in filled.values.items() if name in written})
    return not_shown(filled, shown)


def _point_line(point: ClosingRequirement, number: int) -> tuple[bool, str, str]:
    """Whether a point is done, what is said of it, and the address where to see to it."""
    done, to_do = POINTS[point.what]
    words = _(done if point.done else to_do, number=f"{point.number:04}")
    if point.what in RECORDS:
        url = url_for(".show_record", number=number, record=RECORDS[point.what])
    elif point.what is ClosingNeed.COMPLAINT:
        url = url_for(".show_complaint", number=number)
    else:
        url = url_for(".show", number=point.number)
    return point.done, words, url


def _open_task_questions(tasks: Sequence[Task]) -> tuple[Question, ...]:
    """What is asked of each open task when a case is closed."""
    missing = N_("Choose whether it is done or stays to do.")
    return tuple(Question(SETTLED + one.id.hex, missing) for one in tasks)


def _open_task_choices(tasks: Sequence[Task]) -> dict[str, dict[str, str]]:
    """The choices of those questions."""
    choices = {value: str(_(words)) for value, words in SETTLING.items()}
    return {SETTLED + one.id.hex: choices for one in tasks}


def _open_task_fields(
    form: str, tasks: Sequence[Task], names: Mapping[str, str], filled: Filled | None, today: date
) -> list[Field]:
    """The controls for them: each with what is to be done, by whom and by when."""
    made = fields_of(form, _open_task_questions(tasks), {}, _open_task_choices(tasks), filled)
    return [
        replace(field, label=f"{one.what} ({names.get(one.owner_id.hex, '')}. {by_day(one.due_on, today)})")
        for one, field in zip(tasks, made, strict=True)
    ]
