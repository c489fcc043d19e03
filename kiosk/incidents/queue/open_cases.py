"""Incidents as the queue needs them: whose they are, whom they wait for, and why; also closed ones to look at again."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.assignment import StaffAvailability, Unavailable, waits_for
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.case.tasks import due_looks
from kiosk.incidents.models import Act, CaseOutcome, CaseTask, Incident, IncidentEntry, Level
from kiosk.incidents.queue.filters import QueueFilter
from kiosk.incidents.queue.unread import Listing
from kiosk.report.access.listing import ListedRow, key_marks, marks_of, rows_of, with_key
from kiosk.report.access.opening import NO_REPORT, WaitingReport
from kiosk.report.access.routes import ROUTES, may_read


class IncidentRow(NamedTuple):
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


class OpenCase(NamedTuple):
    """An open incident that somebody may read; `why` says why its owner cannot act, if that is so."""

    incident: IncidentRow
    report: WaitingReport  # what a list may show of the report, without its id
    mine: bool
    why: Unavailable | None
    second: bool = False  # the viewer is asked to agree to closing it
    tasks: tuple[date, ...] = ()  # when tasks of the viewer are due
    complaint_late: bool = False
    came_back: bool = False  # a colleague has answered what the viewer, or of an own case anybody, asked

    @property
    def waits(self) -> bool:
        """Whether the case waits for the viewer."""
        return self.mine or self.second or bool(self.tasks) or self.came_back

    @property
    def level(self) -> Level:
        """How soon somebody must look at the case; one that was tampered with counts as urgent."""
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
# Two lists in the order of ids, each from an index: many times cheaper than to ask the log of each incident.
_NEVER_CLOSED = (
    select(Incident.id)
    .where(Incident.closed_at.is_not(None))
    .except_(select(IncidentEntry.incident_id).where(IncidentEntry.act == Act.CLOSED))
    .order_by(Incident.id)
)
_ONCE_REOPENED = select(IncidentEntry.incident_id).where(IncidentEntry.act == Act.REOPENED)
# An incident is open if its row or its log says so: changing the row alone does not close it (promise S10). Made
# once, as each alias has a name by chance, and what a round of the worker draws must not hang on the hour
# (promise A1).
IS_OPEN = or_(
    Incident.closed_at.is_(None),
    Incident.id.in_(_NEVER_CLOSED),
    and_(Incident.id.in_(_ONCE_REOPENED), ~_CLOSED),
)
COLUMNS = tuple(getattr(Incident, name) for name in IncidentRow._fields)
_OPEN = select(*COLUMNS).where(IS_OPEN)
_NAMES = select(StaffMember.id, StaffMember.name).where(
    StaffMember.id.in_(bindparam("people", expanding=True))
)


def open_incidents(school: Session) -> list[IncidentRow]:
    """Every incident at which staff work, whoever may read it; callers check access before they show any of it."""
    return [IncidentRow._make(row) for row in school.execute(_OPEN)]


class CaseExtras(NamedTuple):
    """What the queue reads beside open incidents, by id: listed reports, requests for a second reader, tasks."""

    listed: Listing
    asked_by: Mapping[uuid.UUID, uuid.UUID] = {}
    tasks: Mapping[uuid.UUID, Sequence[CaseTask]] = {}
    late_complaints: Collection[uuid.UUID] = ()
    answers: Mapping[uuid.UUID, Collection[uuid.UUID]] = {}  # who asked for those that no reader has seen


def cases_for(
    looking: CaseViewer,
    incidents: Collection[IncidentRow],
    rows: Mapping[uuid.UUID, ListedRow],
    there: StaffAvailability,
    beside: CaseExtras,
) -> list[OpenCase]:
    """The open incidents that this person may read, and which of them wait for this person; two queries at most.

    The route is that of the report's row, which is compared with the sealed text. That of the incident's row is older
    where a power cut came while a case was handed over, and could be anything where somebody changed it by hand.
    """
    staff, roles, reports = looking.staff, looking.staff.roles, looking.reports
    listed, asked_by, tasks, late_complaints, answers = beside
    routes = {name: ROUTES[name] for name in {row.key.route for row in rows.values() if row.mine}}
    may = {name for name, route in routes.items() if may_read(route, roles)}
    readable = [
        (one, row)
        for one in incidents
        if (row := rows.get(one.report_id)) and row.mine and row.key.route in may
    ]
    of_others = {one.report_id: one.owner_id for one, _ in readable if one.owner_id != staff.id}
    marks: dict[uuid.UUID, bytes | None] = {one.report_id: row.mark for one, row in readable}
    marks |= dict.fromkeys(of_others) | marks_of(reports, of_others)
    why_not = cache(there.why_unavailable)
    why = {  # by report, where the owner cannot act
        one.report_id: reason
        for one, row in readable
        if (reason := why_not(one.owner_id, routes[row.key.route].id, marks[one.report_id]))
    }
    asked_for = {*why, *(one.report_id for one, _ in readable if one.id in tasks)}
    of_all = key_marks(reports, asked_for) if asked_for else {}

    def waits(one: IncidentRow, route: str, owner_id: uuid.UUID) -> bool:
        return waits_for(staff.id, owner_id, routes[route].id, of_all.get(one.report_id, {}), there)

    for place, (one, row) in enumerate(readable):
        marks_here = of_all.get(one.report_id, {})
        if one.report_id in why and (heir := there.heir_of(one.owner_id, row.key.route, marks_here)):
            readable[place] = one._replace(owner_id=heir), row
            del why[one.report_id]
    return [
        OpenCase(
            one,
            listed(row.key),
            waits(one, row.key.route, one.owner_id) if one.report_id in why else one.owner_id == staff.id,
            why.get(one.report_id),
            asked_by.get(one.id, staff.id) != staff.id,
            tuple(
                sorted(
                    task.due_on for task in tasks.get(one.id, ()) if waits(one, row.key.route, task.owner_id)
                )
            ),
            one.id in late_complaints,
            one.id in answers and staff.id in {one.owner_id, *answers[one.id]},
        )
        for one, row in readable
    ]


def names_of(school: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of these people, also of those who have left."""
    return {row.id: row.name for row in school.execute(_NAMES, {"people": list(people)})}


