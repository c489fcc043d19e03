"""What waits for a teacher who signs in: classes with open windows, and talks about the Code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, ClassWindow, StaffMember
from kiosk.accounts.windows import open_windows
from kiosk.conduct.code import Codes
from kiosk.conduct.signing import STAFF_CODE, DecisionState, current_staff_sign_off, state
from kiosk.oversight.decisions import current_code
from kiosk.oversight.signatures import class_register


@dataclass(frozen=True)
class ClassLine:
    """One of my classes; `window` is open, or None."""

    class_group: ClassGroup
    window: ClassWindow | None


@dataclass(frozen=True)
class Talk:
    """A child who has a question about the Code or said "not yet": somebody should talk with them."""

    name: str
    class_group: ClassGroup
    state: DecisionState


def staff_policy_state(session: Session, staff: StaffMember, codes: Codes) -> DecisionState:
    """The decision of a member of staff about the staff policy; AGREED if there is none to sign."""
    code = current_code(codes, STAFF_CODE)
    return state(current_staff_sign_off(session, staff, code), code) if code else DecisionState.AGREED


def class_lines(session: Session, classes: Sequence[ClassGroup], now: datetime) -> list[ClassLine]:
    """Each class with its open window; one query."""
    windows = open_windows(session, classes, now)
    return [ClassLine(group, windows.get(group.id)) for group in classes]


def talks(session: Session, classes: Sequence[ClassGroup], codes: Codes) -> list[Talk]:
    """The talks to have, class by class."""
    parts = class_register(session, classes, codes)
    return [
        Talk(line.name, group, line.state)
        for group, part in zip(classes, parts, strict=True)
        for line in part.talks
    ]
