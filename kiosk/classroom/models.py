"""Tables of led lessons, in the sessions store: never backed up, and gone with the class that was open."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import SessionsBase, UtcDateTime


class ClassLesson(SessionsBase):
    """The lesson that an open class does together, and the step at which it is."""

    __tablename__ = "class_lesson"

    window_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lesson_id: Mapped[str]
    place: Mapped[int]  # 0 before the first step; one more than there are steps once the class is through
    together: Mapped[bool]  # everybody on one step; else each at their own pace
    eyes: Mapped[bool]  # the teacher has something to say
    ends_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # of the lesson, once the teacher has said so
    turn: Mapped[int]  # grows with each change, so that a page knows whether it is still right
    shown: Mapped[int]  # 1 once the answers stand on the board, 2 with the right one; at each step anew
    closed_to: Mapped[int]  # the last step whose answers were shown: nothing is counted there any more


class ClassSeat(SessionsBase):
    """A child at work in a led lesson: the step where the tablet is, and nothing finer; no time (promise A7)."""

    __tablename__ = "class_seat"

    window_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    pupil_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    place: Mapped[int]
    done: Mapped[int]  # the last step that the child is through with
    turn: Mapped[int]  # of the lesson, to which this tablet has been brought


class ClassAnswer(SessionsBase):
    """How often an answer was given at a step of a led lesson; by whom is kept nowhere (promise E7)."""

    __tablename__ = "class_answer"
    __table_args__ = ({"sqlite_with_rowid": False},)  # a hidden number would keep which answer came first

    window_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    option_id: Mapped[str] = mapped_column(primary_key=True)
    taps: Mapped[int]  # on tablets
    hands: Mapped[int]  # counted by the teacher


class ClassAnswered(SessionsBase):
    """A child's answer at a step is counted, so that it counts once; which answer stands nowhere."""

    __tablename__ = "class_answered"
    __table_args__ = ({"sqlite_with_rowid": False},)  # and who came first

    window_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
