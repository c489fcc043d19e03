"""Tables of the Codes of Conduct: who has seen which version, and sign-offs, each with the version that was read."""

import enum
from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.db import ContentVersion, PupilId, RandomKey, SchoolBase, StaffId, stored_enum
from kiosk.storage.stored_data import PUBLIC_TASK, described, stores


class Decision(enum.StrEnum):
    """What somebody decided after reading a Code; every one of them is allowed."""

    AGREE = "agree"
    QUESTION = "question"
    NOT_YET = "not_yet"


class Mode(enum.StrEnum):
    """How a Code was signed: by a child's mark with an adult beside them, by the child's own key, or by a password."""

    MARK = "mark"
    KEY = "key"
    PASSWORD = "password"  # nosec B105 - the name of a way to sign, no secret


@stores(PUBLIC_TASK, "the register of sign-offs", until="a year after leaving")
class SignOff(SchoolBase):
    """A decision about a Code of Conduct.

    Times are never kept (promise A7), so a day has room for one decision: the last one.
    """

    __tablename__ = "sign_off"
    __table_args__ = (
        UniqueConstraint("pupil_id", "code_id", "decided_on"),
        UniqueConstraint("staff_id", "code_id", "decided_on"),
    )

    id: Mapped[RandomKey]
    pupil_id: Mapped[PupilId | None] = described("the child, where it is one", index=True)
    staff_id: Mapped[StaffId | None] = described("the adult, where it is one", index=True)
    code_id: Mapped[str] = mapped_column(String(20))
    code_version: Mapped[int]
    code_hash: Mapped[ContentVersion] = described("a digest of the exact words")
    lang: Mapped[str] = described("the language in which it was read", String(20))
    mode: Mapped[Mode] = described("by a mark beside an adult, by key or by password", stored_enum(Mode))
    decision: Mapped[Decision] = described("agree, a question, or not yet", stored_enum(Decision))
    witness_id: Mapped[StaffId | None] = described("the adult beside the child")
    decided_on: Mapped[date] = described("the day")
    lapsed_on: Mapped[date | None] = described("the end of the school year for which it was decided")


@stores(PUBLIC_TASK, "a new version is shown once", until="a year after leaving")
class CodeSeen(SchoolBase):
    """Which Code a child was shown."""

    __tablename__ = "code_seen"

    pupil_id: Mapped[PupilId] = mapped_column(primary_key=True)
    code_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    code_version: Mapped[int] = described("the newest version shown")
    seen_on: Mapped[date] = described("the day")
