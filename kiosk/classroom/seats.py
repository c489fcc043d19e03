"""Who came into a led lesson, and at which step a tablet is: the teacher sees names and never an answer.

A tablet that falls silent stays as it was when the class moved last, so that nothing says who does (promise E24).
Two or three children may work on one tablet: whoever came in with it names the others, and an adult's roll decides.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from kiosk.classroom.models import ClassSeat
from kiosk.storage.upsert import Upsert, insert_if_new

MOST_BESIDE = 2  # children on the tablet of another

_SEATS = select(
    ClassSeat.pupil_id, ClassSeat.place, ClassSeat.turn, ClassSeat.hand, ClassSeat.left, ClassSeat.beside_id
).where(ClassSeat.window_id == bindparam("window_id"))
_MINE = _SEATS.where(ClassSeat.pupil_id == bindparam("pupil_id"))
# As they lie in the table, those who went on answering would come last; and two taps at once would lock rows crosswise.
_IN_ORDER = _SEATS.order_by(ClassSeat.pupil_id)
_SIT = Upsert(
    ClassSeat,
    lambda new: {"place": new.place, "turn": new.turn, "left": new.left, "beside_id": new.beside_id},
)
_COME_IN = Upsert(ClassSeat, lambda new: {"left": new.left, "beside_id": new.beside_id})


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
    return [Seat(*row) for row in rows.execute(_IN_ORDER, {"window_id": window_id})]


def come_in(rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID) -> None:
    """Note that a child came in with a tablet of their own, where no script of it says so; also one who is back, or was
    beside another until now."""
    _COME_IN(rows, _new_seat(window_id, pupil_id, None))


def share_tablet(rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID, other_id: uuid.UUID) -> None:
    """Note that another child works on this one's tablet; nothing changes for who is in already, nor for a fourth."""
    mine = {"window_id": window_id, "pupil_id": pupil_id}
    found = rows.execute(_MINE.with_for_update(), mine).first()  # two names at once are counted in turn
    beside = [seat for seat in seats(rows, window_id) if seat.beside_id == pupil_id]
    if found and Seat(*found).has_tablet and len(beside) < MOST_BESIDE:
        insert_if_new(rows, ClassSeat, _new_seat(window_id, other_id, pupil_id))


def take_off_tablet(rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID, other_id: uuid.UUID) -> None:
    """Take back that another child works on this one's tablet, a wrong name; callers allow it before the first step."""
    rows.execute(delete(ClassSeat).filter_by(window_id=window_id, pupil_id=other_id, beside_id=pupil_id))


def _new_seat(window_id: uuid.UUID, pupil_id: uuid.UUID, beside_id: uuid.UUID | None) -> dict[str, object]:
    """A row that follows no move of the class, so that nobody is behind by it."""
    seat = Seat(pupil_id, 0, beside_id=beside_id)
    return {"window_id": window_id, **vars(seat)}


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