LAST_PAGE = 10_000


def closed_page(
    looking: CaseViewer, wanted: QueueFilter, page: int, most: int
) -> tuple[int, bool, list[IncidentRow]]:
    """One page of the closed incidents that this person may read and looks for, the last closed first.

    With its number, which is that of the last page where there are not so many, and whether more follow. How many
    there are in all is not counted: that would read every one of them.
    """
    conditions: list[ColumnElement[bool]] = [
        Incident.closed_at.is_not(None),
        Incident.route.in_([route.id for route in ROUTES.values() if may_read(route, looking.staff.roles)]),
    ]
    asked = {
        "number": wanted.number,
        "route": wanted.kind or None,
        "level": wanted.level,
        "owner_id": wanted.owner,
    }
    conditions += [getattr(Incident, name) == value for name, value in asked.items() if value is not None]
    if wanted.unowned or wanted.age:
        conditions.append(false())  # somebody has opened it, and what is closed has no age
    rows = select(*COLUMNS).where(*conditions).order_by(Incident.closed_at.desc(), Incident.number.desc())
    page = min(page, LAST_PAGE)
    found = _with_key(looking, rows, page * most + 1)
    page = min(page, max(-(-len(found) // most), 1))
    return page, len(found) > page * most, found[(page - 1) * most : page * most]


def _with_key(looking: CaseViewer, wanted: Select[*tuple[Any, ...]], most: int) -> list[IncidentRow]:
    """The first of these incidents whose report is sealed for this person too, up to `most`.

    Another database says that, so they are read in parts, each twice as long as the one before: nearly always one.
    """
    found: list[IncidentRow] = []
    start, size = 0, 2 * most
    while len(found) < most:
        part = [IncidentRow(*row) for row in looking.school.execute(wanted.offset(start).limit(size))]
        mine = with_key(looking.reports, looking.staff.id, [one.report_id for one in part])
        found += [one for one in part if one.report_id in mine]
        if len(part) < size:
            break
        start, size = start + size, 2 * size
    return found[:most]


class LookAgain(NamedTuple):
    """A closed case that waits for the viewer to look at it again, since when, and who owns it."""

    number: int
    route: str
    due_on: date
    owner: str
    mine: bool


def look_agains_due(looking: CaseViewer, there: StaffAvailability) -> list[LookAgain]:
    """The closed cases that this person may read and is to look at again by now, those due longest first.

    The same queries are made whether there are any, or they are for others to read (promise S9).
    """
    due = due_looks(looking.school, looking.today)
    wanted = select(Incident.id, Incident.number, Incident.report_id).where(Incident.id.in_(due))
    cases = looking.school.execute(wanted).all()
    ids = {one.report_id for one in cases} or {NO_REPORT}
    rows, marks = rows_of(looking.reports, looking.staff.id, ids), key_marks(looking.reports, ids)
    found = []
    for case in cases:
        row, look = rows.get(case.report_id), due[case.id]
        if row is None or not row.mine or not may_read(ROUTES[row.key.route], looking.staff.roles):
            continue
        route, me = ROUTES[row.key.route].id, looking.staff.id
        if waits_for(me, look.owner_id, route, marks.get(case.report_id, {}), there):
            owner = there.people.get(look.owner_id)
            name = owner.name if owner else ""
            found.append(LookAgain(case.number, route, look.due_on, name, look.owner_id == me))
    return sorted(found, key=lambda one: (one.due_on, one.number))
