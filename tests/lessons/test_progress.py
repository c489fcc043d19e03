"""Progress: days and versions only, each step forward kept once, no step back, two taps at once never fail."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Date, Integer, inspect, select
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.lessons.models import LessonProgress, LessonSet
from kiosk.lessons.progress import (
    LessonState,
    complete_lesson,
    lessons_set,
    may_open,
    progress_of,
    record_screen,
    set_lesson,
    start_lesson,
    state_of,
)
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.factories import make_class_group, make_pupil
from tests.lessons.learner import DAY, LESSONS, Learner, completed_ids

NEXT_DAY = DAY + timedelta(days=1)


def row(session: Session, learner: Learner) -> LessonProgress:
    return progress_of(session, learner.pupil)[learner.lesson.id]


def test_a_lesson_is_set_once_and_keeps_its_first_day(session: Session, learner: Learner) -> None:
    set_lesson(session, learner.class_group, learner.lesson, NEXT_DAY)
    assert lessons_set(session, learner.class_group) == [learner.lesson.id]
    assert session.scalars(select(LessonSet.set_on)).all() == [DAY]


def test_the_newest_lesson_stands_first(session: Session, learner: Learner, content: Content) -> None:
    newer = content.lessons[LESSONS[Band.KS3]]
    set_lesson(session, learner.class_group, newer, NEXT_DAY)
    assert lessons_set(session, learner.class_group) == [newer.id, learner.lesson.id]


def test_a_class_opens_lessons_of_its_band_and_those_it_was_set(
    session: Session, learner: Learner, content: Content
) -> None:
    other = content.lessons[LESSONS[Band.KS3]]
    without = make_class_group(session, band=Band.KS2)
    assert may_open(session, without, learner.lesson)
    assert not may_open(session, without, other)
    set_lesson(session, without, other, DAY)
    assert may_open(session, without, other)


def test_a_pupil_goes_from_new_to_started_to_completed(session: Session, learner: Learner) -> None:
    id = learner.lesson.id
    assert state_of(progress_of(session, learner.pupil), id) is LessonState.NEW
    start_lesson(session, learner.pupil, learner.lesson, DAY)
    assert state_of(progress_of(session, learner.pupil), id) is LessonState.STARTED
    complete_lesson(session, learner.pupil, learner.lesson, DAY)
    assert state_of(progress_of(session, learner.pupil), id) is LessonState.COMPLETED
    assert completed_ids(session, learner.pupil) == {id}


def test_a_completion_is_kept_with_its_version_and_a_day(session: Session, learner: Learner) -> None:
    start_lesson(session, learner.pupil, learner.lesson, DAY)
    complete_lesson(session, learner.pupil, learner.lesson, NEXT_DAY)
    kept = row(session, learner)
    assert (kept.version, kept.started_on, kept.completed_on) == (learner.lesson.hash, DAY, NEXT_DAY)
    assert not isinstance(kept.completed_on, datetime)


def test_no_column_of_a_pupils_progress_can_hold_a_time() -> None:
    for column in inspect(LessonProgress).columns:
        assert not issubclass(column.type.python_type, datetime)
        if issubclass(column.type.python_type, date):
            assert isinstance(column.type, Date)
    assert isinstance(inspect(LessonProgress).columns["furthest_screen"].type, Integer)


def test_a_second_completion_changes_nothing(session: Session, learner: Learner) -> None:
    complete_lesson(session, learner.pupil, learner.lesson, DAY)
    complete_lesson(session, learner.pupil, replace(learner.lesson, hash="changed"), NEXT_DAY)
    kept = row(session, learner)
    assert (kept.completed_on, kept.version) == (DAY, learner.lesson.hash)


def test_a_changed_lesson_keeps_what_was_done(session: Session, learner: Learner) -> None:
    complete_lesson(session, learner.pupil, learner.lesson, DAY)
    changed = replace(learner.lesson, hash="changed")
    start_lesson(session, learner.pupil, changed, NEXT_DAY)
    record_screen(session, learner.pupil, changed, 2, NEXT_DAY)
    assert completed_ids(session, learner.pupil) == {learner.lesson.id}


def test_going_back_loses_no_screen_and_no_screen_beyond_the_last_is_kept(
    session: Session, learner: Learner
) -> None:
    for screen, furthest in ((2, 2), (5, 5), (3, 5), (-4, 5), (9999, len(learner.lesson.steps))):
        record_screen(session, learner.pupil, learner.lesson, screen, DAY)
        assert row(session, learner).furthest_screen == furthest


def test_the_progress_of_one_pupil_is_not_anothers(session: Session, learner: Learner) -> None:
    complete_lesson(session, learner.pupil, learner.lesson, DAY)
    assert progress_of(session, make_pupil(session, learner.class_group)) == {}


def test_two_starts_at_once_leave_one_row(databases: Databases, session: Session, learner: Learner) -> None:
    for _tablet in range(2):
        with databases.school.write() as other:
            start_lesson(other, learner.pupil, learner.lesson, DAY)
            record_screen(other, learner.pupil, learner.lesson, 2, DAY)
    assert len(session.scalars(select(LessonProgress)).all()) == 1
