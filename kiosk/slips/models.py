"""Tables of slips: which language a home speaks, one slip for each home, and the links that lead to it.

Nothing here says that a link was opened (promise F3), and no column holds a time, a word or an answer.
"""

import enum
import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.db import PupilId, SchoolBase, stored_enum
from kiosk.storage.stored_data import PUBLIC_TASK, described, stores


class SlipKind(enum.StrEnum):
    """What a family is asked to do."""

    CODE = "code"
    ASK = "ask"


class SlipWay(enum.StrEnum):
    """How a slip came back."""

    TAP = "tap"
    PAPER = "paper"


@stores(PUBLIC_TASK, "families are written to in their language", until="leaving")
class SlipFamily(SchoolBase):
    """How a child's family is reached: in which language, in one home or two, or by hand."""

    __tablename__ = "slip_family"

    pupil_id: Mapped[PupilId] = mapped_column(primary_key=True)
    lang: Mapped[str] = described("the language of the home; of the first where there are two", String(20))
    second_lang: Mapped[str | None] = described("the language of a second home", String(20))
    by_hand: Mapped[bool] = described(
        "that no slip is made and somebody at school speaks with home; why stands nowhere", default=False
    )

    @property
    def langs(self) -> tuple[str, ...]:
        """The languages of its homes; a child has one slip for each."""
        return (self.lang, self.second_lang) if self.second_lang else (self.lang,)


@stores(PUBLIC_TASK, "the school sees which families to ask again", until="a year, or leaving")
class Slip(SchoolBase):
    """One slip for one home of one child in one term, and the day on which it came back."""

    __tablename__ = "slip"
    __table_args__ = (
        CheckConstraint("home in (1, 2)", name="home"),
        CheckConstraint("(way is null) = (back_on is null)", name="came_back"),
        Index(None, "pupil_id"),
        Index(None, "term", "kind"),
    )

    id: Mapped[uuid.UUID] = described(
        "a number made of child, kind, home and term, so that two taps make one slip", primary_key=True
    )
    pupil_id: Mapped[PupilId]
    kind: Mapped[SlipKind] = described("the Code, or a question to ask", stored_enum(SlipKind))
    home: Mapped[int] = described("the first or the second home", SmallInteger)
    lang: Mapped[str] = described("the language of that home", String(20))
    lesson_id: Mapped[str] = described("the class's lesson that the question is from", String(80), default="")
    term: Mapped[date] = described("the first day of the term with which it ends")
    made_on: Mapped[date] = described("the day on which it was made")
    taken: Mapped[int] = described(
        "how often its link was taken for the school's messages", SmallInteger, default=0
    )
    paper_on: Mapped[date | None] = described("the day on which its letter was printed last")
    way: Mapped[SlipWay | None] = described("by a tap or on paper", stored_enum(SlipWay))
    back_on: Mapped[date | None] = described("the day on which it came back")
    ring: Mapped[bool] = described(
        "that the family asks on paper to be rung", default=False, until="the family was rung"
    )


@stores(PUBLIC_TASK, "whoever has the address of a slip can send it back", until="the end of the term")
class SlipLink(SchoolBase):
    """The digest of an address that leads to a slip: each message and each letter has one of its own."""

    __tablename__ = "slip_link"

    digest: Mapped[bytes] = described(
        "a digest of 128 random bits, which stand in the address alone", LargeBinary(32), primary_key=True
    )
    slip_id: Mapped[uuid.UUID] = described("the slip", ForeignKey("slip.id", ondelete="CASCADE"), index=True)
