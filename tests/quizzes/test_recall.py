"""Recall: two weeks, six weeks and next term after a lesson, and never from a lesson that is not completed."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.lessons.progress import complete_lesson
from kiosk.quizzes.attempts import note_met
from kiosk.quizzes.quiz import Quiz
from kiosk.quizzes.recall import Recalled, due_days, due_questions, next_question
from tests.lessons.learner import DAY, Learner

SPRING = date(2027, 1, 11)
TERMS = ((date(2026, 9, 1), date(2026, 12, 18)), (SPRING, date(2027, 3, 26)))
CALENDAR = SchoolCalendar(ZoneInfo("Europe/London"), terms=TERMS)
LATER_LESSON = "ks2-information-later"


def meet(session: Session, learner: Learner, quiz: Quiz, kind: str, day: date) -> None:
    question = quiz.question(kind)
    assert question is not None
    note_met(session, learner.pupil, quiz, question, day)


def due(session: Session, learner: Learner, quiz: Quiz, day: date, before: str = LATER_LESSON) -> list[str]:
    found = due_questions(session, learner.pupil, {quiz.id: quiz}, before, CALENDAR, day)
    return [recalled.question.id for recalled in found]


def test_the_gaps_are_plain() -> None:
    assert due_days(DAY, CALENDAR) == [DAY + timedelta(weeks=2), DAY + timedelta(weeks=6), SPRING]
    without_terms = SchoolCalendar(ZoneInfo("Europe/London"))
    assert due_days(DAY, without_terms) == [DAY + timedelta(weeks=weeks) for weeks in (2, 6, 13)]


def test_nothing_is_due_from_a_lesson_that_is_not_completed(
    session: Session, learner: Learner, quiz: Quiz
) -> None:
    meet(session, learner, quiz, "single-choice", DAY)
    assert due(session, learner, quiz, DAY + timedelta(days=60)) == []


def test_a_question_comes_back_at_each_gap_until_it_is_met_again(
    session: Session, learner: Learner, quiz: Quiz
) -> None:
    meet(session, learner, quiz, "single-choice", DAY)
    complete_lesson(session, learner.pupil, learner.lesson, DAY)
    for days, expected in ((0, []), (13, []), (14, ["single-choice"]), (30, ["single-choice"])):
        assert due(session, learner, quiz, DAY + timedelta(days)) == expected
    meet(session, learner, quiz, "single-choice", DAY + timedelta(30))
    assert due(session, learner, quiz, DAY + timedelta(41)) == []
    assert due(session, learner, quiz, DAY + timedelta(42)) == ["single-choice"]
    meet(session, learner, quiz, "single-choice", DAY + timedelta(42))
    assert due(session, learner, quiz, SPRING - timedelta(1)) == []
    assert due(session, learner, quiz, SPRING) == ["single-choice"]
    meet(session, learner, quiz, "single-choice", SPRING)
    assert due(session, learner, quiz, SPRING + timedelta(300)) == []


def test_the_thing_done_is_asked_once_first_of_all_three_weeks_later(
    session: Session, learner: Learner, quiz: Quiz
) -> None:
    *others, act = quiz.questions
    quiz = replace(quiz, questions=tuple(others), act=act)
    assert quiz.question(act.id) is None and quiz.recalled(act.id) is act
    for question in others:
        note_met(session, learner.pupil, quiz, question, DAY)
    assert due(session, learner, quiz, DAY + timedelta(21)) == []
    complete_lesson(session, learner.pupil, learner.lesson, DAY)
    assert act.id not in due(session, learner, quiz, DAY + timedelta(20))
    assert due(session, learner, quiz, DAY + timedelta(21))[0] == act.id
    assert due(session, learner, quiz, DAY + timedelta(300))[0] == act.id
    assert act.id not in due(session, learner, quiz, DAY + timedelta(21), before=learner.lesson.id)
    note_met(session, learner.pupil, quiz, act, DAY + timedelta(30))
    assert act.id not in due(session, learner, quiz, DAY + timedelta(300))


def test_a_lesson_never_recalls_its_own_questions(session: Session, learner: Learner, quiz: Quiz) -> None:
    meet(session, learner, quiz, "single-choice", DAY)
    complete_lesson(session, learner.pupil, learner.lesson, DAY)
    assert due(session, learner, quiz, DAY + timedelta(14), before=learner.lesson.id) == []


def test_a_question_that_left_the_quiz_is_not_asked(session: Session, learner: Learner, quiz: Quiz) -> None:
    meet(session, learner, quiz, "single-choice", DAY)
    complete_lesson(session, learner.pupil, learner.lesson, DAY)
    shorter = replace(quiz, questions=quiz.questions[1:])
    assert due(session, learner, shorter, DAY + timedelta(14)) == []
    assert due_questions(session, learner.pupil, {}, LATER_LESSON, CALENDAR, DAY + timedelta(14)) == []


def test_at_most_two_are_asked_of_two_lessons_where_there_are_two(learner: Learner, quiz: Quiz) -> None:
    other = replace(quiz, id="ks2-privacy-other")
    first, second = (Recalled(quiz, question, DAY) for question in quiz.questions[:2])
    third = Recalled(other, quiz.questions[0], DAY)
    assert next_question([first, second, third], []) is first
    assert next_question([first, second, third], [first.key]) is third
    assert next_question([first, second], [first.key]) is second
    assert next_question([first, second, third], [first.key, third.key]) is None
    assert next_question([], []) is None
