"""What is set: for everybody or for some, by a day or without one, once more, and no longer."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress, LessonSet, LessonSetPupil
from kiosk.lessons.progress import (
    complete_lesson,
    lessons_given,
    lessons_set,
    may_open,
    start_lesson,
)
from kiosk.lessons.sets import (
    begun_by,
    read_due,
    set_again,
    set_for_class,
    set_lesson_for_some,
    set_of,
    unset_lesson,
)
from kiosk.site import Content
from kiosk.wording.messages import Refused
from tests.factories import make_class_group, make_pupil
from tests.lessons.learner import DAY, LESSONS, Learner, browser_of
from tests.pages import Page

FRIDAY = DAY + timedelta(days=3)
NEXT_FRIDAY = FRIDAY + timedelta(days=7)


@pytest.fixture
def other(content: Content) -> Lesson:
    """A lesson of the class's own age."""
    return content.lessons["ks2-information-is-it-true"]


@pytest.fixture
def older(content: Content) -> Lesson:
    """A lesson of another age."""
    return content.lessons[LESSONS[Band.KS3]]


def given(session: Session, learner: Learner) -> list[str]:
    return list(lessons_given(session, learner.pupil))


def test_what_is_wanted_first_comes_first_and_what_has_no_day_comes_last(
    session: Session, learner: Learner, other: Lesson, older: Lesson
) -> None:
    set_for_class(session, learner.class_group, other, DAY, NEXT_FRIDAY)
    set_for_class(session, learner.class_group, older, DAY - timedelta(days=1), FRIDAY)
    assert given(session, learner) == [older.id, other.id, learner.lesson.id]
    assert list(lessons_given(session, learner.pupil).values()) == [True, True, False]


def test_a_day_is_changed_and_taken_away_and_the_first_day_stays(session: Session, learner: Learner) -> None:
    for due_on in (FRIDAY, NEXT_FRIDAY, None):
        set_for_class(session, learner.class_group, learner.lesson, NEXT_FRIDAY, due_on)
        now = set_of(session, learner.class_group, learner.lesson)
        assert now and (now.set_on, now.due_on, now.for_everybody) == (DAY, due_on, True)


def test_what_is_set_for_one_child_is_nothing_to_another(
    session: Session, learner: Learner, older: Lesson
) -> None:
    friend = make_pupil(session, learner.class_group, first_name="Leo")
    set_lesson_for_some(session, learner.class_group, older, DAY, FRIDAY, [friend.id])
    assert given(session, learner) == [learner.lesson.id]
    assert list(lessons_given(session, friend)) == [older.id, learner.lesson.id]
    assert lessons_set(session, learner.class_group) == [learner.lesson.id]
    assert not may_open(session, learner.class_group, older), "the class does not do it together"


def test_the_children_are_those_who_were_ticked_last_and_then_everybody(
    session: Session, learner: Learner, older: Lesson
) -> None:
    friend = make_pupil(session, learner.class_group, first_name="Leo")
    for pupil in (friend, learner.pupil):
        set_lesson_for_some(session, learner.class_group, older, DAY, FRIDAY, [pupil.id])
        now = set_of(session, learner.class_group, older)
        assert now and now.pupils == {pupil.id: FRIDAY}
    set_for_class(session, learner.class_group, older, DAY, None)
    now = set_of(session, learner.class_group, older)
    assert now and (now.for_everybody, now.pupils) == (True, {})
    assert older.id in lessons_given(session, friend)


def test_set_again_for_one_child_it_is_wanted_on_another_day_for_that_child_alone(
    session: Session, learner: Learner
) -> None:
    group, friend = learner.class_group, make_pupil(session, learner.class_group, first_name="Leo")
    set_for_class(session, group, learner.lesson, DAY, FRIDAY)
    for _ in range(2):
        set_again(session, group, learner.lesson.id, NEXT_FRIDAY, NEXT_FRIDAY, [friend.id])
    now = set_of(session, group, learner.lesson)
    assert now and now.for_everybody
    assert (now.due_for(friend.id), now.due_for(learner.pupil.id)) == (NEXT_FRIDAY, FRIDAY)


