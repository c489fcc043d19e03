"""What waits for staff who sign in: open classes and talks about the Code, and tasks for those who run the school."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from kiosk.accounts.classes.windows import open_windows
from kiosk.accounts.models import ClassGroup, ClassWindow, StaffMember
from kiosk.conduct.code import Codes
from kiosk.conduct.signing import STAFF_CODE, DecisionState, current_staff_sign_off, state_of
from kiosk.lessons.lesson import Lesson
from kiosk.oversight.decisions import current_code
from kiosk.oversight.signatures import class_register


@dataclass(frozen=True)
class ContentTasks:
    """The tasks about content."""

    lessons_overdue: tuple[Lesson, ...]
    drafts: int  # lessons, Codes, notices and translations that two people have not approved
    translations_behind: tuple[str, ...]  # the English has changed since

    def __bool__(self) -> bool:
        return bool(self.lessons_overdue or self.drafts or self.translations_behind)


def content_tasks(lessons: Mapping[str, Lesson], codes: Codes, today: date, drafts: int) -> ContentTasks:
    """The content that somebody should look at; kiosk only starts if all content can be read."""
    titles = [(code, f"{code.title} ({code.id}, {code.lang})") for code in codes]
    return ContentTasks(
        lessons_overdue=tuple(lesson for lesson in lessons.values() if lesson.review_by < today),
        drafts=drafts,
        translations_behind=tuple(title for code, title in titles if code.stale),
    )


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
    return state_of(current_staff_sign_off(session, staff, code), code) if code else DecisionState.AGREED


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
