"""Practice reports: they show whether a child's report would be alerted, opened and closed (promise S8)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import Slot
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.routes import PRACTICE
from kiosk.report.models import Report

MOST_SHOWN = 3


@dataclass(frozen=True)
class Practice:
    """One practice report and what happened to it; no child sent it, so its steps may be shown."""

    slot: Slot
    alert_waits: bool
    number: int | None = None
    opened_by: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: CaseOutcome | None = None


def practices(school: Session, reports: Session, hidden: Collection[uuid.UUID] = ()) -> list[Practice]:
    """The last practice reports: those not opened yet first, then by number; without those of `hidden`."""
    wanted = select(Report.id, Report.day, Report.slot).where(Report.route == PRACTICE)
    rows = [row for row in reports.execute(wanted) if row.id not in hidden]
    if not rows:
        return []
    incidents = {
        one.report_id: one
        for one in school.scalars(
            select(Incident)
            .where(Incident.route == PRACTICE, Incident.report_id.not_in(list(hidden)))
            .order_by(Incident.number.desc())
            .limit(MOST_SHOWN)
        )
    }
    started = set(school.scalars(select(Incident.report_id).where(Incident.route == PRACTICE)))
    waiting = [row for row in rows if row.id not in started]
    opened = sorted(
        (row for row in rows if row.id in incidents), key=lambda row: incidents[row.id].number, reverse=True
    )
    return [
        _practice(school, reports, row.id, Slot(row.day, row.slot), incidents.get(row.id))
        for row in [*waiting, *opened][:MOST_SHOWN]
    ]


def _practice(
    school: Session, reports: Session, report_id: uuid.UUID, slot: Slot, incident: Incident | None
) -> Practice:
    waits = bool(reports.scalar(select(exists().where(OutboxRow.report_id == report_id))))
    if incident is None:
        return Practice(slot, waits)
    opened = school.scalars(
        select(IncidentEntry)
        .where(IncidentEntry.incident_id == incident.id, IncidentEntry.act == Act.OPENED)
        .order_by(IncidentEntry.seq)
        .limit(1)
    ).first()
    return Practice(
        slot,
        waits,
        number=incident.number,
        opened_by=opened.staff.name if opened else "",
        opened_at=opened.at if opened else None,
        closed_at=incident.closed_at,
        outcome=incident.outcome,
    )
