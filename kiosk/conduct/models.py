"""Tables of the Codes of Conduct: who has seen which version, and sign-offs, each with the version that was read."""

import enum
import uuid
from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.db import ContentVersion, RandomKey, SchoolBase, stored_enum


class Decision(enum.StrEnum):
    """What somebody decided after reading a Code; every one of them is allowed."""

    AGREE = "agree"
    QUESTION = "question"
    NOT_YET = "not_yet"


class Mode(enum.StrEnum):
    """How it was signed: with a child's mark beside an adult, with the child's key, or with a password."""

    MARK = "mark"
    KEY = "key"
    PASSWORD = "password"  # nosec B105 - the name of a way to sign, no secret


class SignOff(SchoolBase):
    """One decision about one version of a Code: who, what exactly, in which language, how, before whom, when.

    Times are never kept (promise A7), so a day has room for one decision: the last one.
    """

    __tablename__ = "sign_off"
    __table_args__ = (
        UniqueConstraint("pupil_id", "code_id", "decided_on"),
        UniqueConstraint("staff_id", "code_id", "decided_on"),
    )

    id: Mapped[RandomKey]
    pupil_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("pupil.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    code_id: Mapped[str] = mapped_column(String(20))
    code_version: Mapped[int]
    code_hash: Mapped[ContentVersion]
    lang: Mapped[str] = mapped_column(String(20))
    mode: Mapped[Mode] = mapped_column(stored_enum(Mode))
    decision: Mapped[Decision] = mapped_column(stored_enum(Decision))
    witness_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff_member.id"))
    decided_on: Mapped[date]
    lapsed_on: Mapped[date | None]  # the end of the school year for which it was decided


class CodeSeen(SchoolBase):
    """The newest version of a Code that a pupil was shown, and on which day; what they decided stands apart."""

    __tablename__ = "code_seen"

    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id", ondelete="CASCADE"), primary_key=True)
    code_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    code_version: Mapped[int]
    seen_on: Mapped[date]
