"""The visitors' book: signing, reading it by day, taking a line out, and deleting it twelve months after the day.

The lines of the audit log about it name a day and never a visitor.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct
from kiosk.roles import Role
from kiosk.storage.upsert import insert_if_new
from kiosk.visitors.models import Visitor

KEEPERS = (Role.OFFICE, Role.PRINCIPAL)  # the principal where nobody has the office's role
LONGEST = 120  # letters of a field
FIELDS = ("name", "organisation", "visiting")


@dataclass(frozen=True)
class Signing:
    """What a visitor's form says, and which Code they read in which language."""

    name: str
    organisation: str
    visiting: str
    code_version: int
    lang: str


def sign(session: Session, signing: Signing, once: str, today: date) -> bool:
    """Write that a visitor agrees to the Code; False where this very form was sent before with the same words.

    `once`: what each form has of its own; it is not stored, and nobody who has only seen the book can work it out.
    """
    row = {**vars(signing), "day": today}
    said = "\0".join([once, *(str(value) for value in row.values())])
    id = uuid.UUID(bytes=blake2b(said.encode(), digest_size=16, person=b"visitor").digest())
    return insert_if_new(session, Visitor, {"id": id, **row})


def kept_since(today: date) -> date:
    """The last day whose visitors are no longer kept: the same one a year ago."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:  # the 29th of February
        return today.replace(year=today.year - 1, day=28)


def signed_since(session: Session, day: date) -> tuple[int, date | None]:
    """How many lines are of days after one, and the day of the oldest of all, also where it is past its time."""
    counted = func.count().filter(Visitor.day > day)
    return session.execute(select(counted, func.min(Visitor.day))).one()._tuple()


def lines_of_book(session: Session, today: date) -> Sequence[Visitor]:
    """The lines of the last twelve months: the newest day first, and within a day by name."""
    wanted = select(Visitor).where(Visitor.day > kept_since(today))
    return session.scalars(wanted.order_by(Visitor.day.desc(), Visitor.name, Visitor.id)).all()


def remove(session: Session, acting: Acting, line: Visitor) -> None:
    """Take a line out that was a mistake."""
    session.delete(line)
    acting.note(session, LogAct.VISITOR_REMOVED, visit=line.day.isoformat())


def purge(session: Session, acting: Acting, today: date) -> int:
    """Delete the lines of twelve months ago and before, and write how many there were; returns how many."""
    gone = session.execute(
        delete(Visitor).where(Visitor.day <= kept_since(today)).execution_options(synchronize_session=False)
    )
    count = int(getattr(gone, "rowcount", 0))
    if count:
        acting.note(session, LogAct.VISITORS_DELETED, lines=count)
    return count
