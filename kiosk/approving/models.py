"""Tables of approving: the versions that somebody has spoken about, and what each person said of one."""

import enum
from datetime import date

from sqlalchemy import ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped

from kiosk.storage.db import SchoolBase, ShortText, StaffId, stored_enum
from kiosk.storage.stored_data import NOT_PERSONAL, PUBLIC_TASK, described, stores


class Part(enum.StrEnum):
    """As what somebody speaks; each version needs both, from two people."""

    READ = "read"  # has gone through it: a teacher, or for a translation somebody who reads the language
    LEAD = "lead"  # the safeguarding lead


@stores(NOT_PERSONAL, "what two people approved is used until they approve the next", until="the next one is")
class ContentVersion(SchoolBase):
    """A version of a lesson, Code, notice, ready answers, translation, or of the cards, with all its words."""

    __tablename__ = "content_version"

    kind: Mapped[str] = described(
        "lesson, code, notice, ready answers, translation or cards", String(20), primary_key=True
    )
    item: Mapped[str] = described("which one", String(120), primary_key=True)
    digest: Mapped[str] = described("the SHA-256 of its files", String(64), primary_key=True)
    source: Mapped[str] = described("its files", Text)
    approved_on: Mapped[date | None] = described("the day on which the second person said yes")
    lapsed_on: Mapped[date | None] = described("the day on which kiosk saw that its files had changed")


@stores(PUBLIC_TASK, "two people answer for what children are taught", until="the next version is approved")
class ContentWord(SchoolBase):
    """What one person said of one version: it may be used, or not yet."""

    __tablename__ = "content_word"
    __table_args__ = (
        ForeignKeyConstraint(
            ["kind", "item", "digest"],
            ["content_version.kind", "content_version.item", "content_version.digest"],
            ondelete="CASCADE",
        ),
    )

    kind: Mapped[str] = described("of what kind it is", String(20), primary_key=True)
    item: Mapped[str] = described("of which one it is", String(120), primary_key=True)
    digest: Mapped[str] = described("of which version it is", String(64), primary_key=True)
    staff_id: Mapped[StaffId] = described("who says so", primary_key=True)
    part: Mapped[Part] = described("as a teacher or reader, or as the safeguarding lead", stored_enum(Part))
    agrees: Mapped[bool] = described("it may be used, or not yet")
    line: Mapped[ShortText] = described("a line for those who teach it, or what has to change")
    said_on: Mapped[date] = described("the day on which they said so")
