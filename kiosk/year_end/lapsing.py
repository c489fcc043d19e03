"""What lapses at the end of a school year, as docs/privacy.md and docs/dpia.md say, and resetting it."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.conduct.models import SignOff
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonPresence, LessonProgress, LessonSet, LessonStopped, LessonTaught
from kiosk.quizzes.models import AnswerTally, QuestionMet

# What was done in a year stays until the end of the next one. Years end at about the same time, some days apart.
A_YEAR = timedelta(days=350)


def lapsed_progress(table: type[LessonProgress], today: date) -> ColumnElement[bool]:
    """Progress from before the school year that now ends."""
    return func.coalesce(table.completed_on, table.started_on) <= today - A_YEAR


def gone_since(today: date) -> ColumnElement[bool]:
    """Children who left a year ago or earlier."""
    return Pupil.left_on <= today - A_YEAR


def reset_codes(session: Session, today: date) -> None:
    """Whatever a child decided about the Code is asked anew; what was decided stays in the register as last year's."""
    session.execute(
        update(SignOff)
        .where(SignOff.pupil_id.is_not(None), SignOff.lapsed_on.is_(None))
        .values(lapsed_on=today)
    )


def reset_lessons(session: Session, today: date, lessons: Mapping[str, Lesson]) -> None:
    """No lesson is set any more; what was done before this school year is deleted, with the questions of it."""
    session.execute(delete(LessonSet))
    session.execute(delete(LessonStopped))
    old = select(LessonProgress.pupil_id).where(lapsed_progress(LessonProgress, today))
    for lesson_id, lesson in lessons.items():
        # A question the child still needs help with has no date, so it is deleted with its lesson's progress.
        session.execute(
            delete(QuestionMet).where(
                QuestionMet.quiz_id == lesson.quiz,
                QuestionMet.met_on.is_(None),
                QuestionMet.pupil_id.in_(old.where(LessonProgress.lesson_id == lesson_id)),
            )
        )
    session.execute(delete(QuestionMet).where(QuestionMet.met_on <= today - A_YEAR))
    session.execute(delete(LessonTaught).where(LessonTaught.taught_on <= today - A_YEAR))
    session.execute(delete(LessonPresence).where(LessonPresence.present_on <= today - A_YEAR))
    session.execute(delete(LessonProgress).where(lapsed_progress(LessonProgress, today)))


def forget_tallies(session: Session, lessons: Mapping[str, Lesson]) -> None:
    """What a class believed is forgotten once nothing is kept of the lesson for any child of it."""
    for lesson_id, lesson in lessons.items():
        learning = (
            select(Pupil.class_group_id)
            .join(LessonProgress, LessonProgress.pupil_id == Pupil.id)
            .where(LessonProgress.lesson_id == lesson_id)
        )
        session.execute(
            delete(AnswerTally).where(
                AnswerTally.quiz_id == lesson.quiz, AnswerTally.class_group_id.not_in(learning)
            )
        )


def delete_gone(session: Session, today: date) -> None:
    """Children who left a year ago, with all that is theirs; and classes in which nobody is left at all."""
    session.execute(delete(Pupil).where(gone_since(today)))
    session.execute(delete(ClassGroup).where(ClassGroup.id.not_in(select(Pupil.class_group_id))))
