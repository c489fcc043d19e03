"""What each of the staff has acknowledged, of which version and on which day, and what is still to be (promise E23)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.terms import year_began
from kiosk.storage.upsert import insert_if_new
from kiosk.told.models import StaffAcknowledgement, StaffTopic
from kiosk.wording.messages import N_, Refused

EACH_YEAR = frozenset(
    {StaffTopic.TELLING}
)  # staff acknowledge these again each school year, even if no word has changed


@dataclass(frozen=True)
class Acknowledged:
    """The newest version that somebody acknowledged of one thing, and the last day on which they did."""

    version: int
    told_on: date


OfStaff = Mapping[StaffTopic, Acknowledged]


def acknowledge(
    session: Session, staff: StaffMember, what: StaffTopic, shown: int, present: int, today: date
) -> None:
    """Record that somebody has read this version; once a day is enough. Refused for any but the present one."""
    if shown != present:
        raise Refused(N_("These words have changed since you opened the page. Read them once more."))
    row = {"staff_id": staff.id, "what": what, "version": present, "told_on": today}
    insert_if_new(session, StaffAcknowledgement, row)


def acknowledged(
    session: Session, staff: Sequence[StaffMember]
) -> dict[uuid.UUID, dict[StaffTopic, Acknowledged]]:
    """What each of some staff has acknowledged; one query."""
    found: dict[uuid.UUID, dict[StaffTopic, Acknowledged]] = {one.id: {} for one in staff}
    rows = session.scalars(
        select(StaffAcknowledgement)
        .where(StaffAcknowledgement.staff_id.in_([one.id for one in staff]))
        .order_by(StaffAcknowledgement.version, StaffAcknowledgement.told_on)
    )
    for row in rows:
        found[row.staff_id][row.what] = Acknowledged(row.version, row.told_on)
    return found


def is_due(what: StaffTopic, of_one: OfStaff, present: int, today: date) -> bool:
    """Whether somebody still has to acknowledge the present version, or does so anew this school year."""
    last = of_one.get(what)
    if last is None or last.version < present:
        return True
    return what in EACH_YEAR and last.told_on < year_began(today)
