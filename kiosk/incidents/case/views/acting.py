"""Taking the next step of an incident, and stepping aside."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import wraps
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.incidents.blueprint import (
    NoSuchCase,
    acting_now,
    back_to_case,
    bp,
    case_or_404,
    case_page,
    left_alone,
    read_anew,
)
from kiosk.incidents.case import actions, links, tasks
from kiosk.incidents.case.case_file import CaseFile, IncidentClosed, incident_of
from kiosk.incidents.case.checklist import (
    RECORD_OF,
    TO_DO,
    items_for,
    read_choices,
    record_step,
    save_choices,
)
from kiosk.incidents.case.drafts import KEPT_DAYS, end_own_drafts, keep_draft
from kiosk.incidents.case.forms import FORMS, Filled, errors_of, read_form
from kiosk.incidents.case.views.case import ClosedMeanwhile, log_reading, refuse_closed, show_case
from kiosk.incidents.case.views.case_page import clock_of, point_line
from kiosk.incidents.case.views.draft_values import FIELDS, draft_key, form_address
from kiosk.incidents.case.views.record_words import typed_text
from kiosk.incidents.case.views.steps import choices_of, sent_of
from kiosk.incidents.case.views.task_parts import items_of, rules_words
from kiosk.incidents.case_log.entries import note_if_whole
from kiosk.incidents.closing.close import what_is_open
from kiosk.incidents.kind_words import LEVELS, NEXT_STEPS
from kiosk.incidents.models import Act, Level
from kiosk.report.access.renewal import CannotBeHandedOver, NobodyLeft, ReaderListChanged
from kiosk.report.replies.threads import show_state
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import WHOLE
from kiosk.web.request_sessions import commit_both, reports, roll_back_both, school
from kiosk.wording.messages import N_
from kiosk.wording.words import date_words, moment_words

STEPS = "plan,level,pass,hand,reopen"
REPORTS_FIRST = ("reopen", "hand")  # commit `reports` first: a power cut then leaves no false log line
NOT_SEEN = N_(
    "Nothing was changed: the list of readers differs from the one you have seen."
    " Put your key away, give your password again, then try again."
)
NOBODY_ELSE = N_(
    "Nobody else can read this report yet. Choose another deputy for your role, then step aside."
)
WHY_NOT = {
    ReaderListChanged: NOT_SEEN,
    NobodyLeft: N_("There is no safeguarding lead who can open it yet. Tell the principal now."),
    CannotBeHandedOver: N_("This kind of report goes to other readers already, and cannot be handed over."),
}


@dataclass(eq=False)
class ReasonMissing(Exception):
    """Something on the page of a case is not done, and nobody said why; its button has done nothing."""

    case: CaseFile
    filled: Filled


def keeps_choices(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Save what was chosen of the list on the page before a button of that page does its own thing.

    It is saved for good: what the button does may fail, or read the case anew. No clock moves.
    """

    @wraps(view)
    def with_choices(found: CaseFile, **parts: object) -> ResponseReturnValue:
        return view(kept_choices(found), **parts)

    return with_choices


def kept_choices(found: CaseFile) -> CaseFile:
    """The case, held, with what was chosen on its page in its log; raises ReasonMissing."""
    chosen, filled = read_choices(found, request.form)
    if not chosen or found.incident.closed_at is not None:
        return found  # of a closed case every form says so itself, with what was chosen
    if filled.errors:
        raise ReasonMissing(found, filled)
    save_choices(acting_now(), found, chosen)
    commit_both()
    return case_or_404(found.incident.number, for_update=True)


@bp.errorhandler(ReasonMissing)
def say_why_not(error: ReasonMissing) -> ResponseReturnValue:
    """The page from which it came, with every choice and what is missing."""
    if request.form.get("from") == TO_DO_PAGE:
        return show_to_do(read_anew(error.case), error.filled), 422
    return to_correct(error.case, error.filled, 422)


@case_page(f"/<any({STEPS}):step>", "POST")
@keeps_choices
def act(found: CaseFile, step: str) -> ResponseReturnValue:
    """Take one next step in a case, or show its page again with everything typed and what to correct."""
    filled = read_form(step, FORMS[step], sent_of(step), choices_of(found).get(step, {}))
    if step != "reopen":
        refuse_closed(found, filled)
    if filled.errors:
        return to_correct(found, filled, 422)
    if not found.incident.closed_at and step == "reopen" and not _has_reopened(found, filled):
        filled.errors.add(WHOLE, N_("Somebody has reopened it in the meantime. What you wrote is below."))
        return to_correct(found, filled, 409)
    if step == "hand":
        found = group_held(found).case
        refuse_closed(found, filled)
    try:
        _take_step(found, filled)
    except tuple(WHY_NOT) as error:
        filled.errors.add("note", WHY_NOT[type(error)])
        return to_correct(found, filled, 409)
    end_own_drafts(school(), found.incident.id, signed_in_staff().id, step)
    if step in REPORTS_FIRST:
        reports().commit()
    if step != "hand":
        return back_to_case(found)
    school().commit()
    flash(_("Handed to the safeguarding lead, who has been told. You can no longer read it."))
    return redirect(url_for(".index"))


