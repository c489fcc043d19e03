"""Tables of quizzes: which questions a pupil has met, never which answers they chose (promise E7)."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import ContentVersion, SchoolBase


class QuestionMet(SchoolBase):
    """A pupil has met a question, or still needs help with it after three tries."""

    __tablename__ = "question_met"

    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True)
    quiz_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[ContentVersion]
    met_on: Mapped[date | None]
    needs_help: Mapped[bool] = mapped_column(default=False)


class AnswerTally(SchoolBase):
    """How often the pupils of a class chose an option; which pupils did is not stored."""

    __tablename__ = "answer_tally"

    class_group_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
    )
    quiz_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[ContentVersion] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    option_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
