"""Leading a lesson: begin, move the class, call for attention, let each child go on alone, end. Callers check who may
lead."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from kiosk.classroom.course import Course
from kiosk.classroom.models import ClassAnswer, ClassAnswered, ClassBeside, ClassLesson, ClassSeat
from kiosk.lessons.lesson import Lesson
from kiosk.storage.upsert import Upsert

LAST_MINUTES = 5  # how long the lesson goes on after the teacher's button
SHOWN, SHOWN_RIGHT = 1, 2
CODE = "code"  # in the place of a lesson's id: the class reads its Code on the board
# The first turn number of a lesson is random below this, so that a page from an earlier lesson never matches.
FIRST_TURNS = 2**30
OF_CHILDREN = (ClassSeat, ClassAnswer, ClassAnswered)
# The lesson's row first, as a child's answer takes it first: the other way round both would wait for each other.
OF_A_WINDOW = (ClassLesson, *OF_CHILDREN, ClassBeside)

_LED = select(
    ClassLesson.window_id,
    ClassLesson.lesson_id,
    ClassLesson.place,
    ClassLesson.together,
    ClassLesson.eyes,
    ClassLesson.ends_at,
    ClassLesson.turn,
    ClassLesson.shown,
    ClassLesson.closed_to,
    ClassLesson.telling.is_not(None),
).where(ClassLesson.window_id == bindparam("window_id"))

_AT_FIRST = {
    "together": True,
    "eyes": False,
    "ends_at": None,
    "shown": 0,
    "closed_to": 0,
}
_BEGIN = Upsert(
    ClassLesson,
    lambda new: {name: new[name] for name in ("lesson_id", "place", "turn", "telling", *_AT_FIRST)},
)


@dataclass(frozen=True)
class LedLesson:
    """A class in a led lesson: which step it is at, and what is shown."""

    window_id: uuid.UUID
    lesson_id: str
    place: int
    together: bool
    eyes: bool
    ends_at: datetime | None
    turn: int
    shown: int = 0
    closed_to: int = 0
    asks: bool = False  # whether children would tell

    @property
    def counts_answers(self) -> bool:
        """Whether answers at this step are still counted: not once they have been shown."""
        return self.place > self.closed_to

    def minutes_left(self, now: datetime) -> int | None:
        """Whole minutes until the lesson ends, 0 once it is time; None where the teacher has not said."""
        if self.ends_at is None:
            return None
        return max(-(-int((self.ends_at - now).total_seconds()) // 60), 0)


def led_lesson(rows: Connection, window_id: uuid.UUID) -> LedLesson | None:
    """The lesson that is led in an open class, if one is."""
    row = rows.execute(_LED, {"window_id": window_id}).first()
    return LedLesson(*tuple(row)) if row else None


def begin(
    rows: Connection, window_id: uuid.UUID, lesson: Lesson, telling: bytes | None = None, place: int = 0
) -> None:
    """Start leading this lesson, before its first step or at `place`; a lesson that was led until now is dropped.

    `telling`: where "Would you tell?" is asked, what is counted of it so far.
    """
    turn = secrets.randbelow(FIRST_TURNS)
    new = {"window_id": window_id, "lesson_id": lesson.id, "place": place, "turn": turn, "telling": telling}
    _BEGIN(rows, new | _AT_FIRST)
    for table in OF_CHILDREN:
        rows.execute(delete(table).where(table.window_id == window_id))


def show_code(rows: Connection, window_id: uuid.UUID, place: int) -> None:
    """Put a rule of the Code on the board of a class, by its place; nothing of a child is kept by it."""
    turn = secrets.randbelow(FIRST_TURNS)
    new = {"window_id": window_id, "lesson_id": CODE, "place": place, "turn": turn, "telling": None}
    _BEGIN(rows, new | _AT_FIRST)


def move(rows: Connection, led: LedLesson, place: int, course: Course) -> bool:
    """Bring the class from where `led` says it is to another place; False where somebody else has moved it already.

    So a button that is tapped twice, or by two teachers at once, moves the class once.
    """
    here = min(max(place, 0), course.end)
    return _update_led_lesson(rows, led, place=here, eyes=False, shown=0)


def call_for_attention(rows: Connection, led: LedLesson, eyes: bool) -> bool:
    """Make every tablet say that the teacher is speaking, or go on where it was."""
    return _update_led_lesson(rows, led, eyes=eyes)


def show_answers(rows: Connection, led: LedLesson, shown: int) -> bool:
    """Put the answers on the board (SHOWN), with the right one (SHOWN_RIGHT), or take them away (0).

    Once answers are shown, nothing more is counted: otherwise the next child's answer could be recognised.
    """
    closed_to = max(led.closed_to, led.place) if shown else led.closed_to
    return _update_led_lesson(rows, led, shown=shown, closed_to=closed_to)


def set_pace(rows: Connection, led: LedLesson, together: bool) -> bool:
    """Keep everybody on one step, or let each go on alone."""
    return _update_led_lesson(rows, led, together=together, eyes=False)


def announce_end(rows: Connection, led: LedLesson, now: datetime) -> bool:
    """Announce that the lesson ends in LAST_MINUTES."""
    return _update_led_lesson(rows, led, ends_at=now + timedelta(minutes=LAST_MINUTES))


def end(rows: Connection, window_id: uuid.UUID) -> None:
    """Stop leading; where the class and each child were is deleted."""
    for table in (ClassLesson, *OF_CHILDREN):
        rows.execute(delete(table).where(table.window_id == window_id))


def known_windows(rows: Connection) -> set[uuid.UUID]:
    """The id of every class window, open or closed by now, of which something is stored here."""
    return {id for table in OF_A_WINDOW for id in rows.scalars(select(table.window_id).distinct())}


def forget_closed(rows: Connection, closed: set[uuid.UUID]) -> None:
    """Delete what is stored of lessons led in these class windows, which have closed.

    Callers read the known windows first and the open ones afterwards, so that a class that opens meanwhile is not
    treated as closed.
    """
    for table in OF_A_WINDOW:
        rows.execute(delete(table).where(table.window_id.in_(closed)))


def _update_led_lesson(rows: Connection, led: LedLesson, **values: object) -> bool:
    changed = update(ClassLesson).where(ClassLesson.window_id == led.window_id, ClassLesson.turn == led.turn)
    return rows.execute(changed.values(**values, turn=led.turn + 1)).rowcount > 0
