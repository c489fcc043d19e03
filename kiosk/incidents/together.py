"""Many reports that were not meant seriously, in a flood: opened together, and ended by two people, each by itself.

Nothing is deleted, and nothing is decided here that one case alone would not allow: each is opened with a line of its
log, asks a second reader of its own (`closing`), and is closed by somebody else. What a child may be harmed by, what
somebody has begun to work on and what was changed by hand is never among them (promise Q4).
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents import closing
from kiosk.incidents.actions import open_incident
from kiosk.incidents.first_opened import is_as_opened
from kiosk.incidents.forms import NOTE_LONGEST, Question
from kiosk.incidents.log import entries_of
from kiosk.incidents.models import Act, CaseOutcome, Closing, Incident, IncidentEntry, Level
from kiosk.incidents.queue_page import QueueRow
from kiosk.incidents.told import BY
from kiosk.messages import N_
from kiosk.report.opening import KeyNotGranted, OpenedReport, Opener, readable
from kiosk.report.reading_routes import BULLYING_SEVERE, PRACTICE, ROUTES
from kiosk.sealing.envelope import EnvelopeBroken

MOST = 50
REASON = (Question("note", N_("Write how you know that these were not meant seriously."), NOTE_LONGEST),)
BACK = (Question("note", N_("Write why these should stay open."), NOTE_LONGEST),)


class ByItself(Exception):
    """This one is opened by itself, however many there are of its kind."""


class WorkedOn(Exception):
    """Somebody has opened this one, closed it, or done something about it meanwhile; it has this number."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__()


def may_be_ticked(row: QueueRow) -> bool:
    """Whether a row of the queue, by what stands in clear, may be one of many that are opened together."""
    loud = row.level is Level.URGENT or row.now or row.altered
    return row.number is None and not loud and _is_ordinary(row.route)


def open_one_of_many(
    school: Session,
    reports: Session,
    opener: Opener,
    calendar: SchoolCalendar,
    report_id: uuid.UUID,
    now: datetime,
) -> tuple[Incident, OpenedReport]:
    """Open a report as `open_incident` does; one that this person has opened like this already is shown again.

    Raises ByItself, WorkedOn or ReportNotYours, and then the caller rolls both sessions back: nobody has read it.
    """
    try:
        incident, report = open_incident(school, reports, opener, calendar, report_id, now)
    except (KeyNotGranted, EnvelopeBroken):
        raise ByItself from None
    refuse_severe(incident, report)
    if incident.closed_at or not is_only_asked(entries_of(school, incident.id), opener.id):
        raise WorkedOn(incident.number)
    return incident, report


def ask_second_for_hoax(
    school: Session,
    reports: Session,
    incident: Incident,
    staff: StaffMember,
    now: datetime,
    reason: str,
    report: OpenedReport,
) -> None:
    """Ask a second reader to agree that it was not meant seriously; asked by the same person twice, it is once.

    Raises ByItself or WorkedOn.
    """
    entries = entries_of(school, incident.id)
    refuse_severe(incident, report)
    refuse_exchanged(entries, report)
    if incident.closed_at or not is_only_asked(entries, staff.id):
        raise WorkedOn(incident.number)
    if closing.asked(school, incident, entries):
        return
    values = {"outcome": CaseOutcome.NOT_SERIOUS.value, "note": reason}
    closing.ask_second(school, reports, incident, staff, now, values, report, entries)


def asked_line(
    school: Session, incident: Incident, staff: StaffMember, report: OpenedReport
) -> IncidentEntry:
    """The line by which somebody else asks this person to agree to one of many. Raises ByItself or WorkedOn."""
    entries = entries_of(school, incident.id)
    line = None if incident.closed_at else closing.asked(school, incident, entries)
    refuse_severe(incident, report)
    refuse_exchanged(entries, report)
    if line is None or line.staff_id == staff.id or not is_only_asked(entries, line.staff_id):
        raise WorkedOn(incident.number)
    if closing.asked_for(entries, report).get("outcome") != CaseOutcome.NOT_SERIOUS:
        raise ByItself
    return line


def asked_of(school: Session, reports: Session, staff: StaffMember) -> list[int]:
    """The numbers of what others called not meant seriously and this person may read, by who asked; two queries."""
    rows = school.execute(
        select(Incident.number, Incident.report_id)
        .join(Closing, Closing.incident_id == Incident.id)
        .where(
            Incident.closed_at.is_(None),
            Closing.outcome == CaseOutcome.NOT_SERIOUS,
            Closing.asked_by_id != staff.id,
        )
        .order_by(Closing.asked_by_id, Incident.number)
    ).all()
    mine = readable(reports, [row.report_id for row in rows], staff.id, staff.roles)
    return [row.number for row in rows if row.report_id in mine]


def refuse_severe(incident: Incident, report: OpenedReport) -> None:
    """Raise ByItself for whatever a child may be harmed by, what was changed by hand, what staff told, and practice."""
    special = bool(report.altered) or report.differs or BY in report.body
    if closing.is_severe(incident, report) or special or not _is_ordinary(report.route.id):
        raise ByItself


def refuse_exchanged(entries: Sequence[IncidentEntry], report: OpenedReport) -> None:
    """Raise ByItself for other words than those that were opened first: its own page says so."""
    if not is_as_opened(entries, report):
        raise ByItself


def is_only_asked(entries: Sequence[IncidentEntry], by: uuid.UUID) -> bool:
    """Whether this person opened it, and nothing was done since but reading it, and this person asking to close it.

    A link counts for nothing: the other case may be one that whoever asks may not know of.
    """
    own, counts_for_nothing = (Act.OPENED, Act.CLOSE_ASKED), (Act.READ, Act.LINKED)
    return all(one.act in counts_for_nothing or (one.act in own and one.staff_id == by) for one in entries)


def _is_ordinary(route: str) -> bool:
    return ROUTES[route].retention != "protection" and route not in (BULLYING_SEVERE, PRACTICE)
