"""Where a child may be while a class is led: at its step or before it, never ahead (promise E12)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from kiosk.classroom.course import Course
from kiosk.classroom.leading import SHOWN_RIGHT, LedLesson
from kiosk.classroom.seats import Seat

# Pages that a class does together; every other one is open as always.
STEPS = frozenset({"lessons.show_screen", "lessons.leave_screen"})
QUESTIONS = frozenset({"quizzes.ask", "quizzes.send"})
AFTER_THE_STEPS = frozenset({"quizzes.show", "lessons.show_help", "endings.show", "endings.show_card"})
BESIDE = frozenset({"lessons.index", "lessons.index_all", "lessons.show", "endings.show_known"})
BEFORE_THE_STEPS = frozenset({"quizzes.recall", "quizzes.send_recall"})
PACED = STEPS | QUESTIONS | AFTER_THE_STEPS | BESIDE

TabletAction = Literal["stay", "go", "eyes"]


@dataclass(frozen=True)
class TabletView:
    """What a tablet shows: a step of the lesson, the page on which children wait for the class, or something else."""

    place: int | None = None
    waits: bool = False


def is_kept_together(led: LedLesson, course: Course) -> bool:
    """Whether everybody is kept at one place: not after each may go on alone, nor at the end."""
    return led.together and led.place <= course.last


def talked_about(led: LedLesson, course: Course) -> str | None:
    """The question of which the class talks before any tablet says what fits, until the teacher shows the good answer.

    Empty where it talks of none; None where it is not kept together.
    """
    if not is_kept_together(led, course):
        return None
    return "" if led.shown == SHOWN_RIGHT else course.question_id(led.place)


def place_of(endpoint: str, sent: Mapping[str, Any], course: Course) -> int | None:
    """The place in the lesson that a page shows, its end for what comes after; None for another page."""
    lesson = course.lesson
    if endpoint in BESIDE | BEFORE_THE_STEPS or sent.get("id") not in {lesson.id, lesson.quiz}:
        return None
    if endpoint in STEPS:
        screen = int(sent["screen"])
        return screen if 1 <= screen <= course.steps else None
    return course.place_of(sent["question"]) if endpoint in QUESTIONS else course.end


def next_action(
    led: LedLesson, course: Course, pupil_id: uuid.UUID, before: Seat | None, shown: TabletView
) -> tuple[TabletAction, Seat]:
    """What a tablet does now, and where its child is. `before` is where the child was when the tablet asked last.

    Each change of the class brings a tablet to its place once; after that a child may look back. A tablet that claims
    to be ahead of the class is treated as being where the class is.
    """
    is_news = before is None or before.turn != led.turn
    if shown.waits:
        has_moved = before is not None and is_news and before.place != led.place
        place = before.place if before and has_moved else led.place
    else:
        has_moved = is_news and shown.place not in {led.place, None}
        place = min(shown.place or 0, led.place) if is_kept_together(led, course) else shown.place or 0
    seat = Seat(pupil_id, place, led.turn, hand=bool(before and before.hand))
    if led.eyes:
        return "eyes", seat
    if is_kept_together(led, course):
        return ("go", replace(seat, place=led.place)) if has_moved else ("stay", seat)
    return "go" if shown.waits else "stay", seat
