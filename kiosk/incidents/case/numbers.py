"""Numbers of incidents: given when staff first open a report, and never used twice."""

import secrets

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kiosk.incidents.models import Incident

# From these reports somebody at school can be kept out: by a role, or because a child named them (promise S4).
# In one series with others, a number that is missing in a list would tell that person of it (promise S9), and so would
# a gap among numbers of their own kind. So each has a number that follows from no other.
ABOUT_STAFF = ("adult", "head")
APART = range(100_000, 1_000_000)
LARGEST = 2**31 - 1  # what the column holds


def lock_numbers(session: Session) -> None:
    """Let nobody else open a report until this transaction ends; SQLite has only one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE incident IN SHARE ROW EXCLUSIVE MODE"))


def next_number(session: Session, route: str) -> int:
    """A free number for a report of this route; the caller holds the lock."""
    return _drawn_number(session) if route in ABOUT_STAFF else _number_in_turn(session)


def _number_in_turn(session: Session) -> int:
    """One more than the last one, so that the series has no gap but that of APART."""
    drawn = Incident.number.between(APART.start, APART.stop - 1)
    following = (session.scalar(select(func.max(Incident.number)).where(~drawn)) or 0) + 1
    return APART.stop if following == APART.start else following


def _drawn_number(session: Session) -> int:
    """A number by lot, drawn again for as long as another incident has it."""
    while True:
        number = secrets.choice(APART)
        if session.scalar(select(Incident.number).where(Incident.number == number)) is None:
            return number
