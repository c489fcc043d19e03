"""The table of addresses at the filter desk: what comes from a case stands beside what colleagues ask for."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

from kiosk.storage.db import RandomKey, SchoolBase, ShortText, UtcDateTime, stored_enum
from kiosk.storage.stored_data import SAFEGUARDING, described, stores


class FilterAsk(enum.StrEnum):
    """What the filter desk is asked for."""

    BLOCK = "block"
    ALLOW = "allow"
    CATEGORY = "category"  # to change a kind of page, and no address

    @property
    def needs_two(self) -> bool:
        """Whether two of the leadership say yes before anything is opened or changed."""
        return self is not FilterAsk.BLOCK


class FilterDecision(enum.StrEnum):
    """How an address at the filter desk ends."""

    BLOCK = "block"
    ALLOW = "allow"
    NO_CHANGE = "no_change"
    LAW = "law"  # perhaps against the law: the safeguarding lead reports it, and no ticket shows it


class FilterReason(enum.StrEnum):
    """Why an address is blocked or allowed."""

    CONTENT = "content"
    CONTACT = "contact"
    MONEY = "money"
    BYPASS = "bypass"
    LESSON = "lesson"
    MISTAKE = "mistake"


@stores(
    SAFEGUARDING, "an address is decided about, shut or opened, and looked at", until="the school removes it"
)
class FilterAddress(SchoolBase):
    """An address at the filter desk, with what was decided about it.

    One that came from a case has the id of a line of its log, and names neither the case nor anybody.
    """

    __tablename__ = "filter_address"

    id: Mapped[RandomKey]
    address: Mapped[str] = described("the address, so that it cannot be opened by accident", String(400))
    asks: Mapped[FilterAsk] = described(
        "whether it is to be blocked or allowed, or is a kind of page", stored_enum(FilterAsk)
    )
    asked_by_id: Mapped[uuid.UUID | None] = described(
        "the colleague who asked; nobody where a reader of a case did", ForeignKey("staff_member.id")
    )
    asked_on: Mapped[date | None] = described("the day on which a colleague asked")
    needed_on: Mapped[date | None] = described("the day by which a lesson needs it")
    classes: Mapped[ShortText] = described("for which classes", default="")
    why: Mapped[str] = described(
        "what children learn from it, or why they should not meet it", String(1000), default=""
    )
    risks: Mapped[str] = described("what could go wrong, and what is done about it", String(2000), default="")
    opens: Mapped[str] = described(
        "what allowing it would open, by the network manager", String(400), default=""
    )
    decision: Mapped[FilterDecision | None] = described("what was decided", stored_enum(FilterDecision))
    decided_by_id: Mapped[uuid.UUID | None] = described(
        "who decided; of an address from a case its log says so", ForeignKey("staff_member.id")
    )
    decided_on: Mapped[date | None] = described(
        "the day on which it was decided about, of what a colleague asked"
    )
    whom: Mapped[ShortText] = described("for whom", default="")
    reason: Mapped[FilterReason | None] = described("the kind of reason", stored_enum(FilterReason))
    because: Mapped[str] = described("the reason in words, never of a child", String(1000), default="")
    leaves_at: Mapped[datetime | None] = described(
        "when it leaves for the network manager, with the others of its day", UtcDateTime, index=True
    )
    left_on: Mapped[date | None] = described(
        "the day on which it left; shown to nobody else before", index=True
    )
    to_id: Mapped[uuid.UUID | None] = described(
        "who alone of those who look after the network gets it, where another was ticked",
        ForeignKey("staff_member.id"),
    )
    due_on: Mapped[date | None]
    rule: Mapped[ShortText] = described("where in the filter it stands", default="")
    done_on: Mapped[date | None]
