"""Whether anything changed that somebody's queue shows, told at the price of two small queries (ADR 30).

Triggers of the database count the changes, so that what somebody changes by hand counts as well. They count for each
reader what this reader has a key to: what others alone may read changes no answer here, and no price (promise S9).
"""

import json
import uuid
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.models import CaseChange, Incident
from kiosk.prepared import sqlite_rows
from kiosk.report.models import ReaderChange
from kiosk.report.reading_routes import ROUTES, may_read
from kiosk.upsert import InsertOrUpdate

EVERYBODY = uuid.UUID(int=1)  # changes of who reads and who is there, which every queue shows

# In SQLite's own words, as it alone has the triggers: each page of the queue asks them, and they go straight to it.
_CASES = "SELECT report_id, place FROM case_change WHERE place > ? ORDER BY place DESC"
_READER = """
    SELECT '', coalesce(sum(changes), 0) FROM reader_change WHERE reader_id IN (?, ?)
    UNION ALL
    SELECT report.route, 0 FROM json_each(?) JOIN report ON report.id = json_each.value
    JOIN report_reader ON report_reader.report_id = report.id AND report_reader.reader_id = ?
"""

_CHANGES = select(func.coalesce(func.sum(ReaderChange.changes), 0))
_NEWEST = select(func.max(CaseChange.place))
_CHANGE = InsertOrUpdate(CaseChange, lambda new: {"place": new.place})


class Seen(NamedTuple):
    """Up to where the changes of somebody's reports and cases were looked through."""

    reports: int
    cases: int


def seen_now(reports: Connection, school: Connection, staff: StaffMember) -> Seen | None:
    """Where the changes stand; None in a database that counts none, where nothing can be remembered. Two queries."""
    if not (counts_changes(reports) and counts_changes(school)):
        return None
    changes = reports.scalar(_CHANGES.where(ReaderChange.reader_id.in_((staff.id, EVERYBODY)))) or 0
    return Seen(changes, school.scalar(_NEWEST) or 0)


def seen_since(reports: Connection, school: Connection, staff: StaffMember, seen: Seen) -> Seen | None:
    """Where the changes stand, if none since is of something that this person's queue shows; else None. Two queries."""
    cases = sqlite_rows(school, _CASES, (seen.cases,))
    ids = [id for id, _ in cases]
    changes, routes = _of_reader(reports, staff, ids)
    if changes != seen.reports or EVERYBODY.hex in ids:
        return None
    if routes and any(may_read(ROUTES[route], staff.roles) for route in routes):
        return None
    return seen._replace(cases=cases[0][1]) if cases else seen


def forget_gone(school: Session) -> None:
    """Forget changes of cases that are no more; every page that was remembered is made anew, as one may show them."""
    gone = (
        CaseChange.report_id != EVERYBODY,
        ~select(Incident.id).where(Incident.report_id == CaseChange.report_id).exists(),
    )
    if school.scalar(select(CaseChange.place).where(*gone).limit(1)):
        _CHANGE(school, {"report_id": EVERYBODY, "place": (school.scalar(_NEWEST) or 0) + 1})
        school.execute(delete(CaseChange).where(*gone))


def counts_changes(connection: Connection) -> bool:
    """Whether this database has the triggers that count changes."""
    return connection.dialect.name == "sqlite"


def _of_reader(reports: Connection, staff: StaffMember, ids: list[str]) -> tuple[int, list[str]]:
    """How much changed for this reader, and the routes of those of these reports that they have a key to."""
    me = staff.id.hex
    (_, changes), *mine = sqlite_rows(reports, _READER, (me, EVERYBODY.hex, json.dumps(ids), me))
    return int(changes), [route for route, _ in mine]