def test_set_anew_for_everybody_a_day_of_a_childs_own_stays(session: Session, learner: Learner) -> None:
    group, friend = learner.class_group, make_pupil(session, learner.class_group, first_name="Leo")
    set_for_class(session, group, learner.lesson, DAY, FRIDAY)
    set_again(session, group, learner.lesson.id, DAY, NEXT_FRIDAY, [friend.id])
    set_for_class(session, group, learner.lesson, DAY, DAY)
    now = set_of(session, group, learner.lesson)
    assert now
    assert (now.due_for(friend.id), now.due_for(learner.pupil.id)) == (NEXT_FRIDAY, DAY)


def test_unset_it_leaves_the_list_and_what_was_done_is_kept(session: Session, learner: Learner) -> None:
    group, lesson = learner.class_group, learner.lesson
    start_lesson(session, learner.pupil, lesson, DAY)
    set_again(session, group, lesson.id, DAY, FRIDAY, [learner.pupil.id])
    assert begun_by(session, group, lesson) == 1
    unset_lesson(session, group, lesson)
    assert given(session, learner) == []
    assert session.scalar(select(func.count()).select_from(LessonSetPupil)) == 0
    assert session.scalars(select(LessonProgress.lesson_id)).all() == [lesson.id]


def test_a_child_who_changes_class_takes_nothing_along(
    session: Session, learner: Learner, older: Lesson
) -> None:
    set_lesson_for_some(session, learner.class_group, older, DAY, FRIDAY, [learner.pupil.id])
    learner.pupil.class_group = make_class_group(session)
    session.flush()
    assert given(session, learner) == []


def test_a_child_who_is_deleted_takes_what_was_set_for_it_along(
    session: Session, learner: Learner, older: Lesson
) -> None:
    friend = make_pupil(session, learner.class_group, first_name="Leo")
    set_lesson_for_some(session, learner.class_group, older, DAY, FRIDAY, [friend.id])
    session.delete(friend)
    session.flush()
    assert session.scalar(select(func.count()).select_from(LessonSetPupil)) == 0
    assert session.scalar(select(func.count()).select_from(LessonSet)) == 2


@pytest.mark.parametrize("sent", ["tomorrow", "2026-13-01", "2026-11-23", "2036-01-01", "4/12/2026"])
def test_a_day_that_will_not_do_is_refused(sent: str) -> None:
    with pytest.raises(Refused, match="leave it empty"):
        read_due(sent, DAY)


def test_a_day_may_stay_empty_or_be_today() -> None:
    assert read_due("", DAY) is None
    assert read_due("2026-11-24", DAY) == date(2026, 11, 24)


@pytest.mark.database("sqlite")
def test_a_child_reads_neither_the_day_nor_for_whom_else(
    app: Flask, session: Session, learner: Learner, older: Lesson
) -> None:
    friend = make_pupil(session, learner.class_group, first_name="Leonora")
    set_lesson_for_some(session, learner.class_group, older, DAY, FRIDAY, [friend.id, learner.pupil.id])
    session.commit()
    text = browser_of(app, learner).get("/learn/lessons/").text
    page = Page(text)
    assert "First this" in page.text
    assert page.link(older.title) == f"/learn/lessons/{older.id}"
    for word in ("Leonora", "Friday", "27 November", "2026-11-27"):
        assert word not in text


@pytest.mark.database("sqlite")
def test_a_child_for_whom_it_was_not_set_opens_no_lesson_of_another_age(
    app: Flask, session: Session, learner: Learner, older: Lesson
) -> None:
    friend = make_pupil(session, learner.class_group, first_name="Leo")
    set_lesson_for_some(session, learner.class_group, older, DAY, None, [friend.id])
    session.commit()
    child, theirs = browser_of(app, learner), browser_of(app, replace(learner, pupil=friend))
    for path in (f"/learn/lessons/{older.id}", f"/learn/lessons/{older.id}/1"):
        assert child.get(path).status_code == 404
        assert theirs.get(path).status_code == 200
    assert child.post(f"/learn/lessons/{older.id}").status_code == 404


@pytest.mark.database("sqlite")
def test_a_childs_own_page_names_no_lesson_that_only_others_have(
    app: Flask, session: Session, learner: Learner, older: Lesson
) -> None:
    friend = make_pupil(session, learner.class_group, first_name="Leo")
    set_lesson_for_some(session, learner.class_group, older, DAY, None, [friend.id])
    for pupil in (learner.pupil, friend):
        complete_lesson(session, pupil, learner.lesson, DAY)
    session.commit()
    assert older.title not in Page(browser_of(app, learner).get("/learn/known").text).text
    assert older.title in Page(browser_of(app, replace(learner, pupil=friend)).get("/learn/known").text).text
