"""Which families to ask again, and how many slips came back by language. No family is behind because of a list."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import present_names
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.slips.models import Slip, SlipKind
from kiosk.slips.slips import homes_of, slips_of_class
from kiosk.small_numbers import FEWEST

OTHERS = ""  # languages of under five families, together
ENOUGH_MESSAGES = 2  # then paper, then a talk


@dataclass(frozen=True)
class ChaseRow:
    """One slip on the list of a class."""

    slip: Slip
    name: str
    has_two: bool  # whether the child has two homes, so that the list says which

    @property
    def by_paper_next(self) -> bool:
        """Whether messages have been tried twice, or paper already."""
        return self.slip.taken >= ENOUGH_MESSAGES or self.slip.paper_on is not None


@dataclass(frozen=True)
class ClassChase:
    """The slips of a class of one kind; a family that is reached by hand stands in one list, without a reason."""

    waiting: list[ChaseRow]
    back: list[ChaseRow]
    by_hand: list[tuple[uuid.UUID, str]]
    without: list[tuple[uuid.UUID, str]]  # children with a home for which no slip was made yet


def chase(session: Session, group: ClassGroup, kind: SlipKind, usual: str, term: date) -> ClassChase:
    """The list of a class, by name; three queries."""
    pupils = {one.id: one.first_name for one in present_names(session, group)}
    homes = homes_of(session, pupils, usual)
    slips = session.scalars(slips_of_class(group, term).where(Slip.kind == kind)).all()
    rows = [
        ChaseRow(one, name, len(homes[id].langs) > 1)
        for id, name in pupils.items()
        for one in slips
        if one.pupil_id == id and not homes[id].by_hand
    ]
    made = {(row.slip.pupil_id, row.slip.home) for row in rows}
    return ClassChase(
        waiting=[row for row in rows if row.slip.back_on is None],
        back=[row for row in rows if row.slip.back_on is not None],
        by_hand=[(id, name) for id, name in pupils.items() if homes[id].by_hand],
        without=[
            (id, name)
            for id, name in pupils.items()
            if not homes[id].by_hand
            and any((id, home) not in made for home, _ in enumerate(homes[id].langs, 1))
        ],
    )


class LanguageCount(NamedTuple):
    """How many slips of one language were sent, and how many of them came back."""

    lang: str  # OTHERS: languages of under five families
    sent: int
    back: int

    @property
    def is_few(self) -> bool:
        """Whether even together they are too few to say."""
        return self.sent < FEWEST


def by_language(session: Session, kind: SlipKind, term: date) -> list[LanguageCount]:
    """Sent and returned in the whole school, the largest language first, then those of under five families as one."""
    found = session.execute(
        select(Slip.lang, func.count().label("sent"), func.count(Slip.back_on).label("back"))
        .join(Pupil, Pupil.id == Slip.pupil_id)
        .where(
            Slip.kind == kind,
            Slip.term == term,
            or_(Slip.taken > 0, Slip.paper_on.is_not(None)),
            Pupil.left_on.is_(None),
        )
        .group_by(Slip.lang)
    )
    return small_ones_together([LanguageCount(row.lang, row.sent, row.back) for row in found])


def small_ones_together(counts: Sequence[LanguageCount]) -> list[LanguageCount]:
    """Languages of under five families as one line, so that no line is about a family that can be guessed."""
    large = sorted((one for one in counts if not one.is_few), key=lambda one: (-one.sent, one.lang))
    few = [one for one in counts if one.is_few]
    if not few:
        return large
    return [*large, LanguageCount(OTHERS, sum(one.sent for one in few), sum(one.back for one in few))]


def waiting_in(
    session: Session, groups: Sequence[ClassGroup], term: date
) -> dict[uuid.UUID, tuple[int, int]]:
    """By class how many slips came back and how many there are; one query."""
    found = session.execute(
        select(Pupil.class_group_id, func.count(Slip.back_on), func.count())
        .join(Slip, Slip.pupil_id == Pupil.id)
        .where(
            Pupil.class_group_id.in_([one.id for one in groups]), Pupil.left_on.is_(None), Slip.term == term
        )
        .group_by(Pupil.class_group_id)
    )
    return {class_id: (back, made) for class_id, back, made in found}
