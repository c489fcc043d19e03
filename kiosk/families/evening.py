"""An evening for families: whose question the screen in the hall asks, and who is there. It ends at midnight."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.families.models import HallEvening
from kiosk.storage.upsert import Upsert

LONGEST = 120
_SAY = Upsert(
    HallEvening,
    lambda new: {"year": new.year, "people": new.people, "interpreters": new.interpreters},
)


@dataclass(frozen=True)
class Tonight:
    """What the form says; nothing of it is a must."""

    year: str = ""
    people: str = ""
    interpreters: str = ""


def tonight(session: Session, today: date) -> Tonight:
    """What holds today; nothing from midnight on."""
    found = session.get(HallEvening, today)
    return Tonight(found.year, found.people, found.interpreters) if found else Tonight()


def say_tonight(session: Session, said: Tonight, today: date) -> None:
    """Let the screen say this until midnight; whoever says it last counts, and empty means nobody."""
    _SAY(session, {"day": today, **vars(said)})


def forget_evenings(session: Session, today: date) -> None:
    """Delete what was said on the days before."""
    session.execute(delete(HallEvening).where(HallEvening.day < today))