@case_page("/aside", "POST")
@password_again()
def aside(found: CaseFile) -> ResponseReturnValue:
    """Step aside at once and for good; from then on this person sees nothing of the incident."""
    number = found.incident.number
    try:
        actions.step_aside(acting_now(), found)
    except (NobodyLeft, ReaderListChanged) as error:
        return left_alone(number, _(NOBODY_ELSE if isinstance(error, NobodyLeft) else NOT_SEEN))
    # The reader is removed first: after a power cut between the two nobody must still have access.
    reports().commit()
    school().commit()
    flash(_("You have stepped aside. Somebody else has been asked to look."))
    return redirect(url_for(".index"))


def to_correct(found: CaseFile, filled: Filled, status: int) -> ResponseReturnValue:
    """The page of the case, with the mistakes of the form that was sent."""
    return show_case(read_again(found), filled, status)


def read_again(found: CaseFile) -> CaseFile:
    """Reload the case for a page that shows the child's words again; the reading is logged first (promise Q3)."""
    number = found.incident.number
    roll_back_both()  # a step that was refused halfway may have added its line already
    incident = incident_of(school(), number, for_update=True)
    if incident is None:
        raise NoSuchCase
    case = replace(found, incident=incident)
    log_reading(case, now_utc())
    return case


@bp.errorhandler(ClosedMeanwhile)
def closed_by_somebody(error: ClosedMeanwhile) -> ResponseReturnValue:
    """The page of the case, with everything that was typed in the form for reopening it."""
    chosen, _all = read_choices(error.case, request.form)
    ticked = typed_text(TO_DO, {name: one.text for name, one in chosen.items()})
    typed = {"note": f"{typed_text(error.filled.step, error.filled.values)}\n{ticked}".strip()}
    reopening = Filled("reopen", typed, errors_of("reopen"))
    closed = N_("Somebody closed this in the meantime. Reopen it to add to it.")
    line = next((one for one in error.case.entries if one.act is Act.CLOSED), None)
    if line is None:
        reopening.errors.add("note", closed)
    else:
        when = moment_words(line.at, current_site().calendar, now_utc())
        words = N_("%(name)s closed this in the meantime (%(when)s). Reopen it to add to it.")
        reopening.errors.add("note", words, name=line.staff.name, when=when)
    return to_correct(error.case, reopening, 409)


def group_held(found: CaseFile) -> links.CaseGroup:
    """A held case with all that belong to it and what it belongs to, held too: nobody closes, reopens or moves one.

    Where there are others, all are let go and held in the order in which everybody holds some, until none is missing.
    """
    number, held = found.incident.number, {found.incident.id}
    group = links.group_of(acting_now(), found)
    while not group.ids <= held:
        held = group.ids
        roll_back_both()
        links.hold_cases(school(), held)
        group = links.group_of(acting_now(), case_or_404(number))
    return group


def _has_reopened(found: CaseFile, filled: Filled) -> bool:
    """Whether this person has reopened it with these very words: the form came twice."""
    newest = next((one for one in found.entries if one.act is Act.REOPENED), None)
    if newest is None or newest.staff_id != signed_in_staff().id:
        return False
    return note_if_whole(newest, found.report.case_keys) == filled.values["note"]


def _take_step(found: CaseFile, filled: Filled) -> None:
    acting, values, note = acting_now(), filled.values, filled.values["note"]
    match filled.step:
        case "plan":
            actions.plan_next_step(
                acting, found, values["next_step"], f"{_(NEXT_STEPS[values['next_step']])}: {note}"
            )
        case "level":
            level = Level(values["level"])
            line = _("From %(old)s to %(new)s.", old=_(LEVELS[found.incident.level]), new=_(LEVELS[level]))
            actions.change_level(acting, found, level, f"{line} {note}")
        case "pass":
            to = next(reader for reader in found.report.readers if reader.id == uuid.UUID(values["to"]))
            line = _("To %(name)s.", name=to.name)
            actions.assign(acting, found, to, f"{line} {note}".strip())
        case "hand":
            group = links.group_of(acting, found)
            links.leave_unseen(acting, group)
            for one in group.others:
                if links.closed_as_part_of_another(one):  # nobody decides about it there any more
                    actions.reopen(acting, one, _("The case to which it belonged was handed over."))
            actions.hand_over(acting, found, note)
        case "reopen":
            actions.reopen(acting, found, note)
            show_state(acting.reports, found.report.body, "looking", acting.today)


@case_page("/rang", "POST")
@keeps_choices
def note_ring(found: CaseFile) -> ResponseReturnValue:
    """Record in the log which step of its card was taken."""
    card = current_site().cards.of(found.report)
    step = card.step(request.form.get("who", "")) if card else None
    refuse_closed(found, Filled("rang"))
    if step is None:
        return redirect(url_for(".show", number=found.incident.number))
    record_step(acting_now(), found, step)
    return back_to_case(found)


