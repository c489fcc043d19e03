"""One page for a meeting: tick the cases, say what for, and print it. It changes nothing and shows no words."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.incidents.blueprint import acting_now, bp, looking_now
from kiosk.incidents.case.views.case_page import clock_of
from kiosk.incidents.case.views.task_parts import by_day, whose_words
from kiosk.incidents.export.meeting import (
    MeetingCase,
    MeetingForm,
    Purpose,
    cases_for_meetings,
    for_meeting,
    read_meeting,
    shred_by,
)
from kiosk.incidents.kind_words import ACTS, KINDS, LEVELS
from kiosk.incidents.queue.open_cases import OpenCase, names_of
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import day_and_year, near_day

PURPOSES = {
    Purpose.TEAM: N_("Team meeting"),
    Purpose.SUPERVISION: N_("Safeguarding supervision"),
}


@bp.get("/incidents/meeting")
@staff_required(*READING_ROLES)
def show_meeting() -> ResponseReturnValue:
    """The form, with every open case to tick; or the page itself where it is filled in."""
    looking, now = looking_now(), now_utc()
    cases = cases_for_meetings(looking)
    if "make" not in request.args:
        return _meeting_form(cases, MeetingForm(), now)
    ticked = request.args.getlist("case", type=int)
    form = read_meeting(request.args.get("purpose", ""), ticked, [one.incident.number for one in cases])
    if form.errors or form.purpose is None:
        return _meeting_form(cases, form, now), 422
    chosen = [one for one in cases if one.incident.number in form.numbers]
    found, broken = for_meeting(acting_now(), chosen)
    return _meeting_page(found, broken, form.purpose, now)


def _meeting_form(cases: Sequence[OpenCase], form: MeetingForm, now: datetime) -> str:
    names = names_of(school(), {one.incident.owner_id for one in cases})
    return render_template(
        "incidents/export/meeting.html",
        cases=[(_case_words(one, names[one.incident.owner_id], now), one.incident.number) for one in cases],
        ticked=form.numbers,
        purposes=[(purpose.value, _(words)) for purpose, words in PURPOSES.items()],
        purpose=form.purpose.value if form.purpose else "",
        errors=form.errors,
    )


def _meeting_page(
    found: Sequence[MeetingCase], broken: Sequence[int], purpose: Purpose, now: datetime
) -> str:
    site, today = current_site(), current_site().today()
    people = {one.case.incident.owner_id for one in found}
    people |= {task.owner_id for one in found for task in one.tasks}
    names = names_of(school(), people)
    return render_template(
        "incidents/export/meeting_page.html",
        rows=[_case_row(one, names, now) for one in found],
        broken=broken,
        purpose=_(PURPOSES[purpose]),
        by=signed_in_staff().name,
        on=day_and_year(today),
        shred=near_day(shred_by(site.calendar, today), today),
        numbers=[one.case.incident.number for one in found],
        chosen=purpose.value,
    )


def _case_row(one: MeetingCase, names: Mapping[uuid.UUID, str], now: datetime) -> dict[str, object]:
    incident, today = one.case.incident, current_site().today()
    tasks = [
        (
            task.what,
            f"{whose_words(names[task.owner_id], one.why_not[task.owner_id])}. {by_day(task.due_on, today)}",
        )
        for task in one.tasks
    ]
    return {
        **_case_words(one.case, names[incident.owner_id], now),
        "number": incident.number,
        "done": ", ".join(str(_(ACTS[act].listed)) for act in one.acts),
        "tasks": tasks,
    }


def _case_words(case: OpenCase, owner: str, now: datetime) -> dict[str, object]:
    """A case in words: kind, level, whose, and by when the next step is due."""
    clock = clock_of(case, now)
    return {
        "kind": _(KINDS[case.report.route.id]),
        "level": case.level.value,
        "level_words": _(LEVELS[case.level]),
        "owner": owner,
        "late": clock["late"],
        "next": clock["words"],
    }
