"""What a tablet does now: brought along once for each change of the class, free to look back, never ahead."""

import uuid
from dataclasses import replace

import pytest

from kiosk.classroom.course import Course, course_of
from kiosk.classroom.leading import LedLesson
from kiosk.classroom.pace import TabletAction, TabletView, is_kept_together, next_action, place_of
from kiosk.classroom.seats import Seat
from kiosk.site import Content
from tests.lessons.learner import LESSONS

CHILD = uuid.UUID(int=7)
LED = LedLesson(uuid.UUID(int=1), "a", place=3, together=True, eyes=False, ends_at=None, turn=5)


@pytest.fixture
def course(content: Content) -> Course:
    lesson = content.lessons[LESSONS["ks2"]]  # type: ignore[index]  # a band is its own word
    return course_of(lesson, content.quizzes)


def seat(place: int, turn: int) -> Seat:
    return Seat(CHILD, place, turn)


@pytest.mark.parametrize(
    ("before", "shown", "does", "after"),
    [
        (None, TabletView(3), "stay", seat(3, 5)),
        (None, TabletView(1), "go", seat(3, 5)),
        (None, TabletView(waits=True), "stay", seat(3, 5)),  # opened the page, and has done nothing
        (seat(2, 4), TabletView(2), "go", seat(3, 5)),  # the class went on
        (seat(2, 5), TabletView(2), "stay", seat(2, 5)),  # looks back
        (seat(2, 5), TabletView(waits=True), "stay", seat(3, 5)),  # looked back, then went to wait
        (seat(2, 4), TabletView(waits=True), "go", seat(3, 5)),  # waited while the class went on
        (seat(3, 4), TabletView(waits=True), "stay", seat(3, 5)),  # waited while the teacher spoke
        (replace(seat(3, 4), hand=True), TabletView(3), "stay", replace(seat(3, 5), hand=True)),
        (seat(3, 4), TabletView(None), "stay", seat(0, 5)),  # reads the Code meanwhile
    ],
)
def test_a_tablet_is_brought_along_once(
    course: Course, before: Seat | None, shown: TabletView, does: TabletAction, after: Seat
) -> None:
    assert next_action(LED, course, CHILD, before, shown) == (does, after)


@pytest.mark.parametrize("shown", [TabletView(1), TabletView(3), TabletView(waits=True), TabletView(None)])
def test_while_the_teacher_speaks_every_tablet_says_so(course: Course, shown: TabletView) -> None:
    assert next_action(replace(LED, eyes=True), course, CHILD, None, shown)[0] == "eyes"


def test_who_is_let_go_stays_where_they_are_and_nobody_waits(course: Course) -> None:
    alone = replace(LED, together=False)
    assert next_action(alone, course, CHILD, None, TabletView(1))[0] == "stay"
    assert next_action(alone, course, CHILD, seat(3, 4), TabletView(waits=True))[0] == "go"
    assert not is_kept_together(alone, course)


def test_the_questions_at_the_end_are_answered_together_until_each_is_let_go(course: Course) -> None:
    asked = replace(LED, place=course.talk + 1)
    assert is_kept_together(asked, course)
    assert next_action(asked, course, CHILD, seat(course.talk, 4), TabletView(waits=True))[0] == "go"
    alone = replace(asked, place=course.talk, together=False)
    assert not is_kept_together(alone, course)
    assert next_action(alone, course, CHILD, seat(3, 4), TabletView(waits=True))[0] == "go"


def test_at_the_end_nobody_is_kept(course: Course) -> None:
    assert not is_kept_together(replace(LED, place=course.end), course)


def test_each_page_stands_at_its_place(course: Course) -> None:
    lesson, at_the_end = course.lesson, course.at_the_end[0]
    placed, place = next(iter(lesson.placed.items()))
    assert place_of("lessons.show_screen", {"id": lesson.id, "screen": 4}, course) == 4
    assert place_of("quizzes.ask", {"id": lesson.quiz, "question": placed}, course) == place
    assert place_of("quizzes.ask", {"id": lesson.quiz, "question": at_the_end}, course) == course.talk + 1
    assert place_of("quizzes.ask", {"id": lesson.quiz, "question": "unknown"}, course) == course.end
    assert place_of("quizzes.show", {"id": lesson.quiz}, course) == course.end
    assert place_of("lessons.show_help", {"id": lesson.id}, course) == course.end
    assert place_of("lessons.show_screen", {"id": "another", "screen": 1}, course) is None
    assert place_of("lessons.index", {}, course) is None
