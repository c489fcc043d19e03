"""Tables of what staff were told and passed on: days only, and nothing about a child."""

import enum
import uuid
from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.accounts.models import StaffMember
from kiosk.db import RandomKey, SchoolBase, ShortText, stored_enum


class Told(enum.StrEnum):
    """What every member of staff is told, each in versions."""

    MONITORING = "monitoring"
    CODE = "code"  # seen, which is not signed
    TELLING = "telling"


class PosterKind(enum.StrEnum):
    """What can be printed."""

    POSTER = "poster"
    CARDS = "cards"


class StaffTold(SchoolBase):
    """One member of staff acknowledged one version of something on a day."""

    __tablename__ = "staff_told"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    what: Mapped[Told] = mapped_column(stored_enum(Told), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    told_on: Mapped[date] = mapped_column(primary_key=True)


class PosterUp(SchoolBase):
    """A poster on a wall, or cards that were given out, as long as it hangs: what it says, where, since when."""

    __tablename__ = "poster_up"

    id: Mapped[RandomKey]
    kind: Mapped[PosterKind] = mapped_column(stored_enum(PosterKind))
    audience: Mapped[str] = mapped_column(String(20))  # a band, or everybody
    lang: Mapped[str] = mapped_column(String(20))
    mark: Mapped[str] = mapped_column(String(20))  # changes with what stands on it
    place: Mapped[ShortText]
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    up_on: Mapped[date]

    staff: Mapped[StaffMember] = relationship()
