"""The same mix for the same pupil with nothing stored: keyed by the site, so that nobody can foretell it."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from kiosk.quizzes.kinds.order import Order, OrderStep
from kiosk.quizzes.quiz import AnyQuestion, HasId, Quiz
from kiosk.sealing.site_key import SiteKey

T = TypeVar("T", bound=HasId)

NEVER_MIXED = frozenset({"true-false", "spot-clue"})  # Yes before No; a message reads as it was sent


class Mix:
    """How one quiz is mixed for one pupil."""

    def __init__(self, key: SiteKey, pupil_id: UUID, quiz: Quiz) -> None:
        self._key = key
        self._quiz = quiz
        self._for = f"{pupil_id.hex}/{quiz.id}"

    def questions(self) -> list[AnyQuestion]:
        """The questions in this pupil's order."""
        found = list(self._quiz.questions)
        return self._mixed("", found) if self._quiz.shuffles_questions else found

    def entries(self, question: AnyQuestion, entries: Iterable[T]) -> list[T]:
        """Options or cards of a question in this pupil's order."""
        found = list(entries)
        if self._quiz.shuffles_options and question.type not in NEVER_MIXED:
            return self._mixed(question.id, found)
        return found

    def steps(self, question: Order) -> list[OrderStep]:
        """Steps to put in order: always mixed, and never in a good order already."""
        mixed = self._mixed(question.id, question.items)
        for _ in mixed:
            if tuple(step.id for step in mixed) not in question.correct_orders:
                break
            mixed = [*mixed[1:], mixed[0]]
        return mixed

    def _mixed(self, about: str, entries: Iterable[T]) -> list[T]:
        def place(entry: T) -> bytes:
            return self._key.derive("quiz-mix", f"{self._for}/{about}/{entry.id}".encode(), 8)

        return sorted(entries, key=place)
