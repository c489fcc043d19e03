"""The Principal's register: which incidents exist, with kind, level, state and steps, never with their words."""

import uuid
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.outbox import chunks
from kiosk.report.models import ReportState
from kiosk.report.opening import waiting_reports

PAGE_ROWS = 100
ABOUT_STAFF = ("adult", "head")
KNOWN = (ReportState.RELEASED, ReportState.OPENED, ReportState.CLOSED)


@dataclass(frozen=True)
class RegisterRow:
    """One incident, and whether this person may open it."""

    incident: Incident
    acts: list[Act]  # in the order in which they first happened, without readings
    readable: bool


def register(
    reports_session: Session, school_session: Session, staff: StaffMember, before: int = 0
) -> list[RegisterRow]:
    """The newest incidents, or those with numbers below `before`; one more than a page shows, if there are more.

    Incidents about staff are listed only for their readers, and none from which this person has stepped aside.
    """
    mine = {report.id for report in waiting_reports(reports_session, staff.id, staff.roles, KNOWN)}
    aside = exists().where(
        IncidentEntry.incident_id == Incident.id,
        IncidentEntry.act == Act.STEPPED_ASIDE,
        IncidentEntry.staff_id == staff.id,
    )
    hidden = [report_id for report_id in _about_staff(school_session) if report_id not in mine]
    wanted = (
        select(Incident)
        .where(Incident.report_id.not_in(hidden), ~aside)
        .order_by(Incident.number.desc())
        .limit(PAGE_ROWS + 1)
    )
    if before:
        wanted = wanted.where(Incident.number < before)
    incidents = school_session.scalars(wanted).all()
    acts = _acts(school_session, [incident.id for incident in incidents])
    return [
        RegisterRow(incident, acts.get(incident.id, []), incident.report_id in mine) for incident in incidents
    ]


def _about_staff(session: Session) -> list[uuid.UUID]:
    return list(session.scalars(select(Incident.report_id).where(Incident.route.in_(ABOUT_STAFF))))


def _acts(session: Session, incident_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Act]]:
    found: dict[uuid.UUID, list[Act]] = {}
    for ids in chunks(incident_ids):
        rows = session.execute(
            select(IncidentEntry.incident_id, IncidentEntry.act)
            .where(IncidentEntry.incident_id.in_(ids), IncidentEntry.act != Act.READ)
            .order_by(IncidentEntry.seq)
        )
        for incident_id, act in rows:
            acts = found.setdefault(incident_id, [])
            if act not in acts:
                acts.append(act)
    return found
