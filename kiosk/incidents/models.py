"""Tables of incidents: what staff do about a report; a child's words stay in the reports database."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.accounts.models import StaffMember
from kiosk.storage.db import CaseId, RandomKey, SchoolBase, ShortText, StaffId, UtcDateTime, stored_enum
from kiosk.storage.stored_data import NOT_PERSONAL, PUBLIC_TASK, SAFEGUARDING, described, stores


class Act(enum.StrEnum):
    """What an entry of the log records."""

    OPENED = "opened"
    READ = "read"
    DID = "did"
    ASSIGNED = "assigned"
    LEVEL = "level"
    PARENTS = "parents"
    REFERRED = "referred"
    STEPPED_ASIDE = "stepped_aside"
    REPLIED = "replied"
    CLOSED = "closed"
    REOPENED = "reopened"
    SUPPORT = "support"
    WITNESS = "witness"
    NOT_REFERRED = "not_referred"
    PROVIDER = "provider"
    DEVICE = "device"
    DISCIPLINE = "discipline"
    COMPLAINT = "complaint"
    RANG = "rang"
    TICKED = "ticked"
    PLANNED = "planned"
    HANDED_OVER = "handed_over"
    CLOSE_ASKED = "close_asked"
    NOT_YET = "not_yet"
    TAGGED = "tagged"
    LINKED = "linked"
    TASK_SET = "task_set"
    TASK_DONE = "task_done"
    PASSED_WORD = "passed_word"
    ANSWERED = "answered"
    FILED = "filed"
    TAKEN_BACK = "taken_back"
    BELONGS = "belongs"
    PARTED = "parted"
    SPOKE = "spoke"
    PASSED_ADDRESS = "passed_address"
    WORD_BACK = "word_back"


class CaseOutcome(enum.StrEnum):
    """How an incident ended; closing needs one (promise Q4)."""

    RESOLVED = "resolved"
    SUPPORT = "support"
    REFERRED = "referred"
    NO_ACTION = "no_action"
    NOT_SERIOUS = "not_serious"


class Level(enum.StrEnum):
    """How soon somebody must look at it."""

    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"


class RiskTag(enum.StrEnum):
    """The four kinds of risk online."""

    CONTENT = "content"
    CONTACT = "contact"
    CONDUCT = "conduct"
    COMMERCE = "commerce"


_IS_CLOSED = text("closed_at IS NOT NULL")
# Typed out, as a database takes the index of few rows for these words alone.
IS_ANSWERED = text("length(answer) > 0")
IS_ABOUT_STAFF = text("route IN ('adult', 'head')")


class Answer(enum.StrEnum):
    """What families are told that came of what they said."""

    DID = "did"
    NOT_YET = "not_yet"


class Heard(enum.StrEnum):
    """Why a line may be shown: many said it, or who said it wants it shown."""

    FIVE = "five"
    ASKED = "asked"


class CameFrom(enum.StrEnum):
    """Where the school heard it: never from what somebody told it in a report or a worry."""

    LETTERS = "letters"
    TALKS = "talks"
    EVENING = "evening"


@stores(SAFEGUARDING, "somebody is responsible for each report, in time", until="6 years after closing")
class Incident(SchoolBase):
    """What staff do about a report. It gets its number when staff open the report; no number is used twice."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("(closed_at is null) = (outcome is null)", name="closed_with_outcome"),
        CheckConstraint("number > 0", name="number_positive"),
        Index(None, "closed_at", "number"),
        Index(None, "opened_at", "number"),
        Index(
            "ix_incident_about_staff",
            "report_id",
            sqlite_where=IS_ABOUT_STAFF,
            postgresql_where=IS_ABOUT_STAFF,
        ),
        # In the order of ids, so that a database compares rows and log by going through both once.
        Index("ix_incident_closed", "id", sqlite_where=_IS_CLOSED, postgresql_where=_IS_CLOSED),
    )

    id: Mapped[RandomKey]
    number: Mapped[int] = described(
        "the number of the case, in order of opening; random where it is about a grown-up at school",
        unique=True,
    )
    report_id: Mapped[uuid.UUID] = described("the report it is about", unique=True)
    route: Mapped[str] = described("the kind of worry, which decides who reads it and how soon", String(20))
    # Wherever a case moves, it counts once, by where it began (promise A12).
    counts_as: Mapped[str | None] = described(
        "the kind with which it began, until the figures of its term are fixed; never about a grown-up at school",
        String(20),
    )
    level: Mapped[Level] = described("urgent, soon or routine", stored_enum(Level))
    opened_at: Mapped[datetime] = described("when staff opened it, never when it was sent", UtcDateTime)
    owner_id: Mapped[StaffId] = described("the adult who is responsible")
    next_step_by: Mapped[datetime] = described("when the next step is due", UtcDateTime)
    outcome: Mapped[CaseOutcome | None] = described("how it ended", stored_enum(CaseOutcome))
    closed_at: Mapped[datetime | None] = described("when it was closed", UtcDateTime)

    owner: Mapped[StaffMember] = relationship(lazy="joined")
    entries: Mapped[list["IncidentEntry"]] = relationship(
        order_by="IncidentEntry.seq", back_populates="incident"
    )


