"""Closing a case in a test, with a second reader where one is not enough."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.closing import agree, ask_second, close, needs_second
from kiosk.incidents.log import entries_of
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry
from kiosk.report.opening import read_report
from tests.factories import opener_of

DEBRIEF = {
    "happened": "Somebody was met online.",
    "learned": "Nobody knew whom to ask.",
    "change": "A lesson for everybody.",
    "due_on": "2027-01-08",
}
ENDED = {"outcome": "resolved", "note": "All is well."} | DEBRIEF


def end(
    session: Session,
    reports: Session,
    incident: Incident,
    by: StaffMember,
    second: StaffMember,
    now: datetime,
    outcome: CaseOutcome = CaseOutcome.RESOLVED,
) -> None:
    """Close a case, as not meant seriously where something would have to be decided first."""
    report = read_report(reports, incident.report_id, opener_of(by))
    values = ENDED | {"owner": by.id.hex, "outcome": outcome.value}
    if not needs_second(incident, report, outcome):
        close(session, reports, incident, by, now, values, report, entries_of(session, incident.id))
        return
    values["outcome"] = CaseOutcome.NOT_SERIOUS.value
    ask_second(session, reports, incident, by, now, values, report, entries_of(session, incident.id))
    entries, read = (
        entries_of(session, incident.id),
        read_report(reports, incident.report_id, opener_of(second)),
    )
    agree(session, reports, incident, second, now, entries, read, newest_asked(session, incident.number))


def newest_asked(session: Session, number: int) -> str:
    """The id of the newest line that asked for a second reader, as the page of whoever agrees carries it."""
    of_case = IncidentEntry.incident_id.in_(select(Incident.id).where(Incident.number == number))
    asked = select(IncidentEntry.id).where(of_case, IncidentEntry.act == Act.CLOSE_ASKED)
    id = session.scalars(asked.order_by(IncidentEntry.seq.desc())).first()
    return id.hex if id else ""
