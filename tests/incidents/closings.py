"""Closing a case in a test, with a second reader where one is not enough."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.case_file import Acting, needs_second_reader
from kiosk.incidents.case.links import CaseGroup
from kiosk.incidents.closing.close import agree, close
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry
from tests.incidents.verbs import acting, case_of

DEBRIEF = {
    "happened": "Somebody was met online.",
    "learned": "Nobody knew whom to ask.",
    "change": "A lesson for everybody.",
    "due_on": "2027-01-08",
}
ENDED = {"outcome": "resolved", "note": "All is well."} | DEBRIEF


def end(
    by: Acting, incident: Incident, second: StaffMember, outcome: CaseOutcome = CaseOutcome.RESOLVED
) -> None:
    """Close a case, as not meant seriously where something would have to be decided first."""
    case = case_of(by, incident)
    values = ENDED | {"owner": by.staff.id.hex, "outcome": outcome.value}
    if needs_second_reader(case, outcome):
        values["outcome"] = CaseOutcome.NOT_SERIOUS.value
    if not close(by, CaseGroup(case), values):
        other = acting(by.calendar, second, by.now, by.school, by.reports)
        agree(other, CaseGroup(case_of(other, incident)), newest_asked(by.school, incident.number))


def newest_asked(session: Session, number: int) -> str:
    """The id of the newest line that asked for a second reader, as the page of whoever agrees carries it."""
    of_case = IncidentEntry.incident_id.in_(select(Incident.id).where(Incident.number == number))
    asked = select(IncidentEntry.id).where(of_case, IncidentEntry.act == Act.CLOSE_ASKED)
    id = session.scalars(asked.order_by(IncidentEntry.seq.desc())).first()
    return id.hex if id else ""
