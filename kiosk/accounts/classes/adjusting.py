"""Setting a child's adjustments: whoever may open the class sees them; no reason is stored and no log line written."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.adjustments import Adjustments, read_adjustments

A_TERM = timedelta(days=120)


@dataclass(frozen=True)
class AdjustedPupil:
    """A child of a class, and what is set for the child."""

    pupil: Pupil
    adjustments: Adjustments


def adjusted_pupils(session: Session, class_group: ClassGroup) -> list[AdjustedPupil]:
    """Every child of a class, each with what is set; first those for whom something is, then by first name."""
    present = select(Pupil).where(Pupil.class_group_id == class_group.id, Pupil.left_on.is_(None))
    found = [AdjustedPupil(one, read_adjustments(one.adjustments)) for one in session.scalars(present)]
    return sorted(found, key=lambda one: (not any(one.adjustments), one.pupil.first_name.casefold()))


def set_adjustments(session: Session, pupil: Pupil, adjustments: Adjustments, shown: int) -> bool:
    """Set exactly these adjustments for a child; the child's next page has them, on any tablet. Returns False and
    changes nothing if the adjustments are no longer those that were `shown`.
    """
    found = Pupil.adjustments.in_([shown, adjustments.number])
    changed = update(Pupil).where(Pupil.id == pupil.id, found).values(adjustments=adjustments.number)
    is_set = bool(getattr(session.execute(changed), "rowcount", 0))
    session.refresh(pupil)
    return is_set


def forget_adjustments(session: Session, today: date) -> None:
    """Children who left a term ago need none any more; until then one who was only missing in a list has them back."""
    gone = update(Pupil).where(Pupil.left_on <= today - A_TERM, Pupil.adjustments != 0)
    session.execute(gone.values(adjustments=0))
