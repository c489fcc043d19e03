"""The table of training: who was trained in what on which day, and when it was talked over. No mark stands in it."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from kiosk.storage.db import RandomKey, SchoolBase, ShortText, StaffId
from kiosk.storage.stored_data import PUBLIC_TASK, described, stores


@stores(PUBLIC_TASK, "the school can show that staff are trained, and in what", until="the school removes it")
class TrainingLine(SchoolBase):
    """That somebody was at a session or went through a staff lesson; it counts once it was talked over."""

    __tablename__ = "training_line"
    __table_args__ = (UniqueConstraint("session_id", "staff_id"), Index(None, "staff_id", "day"))

    id: Mapped[RandomKey]
    session_id: Mapped[uuid.UUID] = described("which session; for a lesson a number of its own")
    staff_id: Mapped[StaffId]
    topic: Mapped[str] = described("the topic", String(80))
    day: Mapped[date]
    given_by: Mapped[ShortText] = described("who gave the session; empty for a lesson that was read")
    version: Mapped[int] = described("which wording of the lesson was read; 0 for a session")
    written_by_id: Mapped[StaffId] = described("who wrote it down")
    talked_on: Mapped[date | None] = described(
        "the day on which it was talked over; before that it does not count"
    )
    talked_with_id: Mapped[uuid.UUID | None] = described(
        "who says that it was talked over", ForeignKey("staff_member.id")
    )
    off_by_id: Mapped[uuid.UUID | None] = described(
        "who took it off, as it was a mistake; it stands and counts no more", ForeignKey("staff_member.id")
    )
