"""Closing a case: nothing closes undecided, and what is severe or goes on is closed by two people (promise Q4).

`what_is_open` says what is still to decide, for the page of a case and for closing it. A case is closed with all that
belong to it in mind: a single one is a group of one. Those that belong to it have closed into it before, and every
child of the group who asked for an answer has one.
"""

import enum
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.case_file import Acting, CaseFile, is_severe, needs_second_reader
from kiosk.incidents.case.checklist import (
    BY_RECORD,
    STILL,
    Choice,
    choices_made,
    decided_items,
    goes_on,
    items_for,
)
from kiosk.incidents.case.complaints import open_complaints
from kiosk.incidents.case.drafts import end_drafts
from kiosk.incidents.case.links import INTO, CaseGroup, closed_as_part_of_another, leave_unseen
from kiosk.incidents.case.tasks import (
    AGAIN_ON,
    TASKS_LEFT,
    next_look,
    open_tasks_in,
    read_tasks_left,
    set_look_again,
    write_tasks_left,
)
from kiosk.incidents.case_log.entries import READINGS, answers_of, as_note
from kiosk.incidents.closing.questions import LESSON, NO_LESSON, NOTHING, WITH_REASON, YES, questions_for
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry, PlannedChange
from kiosk.incidents.replies.send import is_answered
from kiosk.mail.outbox import queue_alert
from kiosk.report.access.opening import set_closed
from kiosk.report.replies.threads import can_be_answered, show_state
from kiosk.wording.messages import N_

# Log lines that end a request for a second reader; so does the requester stepping aside.
ANSWERS = (Act.NOT_YET, Act.CLOSED, Act.REOPENED, Act.HANDED_OVER)

_ASKED = (
    select(IncidentEntry.incident_id, IncidentEntry.act, IncidentEntry.staff_id)
    .where(
        IncidentEntry.act.in_((Act.CLOSE_ASKED, *ANSWERS, Act.STEPPED_ASIDE)),
        IncidentEntry.incident_id.in_(
            select(IncidentEntry.incident_id)
            .join(Incident, Incident.id == IncidentEntry.incident_id)
            .where(IncidentEntry.act == Act.CLOSE_ASKED, Incident.closed_at.is_(None))
        ),
    )
    .order_by(IncidentEntry.seq)
)


class ClosingNeed(enum.StrEnum):
    """The kinds of requirement that a case must meet before it can be closed."""

    TO_DO = "to_do"
    ANSWER = "answer"  # the child of that case has the answer that they asked for, or there is a reason
    PARENTS = "parents"
    OUTSIDE = "outside"
    WRITER = "writer"
    STOPPED = "stopped"
    AGAIN = "again"
    LEARN = "learn"
    SECOND = "second"  # a second reader agrees; whoever closes asks them
    COMPLAINT = "complaint"
    KEY = "key"  # the new key of whoever closes it opens that case
    CASE = "case"  # every case that belongs to this one must be closed first


# What stays undecided where two people say, with a reason, that it was not meant seriously.
FOR_A_HOAX = frozenset(
    {
        *(ClosingNeed.TO_DO, ClosingNeed.PARENTS, ClosingNeed.OUTSIDE, ClosingNeed.STOPPED),
        *(ClosingNeed.AGAIN, ClosingNeed.LEARN),
    }
)


@dataclass(frozen=True)
class ClosingRequirement:
    """Something that must be decided before a case can close, and the number of the case that it concerns."""

    what: ClosingNeed
    number: int
    done: bool = False
    left: Sequence[str] = ()  # which items of it are open


# Why a case stays open, in words for staff.
OPEN_POINTS = N_("Nothing was changed, as this is open: %(what)s.")
ASKED_ALREADY = N_("Somebody has asked a second reader in the meantime. What they wrote is here.")
UNNAMED_TASKS = N_("Nothing was changed: something is to do that was not named. Send it back.")
UNREAD = N_("Nothing was changed: read these first: %(what)s.")
BY_ITSELF = N_("Nothing was changed: it belongs to no open case any more.")
TOO_LATE = N_("Nothing was changed: somebody has closed it or sent it back, or it was you who asked.")


