"""Numbers of incidents: given when staff first open a report, and never used twice."""

import secrets

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kiosk.incidents.models import Incident

# Somebody at school can be excluded from these reports: by a role, or because a child named them (promise S4). In a
# common series a missing number would reveal such a report to that person (promise S9), and so would a gap in a
# series of their own. So each gets a random number.
ABOUT_STAFF = ("adult", "head")
DRAWN_NUMBERS = range(100_000, 1_000_000)
LARGEST = 2**31 - 1  # what the column holds


def lock_numbers(session: Session) -> None:
    """Let nobody else open a report until this transaction ends; SQLite has only one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE incident IN SHARE ROW EXCLUSIVE MODE"))


def next_number(session: Session, route: str) -> int:
    """A free number for a report of this route; the caller holds the lock."""
    return _drawn_number(session) if route in ABOUT_STAFF else _number_in_turn(session)


def _number_in_turn(session: Session) -> int:
    """One more than the last number, so that the series has no gap except the random range."""
    drawn = Incident.number.between(DRAWN_NUMBERS.start, DRAWN_NUMBERS.stop - 1)
    following = (session.scalar(select(func.max(Incident.number)).where(~drawn)) or 0) + 1
    return DRAWN_NUMBERS.stop if following == DRAWN_NUMBERS.start else following


def _drawn_number(session: Session) -> int:
    """A random number that no other incident has."""
    while True:
        number = secrets.choice(DRAWN_NUMBERS)
        if session.scalar(select(Incident.number).where(Incident.number == number)) is None:
            return number