# Where a button of the page of a case leads, once what was chosen there is saved.
LEADS_TO: Mapping[str, tuple[str, dict[str, Any]]] = {
    "record": (".show_record", {"record": "did"}),
    **{item: (".show_record", {"record": record}) for item, record in RECORD_OF.items()},
    "answer": (".write_answer", {}),
    "address": (".write_address", {}),
    "filter": (".write_address", {}),
    "close": (".show_closing", {}),
    "word": (".write_word", {}),
    "tags": (".show_tags", {}),
    "link": (".show_other", {"form": "link"}),
    "belongs": (".show_other", {"form": "belongs"}),
    "file": (".show_filing", {}),
}
TO_DO_PAGE = "to-do"


@case_page("/done", "POST")
@keeps_choices
def tick_off(found: CaseFile) -> ResponseReturnValue:
    """Go where the button leads, once what was chosen is saved; to the case where it does nothing else."""
    number, then, give = found.incident.number, request.form.get("then", ""), request.form.get("give", "")
    refuse_closed(found, Filled("done"))
    if give in items_for(found):
        return redirect(url_for(".show", number=number, give=give, _anchor="tasks"))
    if then in LEADS_TO:
        name, parts = LEADS_TO[then]
        return redirect(url_for(name, number=number, **parts))
    points = what_is_open(acting_now(), links.group_of(acting_now(), found)) if then else []
    if then in {point_line(one, number)[2] for one in points}:
        return redirect(then)
    if request.form.get("from") == TO_DO_PAGE:
        return redirect(url_for(".show_to_do", number=number))
    return redirect(url_for(".show", number=number))


@case_page("/to-do")
def show_to_do(found: CaseFile, filled: Filled | None = None) -> str:
    """What there is to do, as a page of its own: on a phone the page of the case leaves it out."""
    now = now_utc()
    return render_template(
        "incidents/case/to_do.html",
        number=found.incident.number,
        closed=found.incident.closed_at is not None,
        clock=clock_of(found, now),
        items=items_of(found, filled, now),
        left="left" in request.args,  # those that are open say that they keep the case open
        rules=rules_words(found),
        errors=filled.errors.summary() if filled else [],
    )


@case_page("/tasks", "POST")
@keeps_choices
def add_task(found: CaseFile) -> ResponseReturnValue:
    """Give somebody a task, or show the case again with everything typed and what to correct."""
    report, today = found.report, current_site().today()
    people = tasks.possible_owners(report, tasks.why_not_by_person(school(), reports(), report, (), today))
    sent = sent_of(tasks.TASK)
    filled = tasks.read_task(sent, people, today)
    refuse_closed(found, filled)
    if filled.errors:
        return to_correct(found, filled, 422)
    owner = next(one for one in report.readers if one.id.hex == filled.values["owner"])
    due_on, what = date.fromisoformat(filled.values["due_on"]), filled.values["note"]
    item = sent.get(tasks.ITEM, "")
    tasks.set_task(acting_now(), found, owner, due_on, what, item if item in items_for(found) else "")
    return back_to_case(found)


@case_page("/tasks/<uuid:task_id>", "POST")
@keeps_choices
def finish_task(found: CaseFile, task_id: uuid.UUID) -> ResponseReturnValue:
    """Record in the log that a task is done, or of a closed case, that somebody has looked again."""
    try:
        tasks.complete_task(acting_now(), found, task_id)
    except tasks.NoSuchTask:
        raise NoSuchCase from None
    except IncidentClosed:
        raise ClosedMeanwhile(found, Filled("tasks")) from None
    return back_to_case(found)


KEPT = f"<any({','.join(FIELDS)}):form>"


@case_page(f"/kept/{KEPT}", "POST")
@keeps_choices
def keep_for_later(found: CaseFile, form: str) -> ResponseReturnValue:
    """Keep what was typed so far for its writer alone, with all its mistakes; it does nothing to the case."""
    sent = sent_of(form)
    values = {name: sent.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS[form]}
    if not any(values.values()):
        flash(_("Nothing was typed, so nothing was kept."))
        return redirect(form_address(form, found.incident.number))
    number, today = found.incident.number, current_site().today()
    refuse_closed(found, Filled(form, values))
    keep_draft(acting_now(), found, draft_key(), form, values)
    school().commit()
    until = date_words(today + timedelta(days=KEPT_DAYS), today)
    flash(_("Kept for you alone, until %(day)s at most. Nothing was sent.", day=until))
    return redirect(url_for(".show", number=number, _anchor="kept"))


@case_page(f"/kept/{KEPT}/away", "POST")
@keeps_choices
def throw_away(found: CaseFile, form: str) -> ResponseReturnValue:
    """Delete this person's draft of one form."""
    end_own_drafts(school(), found.incident.id, signed_in_staff().id, form)
    return back_to_case(found, N_("Thrown away."))
