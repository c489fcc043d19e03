"""A list of reports that were not meant seriously: one person reads and proposes it, another one decides about it.

Nothing is deleted, and nothing is decided here that one case alone would not allow: each is opened with a line of its
log, asks a second reader there (`closing`), and is closed by somebody else; the list is those lines, all of one moment
by one person. What a child may be harmed by, what somebody has begun to work on and what was changed by hand is never
among them (promise Q4).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.case.case_file import Acting, CaseFile, is_severe, is_unchanged_since_opening
from kiosk.incidents.case.forms import NOTE_LONGEST, Question
from kiosk.incidents.case.links import CaseGroup
from kiosk.incidents.case.staff_reports import BY
from kiosk.incidents.closing import close
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry, Level
from kiosk.incidents.queue.page import QueueRow
from kiosk.report.access.opening import KeyNotGranted, readable
from kiosk.report.access.routes import BULLYING_SEVERE, ROUTES
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.wording.messages import N_

MOST = 50
REASON = (Question("note", N_("Write how you know that these were not meant seriously."), NOTE_LONGEST),)
BACK = (Question("note", N_("Write why these should stay open."), NOTE_LONGEST),)


@dataclass(eq=False)
class NotForBulkClosing(Exception):
    """This one is opened, read and closed by itself, however many there are of its kind.

    Also where somebody has done something about it meanwhile. `number`: of its case; none where it was not opened.
    """

    number: int = 0


def may_be_ticked(row: QueueRow) -> bool:
    """Whether a row of the queue, by its plaintext columns, may be one of many that are opened together."""
    loud = row.level is Level.URGENT or row.now or row.report.altered
    return row.incident is None and not loud and _is_ordinary(row.report.route.id)


def open_one_of_many(acting: Acting, report_id: uuid.UUID) -> CaseFile:
    """Open a report for a list; again, if this person has. On NotForBulkClosing or ReportNotYours it is unread."""
    try:
        case = open_incident(acting, report_id)
    except (KeyNotGranted, EnvelopeBroken):
        raise NotForBulkClosing from None
    if _is_severe(case):
        raise NotForBulkClosing
    if case.incident.closed_at or not is_only_asked(case.log, acting.staff.id):
        raise NotForBulkClosing(case.incident.number)
    return case


def propose_hoax(acting: Acting, case: CaseFile, reason: str) -> None:
    """Propose one of a list as not meant seriously, once for each person. Raises NotForBulkClosing."""
    refuse_severe(case)
    if case.incident.closed_at or not is_only_asked(case.log, acting.staff.id):
        raise NotForBulkClosing(case.incident.number)
    if not close.open_request_for_second_reader(case):
        close.close(acting, CaseGroup(case), {"outcome": CaseOutcome.NOT_SERIOUS.value, "note": reason})


def proposed_line(case: CaseFile, staff: StaffMember) -> IncidentEntry:
    """The line by which somebody else proposes one of a list to this person. Raises NotForBulkClosing."""
    refuse_severe(case)
    line = None if case.incident.closed_at else close.open_request_for_second_reader(case)
    by_other = line is not None and line.staff_id != staff.id and is_only_asked(case.log, line.staff_id)
    if line is None or not by_other or close.answers_asked_for(case)["outcome"] != CaseOutcome.NOT_SERIOUS:
        raise NotForBulkClosing(case.incident.number)
    return line


def decide_hoax(acting: Acting, case: CaseFile, seen: str, back: str = "") -> None:
    """Agree to one of a list, or leave it open with a line; NotForBulkClosing if that is not what was `seen`."""
    if proposed_line(case, acting.staff).id.hex != seen:
        raise NotForBulkClosing(case.incident.number)
    try:
        if back:
            close.send_back(acting, case, back)
        else:
            close.agree(acting, CaseGroup(case), seen)
    except close.StaysOpen:
        raise NotForBulkClosing(case.incident.number) from None


def proposed_to(acting: Acting) -> list[int]:
    """The numbers of cases that others ask to close and this person may read, by who asked; two queries."""
    asked_by = {
        id: by for id, by in close.waiting_for_second_reader(acting.school).items() if by != acting.staff.id
    }
    rows = acting.school.execute(
        select(Incident.id, Incident.number, Incident.report_id).where(Incident.id.in_(asked_by))
    ).all()
    mine = readable(acting.reports, [row.report_id for row in rows], acting.staff.id, acting.staff.roles)
    found = [row for row in rows if row.report_id in mine]
    return [row.number for row in sorted(found, key=lambda row: (asked_by[row.id], row.number))]


def refuse_severe(case: CaseFile) -> None:
    """Raise NotForBulkClosing for what is never in a list, and for other words than those that were opened first."""
    if _is_severe(case) or not is_unchanged_since_opening(case):
        raise NotForBulkClosing(case.incident.number)


def is_only_asked(entries: Sequence[IncidentEntry], by: uuid.UUID) -> bool:
    """Whether this person opened it, and nothing was done since but reading it, and this person asking to close it.

    A link counts for nothing: the other case may be one that whoever asks may not know of.
    """
    own, counts_for_nothing = (Act.OPENED, Act.CLOSE_ASKED), (Act.READ, Act.LINKED)
    return all(one.act in counts_for_nothing or (one.act in own and one.staff_id == by) for one in entries)


def _is_severe(case: CaseFile) -> bool:
    """Whether a child may be harmed by it, somebody changed it by hand, or staff told it."""
    report = case.report
    special = bool(report.altered) or report.differs or BY in report.body
    return is_severe(case) or special or not _is_ordinary(report.route.id)


def _is_ordinary(route: str) -> bool:
    return ROUTES[route].retention != "protection" and route != BULLYING_SEVERE
