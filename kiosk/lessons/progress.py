"""The lessons set for a class and each pupil's progress: days only, no times and no page views (promise A7)."""

import enum
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, Date, and_, bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.current_pupil import AnyPupil, CurrentPupil, PupilClass
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress, LessonSet, LessonSetPupil
from kiosk.storage.prepared import PreparedStatement
from kiosk.storage.upsert import Upsert, insert_if_new

LAST_DAY = func.coalesce(LessonProgress.completed_on, LessonProgress.started_on)
_FURTHEST = PreparedStatement(
    select(LessonProgress.furthest_screen).where(
        LessonProgress.pupil_id == bindparam("pupil_id"),
        LessonProgress.lesson_id == bindparam("lesson_id"),
        bindparam("since", type_=Date) <= LAST_DAY,
    )
)

_SET = (
    select(LessonSet.lesson_id)
    .where(LessonSet.class_group_id == bindparam("class_id"), LessonSet.for_everybody)
    .order_by(LessonSet.set_on.desc(), LessonSet.lesson_id)
)
# The lessons set for one child: those of the class and the child's own; the child's own due days come first.
_DUE = func.coalesce(LessonSetPupil.due_on, LessonSet.due_on)
_GIVEN = (
    select(LessonSet.lesson_id, _DUE.label("due_on"))
    .outerjoin(
        LessonSetPupil,
        and_(
            LessonSetPupil.class_group_id == LessonSet.class_group_id,
            LessonSetPupil.lesson_id == LessonSet.lesson_id,
            LessonSetPupil.pupil_id == bindparam("pupil_id"),
        ),
    )
    .where(
        LessonSet.class_group_id == bindparam("class_id"),
        or_(LessonSet.for_everybody, LessonSetPupil.pupil_id.is_not(None)),
    )
    .order_by(
        _DUE.is_(None),
        _DUE,
        func.coalesce(LessonSetPupil.set_on, LessonSet.set_on).desc(),
        LessonSet.lesson_id,
    )
)
_ADVANCE = Upsert(
    LessonProgress,
    lambda new: {"furthest_screen": new.furthest_screen},
    lambda new: LessonProgress.furthest_screen < new.furthest_screen,
)
_COMPLETE = Upsert(
    LessonProgress,
    lambda new: {
        "completed_on": new.completed_on,
        "version": new.version,
        "furthest_screen": new.furthest_screen,
        "completed_by_word": False,
    },
    lambda new: LessonProgress.completed_on.is_(None) | LessonProgress.completed_by_word,
)
_RENEW = Upsert(
    LessonProgress,
    lambda new: {"completed_on": new.completed_on, "version": new.version, "completed_by_word": False},
    lambda new: (
        LessonProgress.completed_on.is_(None)
        | (LessonProgress.completed_on < new.completed_on)
        | LessonProgress.completed_by_word
    ),
)


class LessonState(enum.StrEnum):
    """How far a pupil is in a lesson."""

    NEW = "new"
    STARTED = "started"
    COMPLETED = "completed"


def set_lesson(session: Session, class_group: ClassGroup, lesson: Lesson, today: date) -> None:
    """Set a lesson for a class; setting it again changes nothing, not even the day."""
    insert_if_new(
        session,
        LessonSet,
        {"class_group_id": class_group.id, "lesson_id": lesson.id, "set_on": today},
    )


def lessons_set(rows: Session | Connection, class_group: ClassGroup | PupilClass) -> list[str]:
    """Ids of the lessons set for everybody of a class, the newest first."""
    return list(rows.scalars(_SET, {"class_id": class_group.id}))


def lessons_given(rows: Session | Connection, pupil: AnyPupil) -> dict[str, bool]:
    """Ids of the lessons set for a pupil in their order, and whether each has a day by which it is wanted.

    What is wanted first comes first; what has no such day comes after it, the newest first. For whom else a lesson
    is set is not asked.
    """
    found = rows.execute(_GIVEN, {"class_id": pupil.class_group_id, "pupil_id": pupil.id})
    return {lesson_id: due_on is not None for lesson_id, due_on in found}


