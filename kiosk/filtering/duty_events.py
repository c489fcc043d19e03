"""What the filter desk says to the book of duties: days and numbers of rows, never an address nor its source."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.duties.lists import LATELY, Event, day_words
from kiosk.filtering.desk import TICKETS
from kiosk.incidents.case.models import FilterAddress
from kiosk.site import Site

# What was ticked for one person alone is known to no other who looks after the network: it is left out.
FOR_ALL = (FilterAddress.decision.in_(TICKETS), FilterAddress.to_id.is_(None))


def tickets_left(session: Session, site: Site, today: date) -> Sequence[Event]:
    """The days on which tickets have left, whatever stood in them and however many."""
    days = select(FilterAddress.left_on).where(*FOR_ALL, FilterAddress.left_on > today - LATELY).distinct()
    return [Event(day, day.isoformat(), day_words(day)) for day in session.scalars(days) if day]


def tickets_done(session: Session, site: Site, today: date) -> Mapping[str, date]:
    """Of each day the one on which the last of its tickets was carried out and looked at."""
    day, done = FilterAddress.left_on, func.max(FilterAddress.done_on)
    rows = select(day, done).where(*FOR_ALL, day > today - 2 * LATELY).group_by(day)
    all_done = rows.having(func.count() == func.count(FilterAddress.done_on))
    return {on.isoformat(): last for on, last in session.execute(all_done) if on and last}


def requests_made(session: Session, site: Site, today: date) -> Sequence[Event]:
    """What colleagues have asked lately; what came from a case is never among it."""
    asked = FilterAddress.asked_by_id.is_not(None), FilterAddress.asked_on > today - LATELY
    rows = session.execute(select(FilterAddress.id, FilterAddress.asked_on).where(*asked))
    return [Event(row.asked_on, row.id.hex, day_words(row.asked_on)) for row in rows]


def requests_decided(session: Session, site: Site, today: date) -> Mapping[str, date]:
    """What colleagues have asked and was decided lately."""
    decided = FilterAddress.asked_by_id.is_not(None), FilterAddress.decided_on > today - LATELY
    rows = session.execute(select(FilterAddress.id, FilterAddress.decided_on).where(*decided))
    return {id.hex: day for id, day in rows if day}
