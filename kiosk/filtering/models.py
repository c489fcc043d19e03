"""Tables of the filter desk: each look at the filter, and what is not used at this school."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

from kiosk.storage.db import RandomKey, SchoolBase, StaffId, UtcDateTime, stored_enum
from kiosk.storage.stored_data import NOT_PERSONAL, PUBLIC_TASK, described, stores


class Look(enum.StrEnum):
    """What came of a look at the filter on one kind of device."""

    HOLDS = "holds"
    LETS_THROUGH = "lets_through"
    BLOCKS_TOO_MUCH = "blocks_too_much"
    COULD_NOT = "could_not"


@stores(
    PUBLIC_TASK, "the school knows where a change of its filter was looked at", until="the school removes it"
)
class FilterLook(SchoolBase):
    """A look for one address on one kind of device in one place, as one group of people; never changed."""

    __tablename__ = "filter_look"

    id: Mapped[RandomKey]
    spot: Mapped[str] = described("which kind of device, and where", String(40))
    people: Mapped[str] = described("as whom: younger or older pupils, staff or guests", String(20))
    result: Mapped[Look] = described(
        "it holds, lets through, blocks too much, or could not be tried", stored_enum(Look)
    )
    at: Mapped[datetime] = described("when it was looked at", UtcDateTime)
    staff_id: Mapped[StaffId]
    address_id: Mapped[uuid.UUID] = described(
        "the address that was looked for", ForeignKey("filter_address.id"), index=True
    )


@stores(NOT_PERSONAL, "nobody tries what is not there, and two people say so", until="the school removes it")
class FilterUnused(SchoolBase):
    """That one kind of device is not used by one group of people in one place."""

    __tablename__ = "filter_unused"

    spot: Mapped[str] = described("which kind of device, and where", String(40), primary_key=True)
    people: Mapped[str] = described("by whom", String(20), primary_key=True)
    why: Mapped[str] = described("the reason", String(400))
    day: Mapped[date]
    staff_id: Mapped[StaffId] = described("who says so", basis=PUBLIC_TASK)
    second_id: Mapped[uuid.UUID | None] = described(
        "the second person who says so; before that it is in use",
        ForeignKey("staff_member.id"),
        basis=PUBLIC_TASK,
    )
