"""The Principal's register: which incidents exist, with kind, level, state and steps, never with their words."""

import uuid
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.incidents.numbers import ABOUT_STAFF
from kiosk.outbox import chunks
from kiosk.report.models import ReportState
from kiosk.report.opening import waiting_reports

PAGE_ROWS = 100
LAST_PAGE = 10_000


@dataclass(frozen=True)
class RegisterRow:
    """One incident, and whether this person may open it."""

    incident: Incident
    acts: list[Act]  # in the order in which they first happened, without readings
    readable: bool
    aside: bool  # this person has stepped aside: the number alone is shown


def register(
    reports_session: Session, school_session: Session, staff: StaffMember, page: int = 1
) -> list[RegisterRow]:
    """One page of the incidents, the newest first; one more than a page shows, if there are more.

    Incidents about staff are listed only for their readers. Of all others none is left out, so that no number is
    missing (promise S9).
    """
    mine = {report.id for report in waiting_reports(reports_session, staff.id, staff.roles, ReportState)}
    about_staff = school_session.scalars(select(Incident.report_id).where(Incident.route.in_(ABOUT_STAFF)))
    readable = [report_id for report_id in about_staff if report_id in mine]
    incidents = school_session.scalars(
        select(Incident)
        .where(or_(Incident.route.not_in(ABOUT_STAFF), Incident.report_id.in_(readable)))
        .order_by(Incident.opened_at.desc(), Incident.number.desc())
        .offset((min(max(page, 1), LAST_PAGE) - 1) * PAGE_ROWS)
        .limit(PAGE_ROWS + 1)
    ).all()
    ids = [incident.id for incident in incidents]
    acts, aside = _acts(school_session, ids), _left(school_session, ids, staff)
    return [
        RegisterRow(incident, acts.get(incident.id, []), incident.report_id in mine, incident.id in aside)
        for incident in incidents
    ]


def _left(session: Session, incident_ids: list[uuid.UUID], staff: StaffMember) -> set[uuid.UUID]:
    """The incidents from which this person has stepped aside."""
    return set(
        session.scalars(
            select(IncidentEntry.incident_id).where(
                IncidentEntry.incident_id.in_(incident_ids),
                IncidentEntry.act == Act.STEPPED_ASIDE,
                IncidentEntry.staff_id == staff.id,
            )
        )
    )


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