@dataclass(eq=False)
class StaysOpen(Exception):
    """A case cannot be closed like this: why, and what is open, or which cases are to be read first."""

    why: str
    points: Sequence[ClosingRequirement] = ()
    unread: Sequence[int] = ()


def takes_two(group: CaseGroup) -> bool:
    """Whether closing takes a second reader, whatever the outcome: it is severe, or bullying that goes on."""
    return any(is_severe(one) or goes_on(one) for one in group.cases)


def what_is_open(
    acting: Acting, group: CaseGroup, values: Mapping[str, str] = MappingProxyType({})
) -> list[ClosingRequirement]:
    """What must be so before a case can close, its own and of those that belong to it; what is done stands there too.

    `values`: what the form of closing says so far. What was decided in the leading case counts for each that belongs to
    it. Tasks are no points: whoever closes the case says of each what becomes of it.
    """
    case, number = group.case, group.case.incident.number
    made, items = choices_made(case), items_for(case)
    plain = [name for name in items if name not in BY_RECORD]
    found: list[ClosingRequirement] = []

    def add(what: ClosingNeed, done: bool, of: int = number) -> None:
        found.append(ClosingRequirement(what, of, done))

    if plain:
        left = [name for name in plain if made.get(name, Choice()).choice == STILL]
        found.append(ClosingRequirement(ClosingNeed.TO_DO, number, not left, left))
    if can_be_answered(acting.reports, case.report.body):
        add(ClosingNeed.ANSWER, is_answered(case.entries_since_reopening) or bool(values.get("no_answer")))
    for name in BY_RECORD:
        concerned = [one for one in group.cases if name in items_for(one)]
        if concerned:
            here = decided_items(case)
            add(ClosingNeed(name), all(name in here or name in decided_items(one) for one in concerned))
    if any(map(goes_on, group.cases)):
        add(ClosingNeed.STOPPED, values.get("stopped") == YES)
        add(ClosingNeed.AGAIN, bool(values.get(AGAIN_ON)))
    add(ClosingNeed.LEARN, values.get("learn") in (YES, NOTHING))
    if takes_two(group):
        add(ClosingNeed.SECOND, open_request_for_second_reader(case) is not None)
    if open_complaints(case):
        add(ClosingNeed.COMPLAINT, False)
    found += [ClosingRequirement(ClosingNeed.KEY, one) for one in group.shut]
    for one in group.others:
        if _is_open(one):
            add(ClosingNeed.CASE, False, one.incident.number)
        elif can_be_answered(acting.reports, one.report.body) and not is_answered(
            one.entries_since_reopening
        ):
            add(ClosingNeed.ANSWER, False, one.incident.number)
    return found


def what_keeps_open(
    points: Sequence[ClosingRequirement], group: CaseGroup, values: Mapping[str, str]
) -> list[ClosingRequirement]:
    """What of `what_is_open` keeps a case from being closed, or a second reader from being asked, with this form."""
    hoax = values.get("outcome") == CaseOutcome.NOT_SERIOUS and not group.others
    excused = {ClosingNeed.SECOND}
    if hoax:
        excused |= FOR_A_HOAX | (set() if takes_two(group) else {ClosingNeed.ANSWER})
    return [one for one in points if not one.done and one.what not in excused]


def unread_of(group: CaseGroup, staff: StaffMember) -> list[int]:
    """The numbers of those in a group of several that this person has never had open, by their logs."""
    if not group.others:
        return []
    return sorted(
        one.incident.number
        for one in group.cases
        if not any(line.act in READINGS and line.staff_id == staff.id for line in one.entries)
    )


