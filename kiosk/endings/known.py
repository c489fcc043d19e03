"""What a pupil has done, what can be done now and what waits: told to that pupil alone, with nothing to compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress

DONE_IN_A_VIEW = 2  # as many as stand in one view of a tablet, above what waits


@dataclass(frozen=True)
class Known:
    """One view of a pupil's own page."""

    chosen: Lesson | None  # the finished lesson that is looked at
    done_on: date | None
    done: tuple[Lesson, ...]  # finished, as many as one view holds
    earlier: str  # the lesson with which the view before begins; "" for none
    later: str
    waiting: tuple[Lesson, ...]  # set and not finished, the newest first


def known_of(
    given: Sequence[Lesson],
    lessons: Mapping[str, Lesson],
    progress: Mapping[str, LessonProgress],
    asked: str = "",
) -> Known:
    """A pupil's own page by `progress`: the lesson `asked` for, or else the one that was finished last.

    What is sensitive is opened by a tap and never by itself: whoever sits beside the child sees the page too.
    """
    finished = sorted(
        (kept for kept in progress.values() if kept.completed_on and kept.lesson_id in lessons),
        key=lambda kept: (kept.completed_on or date.min, kept.lesson_id),
        reverse=True,
    )
    ids = [kept.lesson_id for kept in finished]
    plain = [id for id in ids if not lessons[id].quiet]
    chosen = asked if asked in ids else plain[0] if plain else ""
    size = DONE_IN_A_VIEW
    start = ids.index(chosen) // size * size if chosen else 0
    waiting = [
        lesson for lesson in given if lesson.id not in progress or progress[lesson.id].completed_on is None
    ]
    return Known(
        chosen=lessons[chosen] if chosen else None,
        done_on=progress[chosen].completed_on if chosen else None,
        done=tuple(lessons[id] for id in ids[start : start + size]),
        earlier=ids[start - size] if start else "",
        later=ids[start + size] if start + size < len(ids) else "",
        waiting=tuple(waiting),
    )
