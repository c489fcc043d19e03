"""Answering: stores that a question was met and a tally of the class, never who chose what (promise E7)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from kiosk.accounts.sign_in.current_pupil import AnyPupil
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import complete_lesson
from kiosk.quizzes.form import TRIES_BEFORE_HELP, Values
from kiosk.quizzes.marking import Marked
from kiosk.quizzes.models import AnswerTally, QuestionMet
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.storage.prepared import PreparedStatement
from kiosk.storage.upsert import Upsert

_MET = PreparedStatement(
    select(QuestionMet.question_id).where(
        QuestionMet.pupil_id == bindparam("pupil_id"),
        QuestionMet.quiz_id == bindparam("quiz_id"),
        QuestionMet.met_on >= bindparam("since"),
    )
)
_COUNT = Upsert(AnswerTally, lambda new: {"count": AnswerTally.count + 1})
_MEET = Upsert(
    QuestionMet, lambda new: {"met_on": new.met_on, "needs_help": new.needs_help, "version": new.version}
)
_HELP = Upsert(
    QuestionMet, lambda new: {"needs_help": new.needs_help}, lambda new: QuestionMet.met_on.is_(None)
)


@dataclass(frozen=True)
class AskedQuestion:
    """A question with its quiz and the lesson that it belongs to."""

    lesson: Lesson
    quiz: Quiz
    question: Question


@dataclass(frozen=True)
class GivenAnswer:
    """An answer as the pupil's form sent it, and how often the pupil has tried before."""

    values: Values
    tries_so_far: int
    was_sent: bool = False  # and counted then: the class talked before the child is told about it


@dataclass(frozen=True)
class AnswerOutcome:
    """The result of marking an answer.

    `tries` counts those that were not right, this one included; `met` names the questions of the
    quiz that this pupil has met by now.
    """

    marked: Marked
    tries: int
    met: frozenset[str] = frozenset()

    @cached_property
    def needs_help(self) -> bool:
        """Whether the child has tried often enough, so that the answer should be shown."""
        marked = self.marked
        settled = marked.right or marked.unsure or marked.unfinished
        return not settled and self.tries >= TRIES_BEFORE_HELP


def answer(
    rows: Connection,
    pupil: AnyPupil,
    asked: AskedQuestion,
    given: GivenAnswer,
    today: date,
    since: date = date.min,
) -> AnswerOutcome:
    """Mark an answer and store what may be stored; raises Unanswered for a form without an answer.

    A question that was last met before `since` counts as not met.

    The class's tally counts first answers to a question not yet met, so that it reads as "so many
    children believed this", however often each tries again.
    """
    values, tries_so_far = given.values, given.tries_so_far
    outcome = mark_only(asked.question, values, tries_so_far)
    met = met_questions(rows, pupil, asked.quiz, since)
    is_first = not given.was_sent and asked.question.is_first(values, tries_so_far)
    if is_first and asked.question.id not in met:
        _count_answer(rows, pupil, asked, outcome.marked)
    if outcome.marked.right:
        met |= {asked.question.id}
        note_met(rows, pupil, asked.quiz, asked.question, today)
        if objectives_met(asked.quiz, met) == objectives(asked.quiz):
            complete_lesson(rows, pupil, asked.lesson, today)
    elif outcome.needs_help:
        _note_help(rows, pupil, asked)
    return AnswerOutcome(outcome.marked, outcome.tries, met)


def mark_only(question: Question, values: Values, tries_so_far: int) -> AnswerOutcome:
    """Mark an answer and store nothing; "I'm not sure" does not count as a try. Raises Unanswered."""
    marked = question.mark(values)
    counts = not marked.right and not marked.unsure and not marked.unfinished
    return AnswerOutcome(marked, tries_so_far + counts)


def note_met(
    rows: Session | Connection, pupil: AnyPupil, quiz: Quiz, question: Question, today: date
) -> None:
    """Record that a pupil has met a question today."""
    met = {"met_on": today, "needs_help": False, "version": quiz.hash}
    _MEET(rows, _key_columns(pupil, quiz, question) | met)


def met_questions(rows: Connection, pupil: AnyPupil, quiz: Quiz, since: date = date.min) -> frozenset[str]:
    """Ids of the questions of a quiz that a pupil has met since that day, in any version."""
    ids = {"pupil_id": pupil.id, "quiz_id": quiz.id, "since": since}
    return frozenset([id for (id,) in _MET.all(rows, ids)])


def objectives(quiz: Quiz) -> set[str]:
    """Every objective that a quiz asks about."""
    return {question.objective for question in quiz.questions}


def objectives_met(quiz: Quiz, met: Collection[str]) -> set[str]:
    """The objectives of which at least one question was met."""
    return {question.objective for question in quiz.questions if question.id in met}


def _count_answer(rows: Connection, pupil: AnyPupil, asked: AskedQuestion, marked: Marked) -> None:
    # Always in the same order, so that two answers at once cannot deadlock.
    for option in sorted(asked.question.tally(marked)):
        row: Mapping[str, object] = {
            "class_group_id": pupil.class_group_id,
            "quiz_id": asked.quiz.id,
            "version": asked.quiz.hash,
            "question_id": asked.question.id,
            "option_id": option,
            "count": 1,
        }
        _COUNT(rows, row)


def _note_help(rows: Connection, pupil: AnyPupil, asked: AskedQuestion) -> None:
    # A child who met it before does not count as needing help after one bad day.
    row = _key_columns(pupil, asked.quiz, asked.question) | {"met_on": None, "needs_help": True}
    _HELP(rows, row)


def _key_columns(pupil: AnyPupil, quiz: Quiz, question: Question) -> dict[str, object]:
    return {
        "pupil_id": pupil.id,
        "quiz_id": quiz.id,
        "question_id": question.id,
        "version": quiz.hash,
    }