def may_open(rows: Session | Connection, class_group: ClassGroup | PupilClass, lesson: Lesson) -> bool:
    """Whether a class may open a lesson together: one for its age, or one that was set for everybody."""
    return lesson.is_for(class_group) or lesson.id in lessons_set(rows, class_group)


def may_lead(rows: Session | Connection, class_group: ClassGroup | PupilClass, lesson: Lesson) -> bool:
    """Whether a class may be led through a lesson: one that it may open, and that is still taught."""
    return lesson.status != "retired" and may_open(rows, class_group, lesson)


def pupil_may_open(rows: Session | Connection, pupil: CurrentPupil, lesson: Lesson) -> bool:
    """Whether a pupil may open a lesson: one for the class's age, or one that was set for this pupil."""
    return lesson.is_for(pupil.class_group) or lesson.id in lessons_given(rows, pupil)


def start_lesson(
    session: Session, pupil: AnyPupil, lesson: Lesson, today: date, since: date = date.min
) -> None:
    """Record that a pupil has begun; beginning again changes nothing, but for what was done before `since`."""
    _forget_lapsed(session, pupil, lesson, since)
    insert_if_new(session, LessonProgress, _progress_row(pupil, lesson, today, 1))


def record_screen(
    session: Session, pupil: AnyPupil, lesson: Lesson, screen: int, today: date, since: date = date.min
) -> None:
    """Record the furthest screen (1 is the first); going back to an earlier one changes nothing. `since` as above."""
    _forget_lapsed(session, pupil, lesson, since)
    reached = min(max(screen, 1), len(lesson.steps))
    _ADVANCE(session, _progress_row(pupil, lesson, today, reached))


def complete_lesson(rows: Session | Connection, pupil: AnyPupil, lesson: Lesson, today: date) -> None:
    """Record that a pupil completed a lesson, and its version.

    Doing so again changes nothing, but for one that is due each term: there the last day counts.
    """
    record = _RENEW if lesson.each_term else _COMPLETE
    record(rows, _progress_row(pupil, lesson, today, len(lesson.steps)) | {"completed_on": today})


def progress_of(session: Session, pupil: AnyPupil) -> dict[str, LessonProgress]:
    """Every lesson that a pupil has begun, by id, including lessons that no longer exist."""
    query = select(LessonProgress).where(LessonProgress.pupil_id == pupil.id)
    # Rows are written without the session noticing, so it has to read them again.
    found = session.scalars(query.execution_options(populate_existing=True))
    return {progress.lesson_id: progress for progress in found}


def of_this_term(
    progress: Mapping[str, LessonProgress], lessons: Mapping[str, Lesson], term_began: date
) -> dict[str, LessonProgress]:
    """The progress that counts today: a lesson that is due each term begins anew with the term."""
    return {
        id: kept
        for id, kept in progress.items()
        if id not in lessons or (kept.completed_on or kept.started_on) >= lessons[id].since(term_began)
    }


def furthest_screen(rows: Connection, pupil: AnyPupil, lesson: Lesson, since: date = date.min) -> int:
    """The furthest screen of a lesson that a pupil has reached since that day; 0 before the first."""
    ids = {"pupil_id": pupil.id, "lesson_id": lesson.id, "since": since}
    found = _FURTHEST.first(rows, ids)
    return found[0] if found else 0


def state_of(progress: Mapping[str, LessonProgress], lesson_id: str) -> LessonState:
    """The state of a lesson for a pupil with this `progress`."""
    found = progress.get(lesson_id)
    if found is None:
        return LessonState.NEW
    return LessonState.COMPLETED if found.completed_on else LessonState.STARTED


def _forget_lapsed(session: Session, pupil: AnyPupil, lesson: Lesson, since: date) -> None:
    """Delete progress from an earlier term: a lesson that is due each term begins again at its first screen."""
    if lesson.each_term:
        own = and_(LessonProgress.pupil_id == pupil.id, LessonProgress.lesson_id == lesson.id)
        session.execute(delete(LessonProgress).where(own, since > LAST_DAY))


def _progress_row(pupil: AnyPupil, lesson: Lesson, today: date, screen: int) -> dict[str, object]:
    return {
        "pupil_id": pupil.id,
        "lesson_id": lesson.id,
        "version": lesson.hash,
        "furthest_screen": screen,
        "started_on": today,
    }
