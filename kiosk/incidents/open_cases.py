"""Open incidents as the queue needs them: whose they are, whom they wait for, and why."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry, Level
from kiosk.incidents.tasks import OpenTask
from kiosk.incidents.unread import plausible
from kiosk.incidents.whose import AtWork, WhyNot, is_for
from kiosk.report.listing import ListedRow, key_marks
from kiosk.report.opening import WaitingReport
from kiosk.report.reading_routes import ROUTES, may_read


@dataclass(frozen=True)
class IncidentRow:
    """What a list shows of an incident; read as plain columns, as there may be many."""

    id: uuid.UUID
    number: int
    report_id: uuid.UUID
    route: str
    level: Level
    opened_at: datetime
    owner_id: uuid.UUID
    next_step_by: datetime
    outcome: CaseOutcome | None
    closed_at: datetime | None


@dataclass(frozen=True)
class OpenCase:
    """An open incident that somebody may read; `why` says why its owner cannot act, if that is so."""

    incident: IncidentRow
    report: WaitingReport
    mine: bool
    why: WhyNot | None
    second: bool = False  # somebody else asks who looks to agree to closing it
    tasks: tuple[date, ...] = ()  # by when who looks has something to do

    @property
    def waits(self) -> bool:
        """Whether it waits for who looks."""
        return self.mine or self.second or bool(self.tasks)

    @property
    def level(self) -> Level:
        """How soon it must be looked at; what somebody changed by hand is urgent."""
        return Level.URGENT if self.report.altered else self.incident.level


_LATER = aliased(IncidentEntry)
_REOPENED = exists().where(
    _LATER.incident_id == IncidentEntry.incident_id,
    _LATER.act == Act.REOPENED,
    _LATER.seq > IncidentEntry.seq,
)
_CLOSED = exists().where(
    IncidentEntry.incident_id == Incident.id, IncidentEntry.act == Act.CLOSED, ~_REOPENED
)
# An incident is open by its row or by its log: who changes the row alone closes nothing (promise S10). Made once, as
# each alias has a name by chance, and what a round of the worker draws must not hang on the hour (promise A1).
IS_OPEN = or_(Incident.closed_at.is_(None), ~_CLOSED)
COLUMNS = tuple(getattr(Incident, name) for name in IncidentRow.__annotations__)


def open_incidents(school: Session) -> list[IncidentRow]:
    """Every incident at which staff work, whoever may read it; nothing of it is shown before that is asked."""
    return [IncidentRow(*row) for row in school.execute(select(*COLUMNS).where(IS_OPEN))]


def cases_for(
    reports: Session,
    staff: StaffMember,
    incidents: Collection[IncidentRow],
    rows: Mapping[uuid.UUID, ListedRow],
    there: AtWork,
    calendar: SchoolCalendar,
    now: datetime,
    asked_by: Mapping[uuid.UUID, uuid.UUID],
    tasks: Mapping[uuid.UUID, Sequence[OpenTask]],
) -> list[OpenCase]:
    """The open incidents that this person may read, and which of them wait for this person; two queries at most.

    The route is that of the report's row, which is compared with the sealed text. That of the incident's row is older
    where a power cut came while a case was handed over, and could be anything where somebody changed it by hand.

    `asked_by`: who asked a second reader to agree to closing it, by incident; `tasks`: what is to do, by incident.
    """
    route = {id: ROUTES[row.key.route] for id, row in rows.items() if row.mine}
    readable = [
        one for one in incidents if one.report_id in route and may_read(route[one.report_id], staff.roles)
    ]
    with_tasks = {one.report_id: (one.owner_id, *_owners(tasks, one.id)) for one in readable}
    owners = {id for some in with_tasks.values() for id in some}
    marks = key_marks(reports, list(with_tasks), owners)
    why = {
        one.report_id: {
            id: there.why_not(id, route[one.report_id].id, marks.get(one.report_id, {}).get(id))
            for id in with_tasks[one.report_id]
        }
        for one in readable
    }
    stuck = [id for id, reasons in why.items() if any(reasons.values())]
    marks |= key_marks(reports, stuck) if stuck else {}

    def is_mine(case: IncidentRow, owner_id: uuid.UUID) -> bool:
        found = route[case.report_id].id, marks.get(case.report_id, {})
        return (
            is_for(staff.id, owner_id, *found, there)
            if why[case.report_id][owner_id]
            else staff.id == owner_id
        )

    return [
        OpenCase(
            one,
            plausible(rows[one.report_id].key, calendar, now, one.report_id),
            is_mine(one, one.owner_id),
            why[one.report_id][one.owner_id],
            asked_by.get(one.id, staff.id) != staff.id,
            tuple(sorted(task.due_on for task in tasks.get(one.id, ()) if is_mine(one, task.owner_id))),
        )
        for one in readable
    ]


def _owners(tasks: Mapping[uuid.UUID, Sequence[OpenTask]], incident_id: uuid.UUID) -> list[uuid.UUID]:
    return [one.owner_id for one in tasks.get(incident_id, ())]


def names_of(school: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of these people, also of those who have left."""
    rows = school.execute(select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(people)))
    return {row.id: row.name for row in rows}
