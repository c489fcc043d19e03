"""Whether somebody's queue is another one than it was: a keyed digest, at the price of a few plain queries.

It reveals nothing without the site key, and it depends only on what this person may read: other people's cases change
only their own digests.
"""

import json
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.assignment import staff_by_availability
from kiosk.incidents.case_log.entries import NOT_LISTED
from kiosk.incidents.models import Incident, IncidentEntry
from kiosk.incidents.queue.page import deadlines_of
from kiosk.incidents.queue.unread import as_listed
from kiosk.report.access.listing import count_piles, opened_routes
from kiosk.report.access.routes import ROUTES, may_read
from kiosk.sealing.site_key import SiteKey

_OPEN = (
    select(
        Incident.report_id,
        Incident.owner_id,
        Incident.level,
        Incident.next_step_by,
        func.max(IncidentEntry.seq).label("newest"),
    )
    .join(IncidentEntry, IncidentEntry.incident_id == Incident.id)
    .where(Incident.closed_at.is_(None), IncidentEntry.act.not_in(NOT_LISTED))
    .group_by(Incident.id)
)


def queue_mark(
    reports: Session,
    school: Session,
    staff: StaffMember,
    calendar: SchoolCalendar,
    key: SiteKey,
    now: datetime,
) -> str:
    """A digest that stays the same for as long as this person's queue shows the same; four queries.

    What waits, what is open and what was done about it last, whose it is, what is late, and who is there. Tampering
    with the database may be missed here; the page itself detects it.
    """
    deadlines, asked, told = deadlines_of(calendar), school.connection(), reports.connection()
    piles = [
        [*one, count.mine, now > deadlines.of(as_listed(one, calendar, now))]
        for one, count in count_piles(told, staff.id).items()
        if count.mine and may_read(ROUTES[one.route], staff.roles)
    ]
    routes = opened_routes(told, staff.id)
    cases, owners = [], set()
    for row in asked.execute(_OPEN):
        if row.report_id in routes and may_read(ROUTES[routes[row.report_id]], staff.roles):
            late = now > row.next_step_by
            shown = [row.report_id.hex, routes[row.report_id], row.owner_id.hex, row.level.value, row.newest]
            cases.append([*shown, row.next_step_by.isoformat(), late])
            owners.add(row.owner_id)
    today = now.astimezone(calendar.zone).date()
    people = [
        [id.hex, one.name, one.left, one.away, one.frozen, sorted(one.roles), str(one.until)]
        for id, one in staff_by_availability(asked, owners, today).items()
    ]
    seen = [staff.id.hex, today.isoformat(), sorted(piles), sorted(cases), sorted(people)]
    return key.derive("queue-mark", json.dumps(seen, default=str).encode(), 16).hex()
