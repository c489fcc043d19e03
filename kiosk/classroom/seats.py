"""Who came into a led lesson, and at which step a tablet is: the teacher sees names and never an answer.

A tablet that falls silent stays as it was when the class moved last, so that nothing says who does (promise E24).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select, update

from kiosk.classroom.models import ClassSeat
from kiosk.storage.upsert import Upsert, insert_if_new

_SEATS = select(
    ClassSeat.pupil_id, ClassSeat.place, ClassSeat.turn, ClassSeat.hand, ClassSeat.left, ClassSeat.beside_id
).where(ClassSeat.window_id == bindparam("window_id"))
_MINE = _SEATS.where(ClassSeat.pupil_id == bindparam("pupil_id"))
_SIT = Upsert(
    ClassSeat,
    lambda new: {"place": new.place, "turn": new.turn, "left": new.left, "beside_id": new.beside_id},
)


@dataclass(frozen=True)
class Seat:
    """One child in a led lesson."""

    pupil_id: uuid.UUID
    place: int
    turn: int = 0
    hand: bool = False
    left: bool = False
    beside_id: uuid.UUID | None = None  # the child on whose tablet this one works too

    @property
    def has_tablet(self) -> bool:
        """Whether the child came in with a tablet of their own."""
        return self.beside_id is None


def seat_of(rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID) -> Seat | None:
    """Where this child is, if the tablet has said so."""
    row = rows.execute(_MINE, {"window_id": window_id, "pupil_id": pupil_id}).first()
    return Seat(*row) if row else None


def seats(rows: Connection, window_id: uuid.UUID) -> list[Seat]:
    """Everybody who came into the lesson, whether or not their tablet still answers."""
    return [Seat(*row) for row in rows.execute(_SEATS, {"window_id": window_id})]


def come_in(rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID) -> None:
    """Note that a child came in, where no script of the tablet says so; who is in already stays where they are."""
    row = {"window_id": window_id, "pupil_id": pupil_id, "place": 0, "turn": 0}
    insert_if_new(rows, ClassSeat, row | {"hand": False, "left": False, "beside_id": None})


def save_seat(rows: Connection, window_id: uuid.UUID, seat: Seat) -> None:
    """Store where a child is now, in place of where they were; a raised hand stays up."""
    _SIT(rows, {"window_id": window_id, **vars(seat)})


def raise_hand(rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID, up: bool) -> None:
    """Put a child's hand up or down."""
    mine = update(ClassSeat).filter_by(window_id=window_id, pupil_id=pupil_id)
    rows.execute(mine.values(hand=up))


def leave_seat(rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID) -> None:
    """Note that a child pressed Leave, with those who work on the same tablet; they came in all the same."""
    of_tablet = update(ClassSeat).where(
        ClassSeat.window_id == window_id,
        or_(ClassSeat.pupil_id == pupil_id, ClassSeat.beside_id == pupil_id),
    )
    rows.execute(of_tablet.values(left=True, hand=False))


def lagging_seats(found: Sequence[Seat], place: int, turn: int) -> list[Seat]:
    """Those who show a page two steps or more behind the class although their tablet heard its last move, the furthest
    first; a tablet that fell silent is none of them, whatever it showed then (promise E24)."""
    behind = (seat for seat in found if seat.turn == turn and seat.place < place - 1 and not seat.left)
    return sorted(behind, key=lambda seat: seat.place)
