"""Tables of people: staff and their roles, class groups, pupils, and a teacher's open window."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.bands import Band
from kiosk.roles import Role
from kiosk.storage.db import ClassId, RandomKey, SchoolBase, ShortText, StaffId, UtcDateTime, stored_enum
from kiosk.storage.stored_data import NOT_PERSONAL, PUBLIC_TASK, described, stores


@stores(PUBLIC_TASK, "sign-in, alerts and the audit log", until="6 years after leaving")
class StaffMember(SchoolBase):
    """An adult who can sign in."""

    __tablename__ = "staff_member"

    id: Mapped[RandomKey]
    name: Mapped[ShortText] = described("as children and colleagues know the person")
    email: Mapped[str] = described("school e-mail, for signing in and for alerts", String(254), unique=True)
    teaches: Mapped[bool] = described("whether the person teaches, which opens their classes", default=True)
    password_hash: Mapped[bytes | None] = described(
        "an Argon2id hash of the password", LargeBinary(128), until="leaving"
    )
    sealed_phone: Mapped[bytes | None] = described(
        "what the sign-in app of the phone shares with kiosk, encrypted", LargeBinary(120), until="leaving"
    )
    mobile: Mapped[str | None] = described(
        "a mobile number, given by the person alone: for text messages, and for who may read the same urgent report",
        String(20),
        until="leaving",
    )
    reach: Mapped[ShortText] = described(
        "how to reach somebody who holds a role, given by the person alone, for pupils, families and staff",
        default="",
        until="leaving",
    )
    totp_step: Mapped[int] = described(
        "the number of the last phone code, so that no code works twice", default=0, until="leaving"
    )
    invitation_digest: Mapped[bytes | None] = described(
        "digest of a one-time link", LargeBinary(32), unique=True, until="its use, or leaving"
    )
    invitation_ends_at: Mapped[datetime | None] = described(
        "until when that link works", UtcDateTime, until="its use, or leaving"
    )
    tries: Mapped[int] = described(
        "wrong passwords in a row from unknown browsers", default=0, until="the next sign-in"
    )
    code_tries: Mapped[int] = described(
        "wrong phone codes in a row from unknown browsers", default=0, until="the next sign-in"
    )
    wait_until: Mapped[datetime | None] = described(
        "until when the account is paused after too many tries", UtcDateTime, until="the next sign-in"
    )
    left_on: Mapped[date | None] = described("the day of leaving, which closes the account")
    away_from: Mapped[date | None] = described(
        "first day away, when somebody else of the role is alerted", until="the next absence"
    )
    away_until: Mapped[date | None] = described("last day away", until="the next absence")
    frozen_on: Mapped[date | None] = described(
        "the day on which this reader's key was frozen", until="another reader unfreezes it"
    )

    holdings: Mapped[list["RoleHolder"]] = relationship(back_populates="staff", lazy="selectin")

    @property
    def roles(self) -> frozenset[Role]:
        """Every role this person has now, as holder or deputy."""
        held = {holding.role for holding in self.holdings}
        return frozenset(held | {Role.TEACHER}) if self.teaches else frozenset(held)


@stores(
    PUBLIC_TASK,
    "strangers' tries keep nobody out of their own browser",
    until="the next sign-in there, a new password, or leaving",
)
class BrowserTries(SchoolBase):
    """Wrong tries from a browser in which an adult has signed in before.

    Those of all other browsers are counted in the person's own row.
    """

    __tablename__ = "browser_tries"

    staff_id: Mapped[StaffId] = mapped_column(primary_key=True)
    browser: Mapped[bytes] = described(
        "a random number in the browser's cookie, which says nothing else", LargeBinary(16), primary_key=True
    )
    tries: Mapped[int] = described("wrong passwords in a row there", default=0)
    code_tries: Mapped[int] = described("wrong phone codes in a row there", default=0)
    wait_until: Mapped[datetime | None] = described("until when that browser waits", UtcDateTime)


@stores(PUBLIC_TASK, "who is sent which report", until="the role is given to somebody else")
class RoleHolder(SchoolBase):
    """Who has which role."""

    __tablename__ = "role_holder"

    role: Mapped[Role] = described(
        "safeguarding lead, coordinator, principal, chair, network manager, office or data protection lead",
        stored_enum(Role),
        primary_key=True,
    )
    staff_id: Mapped[StaffId] = mapped_column(primary_key=True)
    deputy: Mapped[bool] = described("holder or deputy")

    staff: Mapped[StaffMember] = relationship(back_populates="holdings")


@stores(
    PUBLIC_TASK,
    "nobody who holds a role gets a link from one person alone",
    until="confirmed or refused, or a week",
)
class LinkRequest(SchoolBase):
    """A password link that a second person has not confirmed yet."""

    __tablename__ = "link_request"

    staff_id: Mapped[StaffId] = described("whom the link is for", primary_key=True)
    asked_by_id: Mapped[StaffId] = described("who asked")
    asked_at: Mapped[datetime] = described("when it was asked for", UtcDateTime)

    staff: Mapped[StaffMember] = relationship(foreign_keys=[staff_id], lazy="joined")
    asked_by: Mapped[StaffMember] = relationship(foreign_keys=[asked_by_id], lazy="joined")


@stores(NOT_PERSONAL, "which lessons and which name tiles", until="the class is removed")
class ClassGroup(SchoolBase):
    """A class: its name, year and age group."""

    __tablename__ = "class_group"

    id: Mapped[RandomKey]
    name: Mapped[str] = described("as the school calls it", String(60), unique=True)
    year: Mapped[str] = described("the year group", String(12))
    band: Mapped[Band] = described(
        "the age group, ks1 to ks4, which sets lessons and size of letters", stored_enum(Band)
    )

    pupils: Mapped[list["Pupil"]] = relationship(back_populates="class_group", order_by="Pupil.first_name")
    teachers: Mapped[list[StaffMember]] = relationship(secondary="class_teacher", order_by="StaffMember.name")


@stores(PUBLIC_TASK, "which classes a teacher opens and sees", until="leaving")
class ClassTeacher(SchoolBase):
    """Who teaches which class."""

    __tablename__ = "class_teacher"

    class_group_id: Mapped[ClassId] = mapped_column(primary_key=True)
    staff_id: Mapped[StaffId] = mapped_column(primary_key=True)


@stores(PUBLIC_TASK, "the class can be opened, and its teachers see by whom", until="four weeks")
class ClassCover(SchoolBase):
    """Who leads a colleague's class on one day."""

    __tablename__ = "class_cover"

    class_group_id: Mapped[ClassId] = mapped_column(primary_key=True)
    staff_id: Mapped[StaffId] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    ended: Mapped[bool] = described("whether it ended before the day was over", default=False)

    staff: Mapped[StaffMember] = relationship()


