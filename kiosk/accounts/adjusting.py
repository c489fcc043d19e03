"""Setting what makes pages fit a child: seen by whoever may open the class, kept without a reason, noted in no log."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.adjustments import Adjustments, read_adjustments


@dataclass(frozen=True)
class AdjustedPupil:
    """A child of a class, and what is set for the child."""

    pupil: Pupil
    adjustments: Adjustments


def adjusted_pupils(session: Session, class_group: ClassGroup) -> list[AdjustedPupil]:
    """Every child of a class, each with what is set; first those for whom something is, then by first name."""
    rows = session.scalars(
        select(Pupil).where(Pupil.class_group_id == class_group.id, Pupil.left_on.is_(None))
    )
    found = [AdjustedPupil(pupil, read_adjustments(pupil.adjustments)) for pupil in rows]
    return sorted(found, key=lambda one: (not any(one.adjustments), one.pupil.first_name.casefold()))


def set_since(session: Session, pupil: Pupil, shown: int) -> bool:
    """Whether something else is set for a child now than was `shown`; nobody sets anything until the caller commits."""
    session.refresh(pupil, with_for_update=True)
    return pupil.adjustments != shown


def adjust(session: Session, pupil: Pupil, adjustments: Adjustments) -> None:
    """Set these for a child and nothing else; the child's next page has them, on whatever tablet."""
    pupil.adjustments = adjustments.number
    session.flush()
