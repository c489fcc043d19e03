"""Everything that the page of a case shows, as one object, which its templates take as `case_page`."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.incidents.blueprint import acting_now
from kiosk.incidents.case.case_file import CaseFile, is_unchanged_since_opening
from kiosk.incidents.case.checklist import RECORD_OF, TO_DO
from kiosk.incidents.case.deadlines import read_clock
from kiosk.incidents.case.forms import Filled
from kiosk.incidents.case.links import CaseGroup, closed_as_part_of_another, group_of
from kiosk.incidents.case.need_to_know import may_tell
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case.staff_reports import BY
from kiosk.incidents.case.tasks import AGAIN_ON, TASK, next_look
from kiosk.incidents.case.undo import can_take_back
from kiosk.incidents.case.views.draft_values import CLOSE, draft_day, draft_lines, drafts_for, values_in
from kiosk.incidents.case.views.first_minutes import card_of
from kiosk.incidents.case.views.record_words import log_lines, not_shown, undo_on_offer
from kiosk.incidents.case.views.related import belonging_of
from kiosk.incidents.case.views.report_words import (
    BANDS,
    all_answers,
    shown_defanged,
    visible_pieces,
)
from kiosk.incidents.case.views.steps import steps_of
from kiosk.incidents.case.views.task_parts import (
    by_day,
    complaint_lines,
    desk_lines,
    items_of,
    passed_lines,
    rules_words,
    task_panel,
)
from kiosk.incidents.case_log.entries import taken_back
from kiosk.incidents.closing.close import (
    ClosingNeed,
    ClosingRequirement,
    open_request_for_second_reader,
    what_is_open,
)
from kiosk.incidents.export.child_protection_file import can_be_filed, first_filed_entry
from kiosk.incidents.kind_words import LEVELS, OUTCOMES, kind_of, late_words, no_answer_words
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.incidents.queue.open_cases import OpenCase
from kiosk.incidents.queue.page import is_undecided
from kiosk.incidents.replies.send import answer_late
from kiosk.report.access.integrity_columns import Altered
from kiosk.report.access.opening import OpenedReport
from kiosk.report.form.groups import is_from_adult
from kiosk.report.models import Reader
from kiosk.report.replies.threads import answers_were_tampered, can_be_answered
from kiosk.site import current_site
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import by_words, date_words, role_words, slot_words

LINES_SHOWN, FOUR_LINES = 4, 240  # lines, and letters of them on a page; what is longer folds
STATES = {ClosingNeed.CASE: N_("Open"), ClosingNeed.ANSWER: N_("The child waits for an answer")}

# Each point: what it says when it is done, and what to do.
POINTS = {
    ClosingNeed.TO_DO: (N_("To do: all is done, or not, because"), N_("To do: %(left)d open")),
    ClosingNeed.PARENTS: (N_("Parents: decided"), N_("Decide about parents")),
    ClosingNeed.OUTSIDE: (N_("Police or social care: decided"), N_("Refer it, or decide not to")),
    ClosingNeed.WRITER: (N_("Colleague spoken with"), N_("Speak with the colleague who wrote it")),
    ClosingNeed.STOPPED: (N_("It has stopped"), N_("Has it stopped? Say who says so")),
    ClosingNeed.AGAIN: (N_("A day to look again"), N_("Choose a day to look again")),
    ClosingNeed.LEARN: (N_("What the school learns"), N_("Say whether there is something to learn")),
    ClosingNeed.SECOND: (N_("A second reader is asked"), N_("Second reader")),
    ClosingNeed.COMPLAINT: (N_("Complaint: answered"), N_("Answer the complaint")),
    ClosingNeed.KEY: ("", N_("Case %(number)s: your key is not confirmed there yet")),
    ClosingNeed.CASE: ("", N_("Case %(number)s belongs to this one and is open")),
    ClosingNeed.ANSWER: (N_("Answer: sent"), N_("An answer was asked for: answer, or say why not")),
}
OF_ANOTHER = N_("Case %(number)s: the child waits for an answer")
# What is said on the form of closing itself, by its field.
FIELD_OF = {
    ClosingNeed.STOPPED: "stopped",
    ClosingNeed.AGAIN: AGAIN_ON,
    ClosingNeed.LEARN: "learn",
    ClosingNeed.ANSWER: "no_answer",
}


def page_of(case: CaseFile, filled: Filled | None = None) -> SimpleNamespace:
    """Everything that the page of a case shows to this person, with a form as it was sent if it has mistakes."""
    acting, incident, report = acting_now(), case.incident, case.report
    is_open, now, me = incident.closed_at is None, acting.now, acting.staff.id
    names, kept = staff_names(), drafts_for(incident)
    belonging, group = belonging_of(case, now), group_of(acting, case)
    shown = [entry for entry in case.log if entry.id not in belonging.unshown]
    pairs = taken_back(case.log, report.case_keys)
    points, words, clock = what_is_open(acting, group), report.body.get("words", ""), clock_of(case, now)
    late, look = answer_late(acting, case), None if is_open else next_look(case)
    steps = steps_of(case, filled, {form: (values_in(kept, form), draft_day(kept, form)) for form in kept})
    tasks = task_panel(case, names, filled, now)
    can_reply = can_be_answered(acting.reports, report.body)
    second = open_request_for_second_reader(case) if is_open else None
    return SimpleNamespace(
        incident=incident,
        kind=kind_of(report.route.id, report.body.get("danger")),
        level=_(LEVELS[incident.level]),
        outcome=_(OUTCOMES[incident.outcome]) if incident.outcome else "",  # nothing while it is open
        clock=clock,
        arrived=slot_words(report.slot, acting.calendar, now),
        adult=is_from_adult(report.body),
        written_by=report.body.get(BY, ""),  # a colleague; nobody where a child did
        marks=report.body["concern"] == "injury",
        about_staff=report.route.id in ABOUT_STAFF,
        said=visible_pieces(words),
        long_words=len(words) > FOUR_LINES or words.count("\n") >= LINES_SHOWN,
        address=shown_defanged(report.body.get("address", "")),
        child_name=visible_pieces(report.body.get("name", "")),
        answers=list(all_answers(report.body, names_of(report.body.get("exclude", [])))),
        entries=log_lines(shown, pairs, report, names, now),
        take_back=undo_on_offer(can_take_back(case, shown, acting.staff, now)),
        belonging=belonging,
        belongs_to=group.belongs_to.incident if group.belongs_to else None,
        others=_cases_of_group(group, points),
        still_answered=closed_as_part_of_another(case),  # its child still gets answers
        readers=_reader_lines(report),
        may_step_aside=len(report.readers) > 1,  # somebody else can read it now
        image_rule=current_site().facts.fill(
            _("If a picture may be illegal, leave it on the device and ring the police on {help:police-101}.")
        ),
        steps=steps,
        kept=draft_lines(kept, incident.number),
        card=card_of(case, can_reply, now),
        items=[] if not is_open else items_of(case, filled, now),
        rules=rules_words(case),
        band=_(BANDS[report.body["band"]]) if report.body.get("band") in BANDS else "",
        mails_stopped=is_open and not clock["late"] and _rang_until_opened(case, now),
        to_decide=[
            point_line(one, incident.number)
            for one in points
            if is_open and one.what is not ClosingNeed.LEARN
        ],
        look=look,  # a day to look again that outlived the closing
        look_by=by_day(look.due_on, acting.today) if look else "",
        look_now=look is not None and look.due_on <= acting.today,
        can_tell=is_open and may_tell(case, acting.staff),
        passed=passed_lines(case, names),
        at_desk=desk_lines(case),
        tasks=tasks,
        asked=second,  # the line by which somebody asks a second reader
        asked_by_me=second is not None and second.staff_id == me,
        complaints=complaint_lines(case) if is_open else [],
        can_reply=can_reply,
        wants_answer=can_reply and not any(one.act is Act.REPLIED for one in case.entries),
        changed=changed_by_hand(case),
        no_answer=no_answer_words(late, acting.calendar) if late else "",
        filed=_filed_words(first_filed_entry(case)),
        can_be_filed=can_be_filed(report, acting.staff.roles),
        errors=filled.errors.summary() if filled else [],
        reasons_missing=filled is not None and filled.step == TO_DO,
        written=not_shown(filled, *(one.name for one in steps), TASK if tasks.fields else "", TO_DO),
    )


def _rang_until_opened(case: CaseFile, now: datetime) -> bool:
    """Whether it is night, and mails went out until somebody opened this, which is still to decide."""
    calendar = current_site().calendar
    mailed = bool(current_site().config.smtp_url) and not calendar.is_open(now)
    return mailed and is_undecided(case, calendar)


def point_line(point: ClosingRequirement, number: int, refused: bool = False) -> tuple[bool, str, str]:
    """Whether a point is decided, what is said of it, and where to see to it; `refused`: where its items say so too."""
    done, to_do = POINTS[point.what]
    if point.number != number and point.what is ClosingNeed.ANSWER:
        to_do = OF_ANOTHER
    words = _(done if point.done else to_do, number=f"{point.number:04}", left=len(point.left))
    if point.what in RECORD_OF:
        url = url_for(".show_record", number=number, record=RECORD_OF[point.what])
    elif point.what is ClosingNeed.COMPLAINT:
        url = url_for(".show_complaint", number=number)
    elif point.what is ClosingNeed.TO_DO:
        first = f"do-{point.left[0]}" if refused else None
        url = url_for(".show_to_do", number=number, left=first and "yes", _anchor=first)
    elif point.what is ClosingNeed.ANSWER:
        url = url_for(".write_answer", number=point.number)
    elif point.what in FIELD_OF or point.what is ClosingNeed.SECOND:
        url = url_for(".show_closing", number=number, _anchor=f"{CLOSE}-{FIELD_OF.get(point.what, 'second')}")
    else:
        url = url_for(".show", number=point.number)
    return point.done, words, url


def changed_by_hand(case: CaseFile) -> list[str]:
    """What somebody changed by hand: the plaintext columns of report or case, the answers, or all of the report."""
    report = case.report
    changed = {
        "columns": Altered.COLUMNS in report.altered or report.differs,
        "case": Altered.CASE in report.altered,
        "answers": Altered.ANSWERS in report.altered or answers_were_tampered(reports(), report.body),
        "exchanged": not is_unchanged_since_opening(case),
    }
    return [name for name, is_so in changed.items() if is_so]


def _cases_of_group(group: CaseGroup, points: Sequence[ClosingRequirement]) -> list[tuple[int, str]]:
    """The cases that belong to this one: the number of each, and what is still open in it."""
    still = {one.number: one.what for one in points if one.what in STATES and not one.done}
    numbers = sorted([*(one.incident.number for one in group.others), *group.shut])
    return [(one, _(STATES[still[one]]) if one in still else "") for one in numbers]


def _filed_words(line: IncidentEntry | None) -> str:
    """Since when a case stands in the child protection file, and by whom."""
    if line is None:
        return ""
    day = date_words(current_site().local(line.at).date(), current_site().today())
    return str(_("In the child protection file since %(day)s, by %(name)s.", day=day, name=line.staff.name))


def clock_of(case: CaseFile | OpenCase, now: datetime) -> dict[str, Any]:
    """The clock of an incident in words, how much of it has gone since its opening, and whether it is late."""
    site, due = current_site(), case.incident.next_step_by
    clock = read_clock(site.calendar, case.incident.opened_at, due, now)
    plan = N_("Decide by %(when)s") if is_undecided(case, site.calendar) else N_("Next step by %(when)s")
    by = by_words(due, site.calendar, now)
    words = late_words(clock, site.calendar) if clock.late else _(plan, when=by)
    return {"share": clock.share, "late": clock.late, "words": words}


def staff_names() -> dict[str, str]:
    """The names of all staff by id, of those who have left too: a line of the log can name each of them."""
    return {id.hex: name for id, name in school().execute(select(StaffMember.id, StaffMember.name))}


def _reader_lines(report: OpenedReport) -> list[str]:
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


def names_of(hex_ids: list[str]) -> list[str]:
    """The names of staff whom the child ticked because they should not read it."""
    names = staff_names() if hex_ids else {}
    return sorted(names[id] for id in hex_ids if id in names)
