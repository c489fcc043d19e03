"""Tables of lessons: the lessons set for a class, and each pupil's progress."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import ContentVersion, SchoolBase


class LessonSet(SchoolBase):
    """A lesson set for a class, with the day."""

    __tablename__ = "lesson_set"

    class_group_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
    )
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    set_on: Mapped[date]


class LessonProgress(SchoolBase):
    """How far one pupil is in one lesson: dates only, never a time (promise A7)."""

    __tablename__ = "lesson_progress"

    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[ContentVersion]
    furthest_screen: Mapped[int] = mapped_column(default=1)
    started_on: Mapped[date]
    completed_on: Mapped[date | None]


class LessonTaught(SchoolBase):
    """A class did a lesson together, on this day the last time; an adult has signed for who was there."""

    __tablename__ = "lesson_taught"

    class_group_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
    )
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    taught_on: Mapped[date]
    signed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))


class LessonPresence(SchoolBase):
    """A pupil was there when the class did a lesson together, on this day the last time.

    `at_the_board`: without a tablet of their own, so that the adult's word completes the lesson.
    """

    __tablename__ = "lesson_presence"

    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    present_on: Mapped[date]
    at_the_board: Mapped[bool]