@stores(NOT_PERSONAL, "a class that is opened again has its code back", until="that night")
class ClassCode(SchoolBase):
    """The code of a class on one day."""

    __tablename__ = "class_code"

    class_group_id: Mapped[ClassId] = mapped_column(primary_key=True)
    code: Mapped[str] = described("a word and two numbers", String(20), unique=True)
    day: Mapped[date]


@stores(PUBLIC_TASK, "which lessons and name tile are the child's", until="a year after leaving")
class Pupil(SchoolBase):
    """A child: a first name and a picture, never a surname."""

    __tablename__ = "pupil"
    __table_args__ = (UniqueConstraint("class_group_id", "first_name"),)

    id: Mapped[RandomKey]
    class_group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("class_group.id"), index=True)
    first_name: Mapped[str] = described(
        "first name, with a letter of the last name only where two are alike", String(60)
    )
    picture: Mapped[str] = described("the drawing on the name tile", String(20))
    key_hash: Mapped[bytes | None] = described(
        "an Argon2id hash of the child's own pictures or words", LargeBinary(128)
    )
    roster_digest: Mapped[bytes | None] = described(
        "a keyed digest of the pupil number, to recognise the child at the next import",
        LargeBinary(32),
        unique=True,
    )
    name_digest: Mapped[bytes | None] = described(
        "the same of the full name, for lists that have no number", LargeBinary(32)
    )
    left_on: Mapped[date | None] = described("the day of leaving")
    adjustments: Mapped[int] = described(
        "six switches (read aloud, simpler text, pictures, larger text, more time, signing adult), no reason",
        SmallInteger,
        default=0,
        server_default="0",
        until="taken off, or a term after leaving",
    )
    visit: Mapped[bytes | None] = described(
        "random bytes on which a sign-in rests; drawn anew when the child taps Leave", LargeBinary(8)
    )

    class_group: Mapped[ClassGroup] = relationship(back_populates="pupils")


