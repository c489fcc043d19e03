"""The running order of a lesson: whole minutes that add up, and every question once."""

from collections.abc import Mapping

from kiosk.lessons.lesson import Lesson
from kiosk.oversight.running_order import question_numbers, running_order
from kiosk.quizzes.quiz import Quiz


def test_the_parts_of_every_lesson_are_in_order_with_the_minutes_that_it_says(
    lessons: Mapping[str, Lesson], quizzes: Mapping[str, Quiz]
) -> None:
    for lesson in lessons.values():
        quiz = quizzes.get(lesson.quiz)
        order = running_order(lesson, quiz)
        asked = question_numbers(order)
        assert sorted(asked) == sorted(one.id for one in (quiz.questions if quiz else ()))
        assert list(asked.values()) == list(range(1, len(asked) + 1))
        assert [part.step for part in order if part.step] == [*lesson.steps, lesson.talk]
        if lesson.teaching:
            told = sum(part.minutes for part in order)
            assert lesson.teaching.joining + told + lesson.teaching.goodbye == lesson.minutes


def test_a_question_that_the_lesson_asks_stands_in_its_place(
    lessons: Mapping[str, Lesson], quizzes: Mapping[str, Quiz]
) -> None:
    lesson = lessons["ks2-bullying-upstander"]
    (_first, second, *_, last) = running_order(lesson, quizzes[lesson.quiz])
    assert (second.step, [question.id for question in second.questions]) == (lesson.steps[1], ["q1"])
    assert lesson.teaching and second.taught == lesson.teaching.steps["k1"]
    assert last.step is None
    assert "q2" in [question.id for question in last.questions]
