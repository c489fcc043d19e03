"""Tables of what staff were told and passed on: days only, and nothing about a child."""

import enum
from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.accounts.models import StaffMember
from kiosk.storage.db import RandomKey, SchoolBase, ShortText, StaffId, stored_enum
from kiosk.storage.stored_data import NOT_PERSONAL, PUBLIC_TASK, described, stores


class StaffTopic(enum.StrEnum):
    """What every member of staff is told, each in versions."""

    MONITORING = "monitoring"
    CODE = "code"  # the Code: staff note here only that they have seen it; signing it is stored elsewhere
    TELLING = "telling"


class PosterKind(enum.StrEnum):
    """What can be printed."""

    POSTER = "poster"
    CARDS = "cards"


@stores(PUBLIC_TASK, "evidence that staff know the procedure", until="a year after leaving")
class StaffAcknowledgement(SchoolBase):
    """What an adult acknowledged."""

    __tablename__ = "staff_told"

    staff_id: Mapped[StaffId] = mapped_column(primary_key=True)
    what: Mapped[StaffTopic] = described(
        "monitoring, what to do when a child tells, or the staff policy",
        stored_enum(StaffTopic),
        primary_key=True,
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    told_on: Mapped[date] = described("the day", primary_key=True)


@stores(NOT_PERSONAL, "to replace it when a name or number changes", until="taken off the list")
class PosterRecord(SchoolBase):
    """Where a poster hangs or who was given cards."""

    __tablename__ = "poster_up"

    id: Mapped[RandomKey]
    kind: Mapped[PosterKind] = described("poster or cards", stored_enum(PosterKind))
    audience: Mapped[str] = described("for which ages", String(20))
    lang: Mapped[str] = described("its language", String(20))
    mark: Mapped[str] = described("its version", String(20))
    place: Mapped[ShortText] = described("where it hangs, or who was given the cards", basis=PUBLIC_TASK)
    staff_id: Mapped[StaffId] = described("the adult who put it up", basis=PUBLIC_TASK)
    up_on: Mapped[date] = described("the day")

    staff: Mapped[StaffMember] = relationship()


@stores(
    NOT_PERSONAL, "families can read what they were told, and since when", until="kept: an old notice stays"
)
class FamilyNoticeDay(SchoolBase):
    """A day on which families were told a version of a notice; the first is the day on which it was published."""

    __tablename__ = "family_notice_day"

    notice: Mapped[str] = described("which notice", String(80), primary_key=True)
    lang: Mapped[str] = described("in which language", String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    told_on: Mapped[date] = described("the day", primary_key=True)
    digest: Mapped[str] = described("the start of the SHA-256 of its words", String(16))
