"""Tables of leadership consent: what was asked, and what each person did about it. Nothing of a child stands here."""

import enum
import uuid
from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.accounts.models import StaffMember
from kiosk.db import RandomKey, SchoolBase, ShortText, stored_enum


class ConsentKind(enum.StrEnum):
    """For what two of the leadership team have to say yes."""

    FILTER = "filter"
    SOCIAL = "social"
    TECHNOLOGY = "technology"


class ConsentState(enum.StrEnum):
    """What became of a request."""

    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    ENDED = "ended"


class ConsentAct(enum.StrEnum):
    """What one person did about a request."""

    AGREED = "agreed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    KEPT = "kept"
    ENDED = "ended"


class Consent(SchoolBase):
    """What somebody asks the leadership team to allow; what was asked is never changed."""

    __tablename__ = "consent"

    id: Mapped[RandomKey]
    kind: Mapped[ConsentKind] = mapped_column(stored_enum(ConsentKind))
    what: Mapped[ShortText]
    why: Mapped[str] = mapped_column(String(1000))
    years: Mapped[ShortText]
    risks: Mapped[str] = mapped_column(String(2000))
    care: Mapped[str] = mapped_column(String(2000))
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    asked_on: Mapped[date]
    holds_until: Mapped[date]  # the last day
    review_on: Mapped[date]
    state: Mapped[ConsentState] = mapped_column(stored_enum(ConsentState), default=ConsentState.WAITING)

    asked_by: Mapped[StaffMember] = relationship()
    steps: Mapped[list["ConsentStep"]] = relationship(order_by="ConsentStep.seq", back_populates="consent")


class ConsentStep(SchoolBase):
    """One thing that somebody did about a request, with the reason where one was asked for."""

    __tablename__ = "consent_step"

    consent_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consent.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    act: Mapped[ConsentAct] = mapped_column(stored_enum(ConsentAct))
    note: Mapped[str] = mapped_column(String(1000), default="")
    day: Mapped[date]

    consent: Mapped[Consent] = relationship(back_populates="steps")
    staff: Mapped[StaffMember] = relationship()
