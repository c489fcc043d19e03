"""Shuffles a quiz the same way for the same pupil without storing it; the site key makes it unpredictable.

A class that is led has one order, on its board and on every tablet.
"""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import HasId, Quiz
from kiosk.quizzes.rows import Rows
from kiosk.sealing.site_key import SiteKey

T = TypeVar("T", bound=HasId)


class PupilShuffle:
    """How one quiz is shuffled for one pupil; without a pupil, for every class that goes through it together."""

    def __init__(self, key: SiteKey, pupil_id: UUID | None, quiz: Quiz) -> None:
        self._key = key
        self._quiz = quiz
        self._own = pupil_id is not None
        self._for = f"{pupil_id.hex if pupil_id else 'class'}/{quiz.id}"

    def questions(self) -> list[Question]:
        """The questions in this pupil's order."""
        found = list(self._quiz.questions)
        return self._shuffled("", found) if self._own and self._quiz.shuffles_questions else found

    def rows(self, question: Question) -> Rows:
        """The rows of a question in this order, as far as its kind and the quiz let them be mixed."""
        mixes = question.mixing == "always" or (
            self._own and question.mixing == "as the quiz says" and self._quiz.shuffles_options
        )
        rows = question.rows()
        return question.unsolved(tuple(self._shuffled(question.id, rows))) if mixes else rows

    def _shuffled(self, about: str, entries: Iterable[T]) -> list[T]:
        def place(entry: T) -> bytes:
            return self._key.derive("quiz-mix", f"{self._for}/{about}/{entry.id}".encode(), 8)

        return sorted(entries, key=place)
