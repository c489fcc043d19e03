"""The page of the queue as it was made last, for as long as nothing that it shows has changed (ADR 30)."""

from collections.abc import Callable
from datetime import datetime

from flask import request, session

from kiosk.accounts.models import StaffMember
from kiosk.incidents.seen import seen_now, seen_since
from kiosk.remembered import RememberedPage
from kiosk.sessions import secret_of
from kiosk.site import current_site
from kiosk.stores import school_rows

FLASHED = "_flashes"  # words that a page says once


def page_if_unchanged(
    staff: StaffMember, now: datetime, marks: tuple[object, ...], make: Callable[[], tuple[str, bool]]
) -> str:
    """The page that this person was shown in this minute, if it would be the same; else the one that is made now.

    A minute at most, as its clocks go on, and as what only a reader's own key does is done whenever it is made. `marks`
    are what it hangs on beside the person, the key, the address and the two databases; `make` also says whether the
    next look has nothing left to do.
    """
    if FLASHED in session:
        return make()[0]
    site = current_site()
    minute = now.replace(second=0, microsecond=0)
    hangs_on = staff.roles, staff.name, secret_of(session) is not None, request.query_string, *marks
    known = site.remembered.get(staff.id, minute, hangs_on)
    with site.databases.reports.connect(write=False) as rows:
        if known and (seen := seen_since(rows, school_rows(), staff, known.seen)):
            known.seen = seen
            return known.page
        # Before the page is made: what comes meanwhile makes the next one new.
        fresh = seen_now(rows, school_rows(), staff)
    page, done = make()
    if fresh is not None and done:
        site.remembered.put(staff.id, minute, hangs_on, RememberedPage(page, fresh))
    return page
