"""Open incidents as the queue needs them: whose they are, whom they wait for, and why."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry, Level
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
    complaint_late: bool = False

    @property
    def waits(self) -> bool:
        """Whether it waits for who looks."""
        return self.mine or self.second

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
    complaints: Mapping[uuid.UUID, date],
) -> list[OpenCase]:
    """The open incidents that this person may read, and which of them wait for this person; two queries at most.

    The route is that of the report's row, which is compared with the sealed text. That of the incident's row is older
    where a power cut came while a case was handed over, and could be anything where somebody changed it by hand.

    `asked_by`: who asked a second reader to agree to closing it, by incident. `complaints`: by when its most pressing
    complaint is to be answered.
    """
    today = now.astimezone(calendar.zone).date()
    route = {id: ROUTES[row.key.route] for id, row in rows.items() if row.mine}
    readable = [
        one for one in incidents if one.report_id in route and may_read(route[one.report_id], staff.roles)
    ]
    owners = {one.owner_id for one in readable}
    of_owners = key_marks(reports, [one.report_id for one in readable], owners)
    why = {
        one.report_id: there.why_not(
            one.owner_id, route[one.report_id].id, of_owners.get(one.report_id, {}).get(one.owner_id)
        )
        for one in readable
    }
    stuck = [id for id, reason in why.items() if reason]
    of_all = key_marks(reports, stuck) if stuck else {}
    return [
        OpenCase(
            one,
            plausible(rows[one.report_id].key, calendar, now, one.report_id),
            is_for(staff.id, one.owner_id, route[one.report_id].id, of_all.get(one.report_id, {}), there)
            if why[one.report_id]
            else one.owner_id == staff.id,
            why[one.report_id],
            asked_by.get(one.id, staff.id) != staff.id,
            complaints.get(one.id, today) < today,
        )
        for one in readable
    ]


def names_of(school: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of these people, also of those who have left."""
    rows = school.execute(select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(people)))
    return {row.id: row.name for row in rows}
