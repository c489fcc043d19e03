"""Would you tell? One question before and after "How to tell", of which only numbers of the whole school are kept.

While a class is led its answers stand sealed in one row, and whoever answers or skips makes all of it anew, so that
neither the row, a copy of it nor the database's log shows what was added. Once the lesson is over they join the sum of
the school, which is in no backup and says neither a time nor which class gave what (promise A21).
"""

import enum
import struct
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, bindparam, delete, func, select, update

from kiosk.classroom.course import Course
from kiosk.classroom.leading import LedLesson
from kiosk.classroom.models import ClassAnswered, ClassLesson, TellingSum
from kiosk.classroom.pace import is_kept_together
from kiosk.lessons.lesson import Lesson
from kiosk.sealing.boxes import BoxBroken, lock, unlock
from kiosk.sealing.site_key import SiteKey
from kiosk.small_numbers import FEWEST
from kiosk.storage.upsert import insert_if_new

ANSWERS = ("yes", "maybe", "no")  # in the order in which they are counted
_SIX = struct.Struct(">6I")
_ID_BYTES = 16
_THE_SUM = {"id": 1}
_PASSED = (
    select(func.count())
    .select_from(ClassAnswered)
    .where(ClassAnswered.window_id == bindparam("window_id"), ClassAnswered.place == bindparam("place"))
)
_OF_CLASS = select(ClassLesson.telling).where(ClassLesson.window_id == bindparam("window_id"))


class Round(enum.IntEnum):
    """When the question is asked; as the place at which a child has answered it is no step of a lesson."""

    BEFORE = -1
    AFTER = -2


@dataclass(frozen=True)
class Told:
    """How often each answer was given, before and after, and by which classes together."""

    counts: tuple[int, ...] = (0,) * 6
    classes: frozenset[uuid.UUID] = frozenset()

    @classmethod
    def opened(cls, key: SiteKey, sealed: bytes | None) -> Self:
        """What a row holds; nothing where there is no row, or one of another site key."""
        try:
            plain = unlock(_key(key), sealed or b"")
        except BoxBroken:
            return cls()
        ids = plain[_SIX.size :]
        starts = range(0, len(ids), _ID_BYTES)
        return cls(
            _SIX.unpack_from(plain), frozenset(uuid.UUID(bytes=ids[at : at + _ID_BYTES]) for at in starts)
        )

    def sealed(self, key: SiteKey) -> bytes:
        """As a row holds it, never twice the same; as long as there are classes in it."""
        return lock(_key(key), _SIX.pack(*self.counts) + b"".join(sorted(one.bytes for one in self.classes)))

    def plus(self, counts: Sequence[int], classes: frozenset[uuid.UUID] = frozenset()) -> "Told":
        """Both together."""
        added = tuple(one + more for one, more in zip(self.counts, counts, strict=True))
        return Told(added, self.classes | classes)


def begin_rounds(rows: Connection, key: SiteKey, lesson: Lesson, class_id: uuid.UUID) -> bytes | None:
    """What a class begins with that is asked; None in other lessons, and where it has answered this term."""
    if not lesson.each_term or class_id in Told.opened(key, rows.scalar(select(TellingSum.sealed))).classes:
        return None
    return Told(classes=frozenset({class_id})).sealed(key)


def open_round(led: LedLesson, course: Course) -> Round | None:
    """The round that is open now: the first until the class starts, the second once children are past the steps."""
    if not led.asks:
        return None
    if led.place == 0:
        return Round.BEFORE
    return None if is_kept_together(led, course) else Round.AFTER


def has_passed(rows: Connection, window_id: uuid.UUID, asked: Round, pupil_id: uuid.UUID) -> bool:
    """Whether a child has answered or skipped the question in this round."""
    here = {"window_id": window_id, "place": asked.value, "pupil_id": pupil_id}
    return rows.execute(select(ClassAnswered.place).filter_by(**here)).first() is not None


def count_answer(
    rows: Connection, key: SiteKey, window_id: uuid.UUID, asked: Round, pupil_id: uuid.UUID, answer: str
) -> None:
    """Count a child's first answer in a round; whatever is none of ANSWERS is skipping, and is written alike."""
    sealed = rows.scalar(_OF_CLASS.with_for_update(), {"window_id": window_id})
    here = {"window_id": window_id, "place": asked.value, "pupil_id": pupil_id}
    if sealed is None or not insert_if_new(rows, ClassAnswered, here):
        return
    given = [(one, name) for one in Round for name in ANSWERS]
    new = Told.opened(key, sealed).plus([pair == (asked, answer) for pair in given]).sealed(key)
    rows.execute(update(ClassLesson).where(ClassLesson.window_id == window_id).values(telling=new))


def close_rounds(rows: Connection, key: SiteKey, window_ids: Collection[uuid.UUID]) -> None:
    """Add what classes answered whose lesson is over to the sum of the school.

    A class counts once a term, and only where five children or more answered or skipped in both rounds.
    """
    for window_id in window_ids:
        sealed = rows.scalar(_OF_CLASS, {"window_id": window_id})
        passed = (rows.scalar(_PASSED, {"window_id": window_id, "place": one.value}) or 0 for one in Round)
        if sealed is None or min(passed) < FEWEST:
            continue
        found = Told.opened(key, sealed)
        insert_if_new(rows, TellingSum, _THE_SUM | {"sealed": Told().sealed(key)})
        so_far = Told.opened(key, rows.scalar(select(TellingSum.sealed).with_for_update()))
        if found.classes and not found.classes & so_far.classes:
            together = so_far.plus(found.counts, found.classes)
            rows.execute(update(TellingSum).values(sealed=together.sealed(key)))


def take_sum(rows: Connection, key: SiteKey) -> Told:
    """What the school has answered since this was asked last; it is forgotten here."""
    found = Told.opened(key, rows.scalar(select(TellingSum.sealed).with_for_update()))
    rows.execute(delete(TellingSum))
    return found


def _key(key: SiteKey) -> bytes:
    return key.derive("would-you-tell")
