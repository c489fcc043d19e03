"""Tables of led lessons, in the sessions store: never backed up, and gone with the class that was open."""

import uuid
from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.db import SessionsBase, UtcDateTime
from kiosk.storage.stored_data import NOT_PERSONAL, PUBLIC_TASK, described, stores


@stores(NOT_PERSONAL, "what the tablets and the board show", until="leading ends or the class closes")
class ClassLesson(SessionsBase):
    """Where a class is in a lesson that is led."""

    __tablename__ = "class_lesson"

    window_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lesson_id: Mapped[str]
    place: Mapped[int] = described("the step; 0 before the first")
    together: Mapped[bool] = described("whether all are on one step")
    eyes: Mapped[bool] = described("whether the teacher is speaking")
    ends_at: Mapped[datetime | None] = described("when the teacher said the lesson ends", UtcDateTime)
    turn: Mapped[int] = described("a number that grows with each change")
    shown: Mapped[int] = described("whether the answers are on the board: 1, or 2 with the right one")
    closed_to: Mapped[int] = described(
        "the last step whose answers were shown; nothing is counted there any more"
    )
    telling: Mapped[bytes | None] = described(
        "in “How to tell”, how often each answer to “Would you tell?” was given; sealed, by nobody in particular",
        LargeBinary(200),
    )


@stores(
    PUBLIC_TASK,
    "the teacher sees who came in and who may need somebody",
    until="the class closes",
)
class ClassSeat(SessionsBase):
    """A child who came into a lesson that is led, without a time (promise A7)."""

    __tablename__ = "class_seat"

    window_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    pupil_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = described("the step on the tablet; no time, no answer")
    turn: Mapped[int] = described("to which change of the lesson the tablet was brought")
    hand: Mapped[bool] = described("whether the child's hand is up")
    left: Mapped[bool] = described("whether the child pressed Leave; never in a lesson of high sensitivity")
    beside_id: Mapped[uuid.UUID | None] = described("the child on whose tablet this one works too")


@stores(PUBLIC_TASK, "the lesson opens for the child", until="it ends after 30 minutes, or the class closes")
class ClassBeside(SessionsBase):
    """For which child an adult sits beside them, and in which lesson."""

    __tablename__ = "class_beside"

    window_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    pupil_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lesson_id: Mapped[str]
    until: Mapped[datetime] = described("when it ends", UtcDateTime)


@stores(NOT_PERSONAL, "the answers on the board, from five on", until="leading ends or the class closes")
class ClassAnswer(SessionsBase):
    """How often an answer was given, and not by whom (promise E7)."""

    __tablename__ = "class_answer"
    # an implicit row number would record which answer came first
    __table_args__ = ({"sqlite_with_rowid": False},)

    window_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    option_id: Mapped[str] = described("the answer", primary_key=True)
    taps: Mapped[int] = described("how many children tapped it")
    hands: Mapped[int] = described("how many hands the teacher counted")


@stores(PUBLIC_TASK, "each answer counts once", until="leading ends or the class closes")
class ClassAnswered(SessionsBase):
    """Which children have answered a step, never what."""

    __tablename__ = "class_answered"
    __table_args__ = ({"sqlite_with_rowid": False},)  # a row number would record who answered first

    window_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    pupil_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


@stores(
    NOT_PERSONAL, "whether children would tell, in the whole school", until="the figures of a term are fixed"
)
class TellingSum(SessionsBase):
    """How often the school gave each answer to “Would you tell?”, in one row without a time (promise A21)."""

    __tablename__ = "telling_sum"

    id: Mapped[int] = described("always 1", primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = described(
        "the numbers of the whole school, and which classes are among them; sealed", LargeBinary
    )
