"""The table of voices: which line of which lesson was read aloud, and the file in which it is heard."""

import enum
from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped

from kiosk.storage.db import SchoolBase, ShortText, StaffId, stored_enum
from kiosk.storage.stored_data import PUBLIC_TASK, described, stores


class Reader(enum.StrEnum):
    """Who reads: an adult of some kind, never a name, and never a child."""

    TEACHER = "teacher"
    PARENT = "parent"
    OTHER = "other"


@stores(
    PUBLIC_TASK,
    "children who cannot read yet hear somebody from their school",
    until="it is taken back, or the words that were read stand nowhere any more",
)
class Recording(SchoolBase):
    """A line of a lesson that an adult read aloud."""

    __tablename__ = "recording"

    lesson_id: Mapped[str] = described("the lesson", String(80), primary_key=True)
    lang: Mapped[str] = described("in which language it is read", String(35), primary_key=True)
    line: Mapped[str] = described("the SHA-256 of the words that were read", String(64), primary_key=True)
    reader: Mapped[Reader] = described("who reads: a teacher, a parent or another adult", stored_enum(Reader))
    file: Mapped[str] = described("the name of the recording; empty once it was sent back", String(64))
    before: Mapped[str] = described(
        "the name of the recording that children hear until this one is approved; mostly empty", String(64)
    )
    before_id: Mapped[StaffId | None] = described("who kept that one")
    tenths: Mapped[int] = described("how many tenths of a second it lasts; 0 where nobody has measured it")
    why: Mapped[ShortText] = described("why it was sent back")
    staff_id: Mapped[StaffId] = described("who kept it, and so may not approve it")
    kept_on: Mapped[date] = described("the day on which it was kept")