def close(acting: Acting, group: CaseGroup, values: Mapping[str, str]) -> bool:
    """Close a case, or ask a second reader where one person is not enough and alert them; whether it is closed now.

    `values`: the answers to `questions_for`, and TASKS_LEFT; what is not said there is not decided. The caller holds
    the case, and commits `school` before `reports`. Raises IncidentClosed, or StaysOpen.
    """
    case, outcome = group.case, CaseOutcome(values["outcome"])
    _refuse_open(acting, group, values)
    if open_request_for_second_reader(case):
        raise StaysOpen(ASKED_ALREADY)
    if outcome in WITH_REASON and not values.get("note"):
        raise ValueError("this outcome has a reason")
    if takes_two(group) or any(needs_second_reader(one, outcome, acting.staff) for one in group.cases):
        _add_closing_line(acting, case, Act.CLOSE_ASKED, values)
        others = [one.email for one in case.report.readers if one.id != acting.staff.id]
        queue_alert(acting.reports, case.incident.report_id, others)
        return False
    _end_group(acting, group, values, values)
    return True


def close_into(acting: Acting, group: CaseGroup) -> None:
    """Close a case because it belongs to another one, which stays open; nothing else is asked. The caller holds both.

    How it ended is said in the other one alone, so this one has an outcome that tells nobody of it; what is still to do
    is named in its line as left. Until the other one closes its child sees that somebody looks into it, and its report
    is at work, so that whoever becomes a reader of the one becomes a reader of the other.
    Raises IncidentClosed, or StaysOpen where the other one is closed or a complaint waits.
    """
    case, above = group.case, group.belongs_to
    case.refuse_closed()
    if above is None or above.incident.closed_at is not None:
        raise StaysOpen(BY_ITSELF)
    if open_complaints(case):
        raise StaysOpen(OPEN_POINTS, [ClosingRequirement(ClosingNeed.COMPLAINT, case.incident.number)])
    left, look = write_tasks_left(open_tasks_in(case)), next_look(case)
    into = {"outcome": CaseOutcome.SUPPORT.value, TASKS_LEFT: left, INTO: f"{above.incident.number:04}"}
    _close_case(acting, case, into)
    if look:  # a day that was noted is not lost
        set_look_again(acting, case, look.due_on.isoformat())


def open_request_for_second_reader(case: CaseFile) -> IncidentEntry | None:
    """The newest request for a second reader that nobody has answered; None if there is none, or if it is forged.

    Whoever stepped aside asks for nothing any more: what somebody who may be involved asked for, nobody agrees to.
    """
    acts = (Act.CLOSE_ASKED, *ANSWERS)
    line = max((one for one in case.entries if one.act in acts), key=lambda one: one.seq, default=None)
    left = {one.staff_id for one in case.entries if one.act is Act.STEPPED_ASIDE}
    if line is None or line.act is not Act.CLOSE_ASKED or line.staff_id in left:
        return None
    return line if "outcome" in answers_of(line, case.report.case_keys) else None


def answers_asked_for(case: CaseFile) -> dict[str, str]:
    """What the person who asks had written: the answers to the questions of closing."""
    line = open_request_for_second_reader(case)
    return answers_of(line, case.report.case_keys) if line else {}


def agree(acting: Acting, group: CaseGroup, seen: str) -> None:
    """Close a case as the second reader. The caller holds the case, and commits `school` before `reports`.

    `seen`: the id, as hex, of the line that this person was shown; nothing else is agreed to, so neither what was
    asked anew since then. Raises IncidentClosed, or StaysOpen, also for what has come in since it was asked.
    """
    case = group.case
    case.refuse_closed()
    line, values = open_request_for_second_reader(case), answers_asked_for(case)
    if line is None or line.staff_id == acting.staff.id or line.id.hex != seen:
        raise StaysOpen(TOO_LATE)
    _refuse_open(acting, group, values)
    if unread := unread_of(group, acting.staff):
        raise StaysOpen(UNREAD, unread=unread)
    _end_group(acting, group, {"outcome": values["outcome"]}, values)


