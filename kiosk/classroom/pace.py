"""Where a child may be while a class is led: at its step or before it, never ahead (promise E12)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from kiosk.classroom.leading import LedLesson
from kiosk.classroom.seats import Seat
from kiosk.lessons.lesson import Lesson

# Pages that a class does together; every other one is open as always.
STEPS = frozenset({"lessons.show_screen", "lessons.leave_screen"})
QUESTIONS = frozenset({"quizzes.ask", "quizzes.send"})
AFTER_THE_STEPS = frozenset({"quizzes.show", "lessons.show_help", "endings.show", "endings.show_card"})
BESIDE = frozenset({"lessons.index", "lessons.index_all", "lessons.show"})
PACED = STEPS | QUESTIONS | AFTER_THE_STEPS | BESIDE

TabletAction = Literal["stay", "go", "eyes"]


@dataclass(frozen=True)
class TabletView:
    """What a tablet shows: a step of the lesson, the page on which children wait for the class, or something else."""

    place: int | None = None
    waits: bool = False


def is_kept_together(led: LedLesson, lesson: Lesson) -> bool:
    """Whether everybody is kept on one step: not after each may go on alone, nor after the last step."""
    return led.together and led.place <= len(lesson.steps)


def place_of(endpoint: str, sent: Mapping[str, Any], lesson: Lesson) -> int | None:
    """The step of the lesson that a page shows, one more than there are for what comes after; None for another page."""
    if endpoint in BESIDE or sent.get("id") not in {lesson.id, lesson.quiz}:
        return None
    if endpoint in STEPS:
        screen = int(sent["screen"])
        return screen if 1 <= screen <= len(lesson.steps) else None
    return lesson.placed.get(sent.get("question", ""), len(lesson.steps) + 1)


def next_action(
    led: LedLesson, lesson: Lesson, pupil_id: uuid.UUID, before: Seat | None, shown: TabletView
) -> tuple[TabletAction, Seat]:
    """What a tablet does now, and where its child is. `before` is where the child was when the tablet asked last.

    Each change of the class brings a tablet to its step once; after that a child may look back. A tablet that claims
    to be ahead of the class is treated as being at the class's step. Waiting does not mean that the step is finished.
    """
    is_news, done = before is None or before.turn != led.turn, before.done if before else 0
    if shown.waits:
        has_moved = before is not None and is_news and before.place != led.place
        place = before.place if before and has_moved else led.place
    else:
        has_moved = is_news and shown.place not in {led.place, None}
        place = min(shown.place or 0, led.place) if is_kept_together(led, lesson) else shown.place or 0
        done = max(done, place - 1)
    seat = Seat(pupil_id, place, done, led.turn)
    if led.eyes:
        return "eyes", seat
    if is_kept_together(led, lesson):
        return ("go", replace(seat, place=led.place)) if has_moved else ("stay", seat)
    return "go" if shown.waits else "stay", seat
