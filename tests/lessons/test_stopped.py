"""Where a class stopped in a lesson: kept for another day, for that class alone, until its end or the year's."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from kiosk.lessons.stopped import Stop, forget_stop, note_stop, stops_of
from kiosk.year_end.lapsing import reset_lessons
from tests.factories import make_class_group
from tests.lessons.learner import Learner

TODAY = date(2026, 11, 26)
LATER = TODAY + timedelta(days=7)


def test_it_is_kept_by_lesson_and_for_that_class_alone(session: Session, learner: Learner) -> None:
    note_stop(session, learner.class_group, learner.lesson, 3, TODAY)
    note_stop(session, learner.class_group, learner.lesson, 5, LATER)
    assert stops_of(session, learner.class_group) == {learner.lesson.id: Stop(5, LATER)}
    assert not stops_of(session, make_class_group(session))


def test_the_end_of_the_lesson_or_of_the_year_forgets_it(session: Session, learner: Learner) -> None:
    note_stop(session, learner.class_group, learner.lesson, 3, TODAY)
    forget_stop(session, learner.class_group, learner.lesson)
    assert not stops_of(session, learner.class_group)
    note_stop(session, learner.class_group, learner.lesson, 3, TODAY)
    reset_lessons(session, LATER, {})
    assert not stops_of(session, learner.class_group)
