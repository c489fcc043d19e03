"""An evening for families: who is there, as the screen in the hall says it. It ends at midnight."""

from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.families.models import HallEvening
from kiosk.storage.upsert import Upsert

LONGEST = 120
FIELDS = ("people", "interpreters")
_SAY = Upsert(HallEvening, lambda new: {name: new[name] for name in FIELDS})


def tonight(session: Session, today: date) -> HallEvening | None:
    """What holds today; nothing from midnight on."""
    return session.get(HallEvening, today)


def say_tonight(session: Session, today: date, people: str, interpreters: str) -> None:
    """Let the screen say this until midnight; whoever says it last counts, and empty means nobody."""
    _SAY(session, {"day": today, "people": people, "interpreters": interpreters})


def forget_evenings(session: Session, today: date) -> None:
    """Delete what was said on the days before."""
    session.execute(delete(HallEvening).where(HallEvening.day < today))
