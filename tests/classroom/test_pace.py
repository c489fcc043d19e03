"""What a tablet does now: brought along once for each change of the class, free to look back, never ahead."""

import uuid
from dataclasses import replace

import pytest

from kiosk.classroom.leading import LedLesson
from kiosk.classroom.pace import TabletAction, TabletView, is_kept_together, next_action, place_of
from kiosk.classroom.seats import Seat
from kiosk.lessons.lesson import Lesson
from kiosk.site import Content
from tests.lessons.learner import LESSONS

CHILD = uuid.UUID(int=7)
LED = LedLesson(uuid.UUID(int=1), "a", place=3, together=True, eyes=False, ends_at=None, turn=5)


@pytest.fixture
def lesson(content: Content) -> Lesson:
    return content.lessons[LESSONS["ks2"]]  # type: ignore[index]  # a band is its own word


def seat(place: int, done: int, turn: int) -> Seat:
    return Seat(CHILD, place, done, turn)


@pytest.mark.parametrize(
    ("before", "shown", "does", "after"),
    [
        (None, TabletView(3), "stay", seat(3, 2, 5)),
        (None, TabletView(1), "go", seat(3, 0, 5)),
        (None, TabletView(waits=True), "stay", seat(3, 0, 5)),  # opened the page, and has done nothing
        (seat(2, 1, 4), TabletView(2), "go", seat(3, 1, 5)),  # the class went on
        (seat(2, 1, 5), TabletView(2), "stay", seat(2, 1, 5)),  # looks back
        (seat(2, 1, 5), TabletView(waits=True), "stay", seat(3, 1, 5)),  # looked back, then went to wait
        (seat(2, 3, 5), TabletView(waits=True), "stay", seat(3, 3, 5)),  # looked back, then did the step
        (seat(2, 2, 4), TabletView(waits=True), "go", seat(3, 2, 5)),  # waited while the class went on
        (seat(3, 3, 4), TabletView(waits=True), "stay", seat(3, 3, 5)),  # waited while the teacher spoke
        (seat(3, 3, 4), TabletView(3), "stay", seat(3, 3, 5)),  # what was done stays done
        (seat(3, 2, 4), TabletView(None), "stay", seat(0, 2, 5)),  # reads the Code meanwhile
    ],
)
def test_a_tablet_is_brought_along_once(
    lesson: Lesson, before: Seat | None, shown: TabletView, does: TabletAction, after: Seat
) -> None:
    assert next_action(LED, lesson, CHILD, before, shown) == (does, after)


@pytest.mark.parametrize("shown", [TabletView(1), TabletView(3), TabletView(waits=True), TabletView(None)])
def test_while_the_teacher_speaks_every_tablet_says_so(lesson: Lesson, shown: TabletView) -> None:
    assert next_action(replace(LED, eyes=True), lesson, CHILD, None, shown)[0] == "eyes"


def test_who_is_let_go_stays_where_they_are_and_nobody_waits(lesson: Lesson) -> None:
    alone = replace(LED, together=False)
    assert next_action(alone, lesson, CHILD, None, TabletView(1))[0] == "stay"
    assert next_action(alone, lesson, CHILD, seat(3, 3, 4), TabletView(waits=True))[0] == "go"
    assert not is_kept_together(alone, lesson)


def test_the_questions_at_the_end_are_answered_at_ones_own_pace(lesson: Lesson) -> None:
    through = replace(LED, place=len(lesson.steps) + 1)
    assert not is_kept_together(through, lesson)
    assert next_action(through, lesson, CHILD, seat(3, 3, 4), TabletView(waits=True))[0] == "go"


def test_each_page_stands_at_its_step(lesson: Lesson) -> None:
    after = len(lesson.steps) + 1
    placed, place = next(iter(lesson.placed.items()))
    assert place_of("lessons.show_screen", {"id": lesson.id, "screen": 4}, lesson) == 4
    assert place_of("quizzes.ask", {"id": lesson.quiz, "question": placed}, lesson) == place
    assert place_of("quizzes.ask", {"id": lesson.quiz, "question": "at the end"}, lesson) == after
    assert place_of("quizzes.show", {"id": lesson.quiz}, lesson) == after
    assert place_of("lessons.show_help", {"id": lesson.id}, lesson) == after
    assert place_of("lessons.show_screen", {"id": "another", "screen": 1}, lesson) is None
    assert place_of("lessons.index", {}, lesson) is None