@stores(NOT_PERSONAL, "the next list with the same headings is read without asking", until="chosen anew")
class RosterColumns(SchoolBase):
    """What each column of a roster holds, chosen once for one set of headings."""

    __tablename__ = "roster_columns"

    headings_digest: Mapped[bytes] = described(
        "a keyed digest of the headings", LargeBinary(32), primary_key=True
    )
    columns: Mapped[str] = described("what each of them holds, in the order of the alphabet")


@stores(PUBLIC_TASK, "children can join until it closes", until="it closes, 90 minutes at most")
class ClassWindow(SchoolBase):
    """A class that is open."""

    __tablename__ = "class_window"
    __table_args__ = (CheckConstraint("length(code) between 4 and 20", name="code_length"),)

    id: Mapped[RandomKey]
    class_group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("class_group.id"), unique=True)
    opened_by_id: Mapped[StaffId] = described("the teacher who opened it, witness of a sign-off")
    code: Mapped[str] = described("the code on the board", String(20), unique=True, basis=NOT_PERSONAL)
    closes_at: Mapped[datetime] = described("when it closes", UtcDateTime, basis=NOT_PERSONAL)
    led: Mapped[bool] = described("whether a teacher leads a lesson in it", default=False, basis=NOT_PERSONAL)

    class_group: Mapped[ClassGroup] = relationship()
    opened_by: Mapped[StaffMember] = relationship()


@stores(PUBLIC_TASK, "guessing is slowed for that name alone", until="the class closes")
class WindowTry(SchoolBase):
    """Wrong keys tried for a name in an open class (promise E1)."""

    __tablename__ = "window_try"

    window_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("class_window.id", ondelete="CASCADE"), primary_key=True
    )
    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id"), primary_key=True)
    tries: Mapped[int] = described("wrong keys in a row", default=0)
    wait_until: Mapped[datetime | None] = described("until when that name waits", UtcDateTime)


@stores(PUBLIC_TASK, "children come in without reading or typing", until="taken back, or a year")
class TabletSetUp(SchoolBase):
    """Tablets that an adult set up together, for a class or for a year group; none of them is told apart."""

    __tablename__ = "tablet_set_up"

    id: Mapped[RandomKey]
    class_group_id: Mapped[ClassId | None] = described(
        "the class that uses them; none where a year group does"
    )
    year: Mapped[str] = described("the year group that uses them", String(12), default="", basis=NOT_PERSONAL)
    link_digest: Mapped[bytes | None] = described(
        "a keyed digest of the link by which a tablet is set up",
        LargeBinary(32),
        unique=True,
        until="that night",
    )
    link_ends_at: Mapped[datetime] = described("until when that link works", UtcDateTime, basis=NOT_PERSONAL)
    tablets: Mapped[int] = described("how many tablets used the link", default=0, basis=NOT_PERSONAL)
    set_on: Mapped[date]
    staff_id: Mapped[StaffId]

    class_group: Mapped[ClassGroup | None] = relationship()
    staff: Mapped[StaffMember] = relationship()


