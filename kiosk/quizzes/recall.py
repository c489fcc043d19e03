"""Recall: an old question or two at the start of a later lesson, at plain gaps (Latimier 2021)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.sign_in.current_pupil import AnyPupil
from kiosk.calendar.school import SchoolCalendar
from kiosk.lessons.progress import progress_of
from kiosk.quizzes.models import QuestionMet
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz

GAPS = (timedelta(weeks=2), timedelta(weeks=6))
ACT_GAP = timedelta(weeks=3)  # after which the thing that the lesson is about is asked, once
TERM = timedelta(weeks=13)  # the length of a term if the school's calendar lists none
QUESTIONS_AT_ONCE = 2


@dataclass(frozen=True)
class Recalled:
    """An old question that is due again, and the day since which it is due."""

    quiz: Quiz
    question: Question
    due_on: date

    @property
    def key(self) -> str:
        """The key by which an address names this old question."""
        return f"{self.quiz.id}.{self.question.id}"

    @property
    def is_act(self) -> bool:
        """Whether it asks for the thing done, and so comes first."""
        return self.question is self.quiz.act


def due_questions(
    session: Session,
    pupil: AnyPupil,
    quizzes: Mapping[str, Quiz],
    before_lesson: str,
    calendar: SchoolCalendar,
    today: date,
) -> list[Recalled]:
    """Questions of other lessons this pupil has completed that are due today: of things done, then the longest due.

    A question is due again from each gap after its lesson was completed until it is met once more. The one about the
    thing done was not asked before.
    """
    completed = {
        id: progress.completed_on
        for id, progress in progress_of(session, pupil).items()
        if progress.completed_on and id != before_lesson
    }
    columns = select(QuestionMet.quiz_id, QuestionMet.question_id, QuestionMet.met_on)
    rows = session.execute(columns.where(QuestionMet.pupil_id == pupil.id, QuestionMet.met_on.is_not(None)))
    met = {(quiz_id, question_id): day for quiz_id, question_id, day in rows if day}
    found = []
    for quiz in quizzes.values():
        if (completed_on := completed.get(quiz.lesson)) is None:
            continue
        days = due_days(completed_on, calendar)
        asked = [
            (question, met[key], days)
            for question in quiz.questions
            if (key := (quiz.id, question.id)) in met
        ]
        if quiz.act:
            asked.append((quiz.act, met.get((quiz.id, quiz.act.id), date.min), [completed_on + ACT_GAP]))
        for question, met_on, due_from in asked:
            if since := [day for day in due_from if met_on < day <= today]:
                found.append(Recalled(quiz, question, since[0]))
    return sorted(found, key=lambda recalled: (not recalled.is_act, recalled.due_on, recalled.key))


def due_days(completed_on: date, calendar: SchoolCalendar) -> list[date]:
    """The days from which questions of a lesson are asked again: two weeks, six weeks, next term."""
    next_term = next((first for first, _ in sorted(calendar.terms) if first > completed_on), None)
    return sorted([*(completed_on + gap for gap in GAPS), next_term or completed_on + TERM])


def next_question(due: Collection[Recalled], done: Collection[str]) -> Recalled | None:
    """The next of at most two, given the keys of those asked just now; of different lessons where possible."""
    if len(done) >= QUESTIONS_AT_ONCE:
        return None
    left = [recalled for recalled in due if recalled.key not in done]
    asked = {key.partition(".")[0] for key in done}
    return next((recalled for recalled in left if recalled.quiz.id not in asked), left[0] if left else None)
