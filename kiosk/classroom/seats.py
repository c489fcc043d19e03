"""Who is in a led lesson, and at which step: the teacher sees where a child is and never an answer."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select, update

from kiosk.classroom.models import ClassSeat
from kiosk.storage.upsert import Upsert

_SEATS = select(ClassSeat.pupil_id, ClassSeat.place, ClassSeat.done, ClassSeat.turn).where(
    ClassSeat.window_id == bindparam("window_id")
)
_MINE = _SEATS.where(ClassSeat.pupil_id == bindparam("pupil_id"))
_SIT = Upsert(ClassSeat, lambda new: {"place": new.place, "done": new.done, "turn": new.turn})
_GO_ON = (
    update(ClassSeat)
    .where(
        ClassSeat.window_id == bindparam("of_window"),
        ClassSeat.pupil_id == bindparam("of_pupil"),
        ClassSeat.done < bindparam("through"),
    )
    .values(done=bindparam("through"))
)


@dataclass(frozen=True)
class Seat:
    """The step of a led lesson at which one child is."""

    pupil_id: uuid.UUID
    place: int
    done: int
    turn: int = 0


def seat_of(rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID) -> Seat | None:
    """Where this child is, if the tablet has said so."""
    row = rows.execute(_MINE, {"window_id": window_id, "pupil_id": pupil_id}).first()
    return Seat(*row) if row else None


def seats(rows: Connection, window_id: uuid.UUID) -> list[Seat]:
    """The seat of each child in the lesson."""
    return [Seat(*row) for row in rows.execute(_SEATS, {"window_id": window_id})]


def save_seat(rows: Connection, window_id: uuid.UUID, seat: Seat) -> None:
    """Store where a child is now, in place of where they were."""
    _SIT(rows, {"window_id": window_id, **vars(seat)})


def mark_step_done(rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID, place: int) -> None:
    """Note that a child has finished a step; a tablet that never reported its place (without script) stays unknown."""
    rows.execute(_GO_ON, {"of_window": window_id, "of_pupil": pupil_id, "through": place})


def remove_seat(rows: Connection, window_id: uuid.UUID, pupil_id: uuid.UUID) -> None:
    """Delete the seat of a child who has left."""
    rows.execute(delete(ClassSeat).where(ClassSeat.window_id == window_id, ClassSeat.pupil_id == pupil_id))


def count_done(found: Sequence[Seat], place: int) -> int:
    """How many children have finished a step."""
    return sum(seat.done >= place for seat in found)


def lagging_seats(found: Sequence[Seat], place: int, turn: int) -> list[Seat]:
    """Those who show a page two steps or more behind the class although their tablet heard its last move, the furthest
    first; a tablet that fell silent is none of them, whatever it showed then (promise E24)."""
    behind = (seat for seat in found if seat.turn == turn and seat.place < place - 1)
    return sorted(behind, key=lambda seat: seat.place)