def send_back(acting: Acting, case: CaseFile, note: str) -> None:
    """Refuse the closing for now, with a reason; the requester may do this too. Raises StaysOpen if nobody asked."""
    line = open_request_for_second_reader(case)
    if line is None:
        raise StaysOpen(TOO_LATE)
    case.append(acting, Act.NOT_YET, note)
    to = [one.email for one in case.report.readers if one.id == line.staff_id]
    queue_alert(acting.reports, case.incident.report_id, to)


def waiting_for_second_reader(session: Session) -> dict[uuid.UUID, uuid.UUID]:
    """Incident id to the id of who asked, for every case that waits for a second reader; a list opens no note."""
    last: dict[uuid.UUID, tuple[Act, uuid.UUID]] = {}
    left: set[tuple[uuid.UUID, uuid.UUID]] = set()
    for id, act, staff_id in session.execute(_ASKED):
        if act is Act.STEPPED_ASIDE:
            left.add((id, staff_id))
        else:
            last[id] = act, staff_id
    return {id: by for id, (act, by) in last.items() if act is Act.CLOSE_ASKED and (id, by) not in left}


def _refuse_open(acting: Acting, group: CaseGroup, values: Mapping[str, str]) -> None:
    """Raise IncidentClosed, or StaysOpen for what is open."""
    case = group.case
    case.refuse_closed()
    if points := what_keeps_open(what_is_open(acting, group, values), group, values):
        raise StaysOpen(OPEN_POINTS, points)
    named = read_tasks_left(values.get(TASKS_LEFT, ""))
    if any(one.id.hex not in named for one in open_tasks_in(case)):
        raise StaysOpen(UNNAMED_TASKS)


def _is_open(case: CaseFile) -> bool:
    """Whether a case is open by its row or by its log: who changes the row alone closes nothing (promise S10)."""
    newest = next((one for one in case.entries if one.act in (Act.CLOSED, Act.REOPENED)), None)
    return case.incident.closed_at is None or newest is None or newest.act is Act.REOPENED


def _end_group(
    acting: Acting, group: CaseGroup, written: Mapping[str, str], values: Mapping[str, str]
) -> None:
    """Close a case whose group is done with: its child sees it, and so do those of the cases that closed into it.

    `written`: what stands in the line that closes it; `values`: the form, of which the day to look again and what
    changes outlive the case.
    """
    _close_case(acting, group.case, written)
    if values.get(AGAIN_ON):
        set_look_again(acting, group.case, values[AGAIN_ON])
    if values.get("change"):
        _plan_change(group.case, values)
    for one in group.cases:
        if one is group.case or closed_as_part_of_another(one):
            show_state(acting.reports, one.report.body, "closed", acting.today)
            set_closed(acting.reports, one.report, closed=True)
    leave_unseen(acting, group)


def _close_case(acting: Acting, case: CaseFile, values: Mapping[str, str]) -> None:
    incident = case.incident
    end_drafts(acting.school, incident.id)
    incident.outcome, incident.closed_at = CaseOutcome(values["outcome"]), acting.now
    _add_closing_line(acting, case, Act.CLOSED, values)


def _add_closing_line(acting: Acting, case: CaseFile, act: Act, values: Mapping[str, str]) -> None:
    names = [*(question.name for question in questions_for()), TASKS_LEFT, INTO]
    case.append(acting, act, as_note([(name, values[name]) for name in names if values.get(name)]))


def _plan_change(case: CaseFile, values: Mapping[str, str]) -> None:
    lesson = values.get(LESSON) or NO_LESSON
    case.school.add(
        PlannedChange(
            incident_id=case.incident.id,
            what=values["change"],
            lesson_id=lesson if lesson != NO_LESSON else None,
            owner_id=uuid.UUID(values["owner"]),
            due_on=date.fromisoformat(values["due_on"]),
        )
    )