@stores(PUBLIC_TASK, "a card takes the place of a tap, never of a key", until="printed anew, or leaving")
class JoinCard(SchoolBase):
    """A printed card that names a class, or a class and one of its children."""

    __tablename__ = "join_card"

    digest: Mapped[bytes] = described(
        "a keyed digest of the words on the card", LargeBinary(32), primary_key=True
    )
    class_group_id: Mapped[ClassId] = mapped_column(index=True)
    pupil_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("pupil.id", ondelete="CASCADE"), unique=True
    )

    class_group: Mapped[ClassGroup] = relationship()
    pupil: Mapped[Pupil | None] = relationship()


@stores(PUBLIC_TASK, "the reader opens reports and signs; the machine cannot", until="leaving")
class ReaderKey(SchoolBase):
    """The keys of an adult who reads reports. Whether they count, the signed list says."""

    __tablename__ = "reader_key"

    staff_id: Mapped[StaffId] = mapped_column(primary_key=True)
    public_key: Mapped[bytes] = described("the key to which reports are sealed", LargeBinary(32))
    verify_key: Mapped[bytes] = described(
        "the key with which others check this reader's signatures", LargeBinary(32)
    )
    wrapped_seed: Mapped[bytes] = described(
        "what both private keys come from, encrypted with the password", LargeBinary(200)
    )
    pin: Mapped[bytes | None] = described(
        "the newest list of readers and line of the log that this reader has seen, encrypted", LargeBinary
    )

    staff: Mapped[StaffMember] = relationship()


class ProposalKind(enum.StrEnum):
    """What readers are asked to agree to."""

    ROLE = "role"
    KEY = "key"
    SHEETS = "sheets"
    HANDOVER = "handover"


@stores(PUBLIC_TASK, "other readers approve it before it applies", until="decided, or seven days")
class Proposal(SchoolBase):
    """A proposed change of who reads reports (promises G3, G4).

    What they sign follows from the row and the list as it is now; of new sheets `change` keeps it.
    """

    __tablename__ = "proposal"

    id: Mapped[RandomKey]
    kind: Mapped[ProposalKind] = described(
        "a role, a key, new recovery sheets, or a hand-over", stored_enum(ProposalKind)
    )
    gains_id: Mapped[StaffId | None] = described(
        "the adult who gets the role or takes over, or whose key is new"
    )
    loses_id: Mapped[StaffId | None] = described("the adult who gives up the role or hands over")
    role: Mapped[Role | None] = described("which role", stored_enum(Role))
    deputy: Mapped[bool] = described("holder or deputy", default=False)
    why: Mapped[ShortText] = described("the reason, in the words of whoever proposed it", default="")
    change: Mapped[str] = described("new sheets: what readers sign", default="")
    day: Mapped[date | None] = described("of a hand-over, the day from which the other one reads")
    taken_on: Mapped[date | None] = described("the day on which they took it on")
    asked_by_id: Mapped[StaffId] = described("who asked")
    asked_on: Mapped[date]
    until: Mapped[date] = described("the last day on which it can be approved")

    gains: Mapped[StaffMember | None] = relationship(foreign_keys=gains_id)
    loses: Mapped[StaffMember | None] = relationship(foreign_keys=loses_id)
    asked_by: Mapped[StaffMember] = relationship(foreign_keys=asked_by_id)
    votes: Mapped[list["ProposalVote"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


@stores(PUBLIC_TASK, "nobody counts twice or approves for another", until="with the proposal")
class ProposalVote(SchoolBase):
    """Which readers have approved or objected."""

    __tablename__ = "proposal_voice"

    proposal_id: Mapped[uuid.UUID] = described(
        "the proposal", ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[StaffId] = described("the reader", primary_key=True)
    signature: Mapped[bytes] = described("the reader's signature; empty where they object", LargeBinary(64))
    day: Mapped[date]

    @property
    def agrees(self) -> bool:
        """Whether this reader has signed the change."""
        return bool(self.signature)
