"""What waits for staff who sign in: open classes and talks about the Code, and tasks for those who run the school."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import class_order
from kiosk.accounts.classes.windows import open_windows
from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil, StaffMember
from kiosk.conduct.code import Codes
from kiosk.conduct.signing import STAFF_CODE, DecisionState, current_staff_sign_off, state_of
from kiosk.lessons.lesson import Lesson
from kiosk.oversight.decisions import TO_TALK_ABOUT, current_code, state_column, with_decisions


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


@dataclass(frozen=True)
class Talks:
    """The first talks to have, class by class, and how many more there are."""

    first: tuple[Talk, ...]
    more: int


def staff_policy_state(session: Session, staff: StaffMember, codes: Codes) -> DecisionState:
    """The decision of a member of staff about the staff policy; AGREED if there is none to sign."""
    code = current_code(codes, STAFF_CODE)
    return state_of(current_staff_sign_off(session, staff, code), code) if code else DecisionState.AGREED


def class_lines(session: Session, classes: Sequence[ClassGroup], now: datetime) -> list[ClassLine]:
    """Each class with its open window; one query."""
    windows = open_windows(session, classes, now)
    return [ClassLine(group, windows.get(group.id)) for group in classes]


def talks(session: Session, classes: Sequence[ClassGroup] | None, codes: Codes, most: int) -> Talks:
    """The first talks to have in these classes, or in every one for None; two queries, however many children."""
    state = state_column(codes)
    to_have = [Pupil.left_on.is_(None), state.in_([one.value for one in TO_TALK_ABOUT])]
    if classes is not None:
        to_have.append(Pupil.class_group_id.in_([group.id for group in classes]))
    counted = select(ClassGroup, func.count().label("children")).select_from(with_decisions())
    rows = session.execute(counted.where(*to_have).group_by(ClassGroup.id))
    having = sorted(((row.ClassGroup, row.children) for row in rows), key=lambda one: class_order(one[0]))
    starts = accumulate((count for _group, count in having), initial=0)
    shown = {group.id: group for (group, _count), start in zip(having, starts, strict=False) if start < most}
    children = session.execute(
        select(Pupil.first_name, Pupil.class_group_id, state)
        .select_from(with_decisions())
        .where(*to_have, Pupil.class_group_id.in_(list(shown)))
    )
    found = [Talk(name, shown[class_id], DecisionState(decided)) for name, class_id, decided in children]
    found.sort(key=lambda talk: (class_order(talk.class_group), talk.name.casefold()))
    first = tuple(found[:most])
    return Talks(first, sum(count for _group, count in having) - len(first))
