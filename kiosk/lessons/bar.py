"""The bar over a lesson: its story, its questions and its goodbye, counted before the first page."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, Protocol

from kiosk.lessons.lesson import Lesson

Part = Literal["story", "questions", "goodbye"]


class Asked(Protocol):
    """The questions of a quiz (features do not import each other)."""

    @property
    def id(self) -> str: ...


@dataclass(frozen=True)
class Bar:
    """How far a page is in its lesson; it never says what was right."""

    story: int
    questions: int
    here: int  # 1 is the first page of the story

    @property
    def total(self) -> int:
        """All pages; who helps belongs to the one of the goodbye."""
        return self.story + self.questions + 1

    @property
    def groups(self) -> tuple[range, ...]:
        """The places of each part, without those that this lesson has not."""
        ends = (0, self.story, self.story + self.questions, self.total)
        parts = (range(first + 1, last + 1) for first, last in pairwise(ends))
        return tuple(part for part in parts if part)

    @property
    def part(self) -> Part:
        """The part in which the page is."""
        if self.here <= self.story:
            return "story"
        return "questions" if self.here < self.total else "goodbye"


def bar_of(lesson: Lesson, questions: tuple[Asked, ...], step: int = 0, question: int = 0) -> Bar:
    """The bar at a step of the lesson, at a question after it (1 is the first of each), or at its goodbye."""
    story, after = len(lesson.steps), sum(one.id not in lesson.placed for one in questions)
    return Bar(story, after, step or (story + question if question else story + after + 1))
