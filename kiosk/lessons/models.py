"""Tables of lessons: the lessons set for a class or some of its children, and each pupil's progress."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import ContentVersion, SchoolBase


class LessonSet(SchoolBase):
    """A lesson set for a class, with the day; where it is not for everybody, for the children of LessonSetPupil."""

    __tablename__ = "lesson_set"

    class_group_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
    )
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    set_on: Mapped[date]
    due_on: Mapped[date | None]
    for_everybody: Mapped[bool] = mapped_column(default=True)


class LessonSetPupil(SchoolBase):
    """A lesson set for one child in particular: in a small group, or once more for who has missed it."""

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
    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True)
    set_on: Mapped[date]
    due_on: Mapped[date | None]


class LessonProgress(SchoolBase):
    """How far one pupil is in one lesson: dates only, never a time (promise A7)."""

    __tablename__ = "lesson_progress"

    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[ContentVersion]
    furthest_screen: Mapped[int] = mapped_column(default=1)
    started_on: Mapped[date]
    completed_on: Mapped[date | None]
    # An adult said so, as it was done at the board: taken back with the adult's word, kept once the child's own
    # answers say so too.
    completed_by_word: Mapped[bool] = mapped_column(default=False)


class LessonTaught(SchoolBase):
    """A class came to the end of a lesson together on a day; who signed for who was there, once an adult has."""

    __tablename__ = "lesson_taught"

    class_group_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
    )
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    taught_on: Mapped[date] = mapped_column(primary_key=True)
    signed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff_member.id"))


class LessonPresence(SchoolBase):
    """A pupil was there on a day when the class did a lesson together; or had a tablet then, whatever was ticked."""

    __tablename__ = "lesson_presence"

    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    present_on: Mapped[date] = mapped_column(primary_key=True)
    was_there: Mapped[bool]
    had_tablet: Mapped[bool]


class ProgrammeLesson(SchoolBase):
    """A lesson that is planned for a term of a school year, as the school writes the year; terms are counted from 1."""

    __tablename__ = "programme_lesson"

    year: Mapped[str] = mapped_column(String(12), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    term: Mapped[int]
