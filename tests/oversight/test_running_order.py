"""The running order of a lesson: whole minutes that add up, and every question once."""

from collections.abc import Mapping

import pytest

from kiosk.lessons.lesson import Lesson
from kiosk.oversight.running_order import question_numbers, running_order, share_minutes
from kiosk.quizzes.quiz import Quiz


def test_the_minutes_of_every_lesson_add_up_and_each_question_stands_once(
    lessons: Mapping[str, Lesson], quizzes: Mapping[str, Quiz]
) -> None:
    for lesson in lessons.values():
        quiz = quizzes[lesson.quiz]
        order = running_order(lesson, quiz)
        assert sum(part.minutes for part in order) == lesson.minutes
        asked = question_numbers(order)
        assert sorted(asked) == sorted(question.id for question in quiz.questions)
        assert list(asked.values()) == list(range(1, len(asked) + 1))
        steps = [part.step for part in order if part.step]
        assert steps == [step for step in lesson.steps if step.kind != "question"]


def test_questions_that_the_lesson_asks_stand_with_the_step_before_them(
    lessons: Mapping[str, Lesson], quizzes: Mapping[str, Quiz]
) -> None:
    lesson = lessons["ks1-bullying-kind-words"]
    order = running_order(lesson, quizzes[lesson.quiz])
    (first, *_, last) = order
    assert first.step == lesson.steps[0]
    assert [question.id for question in first.questions] == ["q1"]
    assert last.step is None
    assert "q4" in [question.id for question in last.questions]


@pytest.mark.parametrize(
    ("minutes", "weights", "fixed", "given"),
    [
        (10, [1.0, 1.0], {}, [5, 5]),
        (12, [3.0, 1.0], {}, [9, 3]),
        (3, [1.0, 2.0, 3.0, 4.0], {}, [0, 1, 1, 1]),
        (10, [1.0, 3.0, 1.0], {1: 6}, [2, 6, 2]),
        (5, [1.0, 3.0, 1.0], {1: 6}, [1, 3, 1]),  # more than there is
        (8, [3.0], {0: 5}, [8]),
        (8, [], {}, []),
    ],
)
def test_minutes_are_shared_by_weight(
    minutes: int, weights: list[float], fixed: dict[int, int], given: list[int]
) -> None:
    assert share_minutes(minutes, weights, fixed) == given
