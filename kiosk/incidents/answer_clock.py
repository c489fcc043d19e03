"""How long a child has waited for an answer that was asked for, by the log and no row of the reports (promise C11)."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.clock import Clock, read_clock
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.report.opening import OpenedRow
from kiosk.report.way_back import IN_BODY

ANSWER_SCHOOL_DAYS = 2


def answered(session: Session, incident_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these incidents have an answer to the child, as the log says; one query."""
    asked = select(IncidentEntry.incident_id).where(
        IncidentEntry.incident_id.in_(incident_ids), IncidentEntry.act == Act.REPLIED
    )
    return set(session.scalars(asked.distinct()))


def answer_clock(calendar: SchoolCalendar, report: OpenedRow, now: datetime) -> Clock | None:
    """The clock of the first answer, from the end of the report's slot; None where the child asked for none."""
    if IN_BODY not in report.body:
        return None
    start = calendar.slot_end(report.slot)
    due = calendar.add_school_time(start, ANSWER_SCHOOL_DAYS * calendar.school_day_minutes())
    return read_clock(calendar, start, due, now)


def answer_late(
    session: Session,
    calendar: SchoolCalendar,
    incident: Incident,
    report: OpenedRow,
    now: datetime,
    together: Collection[int] = (),
) -> Clock | None:
    """The clock of an open incident whose child asked for an answer and has none after two school days; else None.

    `together`: the numbers of other incidents from the same form, as an answer to one of them answers this child.
    """
    clock = answer_clock(calendar, report, now)
    if clock is None or not clock.late or incident.closed_at is not None:
        return None
    return None if is_answered(session, incident, together) else clock


def is_answered(session: Session, incident: Incident, together: Collection[int] = ()) -> bool:
    """Whether the child of this incident has an answer, here or in one of those `together` with it."""
    ids = [incident.id]
    if together:
        ids += session.scalars(select(Incident.id).where(Incident.number.in_(together)))
    return bool(answered(session, ids))
