"""Closing a case in a test, with a second reader where one is not enough."""

from collections.abc import Mapping
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.case_file import Acting, needs_second_reader
from kiosk.incidents.case.checklist import ITEMS, goes_on, read_choices, save_choices
from kiosk.incidents.case.links import CaseGroup
from kiosk.incidents.closing.close import agree, close
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry
from kiosk.storage.db import now_utc
from tests.incidents.verbs import acting, case_of

# What there is to do, as its page sends it: nothing is done, and it is said why.
CHOSEN = {f"todo-{name}": "not" for name in ITEMS} | {f"why-{name}": "There was no need." for name in ITEMS}
DEBRIEF = {"learn": "yes", "change": "A lesson for everybody.", "due_on": "2027-01-08"}
ENDED = {
    "outcome": "resolved",
    "note": "All is well.",
    "no_answer": "They were spoken to.",
} | DEBRIEF
# What is asked of bullying that goes on as well.
STOPPED = {
    "stopped": "yes",
    "says": "The child, to the form teacher",
    "again_on": (now_utc() + timedelta(days=14)).date().isoformat(),
}


def decide(by: Acting, incident: Incident) -> None:
    """Say of everything that there is to do in a case why it is not done."""
    case = case_of(by, incident)
    save_choices(by, case, read_choices(case, CHOSEN)[0])


def end(
    by: Acting, incident: Incident, second: StaffMember, outcome: CaseOutcome = CaseOutcome.RESOLVED
) -> None:
    """Close a case in which everything is decided."""
    decide(by, incident)
    case = case_of(by, incident)
    values = ENDED | (STOPPED if goes_on(case) else {}) | {"owner": by.staff.id.hex, "outcome": outcome.value}
    if needs_second_reader(case, outcome):
        values["outcome"] = CaseOutcome.NOT_SERIOUS.value
    if not close(by, CaseGroup(case), values):
        other = acting(by.calendar, second, by.now, by.school, by.reports)
        agree(other, CaseGroup(case_of(other, incident)), newest_asked(by.school, incident.number))


def close_case(browser: FlaskClient, address: str, sent: Mapping[str, str]) -> TestResponse:
    """Say on the page of a case why nothing is to do, and close it, with nothing to change if nothing else is said."""
    browser.post(f"{address}/done", data=CHOSEN)
    nothing = {} if "owner" in sent else {"learn": "nothing"}
    return browser.post(f"{address}/close", data=dict(sent) | nothing)


def newest_asked(session: Session, number: int) -> str:
    """The id of the newest line that asked for a second reader, as the page of whoever agrees carries it."""
    of_case = IncidentEntry.incident_id.in_(select(Incident.id).where(Incident.number == number))
    asked = select(IncidentEntry.id).where(of_case, IncidentEntry.act == Act.CLOSE_ASKED)
    id = session.scalars(asked.order_by(IncidentEntry.seq.desc())).first()
    return id.hex if id else ""
