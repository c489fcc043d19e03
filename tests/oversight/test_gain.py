"""What a class has gained: shares of right first answers before and after, from tallies of five or more."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup
from kiosk.oversight.misconceptions import Gain, class_beliefs, tenths_right
from kiosk.quizzes.form import UNSURE
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.oversight.school import counted_queries, fill_class, tally
from tests.quizzes import questions


@pytest.fixture
def quiz(quizzes: dict[str, Quiz]) -> Quiz:
    """A quiz that begins and ends with a question that has one right answer."""
    return quizzes["ks4-privacy-data-and-money"]


def some(quiz: Quiz, id: str, right: int, other: int, unsure: int = 0) -> dict[str, int]:
    """So many right answers to a question, others, and "I'm not sure"."""
    question = quiz.question(id)
    assert question
    (good,) = question.right_options()
    bad = next(row.id for row in question.rows() if row.id != good)
    return {good: right, bad: other, UNSURE: unsure}


def gain(session: Session, group: ClassGroup, quiz: Quiz, content: Content) -> Gain | None:
    """What the class has gained in the lesson of a quiz."""
    found = class_beliefs(session, group, content.lessons, {quiz.id: quiz}, content.misconceptions)
    return found[0].gain if found else None


def answered(session: Session, quiz: Quiz, before: Any, after: Any) -> ClassGroup:
    """A class with such counts of answers to the starter and to the exit question."""
    group = fill_class(session, 1)
    tally(session, group, quiz, quiz.starter, **some(quiz, quiz.starter, *before))
    tally(session, group, quiz, quiz.exit, **some(quiz, quiz.exit, *after))
    return group


@pytest.mark.parametrize(
    ("before", "after", "tenths"),
    [((4, 4, 2), (8, 2), (4, 8)), ((0, 5), (5, 0), (0, 10)), ((1, 2, 2), (16, 4), (2, 8))],
)
def test_the_share_of_right_first_answers_counts_not_sure_as_not_right(
    session: Session, quiz: Quiz, content: Content, before: Any, after: Any, tenths: tuple[int, int]
) -> None:
    assert gain(session, answered(session, quiz, before, after), quiz, content) == Gain(*tenths, alike=True)


@pytest.mark.parametrize(("before", "after"), [((2, 2), (8, 2)), ((8, 2), (2, 1, 1)), ((4, 0), (4, 0))])
def test_nothing_is_told_while_either_question_has_fewer_than_five_answers(
    session: Session, quiz: Quiz, content: Content, before: Any, after: Any
) -> None:
    assert gain(session, answered(session, quiz, before, after), quiz, content) is None


def test_answers_to_another_version_of_the_quiz_are_not_mixed_in(
    session: Session, quiz: Quiz, content: Content
) -> None:
    earlier = replace(quiz, hash="0123456789abcdef")
    group = answered(session, earlier, (9, 0), (9, 0))
    tally(session, group, quiz, quiz.starter, **some(quiz, quiz.starter, 1, 9))
    assert gain(session, group, quiz, content) is None
    tally(session, group, quiz, quiz.exit, **some(quiz, quiz.exit, 5, 5))
    assert gain(session, group, quiz, content) == Gain(1, 5, alike=True)


def test_a_quiz_that_names_no_pair_tells_no_gain(session: Session, quiz: Quiz, content: Content) -> None:
    group = answered(session, quiz, (9, 0), (9, 0))
    assert gain(session, group, replace(quiz, starter="", exit=""), content) is None


def test_cards_count_one_by_one_and_ticks_cannot_be_told_as_a_share() -> None:
    cards = {"i1:x": 6, "i1:y": 2, "i2:y": 4, "i2:x": 4, "i3:x": 2, "i3:y": 6, UNSURE: 2}
    assert tenths_right(questions.sort_two(), cards) == 4
    assert tenths_right(questions.multi_choice(), {"a": 9, "c": 9}) is None


def test_the_page_of_a_class_tells_it_in_words_and_asks_no_more_than_before(
    app: Flask, databases: Databases, session: Session, quiz: Quiz
) -> None:
    teacher = make_staff(session)
    group = fill_class(session, 12, teacher)
    session.commit()
    browser = staff_browser(app, teacher)
    with counted_queries(databases) as without:
        assert "Right near the start" not in browser.get("/staff/coverage").text
    tally(session, group, quiz, quiz.starter, **some(quiz, quiz.starter, 3, 9))
    tally(session, group, quiz, quiz.exit, **some(quiz, quiz.exit, 12, 0))
    session.commit()
    with counted_queries(databases) as told:
        page = browser.get("/staff/coverage").text
    assert "about 2 in 10" in page
    assert "nearly all" in page
    assert len(told) == len(without)
