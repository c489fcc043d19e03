"""A pupil's work for today: the one lesson that comes first, what else is open, and whether any is finished."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from kiosk.lessons.activity import Activity
from kiosk.lessons.kinds.chat import Chat
from kiosk.lessons.kinds.feed import Feed
from kiosk.lessons.kinds.page import Page
from kiosk.lessons.kinds.papers import Papers
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress
from kiosk.lessons.progress import LessonState, state_of
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.step import Step
from kiosk.lessons.words import page_words

PIECES = 3  # as many as stand in one view


@dataclass(frozen=True)
class OpenLesson:
    """A lesson that is not finished, and where this pupil is in it."""

    lesson: Lesson
    state: LessonState
    here: int  # the furthest step reached; 0 before the first
    wanted: bool = False  # whether the teacher has set a day by which it is due

    @property
    def line(self) -> Markup:
        """A line that reminds the child of the lesson: the heading where they were, else the nearest one."""
        at = max(self.here, 1)
        behind, ahead = self.lesson.steps[:at], self.lesson.steps[at:]
        headings = (_step_heading(step, self.lesson) for step in (*reversed(behind), *ahead))
        return next(filter(None, headings), Markup(""))


class Piece(NamedTuple):
    """A post, a message or a paper of a lesson, as one sees it from outside."""

    title: Markup
    words: Markup


@dataclass(frozen=True)
class Today:
    """A pupil's lessons as the page for today shows them."""

    first: OpenLesson | None
    others: tuple[OpenLesson, ...]
    finished: bool  # whether any is


def today_of(
    given: Iterable[tuple[Lesson, bool]], progress: Mapping[str, LessonProgress], known: Container[str]
) -> Today:
    """Sort the lessons that a pupil was `given`, in their order and each with whether it is wanted by a day.

    What is finished counts wherever it came from, as long as the lesson is still `known`.
    """
    opened = [
        OpenLesson(lesson, state_of(progress, lesson.id), _reached_step(lesson, progress), wanted)
        for lesson, wanted in given
        if state_of(progress, lesson.id) is not LessonState.COMPLETED
    ]
    finished = any(kept.completed_on and id in known for id, kept in progress.items())
    return Today(opened[0] if opened else None, tuple(opened[1:]), finished)


def pieces_to_handle(lesson: Lesson) -> tuple[Piece, ...]:
    """What a child will handle in a lesson, as it lies there at first; nothing of what anybody did with it.

    None where the lesson is sensitive, as whoever sits beside a child sees the page too.
    """
    step = next((step for step in lesson.steps if isinstance(step, Chat | Feed | Page | Papers)), None)
    if step is None or lesson.quiet:
        return ()
    if isinstance(step, Chat):
        return tuple(
            Piece(Markup.escape(line.speaker), line.says) for line in step.said[:PIECES] if line.says
        )
    if isinstance(step, Page):
        return tuple(Piece(part.title, part.line) for part in step.results[:PIECES])
    if isinstance(step, Feed):
        return tuple(Piece(post.by, post.says) for post in (step.post, *step.below)[:PIECES])
    return tuple(Piece(paper.title, paper.lines[0].says) for paper in step.papers[:PIECES])


def _reached_step(lesson: Lesson, progress: Mapping[str, LessonProgress]) -> int:
    # A lesson may have become shorter since.
    return min(progress[lesson.id].furthest_screen, len(lesson.steps)) if lesson.id in progress else 0


def _step_heading(step: Step, lesson: Lesson) -> Markup:
    if isinstance(step, Activity):
        return step.title
    return Markup("") if isinstance(step, Scenario) else page_words(step.html, lesson.band)[0]
