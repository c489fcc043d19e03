"""Closed cases that are to be looked at again: each stands in the list of its owner, or of who stands in."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from kiosk.incidents.case.assignment import staff_availability, waits_for
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.case.tasks import due_looks
from kiosk.incidents.models import Incident
from kiosk.report.access.listing import key_marks, rows_of
from kiosk.report.access.opening import NO_REPORT
from kiosk.report.access.routes import ROUTES, may_read


class LookAgain(NamedTuple):
    """A closed case that waits for the viewer to look at it again, since when, and who owns it."""

    number: int
    route: str
    due_on: date
    owner: str
    mine: bool


def look_agains_due(looking: CaseViewer) -> list[LookAgain]:
    """The closed cases that this person may read and is to look at again by now, those due longest first.

    The same queries are made whether there are any, or they are for others to read (promise S9).
    """
    due = due_looks(looking.school, looking.today)
    wanted = select(Incident.id, Incident.number, Incident.report_id).where(Incident.id.in_(due))
    cases = looking.school.execute(wanted).all()
    ids = {one.report_id for one in cases} or {NO_REPORT}
    rows, marks = rows_of(looking.reports, looking.staff.id, ids), key_marks(looking.reports, ids)
    owners = {one.owner_id for one in due.values()}
    there = staff_availability(looking.school, looking.reports, owners, looking.today)
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
