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
