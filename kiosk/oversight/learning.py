"""What the school learns: how many cases of each class were closed, where nobody can be picked out (promise A12)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SEARCHED_DAYS, SchoolCalendar
from kiosk.incidents.learning.follow_ups import CLASS_OF, CLASSES, CaseClass
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.report.access.opening import readable
from kiosk.roles import Role
from kiosk.small_numbers import FEWEST

SCHOOL_WEEKS = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class ClassFigure:
    """A class of cases and how many were closed; None: fewer than five, or a figure would tell of fewer than five."""

    case_class: CaseClass
    count: int | None


def closed_by_class(
    school: Session, reports: Session, staff: StaffMember, calendar: SchoolCalendar, today: date
) -> list[ClassFigure]:
    """How many cases of each class were closed in the last whole school weeks, always all classes in one order.

    Counted from the log, which never changes: otherwise reopening a case would change a figure at once. Of cases
    about grown-ups at school and of those handed over nothing is asked.
    """
    first, end = weeks_counted(calendar, today)
    rows = school.execute(
        select(Incident.report_id, Incident.route)
        .join(IncidentEntry, IncidentEntry.incident_id == Incident.id)
        .where(
            IncidentEntry.act == Act.CLOSED,
            IncidentEntry.at >= datetime.combine(first, time.min, calendar.zone),
            IncidentEntry.at < datetime.combine(end, time.min, calendar.zone),
            Incident.route.in_(CLASS_OF),
        )
        .distinct()
    ).all()
    closed = {row.report_id: CLASS_OF[row.route].id for row in rows}
    mine = readable(reports, list(closed), staff.id, staff.roles)
    # The principal's register lists all of these.
    return class_figures(closed, closed if Role.PRINCIPAL in staff.roles else dict.fromkeys(mine, ""))


def class_figures(closed: Mapping[uuid.UUID, str], known: Mapping[uuid.UUID, str]) -> list[ClassFigure]:
    """The figure of each class; `closed`: the class of each closed case, `known`: of those that the viewer knows."""
    found = []
    for one in CLASSES:
        of_class = [id for id, class_id in closed.items() if class_id == one.id]
        own = sum(id in known for id in of_class)
        found.append(ClassFigure(one, publishable(own, len(of_class) - own)))
    return found


def publishable(own: int, others: int) -> int | None:
    """The figure that may be shown to somebody who knows of `own` cases; None if there is none.

    It never includes fewer than five cases of others, who could otherwise be counted by subtraction.
    """
    if others >= FEWEST:
        return own + others
    return own if own >= FEWEST else None


def weeks_counted(calendar: SchoolCalendar, today: date) -> tuple[date, date]:
    """The first day that is counted, and the first that is not: whole weeks, so that figures change only between
    weeks."""
    end = today - timedelta(days=today.weekday())
    first, weeks = end, 0
    while weeks < SCHOOL_WEEKS and (end - first).days < SEARCHED_DAYS:
        first -= WEEK
        weeks += any(calendar.is_school_day(first + timedelta(days=day)) for day in range(7))
    return first, end
