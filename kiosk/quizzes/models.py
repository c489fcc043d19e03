"""Tables of quizzes: which questions a pupil has met, never which answers they chose (promise E7)."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.db import ClassId, ContentVersion, PupilId, SchoolBase
from kiosk.storage.stored_data import NOT_PERSONAL, PUBLIC_TASK, described, stores


@stores(PUBLIC_TASK, "to ask again what is not clear yet", until="the end of the next school year")
class QuestionMet(SchoolBase):
    """Which questions a child has met, never the answer."""

    __tablename__ = "question_met"

    pupil_id: Mapped[PupilId] = mapped_column(primary_key=True)
    quiz_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[ContentVersion]
    met_on: Mapped[date | None] = described("the day")
    needs_help: Mapped[bool] = described("whether three tries were not enough", default=False)


@stores(NOT_PERSONAL, "which misconception to teach again", until="the end of the next school year")
class AnswerTally(SchoolBase):
    """How often a class chose an answer."""

    __tablename__ = "answer_tally"

    class_group_id: Mapped[ClassId] = mapped_column(primary_key=True)
    quiz_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[ContentVersion] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    option_id: Mapped[str] = described("the answer", String(40), primary_key=True)
    count: Mapped[int] = described("how often it was chosen, by nobody in particular", default=0)
