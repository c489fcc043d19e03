"""Attempts: that a question was met is kept, and a tally of the class; who chose what is nowhere."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.quizzes.attempts import AskedQuestion, GivenAnswer, answer, met_questions
from kiosk.quizzes.kinds.single_choice import SingleChoice
from kiosk.quizzes.marking import Unanswered
from kiosk.quizzes.models import AnswerTally, QuestionMet
from kiosk.quizzes.quiz import Quiz
from kiosk.storage.db import Databases
from tests.factories import make_pupil
from tests.lessons.learner import DAY, Learner, completed_ids
from tests.quizzes.every_kind import KINDS, OTHER, RIGHT, SAMPLES

# One more option than anything else in the database is called, so that its bytes can be searched.
MARKED_OPTION = "zebracrossing"


def asked(learner: Learner, quiz: Quiz, kind: str = "single-choice") -> AskedQuestion:
    question = quiz.question(kind)
    assert question is not None
    return AskedQuestion(learner.lesson, quiz, question)


def tally(session: Session) -> dict[str, int]:
    return {row.option_id: row.count for row in session.scalars(select(AnswerTally))}


def met_row(session: Session) -> QuestionMet:
    return session.scalars(select(QuestionMet).execution_options(populate_existing=True)).one()


def test_a_right_answer_is_met_today_with_the_version_of_the_quiz(
    session: Session, learner: Learner, quiz: Quiz
) -> None:
    outcome = answer(
        session.connection(), learner.pupil, asked(learner, quiz), GivenAnswer(RIGHT["single-choice"], 0), DAY
    )
    assert outcome.marked.right and outcome.tries == 0 and not outcome.needs_help
    row = met_row(session)
    assert (row.question_id, row.met_on, row.version, row.needs_help) == (
        "single-choice",
        DAY,
        quiz.hash,
        False,
    )


def test_another_answer_keeps_nothing_of_the_pupil(session: Session, learner: Learner, quiz: Quiz) -> None:
    outcome = answer(
        session.connection(), learner.pupil, asked(learner, quiz), GivenAnswer(OTHER["single-choice"], 0), DAY
    )
    assert not outcome.marked.right and outcome.tries == 1
    assert session.scalars(select(QuestionMet)).all() == []


def test_after_three_tries_the_pupil_needs_help_until_it_is_met(
    session: Session, learner: Learner, quiz: Quiz
) -> None:
    here = asked(learner, quiz)
    for tries in range(3):
        outcome = answer(
            session.connection(), learner.pupil, here, GivenAnswer(OTHER["single-choice"], tries), DAY
        )
    assert outcome.needs_help and outcome.tries == 3
    assert (met_row(session).needs_help, met_row(session).met_on) == (True, None)
    assert met_questions(session.connection(), learner.pupil, quiz) == frozenset()
    answer(session.connection(), learner.pupil, here, GivenAnswer(RIGHT["single-choice"], 3), DAY)
    assert (met_row(session).needs_help, met_row(session).met_on) == (False, DAY)


def test_who_met_it_before_does_not_need_help_for_one_bad_day(
    session: Session, learner: Learner, quiz: Quiz
) -> None:
    here = asked(learner, quiz)
    answer(session.connection(), learner.pupil, here, GivenAnswer(RIGHT["single-choice"], 0), DAY)
    answer(session.connection(), learner.pupil, here, GivenAnswer(OTHER["single-choice"], 2), DAY)
    assert (met_row(session).needs_help, met_row(session).met_on) == (False, DAY)


def test_not_sure_is_never_a_try(session: Session, learner: Learner, quiz: Quiz) -> None:
    for tries in (0, 2, 3):
        outcome = answer(
            session.connection(),
            learner.pupil,
            asked(learner, quiz),
            GivenAnswer({"unsure": "yes"}, tries),
            DAY,
        )
        assert (outcome.tries, outcome.needs_help, outcome.marked.unsure) == (tries, False, True)
    assert session.scalars(select(QuestionMet)).all() == []
    assert tally(session) == {"unsure": 1}


def test_a_form_without_an_answer_keeps_nothing(session: Session, learner: Learner, quiz: Quiz) -> None:
    with pytest.raises(Unanswered):
        answer(session.connection(), learner.pupil, asked(learner, quiz), GivenAnswer({}, 0), DAY)
    assert tally(session) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_the_tally_counts_what_the_class_chose(
    session: Session, learner: Learner, quiz: Quiz, kind: str
) -> None:
    for _child in range(2):
        pupil = make_pupil(session, learner.class_group)
        answer(session.connection(), pupil, asked(learner, quiz, kind), GivenAnswer(OTHER[kind], 0), DAY)
    counts = tally(session)
    assert set(counts.values()) == {2}
    assert set(counts) == SAMPLES[kind].tally


def test_trying_again_is_not_tallied_and_neither_is_what_was_met_before(
    session: Session, learner: Learner, quiz: Quiz
) -> None:
    here = asked(learner, quiz)
    answer(session.connection(), learner.pupil, here, GivenAnswer(OTHER["single-choice"], 0), DAY)
    answer(session.connection(), learner.pupil, here, GivenAnswer(RIGHT["single-choice"], 1), DAY)
    answer(
        session.connection(), learner.pupil, here, GivenAnswer({"choice": "c"}, 0), DAY + timedelta(days=1)
    )
    assert tally(session) == {"b": 1}


def test_two_answers_at_once_are_both_tallied(
    databases: Databases, session: Session, learner: Learner, quiz: Quiz
) -> None:
    pupils = [learner.pupil, make_pupil(session, learner.class_group)]
    session.commit()
    together = threading.Barrier(2)

    def send(pupil: Any) -> None:
        together.wait()
        with databases.school.write() as own:
            answer(
                own.connection(),
                pupil,
                asked(learner, quiz, "multi-choice"),
                GivenAnswer(OTHER["multi-choice"], 0),
                DAY,
            )

    tablets = [threading.Thread(target=send, args=(pupil,)) for pupil in pupils]
    for tablet in tablets:
        tablet.start()
    for tablet in tablets:
        tablet.join()
    assert tally(session) == {"a": 2, "b": 2}


def test_the_same_tap_twice_at_once_never_fails(
    databases: Databases, session: Session, learner: Learner, quiz: Quiz
) -> None:
    failures: list[BaseException] = []

    def send() -> None:
        try:
            with databases.school.write() as own:
                answer(
                    own.connection(),
                    learner.pupil,
                    asked(learner, quiz),
                    GivenAnswer(RIGHT["single-choice"], 0),
                    DAY,
                )
        except BaseException as failure:
            failures.append(failure)

    tablets = [threading.Thread(target=send) for _ in range(4)]
    for tablet in tablets:
        tablet.start()
    for tablet in tablets:
        tablet.join()
    assert failures == []
    assert met_row(session).met_on == DAY


def test_the_lesson_is_completed_when_every_objective_was_met_once(
    session: Session, learner: Learner, quiz: Quiz
) -> None:
    objectives: dict[str, str] = {}
    for question in quiz.questions:
        objectives.setdefault(question.objective, question.id)
    *first, last = objectives.values()
    for kind in first:
        answer(
            session.connection(), learner.pupil, asked(learner, quiz, kind), GivenAnswer(RIGHT[kind], 0), DAY
        )
        assert completed_ids(session, learner.pupil) == set()
    answer(session.connection(), learner.pupil, asked(learner, quiz, last), GivenAnswer(RIGHT[last], 2), DAY)
    assert completed_ids(session, learner.pupil) == {learner.lesson.id}
    assert len(met_questions(session.connection(), learner.pupil, quiz)) < len(quiz.questions)


@pytest.mark.database("sqlite")
def test_the_option_a_pupil_chose_is_nowhere_but_in_the_tally_of_the_class(
    databases: Databases, session: Session, learner: Learner, quiz: Quiz
) -> None:
    here = asked(learner, quiz)
    assert isinstance(here.question, SingleChoice)
    for option in here.question.options:
        if option.id == "b":
            object.__setattr__(option, "id", MARKED_OPTION)
    answer(
        session.connection(),
        learner.pupil,
        here,
        GivenAnswer({"choice": MARKED_OPTION, "tried": ["c"]}, 0),
        DAY,
    )
    session.commit()
    assert tally(session) == {MARKED_OPTION: 1}
    places = {
        table.name: [column.name for column in table.columns]
        for table in AnswerTally.metadata.sorted_tables
        for row in session.execute(table.select())
        if MARKED_OPTION in {str(value) for value in row}
    }
    assert set(places) == {"answer_tally"}
    assert not {"pupil_id", "window_id"} & set(places["answer_tally"])
    session.execute(AnswerTally.__table__.delete())  # type: ignore[attr-defined]
    session.commit()
    session.close()
    database = databases.school.engine.url.database
    databases.dispose()
    assert database is not None
    assert MARKED_OPTION.encode() not in Path(database).read_bytes()
