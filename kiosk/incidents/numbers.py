"""Numbers of incidents: given when staff first open a report, and never used twice."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kiosk.incidents.models import Incident

# Reports that the Principal may not read have their own numbers, so that no gap in the Principal's register shows that
# there is one (promise S4: whoever a report is about can neither open nor count it).
APART_FROM = 90_001


def lock_numbers(session: Session) -> None:
    """Let nobody else open a report until this transaction ends; SQLite has only one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE incident IN SHARE ROW EXCLUSIVE MODE"))


def next_number(session: Session, apart: bool) -> int:
    """The next free number in its series; the caller holds the lock."""
    series = Incident.number >= APART_FROM if apart else Incident.number < APART_FROM
    last = session.scalar(select(func.max(Incident.number)).where(series))
    return (last or (APART_FROM - 1 if apart else 0)) + 1
