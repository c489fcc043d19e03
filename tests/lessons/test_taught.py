"""Who was there when a class did a lesson, by an adult's word."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil, StaffMember
from kiosk.lessons.progress import LessonState, complete_lesson, progress_of, state_of
from kiosk.lessons.taught import (
    CameIn,
    LessonDone,
    LessonOfDay,
    attendance,
    attendance_day,
    done_together,
    record_led_lesson,
    sign_attendance,
)
from tests.factories import make_pupil, make_staff
from tests.lessons.learner import Learner

TODAY = date(2026, 11, 26)


@pytest.fixture
def staff(session: Session) -> StaffMember:
    return make_staff(session)


@pytest.fixture
def other(session: Session, learner: Learner) -> Pupil:
    """A classmate."""
    return make_pupil(session, learner.class_group, first_name="Kofi")


def done(session: Session, learner: Learner, term_began: date = date.min) -> LessonDone | None:
    """When the class last did the lesson together."""
    lessons = {learner.lesson.id: learner.lesson}
    later = TODAY + timedelta(days=1)
    return done_together(session, learner.class_group, lessons, term_began, later).get(learner.lesson.id)


def there(session: Session, learner: Learner) -> set[str]:
    """Names of those who were there."""
    found = attendance(session, learner.class_group, learner.lesson, TODAY)
    return {one.first_name for one in found if one.was_there}


def state(session: Session, learner: Learner, pupil: Pupil) -> LessonState:
    """How far a child is with the lesson."""
    return state_of(progress_of(session, pupil), learner.lesson.id)


def test_who_had_a_tablet_has_begun_and_completes_it_alone(
    session: Session, learner: Learner, staff: StaffMember
) -> None:
    record_led_lesson(
        session, LessonOfDay(learner.class_group, learner.lesson, TODAY), [CameIn(learner.pupil)], True
    )
    assert done(session, learner) == LessonDone(TODAY, signed=False)
    assert there(session, learner) == {learner.pupil.first_name}
    assert state(session, learner, learner.pupil) == LessonState.STARTED


def test_who_was_at_the_board_has_completed_it_by_the_adults_word(
    session: Session, learner: Learner, staff: StaffMember, other: Pupil
) -> None:
    group, lesson, pupils = learner.class_group, learner.lesson, [learner.pupil, other]
    record_led_lesson(session, LessonOfDay(group, lesson, TODAY), [CameIn(learner.pupil)], True)
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), pupils, {learner.pupil.id, other.id})
    assert state(session, learner, other) == LessonState.COMPLETED
    assert state(session, learner, learner.pupil) == LessonState.STARTED
    done = [one.first_name for one in attendance(session, group, lesson, TODAY) if one.completed]
    assert done == ["Kofi"]


def test_who_was_signed_for_by_mistake_is_taken_out_and_has_it_open_again(
    session: Session, learner: Learner, staff: StaffMember, other: Pupil
) -> None:
    group, lesson, pupils = learner.class_group, learner.lesson, [learner.pupil, other]
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), pupils, {learner.pupil.id, other.id})
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), pupils, {learner.pupil.id})
    assert there(session, learner) == {learner.pupil.first_name}
    assert state(session, learner, other) == LessonState.NEW
    assert state(session, learner, learner.pupil) == LessonState.COMPLETED


def test_what_a_child_completed_alone_is_not_taken_back_with_a_tick(
    session: Session, learner: Learner, staff: StaffMember
) -> None:
    group, lesson, pupil = learner.class_group, learner.lesson, learner.pupil
    complete_lesson(session, pupil, lesson, TODAY - timedelta(days=1))
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), [pupil], {pupil.id})
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), [pupil], set())
    assert progress_of(session, pupil)[lesson.id].completed_on == TODAY - timedelta(days=1)


def test_on_another_day_the_last_day_counts_and_what_was_completed_stays(
    session: Session, learner: Learner, staff: StaffMember
) -> None:
    group, lesson, pupil = learner.class_group, learner.lesson, learner.pupil
    for days in range(2):
        day = TODAY + timedelta(days=days)
        sign_attendance(session, staff, LessonOfDay(group, lesson, day), [pupil], {pupil.id})
    assert done(session, learner) == LessonDone(TODAY + timedelta(days=1), signed=True)
    assert progress_of(session, pupil)[lesson.id].completed_on == TODAY


def test_a_tablet_stays_known_whatever_is_ticked_and_whenever_the_class_stopped(
    session: Session, learner: Learner, staff: StaffMember
) -> None:
    group, lesson, pupil = learner.class_group, learner.lesson, learner.pupil
    record_led_lesson(session, LessonOfDay(group, lesson, TODAY), [CameIn(pupil)], False)
    assert done(session, learner) is None
    for present in (set(), {pupil.id}, set(), {pupil.id}):
        sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), [pupil], present)
        assert state(session, learner, pupil) == LessonState.STARTED
    assert there(session, learner) == {pupil.first_name}


def test_a_signature_of_the_day_after_is_for_the_day_of_the_lesson(
    session: Session, learner: Learner, staff: StaffMember
) -> None:
    group, lesson, pupil = learner.class_group, learner.lesson, learner.pupil
    record_led_lesson(session, LessonOfDay(group, lesson, TODAY), [CameIn(pupil)], True)
    day = attendance_day(done(session, learner), TODAY + timedelta(days=1))
    sign_attendance(session, staff, LessonOfDay(group, lesson, day), [pupil], {pupil.id})
    assert state(session, learner, pupil) == LessonState.STARTED
    assert attendance_day(LessonDone(TODAY, signed=True), TODAY + timedelta(days=7)) == TODAY + timedelta(
        days=7
    )
    assert attendance_day(None, TODAY) == TODAY
    assert attendance_day(LessonDone(TODAY + timedelta(days=1), signed=True), TODAY) == TODAY, (
        "a clock that went back"
    )


def test_who_is_away_this_time_is_not_there_and_keeps_what_was_before(
    session: Session, learner: Learner, staff: StaffMember, other: Pupil
) -> None:
    group, lesson, pupils = learner.class_group, learner.lesson, [learner.pupil, other]
    before = TODAY - timedelta(days=90)
    sign_attendance(session, staff, LessonOfDay(group, lesson, before), pupils, {learner.pupil.id, other.id})
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), pupils, {learner.pupil.id})
    assert there(session, learner) == {learner.pupil.first_name}
    assert progress_of(session, other)[lesson.id].completed_on == before


def test_what_has_lapsed_is_completed_anew(session: Session, learner: Learner, staff: StaffMember) -> None:
    group, lesson, pupil = learner.class_group, replace(learner.lesson, each_term=True), learner.pupil
    before, term = TODAY - timedelta(days=90), TODAY - timedelta(days=30)
    sign_attendance(session, staff, LessonOfDay(group, lesson, before), [pupil], {pupil.id})
    assert not attendance(session, group, lesson, TODAY, term)[0].completed
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY, term), [pupil], {pupil.id})
    assert progress_of(session, pupil)[lesson.id].completed_on == TODAY


@pytest.mark.parametrize("before_the_word", [True, False])
def test_what_the_child_did_alone_that_day_is_not_taken_back(
    session: Session, learner: Learner, staff: StaffMember, before_the_word: bool
) -> None:
    group, lesson, pupil = learner.class_group, learner.lesson, learner.pupil
    if before_the_word:
        complete_lesson(session, pupil, lesson, TODAY)
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), [pupil], {pupil.id})
    if not before_the_word:
        complete_lesson(session, pupil, lesson, TODAY)
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), [pupil], set())
    assert state(session, learner, pupil) == LessonState.COMPLETED


def test_where_nobody_was_there_the_class_has_not_done_it(
    session: Session, learner: Learner, staff: StaffMember
) -> None:
    group, lesson, pupil = learner.class_group, learner.lesson, learner.pupil
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), [pupil], {pupil.id})
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), [pupil], set())
    assert done(session, learner) is None


def test_a_day_that_is_taken_back_leaves_the_day_before_as_it_was(
    session: Session, learner: Learner, staff: StaffMember
) -> None:
    group, lesson, pupil = learner.class_group, learner.lesson, learner.pupil
    monday = TODAY - timedelta(days=2)
    sign_attendance(session, staff, LessonOfDay(group, lesson, monday), [pupil], {pupil.id})
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), [pupil], {pupil.id})
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), [pupil], set())
    assert done(session, learner) == LessonDone(monday, signed=True)
    assert state(session, learner, pupil) == LessonState.COMPLETED
    sign_attendance(session, staff, LessonOfDay(group, lesson, monday), [pupil], set())
    assert state(session, learner, pupil) == LessonState.NEW


def test_noting_again_changes_neither_a_tick_nor_a_signature(
    session: Session, learner: Learner, staff: StaffMember
) -> None:
    group, lesson, pupil = learner.class_group, learner.lesson, learner.pupil
    record_led_lesson(session, LessonOfDay(group, lesson, TODAY), [CameIn(pupil)], True)
    other = make_pupil(session, group, first_name="Maja")
    sign_attendance(session, staff, LessonOfDay(group, lesson, TODAY), [pupil, other], {other.id})
    record_led_lesson(session, LessonOfDay(group, lesson, TODAY), [CameIn(pupil)], True)
    assert there(session, learner) == {"Maja"}
    assert done(session, learner) == LessonDone(TODAY, signed=True)


def test_what_the_class_of_the_year_before_did_were_other_children(
    session: Session, learner: Learner, staff: StaffMember
) -> None:
    group, lesson, pupil = learner.class_group, learner.lesson, learner.pupil
    sign_attendance(session, staff, LessonOfDay(group, lesson, date(2026, 7, 20)), [pupil], {pupil.id})
    assert done(session, learner) is None


def test_without_a_quiz_the_last_step_completes_it_for_who_had_a_tablet(
    session: Session, learner: Learner, other: Pupil
) -> None:
    lesson = replace(learner.lesson, quiz="")
    for finished, expected in ((False, LessonState.STARTED), (True, LessonState.COMPLETED)):
        record_led_lesson(
            session, LessonOfDay(learner.class_group, lesson, TODAY), [CameIn(learner.pupil)], finished
        )
        assert state(session, learner, learner.pupil) is expected
    assert state(session, learner, other) is LessonState.NEW
