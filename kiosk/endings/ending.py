"""What a pupil can do at the end of a lesson and knows by now, and what is open: told to that pupil alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress
from kiosk.quizzes.attempts import objectives_met
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz

DONE_IN_A_VIEW = 2  # finished lessons shown: as many as fit on one view of a tablet above the waiting ones


@dataclass(frozen=True)
class PupilOverview:
    """One view of a pupil's own page."""

    chosen: Lesson | None  # the finished lesson that is looked at
    done_on: date | None
    done: tuple[Lesson, ...]  # finished, as many as one view holds
    earlier: str  # the lesson with which the view before begins; "" for none
    later: str
    waiting: tuple[Lesson, ...]  # set and not finished, the newest first


def overview_of(
    given: Sequence[Lesson],
    lessons: Mapping[str, Lesson],
    progress: Mapping[str, LessonProgress],
    asked: str = "",
) -> PupilOverview:
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
    return PupilOverview(
        chosen=lessons[chosen] if chosen else None,
        done_on=progress[chosen].completed_on if chosen else None,
        done=tuple(lessons[id] for id in ids[start : start + size]),
        earlier=ids[start - size] if start else "",
        later=ids[start + size] if start + size < len(ids) else "",
        waiting=tuple(waiting),
    )


@dataclass(frozen=True)
class Aim:
    """One objective of a lesson; `again` is the question to try once more, or empty where it is met."""

    text: str
    again: str = ""

    @property
    def met(self) -> bool:
        """Whether the child can do it now."""
        return not self.again


@dataclass(frozen=True)
class Ending:
    """Every aim of a lesson in order, and the questions of its quiz that were not met."""

    aims: tuple[Aim, ...]
    open: tuple[Question, ...]

    @property
    def finished(self) -> bool:
        """Whether every aim is met."""
        return all(aim.met for aim in self.aims)


def ending_of(lesson: Lesson, quiz: Quiz | None, met: Collection[str]) -> Ending:
    """The end of a lesson for a pupil who has `met` these questions; an aim that nothing asks about counts as met."""
    asked = quiz.in_language(lesson.lang).questions if quiz else ()
    still_open = tuple(question for question in asked if question.id not in met)
    done = objectives_met(quiz, met) if quiz else set()
    again = {question.objective: question.id for question in reversed(still_open)}
    return Ending(
        tuple(Aim(aim.text, "" if aim.id in done else again.get(aim.id, "")) for aim in lesson.objectives),
        still_open,
    )
