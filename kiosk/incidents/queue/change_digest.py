"""Whether somebody's queue is another one than it was: a keyed digest, at the price of a few plain queries.

It reveals nothing without the site key, and it depends only on what this person may read: other people's cases change
only their own digests.
"""

import json

from sqlalchemy import func, select

from kiosk.incidents.case.assignment import staff_by_availability
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.case.deadlines import acknowledge_by
from kiosk.incidents.case_log.entries import NOT_LISTED
from kiosk.incidents.models import Incident, IncidentEntry
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


def queue_mark(looking: CaseViewer, key: SiteKey) -> str:
    """A digest that stays the same for as long as this person's queue shows the same; four queries.

    What waits, what is open and what was done about it last, whose it is, what is late, and who is there. Tampering
    with the database may be missed here; the page itself detects it.
    """
    staff, calendar, now = looking.staff, looking.calendar, looking.now
    asked, told = looking.school.connection(), looking.reports.connection()
    piles = [
        [*one, count.mine, now > acknowledge_by(calendar, as_listed(one, calendar, now))]
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
    people = [
        [one.id.hex, one.name, one.left, one.away, one.frozen, sorted(one.roles), str(one.until)]
        for one in staff_by_availability(asked, owners, looking.today).values()
    ]
    seen = [staff.id.hex, looking.today.isoformat(), sorted(piles), sorted(cases), sorted(people)]
    return key.derive("queue-mark", json.dumps(seen, default=str).encode(), 16).hex()
