"""What a class believes: from tallies only, and never of fewer than five."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.lessons.lesson import Lesson
from kiosk.oversight.misconceptions import LessonBeliefs, class_beliefs, minimum_answers
from kiosk.quizzes.form import UNSURE
from kiosk.quizzes.kinds.single_choice import SingleChoice
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.oversight.school import fill_class, tally


@pytest.fixture
def quiz(quizzes: dict[str, Quiz]) -> Quiz:
    """A quiz of ks2."""
    return quizzes["ks2-bullying-upstander"]


def choice(quiz: Quiz) -> SingleChoice:
    """A question with one right option and at least two misconceptions."""
    return next(
        question
        for question in quiz.questions
        if isinstance(question, SingleChoice)
        and len({option.misconception for option in question.options} - {""}) >= 2
    )


def believed(question: SingleChoice) -> list[str]:
    """The options of a question that hold a misconception."""
    return [option.id for option in question.options if option.misconception and not option.correct]


@pytest.fixture
def beliefs(session: Session, content: Content, quiz: Quiz) -> Any:
    """What a class believes whose first answers to one question were such counts."""

    def look(question: Question, **counts: int) -> list[LessonBeliefs]:
        group = fill_class(session, 1)
        tally(session, group, quiz, question.id, **counts)
        return class_beliefs(
            session,
            group,
            content.lessons,
            content.quizzes,
            content.misconceptions,
        )

    return look


def test_a_belief_of_five_or_more_is_shown_with_what_is_so_instead(
    beliefs: Any, quiz: Quiz, content: Content
) -> None:
    question = choice(quiz)
    right = next(option.id for option in question.options if option.correct)
    held = believed(question)[0]
    (found,) = beliefs(question, **{right: 14, held: 6, UNSURE: 2})
    known = content.misconceptions[question.beliefs()[held]]
    assert [(b.statement, b.why, b.count, b.answered) for b in found.beliefs] == [
        (known.statement, known.why, 6, 22)
    ]
    assert not found.any_others


def test_beliefs_of_fewer_than_five_are_put_together(beliefs: Any, quiz: Quiz) -> None:
    question = choice(quiz)
    first, second = believed(question)[:2]
    (found,) = beliefs(question, **{first: 3, second: 4})
    assert found.beliefs == ()
    assert (found.any_others, found.others) == (True, 7)
    (fewer,) = beliefs(question, **{first: 1, second: 2, UNSURE: 9})
    assert (fewer.any_others, fewer.others) == (True, None)


def test_nothing_is_shown_before_five_children_have_answered(beliefs: Any, quiz: Quiz) -> None:
    question = choice(quiz)
    (found,) = beliefs(question, **{believed(question)[0]: 4})
    assert found.too_few
    assert not found.beliefs
    assert not found.any_others


def test_answers_to_an_older_version_of_a_quiz_are_left_out(
    session: Session, content: Content, quiz: Quiz
) -> None:
    question = choice(quiz)
    group = fill_class(session, 1)
    tally(session, group, quiz, question.id, **{believed(question)[0]: 20})
    known = content.misconceptions
    as_it_is = class_beliefs(session, group, content.lessons, {quiz.id: quiz}, known)
    changed = {quiz.id: replace(quiz, hash="0123456789abcdef")}
    assert len(as_it_is) == 1
    assert class_beliefs(session, group, content.lessons, changed, known) == []


@pytest.mark.parametrize("kind", ["multi-choice", "sort-two", "spot-clue", "order"])
def test_a_question_with_several_ticks_counts_children_no_higher_than_sure(
    quizzes: dict[str, Quiz], kind: str
) -> None:
    question = next(
        (one for quiz in quizzes.values() for one in quiz.questions if one.type == kind),
        None,
    )
    if question is None:
        pytest.skip(f"no lesson has a {kind} question yet")
    if kind in {"sort-two", "order"}:
        counts = {"a:x": 3, "a:y": 2, "b:x": 4, UNSURE: 1}
        assert minimum_answers(question, counts) == 6
    else:
        counts = {"a": 3, "b": 4, UNSURE: 1}
        assert minimum_answers(question, counts) == 5


def test_every_misconception_of_every_quiz_is_found_by_the_answer_that_shows_it(
    quizzes: dict[str, Quiz], content: Content
) -> None:
    seen = set()
    for quiz in quizzes.values():
        for question in quiz.questions:
            seen |= set(question.beliefs().values())
    assert seen == _written(quizzes)
    assert seen <= set(content.misconceptions)


def test_the_page_shows_a_class_of_mine_and_no_other(
    app: Flask, session: Session, quiz: Quiz, upstander: Lesson, content: Content
) -> None:
    question = choice(quiz)
    held = believed(question)[0]
    statement = content.misconceptions[question.beliefs()[held]].statement
    teacher = make_staff(session)
    own, other = fill_class(session, 12, teacher), fill_class(session, 12, make_staff(session))
    for group in (own, other):
        tally(session, group, quiz, question.id, **{held: 8})
    session.commit()
    browser = staff_browser(app, teacher)
    assert statement in browser.get("/staff/coverage").text
    assert browser.get(f"/staff/coverage?class={other.id.hex}").status_code == 404


def _written(quizzes: dict[str, Quiz]) -> set[str]:
    found = set()
    for quiz in quizzes.values():
        for question in quiz.questions:
            for part in (
                *getattr(question, "options", ()),
                *getattr(question, "items", ()),
                *getattr(getattr(question, "message", None), "parts", ()),
            ):
                found.add(getattr(part, "misconception", ""))
    return found - {""}
