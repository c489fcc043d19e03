"""A slip comes back: by a tap at home, or on paper that somebody at school ticks off. Twice is once (promise F2)."""

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.slips.models import Slip, SlipWay


def tap(session: Session, id: uuid.UUID, today: date) -> None:
    """Note the day on which a family sent this slip back; one that is back stays as it is."""
    _come_back(session, id, SlipWay.TAP, today)


def tick(session: Session, slip: Slip, today: date, ring: bool = False) -> None:
    """Note that a slip came back on paper, and perhaps that the family asks to be rung."""
    _come_back(session, slip.id, SlipWay.PAPER, today)
    if ring:
        session.execute(update(Slip).where(Slip.id == slip.id).values(ring=True))


def untick(session: Session, slip: Slip) -> None:
    """Take back a tick that was a mistake; what came by a tap stays."""
    was_paper = update(Slip).where(Slip.id == slip.id, Slip.way == SlipWay.PAPER)
    session.execute(was_paper.values(way=None, back_on=None, ring=False))


def note_rung(session: Session, slip: Slip) -> None:
    """The family was rung: the wish is forgotten."""
    session.execute(update(Slip).where(Slip.id == slip.id).values(ring=False))


def find_in_class(session: Session, group: ClassGroup, id: uuid.UUID, term: date) -> Slip | None:
    """The slip of this number, of a child who is in this class now and of this term; one query whatever it is."""
    here = select(Slip).join(Pupil, Pupil.id == Slip.pupil_id)
    return session.scalar(
        here.where(
            Slip.id == id, Slip.term == term, Pupil.class_group_id == group.id, Pupil.left_on.is_(None)
        )
    )


def slips_of_class(session: Session, group: ClassGroup, term: date) -> Sequence[Slip]:
    """Every slip of the children who are in a class now."""
    here = select(Slip).join(Pupil, Pupil.id == Slip.pupil_id).order_by(Slip.home)
    return session.scalars(
        here.where(Pupil.class_group_id == group.id, Pupil.left_on.is_(None), Slip.term == term)
    ).all()


def _come_back(session: Session, id: uuid.UUID, way: SlipWay, today: date) -> None:
    waiting = update(Slip).where(Slip.id == id, Slip.back_on.is_(None))
    session.execute(waiting.values(way=way, back_on=today))
