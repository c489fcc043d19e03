"""Tables of lessons: the lessons set for a class or some of its children, and each pupil's progress."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.db import ClassId, ContentVersion, PupilId, SchoolBase, StaffId
from kiosk.storage.stored_data import NOT_PERSONAL, PUBLIC_TASK, described, stores


@stores(NOT_PERSONAL, "today's work", until="the end of the school year")
class LessonSet(SchoolBase):
    """A lesson set for a class."""

    __tablename__ = "lesson_set"

    class_group_id: Mapped[ClassId] = mapped_column(primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    set_on: Mapped[date]
    due_on: Mapped[date | None]
    for_everybody: Mapped[bool] = described("whether it is for the whole class", default=True)


@stores(
    PUBLIC_TASK, "today's work; nobody sees why, and no other child sees that", until="it leaves the list"
)
class LessonSetPupil(SchoolBase):
    """A lesson set for one child."""

    __tablename__ = "lesson_set_pupil"
    __table_args__ = (
        ForeignKeyConstraint(
            ["class_group_id", "lesson_id"],
            ["lesson_set.class_group_id", "lesson_set.lesson_id"],
            ondelete="CASCADE",
        ),
    )

    class_group_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    pupil_id: Mapped[PupilId] = mapped_column(primary_key=True)
    set_on: Mapped[date]
    due_on: Mapped[date | None]


@stores(
    PUBLIC_TASK,
    "to go on where the child stopped, and to see who has finished",
    until="the end of the next school year",
)
class LessonProgress(SchoolBase):
    """How far a child is in a lesson: dates, never a time (promise A7)."""

    __tablename__ = "lesson_progress"

    pupil_id: Mapped[PupilId] = mapped_column(primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[ContentVersion]
    furthest_screen: Mapped[int] = described("the furthest page", default=1)
    started_on: Mapped[date] = described("the day of the first page")
    completed_on: Mapped[date | None] = described("the day of the last page")
    # Completed by an adult's word, as it was done at the board: undone if the adult corrects it, kept once the child's
    # own answers complete the lesson too.
    completed_by_word: Mapped[bool] = described(
        "whether an adult said so, as it was done at the board", default=False
    )


@stores(NOT_PERSONAL, "evidence of teaching", until="the end of the next school year")
class LessonTaught(SchoolBase):
    """A lesson that a class did together."""

    __tablename__ = "lesson_taught"

    class_group_id: Mapped[ClassId] = mapped_column(primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    taught_on: Mapped[date] = described("the day", primary_key=True)
    signed_by_id: Mapped[StaffId | None] = described(
        "the adult who confirmed who was there", basis=PUBLIC_TASK
    )


@stores(
    NOT_PERSONAL,
    "a lesson goes on where it stopped, also another day",
    until="its end, or that of the school year",
)
class LessonStopped(SchoolBase):
    """At which step a class that was led stopped."""

    __tablename__ = "lesson_stopped"

    class_group_id: Mapped[ClassId] = mapped_column(primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    place: Mapped[int] = described("the step")
    stopped_on: Mapped[date] = described("the day")


@stores(PUBLIC_TASK, "who missed a lesson is not forgotten", until="the end of the next school year")
class LessonPresence(SchoolBase):
    """Which children were there."""

    __tablename__ = "lesson_presence"

    pupil_id: Mapped[PupilId] = mapped_column(primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    present_on: Mapped[date] = described("the day", primary_key=True)
    was_there: Mapped[bool] = described("whether an adult says so")
    had_tablet: Mapped[bool] = described("whether the child had their own tablet")
    beside_id: Mapped[uuid.UUID | None] = described(
        "the child on whose tablet this one worked too",
        ForeignKey("pupil.id", ondelete="SET NULL"),
        until="an adult signs for who was there, or a week has passed",
    )


@stores(NOT_PERSONAL, "the year's programme", until="planned anew")
class ProgrammeLesson(SchoolBase):
    """Which lesson is planned for which half-term."""

    __tablename__ = "programme_lesson"

    year: Mapped[str] = described("the school year", String(12), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    term: Mapped[int] = described("the number of the half-term in the year")