@stores(
    SAFEGUARDING,
    "who did or read what",
    until="6 years after closing; child protection files belong elsewhere",
)
class IncidentEntry(SchoolBase):
    """The log of a case, readings included. Lines are added, never changed."""

    __tablename__ = "incident_entry"
    __table_args__ = (UniqueConstraint("incident_id", "seq"), Index(None, "act", "incident_id", "seq"))

    id: Mapped[RandomKey]
    incident_id: Mapped[CaseId] = described("the case")
    seq: Mapped[int]
    at: Mapped[datetime] = described("when the adult did it", UtcDateTime)
    staff_id: Mapped[StaffId] = described("the adult who did or read it")
    act: Mapped[Act] = described("what was done", stored_enum(Act))
    sealed_note: Mapped[bytes] = described(
        "what the adult wrote, sealed with the child's words", LargeBinary, default=b""
    )

    incident: Mapped[Incident] = relationship(back_populates="entries")
    staff: Mapped[StaffMember] = relationship(lazy="joined")


@stores(NOT_PERSONAL, "it is done and taught", until="the school removes it")
class PlannedChange(SchoolBase):
    """What the school changes after a case, in general words."""

    __tablename__ = "planned_change"

    id: Mapped[RandomKey]
    incident_id: Mapped[CaseId] = described(
        "the case, which decides who may know", index=True, basis=SAFEGUARDING, until="6 years after closing"
    )
    what: Mapped[str] = described("what changes, without names", String(400))
    lesson_id: Mapped[str | None] = described(
        "the lesson that is part of it; never after a case about a grown-up at school", String(80)
    )
    owner_id: Mapped[StaffId] = described("who sees to it", basis=PUBLIC_TASK)
    due_on: Mapped[date]
    done_on: Mapped[date | None]

    incident: Mapped[Incident] = relationship()
    owner: Mapped[StaffMember] = relationship(lazy="joined")


@stores(PUBLIC_TASK, "children see that telling helps", until="taken down")
class YouSaid(SchoolBase):
    """“You said, we did”, for everybody to read."""

    __tablename__ = "you_said"

    id: Mapped[RandomKey]
    bands: Mapped[ShortText] = described("for which ages")
    lang: Mapped[str] = described("in which language it was written", String(12))
    said: Mapped[str] = described(
        "what children told, in general words without names or numbers", String(400)
    )
    did: Mapped[str] = described("what the school did", String(400))
    shown_from: Mapped[date] = described(
        "the first day it is shown, five school days later, so that it points at nobody"
    )
    staff_id: Mapped[StaffId] = described("the adult who wrote it")

    staff: Mapped[StaffMember] = relationship(lazy="joined")


@stores(PUBLIC_TASK, "families see what came of what they said", until="a year after it was first shown")
class FamiliesSaid(SchoolBase):
    """“You said, we did” of families, in the school's words; two people agree to it."""

    __tablename__ = "families_said"

    id: Mapped[RandomKey]
    lang: Mapped[str] = described("in which language it was written", String(12))
    said: Mapped[str] = described("what families said, in the school's words", String(400))
    answer: Mapped[Answer] = described("we did, or not yet", stored_enum(Answer))
    words: Mapped[str] = described("what the school did, or why not yet", String(400))
    by_when: Mapped[ShortText] = described("when families hear more of it, where it is not yet")
    heard: Mapped[Heard] = described(
        "five families or more said it, or one asked to show it", stored_enum(Heard)
    )
    came_from: Mapped[CameFrom] = described("from letters, talks or an evening", stored_enum(CameFrom))
    written_on: Mapped[date] = described("the day on which it was written")
    shown_on: Mapped[date | None] = described(
        "the day on which a second person agreed; before that nobody sees it"
    )
    staff_id: Mapped[StaffId] = described("the adult who wrote it")
    agreed_id: Mapped[StaffId | None] = described("the adult who agreed")
    replaces_id: Mapped[uuid.UUID | None] = described("the older line in whose place it stands once agreed")

    staff: Mapped[StaffMember] = relationship(lazy="joined", foreign_keys="FamiliesSaid.staff_id")


