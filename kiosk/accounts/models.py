"""Tables of people: staff and their roles, class groups, pupils, and a teacher's open window."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.bands import Band
from kiosk.db import RandomKey, SchoolBase, ShortText, UtcDateTime, stored_enum
from kiosk.roles import Role


class StaffMember(SchoolBase):
    """An adult who can sign in; `name` is what children and colleagues see."""

    __tablename__ = "staff_member"

    id: Mapped[RandomKey]
    name: Mapped[ShortText]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    teaches: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[bytes | None] = mapped_column(LargeBinary(128))
    sealed_phone: Mapped[bytes | None] = mapped_column(LargeBinary(120))  # see totp.py
    totp_step: Mapped[int] = mapped_column(default=0)
    invitation_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    invitation_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    code_tries: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_on: Mapped[date | None]
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]  # the last day away
    frozen_on: Mapped[
        date | None
    ]  # since then this reader's key opens nothing, until another reader lifts it

    holdings: Mapped[list["RoleHolder"]] = relationship(back_populates="staff", lazy="selectin")

    @property
    def roles(self) -> frozenset[Role]:
        """Every role this person has now, as holder or deputy."""
        held = {holding.role for holding in self.holdings}
        return frozenset(held | {Role.TEACHER}) if self.teaches else frozenset(held)


class BrowserTries(SchoolBase):
    """Wrong passwords and codes for somebody from one browser in which they have signed in before.

    Those of all other browsers are counted in the person's own row.
    """

    __tablename__ = "browser_tries"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    browser: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    code_tries: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoleHolder(SchoolBase):
    """Somebody who holds a role, or deputises; a role may have several holders and several deputies."""

    __tablename__ = "role_holder"

    role: Mapped[Role] = mapped_column(stored_enum(Role), primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    deputy: Mapped[bool]

    staff: Mapped[StaffMember] = relationship(back_populates="holdings")


class LinkRequest(SchoolBase):
    """A link for a new password of somebody who holds a role: asked for, and not yet confirmed by a second person."""

    __tablename__ = "link_request"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    staff: Mapped[StaffMember] = relationship(foreign_keys=[staff_id], lazy="joined")
    asked_by: Mapped[StaffMember] = relationship(foreign_keys=[asked_by_id], lazy="joined")


class ClassGroup(SchoolBase):
    """A class: its name, its year as the school writes it, and the band its pages wear."""

    __tablename__ = "class_group"

    id: Mapped[RandomKey]
    name: Mapped[str] = mapped_column(String(60), unique=True)
    year: Mapped[str] = mapped_column(String(12))
    band: Mapped[Band] = mapped_column(stored_enum(Band))

    pupils: Mapped[list["Pupil"]] = relationship(back_populates="class_group", order_by="Pupil.first_name")
    teachers: Mapped[list[StaffMember]] = relationship(secondary="class_teacher", order_by="StaffMember.name")


class ClassTeacher(SchoolBase):
    """Which staff teach which class."""

    __tablename__ = "class_teacher"

    class_group_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)


class ClassCover(SchoolBase):
    """Who leads a class that they do not teach, on one day; it ends with the day."""

    __tablename__ = "class_cover"

    class_group_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    ended: Mapped[bool] = mapped_column(default=False)  # before the day did; its own teachers still see it

    staff: Mapped[StaffMember] = relationship()


class ClassCode(SchoolBase):
    """The code that a class has on one day, so that a class that is opened again has it back; gone at night."""

    __tablename__ = "class_code"

    class_group_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("class_group.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(20), unique=True)
    day: Mapped[date]


class Pupil(SchoolBase):
    """A child: a first name and a picture; `roster_digest` finds the row again without storing a surname."""

    __tablename__ = "pupil"
    __table_args__ = (UniqueConstraint("class_group_id", "first_name"),)

    id: Mapped[RandomKey]
    class_group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("class_group.id"), index=True)
    first_name: Mapped[str] = mapped_column(String(60))
    picture: Mapped[str] = mapped_column(String(20))
    key_hash: Mapped[bytes | None] = mapped_column(LargeBinary(128))
    roster_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    left_on: Mapped[date | None]
    adjustments: Mapped[int] = mapped_column(
        SmallInteger, default=0, server_default="0"
    )  # see kiosk/adjustments.py

    class_group: Mapped[ClassGroup] = relationship(back_populates="pupils")


class ClassWindow(SchoolBase):
    """A class that is open: pupils join with its code until it closes, and then the row is deleted."""

    __tablename__ = "class_window"
    __table_args__ = (CheckConstraint("length(code) between 4 and 20", name="code_length"),)

    id: Mapped[RandomKey]
    class_group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("class_group.id"), unique=True)
    opened_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    led: Mapped[bool] = mapped_column(default=False)  # by a teacher; the sessions store says where it is

    class_group: Mapped[ClassGroup] = relationship()
    opened_by: Mapped[StaffMember] = relationship()


class WindowTry(SchoolBase):
    """Wrong keys tried for one name in one window; deleted with the window (promise E1)."""

    __tablename__ = "window_try"

    window_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("class_window.id", ondelete="CASCADE"), primary_key=True
    )
    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id"), primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReaderKey(SchoolBase):
    """The keys of somebody who reads reports; the seed opens with the password alone. Whether they count is for the
    signed list to say."""

    __tablename__ = "reader_key"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    verify_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    wrapped_seed: Mapped[bytes] = mapped_column(LargeBinary(200))
    pin: Mapped[bytes | None] = mapped_column(LargeBinary)  # what this reader has seen of the list, locked

    staff: Mapped[StaffMember] = relationship()


class ProposalKind(enum.StrEnum):
    """What readers are asked to agree to."""

    ROLE = "role"
    KEY = "key"
    SHEETS = "sheets"


class Proposal(SchoolBase):
    """A change of who may read, which waits for the signatures of readers (promises G3, G4).

    `change` is what they sign; it is empty until the person who gains has keys.
    """

    __tablename__ = "proposal"

    id: Mapped[RandomKey]
    kind: Mapped[ProposalKind] = mapped_column(stored_enum(ProposalKind))
    gains_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff_member.id"))
    loses_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff_member.id"))
    role: Mapped[Role | None] = mapped_column(stored_enum(Role))
    deputy: Mapped[bool] = mapped_column(default=False)
    why: Mapped[ShortText]
    change: Mapped[str]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    asked_on: Mapped[date]
    until: Mapped[date]  # the last day on which it can be confirmed

    gains: Mapped[StaffMember | None] = relationship(foreign_keys=gains_id)
    loses: Mapped[StaffMember | None] = relationship(foreign_keys=loses_id)
    asked_by: Mapped[StaffMember] = relationship(foreign_keys=asked_by_id)
    voices: Mapped[list["ProposalVoice"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class ProposalVoice(SchoolBase):
    """One reader's signature under a proposal; an empty one says that this reader is against it."""

    __tablename__ = "proposal_voice"

    proposal_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    day: Mapped[date]

    @property
    def agrees(self) -> bool:
        """Whether this reader has signed the change."""
        return bool(self.signature)
