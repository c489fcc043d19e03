"""Closing a case: its page, closing it alone or with a second reader, and closing it into the one it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from types import SimpleNamespace

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.staff.people import present_staff
from kiosk.incidents.blueprint import acting_now, back_to_case, case_or_404, case_page, left_alone, read_anew
from kiosk.incidents.case.case_file import Acting, CaseFile, IncidentClosed
from kiosk.incidents.case.checklist import ITEMS, NOT, choices_made, goes_on
from kiosk.incidents.case.drafts import end_own_drafts, keep_draft
from kiosk.incidents.case.forms import NOTE_LONGEST, Filled, Question, read_form
from kiosk.incidents.case.links import CaseGroup, group_of
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case.tasks import (
    AGAIN_ON,
    MOST_DAYS,
    TASKS_LEFT,
    Task,
    complete_task,
    next_look,
    open_tasks_in,
    write_tasks_left,
)
from kiosk.incidents.case.views.acting import group_held, keeps_choices
from kiosk.incidents.case.views.case import refuse_closed
from kiosk.incidents.case.views.case_page import FIELD_OF, POINTS, point_line, staff_names
from kiosk.incidents.case.views.draft_values import CLOSE, FIELDS, draft_day, draft_key, drafts_for, values_in
from kiosk.incidents.case.views.record_words import LABELS, choices_of, lesson_choices, not_shown, note_words
from kiosk.incidents.case.views.steps import Field, fields_of
from kiosk.incidents.case.views.task_parts import by_day
from kiosk.incidents.closing import close as closing
from kiosk.incidents.closing.close import ClosingNeed, ClosingRequirement, StaysOpen
from kiosk.incidents.closing.questions import LESSON, check_closing, questions_for
from kiosk.incidents.kind_words import kind_of
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import OpenedReport
from kiosk.report.access.renewal import excluded_from
from kiosk.report.access.routes import readers_for
from kiosk.report.replies.threads import can_be_answered
from kiosk.site import current_site
from kiosk.web.forms import WHOLE
from kiosk.web.request_sessions import commit_both, reports, roll_back_both, school
from kiosk.wording.messages import N_
from kiosk.wording.words import date_words

SETTLED = "task_"  # followed by a task's id, the name of the field that asks about that task
DONE, LEFT_OVER = "done", "left"
SETTLING = {DONE: N_("It is done"), LEFT_OVER: N_("Still to do, and the log says so")}
BACK = (Question("note", N_("Write why it should stay open, or what is missing."), NOTE_LONGEST),)
CLOSED = N_("Closed. It stays in the log.")
STAYS = N_("It stays open until another reader agrees. They have been told to look.")


@case_page("/close", "POST")
def close(case: CaseFile) -> ResponseReturnValue:
    """Close a case, or ask a second reader where one person alone is not enough."""
    acting, group = acting_now(), group_held(case)
    case = group.case
    tasks = [] if case.incident.closed_at else open_tasks_in(case)
    choices = closing_choices(case) | _open_task_choices(tasks)
    questions = _questions(group, choices)
    filled = read_form(CLOSE, (*questions, *_open_task_questions(tasks)), request.form, choices)
    check_closing(filled, acting.today)
    refuse_closed(case, filled)
    if filled.errors:
        points = closing.what_is_open(acting, group, filled.values)
        _note_points(filled, closing.what_keeps_open(points, group, filled.values), case)
        return _kept_with_errors(case, filled, 422)
    done = [one for one in tasks if filled.values[SETTLED + one.id.hex] == DONE]
    for one in done:
        complete_task(acting, case, one.id)
    left = write_tasks_left([one for one in tasks if one not in done])
    try:
        group = group_of(acting, case.fresh()) if done else group
        is_closed = closing.close(acting, group, {**filled.values, TASKS_LEFT: left})
    except StaysOpen as error:
        _note_points(filled, error.points, case)
        if not error.points:
            filled.errors.add(WHOLE, error.why)
        return _kept_with_errors(case, filled, 409)
    end_own_drafts(school(), case.incident.id, acting.staff.id, CLOSE)
    return back_to_case(case, CLOSED if is_closed else STAYS)


def _kept_with_errors(case: CaseFile, filled: Filled, status: int) -> ResponseReturnValue:
    """The page with what to correct; what was typed is kept too, as what is open is seen to on other pages."""
    roll_back_both()
    case = case_or_404(case.incident.number, for_update=True)
    refuse_closed(case, filled)
    typed = {name: filled.values.get(name, "") for name in FIELDS[CLOSE]}
    if any(typed.values()):
        keep_draft(acting_now(), case, draft_key(), CLOSE, typed)
    commit_both()
    return show_closing(case, filled), status


def _questions(group: CaseGroup, choices: Mapping[str, object]) -> tuple[Question, ...]:
    """The questions of the form for these cases."""
    waits = can_be_answered(reports(), group.case.report.body)
    return questions_for(any(map(goes_on, group.cases)), waits, LESSON in choices)


def _note_points(filled: Filled, points: Sequence[ClosingRequirement], case: CaseFile) -> None:
    """Beside each field what is open there; what is seen to elsewhere stands in the list above the form."""
    for one in points:
        if one.what in FIELD_OF and one.number == case.incident.number:
            filled.errors.add(FIELD_OF[one.what], POINTS[one.what][1])


@case_page("/close/agree", "POST")
def agree(case: CaseFile) -> ResponseReturnValue:
    """Close a case as its second reader."""
    group, asked = group_held(case), request.form.get("asked", "")
    return _closed_or_why_not(group.case, partial(closing.agree, acting_now(), group, asked))


@case_page("/close/into", "POST")
@keeps_choices
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
    except StaysOpen as error:
        filled.errors.add(WHOLE, error.why)
        return closing_form_with_errors(case, filled, 409)
    return back_to_case(case, N_("It stays open. Whoever asked has been told to look."))


def closing_form_with_errors(case: CaseFile, filled: Filled, status: int) -> ResponseReturnValue:
    """The page with everything typed and what to correct; nothing of this request is written."""
    return show_closing(read_anew(case), filled), status


@case_page("/close")
def show_closing(case: CaseFile, filled: Filled | None = None) -> str:
    """The form for closing, or what a second reader is asked to agree to."""
    acting, incident, report = acting_now(), case.incident, case.report
    group, kept = group_of(acting, case), drafts_for(incident)
    asked = None if incident.closed_at else closing.open_request_for_second_reader(case)
    choices = closing_choices(case)
    tasks = [] if incident.closed_at else open_tasks_in(case)
    names = staff_names() if asked or tasks else {}
    said = closing.answers_asked_for(case) if asked else filled.values if filled else {}
    points = closing.what_is_open(acting, group, said)
    opens = closing.what_keeps_open(points, group, said) if filled and filled.step == CLOSE else []
    missing = [point_line(one, incident.number, refused=True) for one in opens]
    if filled and missing:  # and whatever else is to correct in the form, in one list
        said_too = {FIELD_OF[one.what] for one in opens if one.what in FIELD_OF}
        missing += [
            (False, words, url)
            for url, words in filled.errors.summary()
            if url.rpartition("-")[2] not in said_too
        ]
    look = next_look(case)
    latest = acting.today + timedelta(days=MOST_DAYS)
    starts = {AGAIN_ON: min(look.due_on, latest).isoformat()} if look and look.due_on > acting.today else {}
    page = SimpleNamespace(
        number=incident.number,
        kind=kind_of(report.route.id, report.body.get("danger")),
        closed=incident.closed_at is not None,
        two=closing.takes_two(group),  # a second reader has to agree, whatever the outcome
        second=_who_agrees(acting, report),
        belongs_to=group.belongs_to.incident.number if group.belongs_to else None,
        others=sorted([*(one.incident.number for one in group.others), *group.shut]),
        unread=closing.unread_of(group, acting.staff),
        asked=asked,
        asked_by_me=asked is not None and asked.staff_id == acting.staff.id,
        asked_on=date_words(current_site().local(asked.at).date(), acting.today) if asked else "",
        asked_words=note_words(asked, report, names) if asked else [],
        points=[point_line(one, incident.number) for one in points if one.what is not ClosingNeed.SECOND],
        # What is not to be done, and why.
        reasons=[(_(ITEMS[name]), one.why) for name, one in choices_made(case).items() if one.choice == NOT],
        opens=missing,  # what kept it open just now
        fields=list(
            fields_of(
                CLOSE,
                _questions(group, choices),
                LABELS,
                choices,
                filled,
                {**starts, **values_in(kept, CLOSE)},
            )
        ),
        tasks=_open_task_fields(tasks, names, filled, acting.today),
        back=list(fields_of("back", BACK, {"note": N_("Why it should stay open")}, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        kept="" if filled else draft_day(kept, CLOSE),
        written=not_shown(filled, "" if incident.closed_at else "back" if asked else CLOSE),
    )
    return render_template("incidents/closing/close.html", closing_page=page)


NEXT_TO_AGREE = N_(
    "Nobody else who is there can read it yet. By the rules %(names)s comes next, as soon as "
    "you have opened your key again."
)
NOBODY_TO_AGREE = N_(
    "Nobody else can read it now, so nobody can agree. Ask the network manager who could become a deputy, or wait "
    "until a second reader is back."
)


def _who_agrees(acting: Acting, report: OpenedReport) -> str:
    """Who can agree to closing a case: whoever else may read it and is there, or by the rules the next after them."""
    people = read_keyring(acting.reports, today=acting.today).readers
    without_me = [one for one in people if one.id != acting.staff.id]
    for words, who in (
        (N_("%(names)s can agree."), report.readers),
        (NEXT_TO_AGREE, readers_for(report.route, without_me, excluded_from(report.body))),
    ):
        if names := [one.name for one in who if one.id != acting.staff.id and not one.absent]:
            return str(_(words, names=_(" or ").join(names)))
    return str(_(NOBODY_TO_AGREE))


def closing_choices(case: CaseFile) -> dict[str, dict[str, str]]:
    """The choices of the form; of a lesson only where one fits the route in the sealed text.

    Who can see to a change: whoever works here and is not kept out; its readers alone where it may be about one.
    """
    route, out = case.report.route.id, excluded_from(case.report.body)
    people = case.report.readers if route in ABOUT_STAFF else present_staff(school())
    found = choices_of(CLOSE, {})
    found["owner"] = {one.id.hex: one.name for one in people if one.id.hex not in out}
    if lessons := lesson_choices(route, case.report.body.get("band", "")):
        found[LESSON] = lessons
    return found


def _closed_or_why_not(case: CaseFile, close_it: partial[None]) -> ResponseReturnValue:
    """Close it by this verb, or say why it stays open; then nothing is changed."""
    number = case.incident.number
    try:
        close_it()
        return back_to_case(case, CLOSED)
    except IncidentClosed:
        said = _(closing.TOO_LATE)
    except StaysOpen as error:
        points = [point_line(one, number)[1] for one in error.points if not one.done]
        what = "; ".join(points) or ", ".join(f"{one:04}" for one in error.unread)
        said = _(error.why, what=what)
        if any(one.what is ClosingNeed.COMPLAINT for one in error.points):
            said = _("Nothing was changed: a complaint waits for an answer. Answer it first.")
    return left_alone(number, said)


def _open_task_questions(tasks: Sequence[Task]) -> tuple[Question, ...]:
    """What is asked of each open task when a case is closed."""
    missing = N_("Choose whether it is done or still to do.")
    return tuple(Question(SETTLED + one.id.hex, missing) for one in tasks)


def _open_task_choices(tasks: Sequence[Task]) -> dict[str, dict[str, str]]:
    """The choices of those questions."""
    choices = {value: str(_(words)) for value, words in SETTLING.items()}
    return {SETTLED + one.id.hex: choices for one in tasks}


def _open_task_fields(
    tasks: Sequence[Task], names: Mapping[str, str], filled: Filled | None, today: date
) -> list[Field]:
    """The controls for them: each with what is to be done, by whom and by when."""
    made = fields_of(CLOSE, _open_task_questions(tasks), {}, _open_task_choices(tasks), filled)
    return [
        replace(field, label=f"{one.what} ({names.get(one.owner_id.hex, '')}. {by_day(one.due_on, today)})")
        for one, field in zip(tasks, made, strict=True)
    ]