@stores(
    SAFEGUARDING,
    "a copy can be compared with what went out",
    until="6 years after closing; child protection files belong elsewhere",
)
class FiledCopy(SchoolBase):
    """What was handed over to the child protection file."""

    __tablename__ = "filed_copy"

    entry_id: Mapped[uuid.UUID] = described(
        "the line of the log that says so", ForeignKey("incident_entry.id"), primary_key=True
    )
    sealed: Mapped[bytes] = described("the file, sealed with the child's words", LargeBinary)


@stores(SAFEGUARDING, "nothing typed is lost", until="sent, discarded, the case closed, or 14 days")
class Draft(SchoolBase):
    """What a reader typed into a form and keeps for later.

    It is deleted together with the person's key, for example when somebody leaves.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("incident_id", "staff_id", "form"),)

    id: Mapped[RandomKey]
    staff_id: Mapped[uuid.UUID] = described(
        "who typed it; shown to nobody else", ForeignKey("reader_key.staff_id", ondelete="CASCADE")
    )
    incident_id: Mapped[CaseId]
    form: Mapped[str] = described("which form", String(20))
    sealed: Mapped[bytes] = described("what was typed, sealed for its writer alone", LargeBinary)
    kept_on: Mapped[date] = described("the day")


@stores(SAFEGUARDING, "to notice a third worry of one kind", until="6 years after closing")
class CaseTag(SchoolBase):
    """Which of four kinds of online risk a case is about; none about a grown-up at school."""

    __tablename__ = "case_tag"

    incident_id: Mapped[CaseId] = mapped_column(primary_key=True)
    tag: Mapped[RiskTag] = described(
        "content, contact, conduct or commerce", stored_enum(RiskTag), primary_key=True
    )


@stores(SAFEGUARDING, "it is done by its day", until="6 years after closing")
class CaseTask(SchoolBase):
    """A task of a case."""

    __tablename__ = "case_task"

    id: Mapped[uuid.UUID] = described(
        "the line of the log that sets it, where it is described, sealed", primary_key=True
    )
    incident_id: Mapped[CaseId] = mapped_column(index=True)
    owner_id: Mapped[StaffId] = described("who does it")
    due_on: Mapped[date]
    done_on: Mapped[date | None]


@stores(SAFEGUARDING, "they know what they need to", until="6 years after closing")
class ColleagueMessage(SchoolBase):
    """What a colleague was told in general words.

    It names no incident: its id is that of a line of a log.
    """

    __tablename__ = "passed_word"
    __table_args__ = (
        Index("ix_passed_word_answered", "id", sqlite_where=IS_ANSWERED, postgresql_where=IS_ANSWERED),
    )

    id: Mapped[uuid.UUID] = described("the line of the log that says so", primary_key=True)
    by_id: Mapped[StaffId] = described("who told them")
    to_id: Mapped[StaffId] = described("the colleague; shown to nobody else", index=True)
    words: Mapped[str] = described(
        "general words, not encrypted, as a colleague has no key",
        String(400),
        until="read, or left; backups of those days keep them",
    )
    read_on: Mapped[date | None] = described("the day on which they were read")
    answer_key: Mapped[bytes] = described("what seals the answer", LargeBinary(32), default=b"")
    answer: Mapped[bytes] = described(
        "the answer, which whoever may read the case opens",
        LargeBinary,
        default=b"",
        until="a reader has opened the case",
    )
    proof: Mapped[bytes] = described(
        "a keyed digest of the row, so that a row written by hand is not believed",
        LargeBinary(32),
        default=b"",
    )


@stores(SAFEGUARDING, "it is answered in time", until="6 years after closing")
class ComplaintClock(SchoolBase):
    """By when a complaint in a case is answered."""

    __tablename__ = "complaint_clock"

    entry_id: Mapped[uuid.UUID] = described(
        "the line of the log with the complaint, sealed there",
        ForeignKey("incident_entry.id"),
        primary_key=True,
    )
    incident_id: Mapped[CaseId] = mapped_column(index=True)
    due_on: Mapped[date] = described("the last day for an answer")
    answered_on: Mapped[date | None] = described("the day on which it was answered")


@stores(SAFEGUARDING, "colleagues know whom to ring at night", until="school opens")
class NightDuty(SchoolBase):
    """Who said that they are on it tonight."""

    __tablename__ = "night_duty"

    staff_id: Mapped[StaffId] = mapped_column(primary_key=True)
    until: Mapped[datetime] = described("until when: the hour at which school opens", UtcDateTime)
