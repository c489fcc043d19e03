"""Tables of incidents: what staff do about a report; a child's words stay in the reports database."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.accounts.models import StaffMember
from kiosk.db import RandomKey, SchoolBase, ShortText, UtcDateTime, stored_enum


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
    MERGED = "merged"
    PARTED = "parted"


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


class Incident(SchoolBase):
    """A report that staff have opened; it gets its number at that moment, and no number is used twice."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("(closed_at is null) = (outcome is null)", name="closed_with_outcome"),
        CheckConstraint("number > 0", name="number_positive"),
        Index(None, "closed_at", "number"),
        # In the order of ids, so that a database compares rows and log by going through both once.
        Index("ix_incident_closed", "id", sqlite_where=_IS_CLOSED, postgresql_where=_IS_CLOSED),
    )

    id: Mapped[RandomKey]
    number: Mapped[int] = mapped_column(unique=True)
    report_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    route: Mapped[str] = mapped_column(String(20))
    level: Mapped[Level] = mapped_column(stored_enum(Level))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    next_step_by: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[CaseOutcome | None] = mapped_column(stored_enum(CaseOutcome))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What it goes on in; both logs must say the same (`joined`).
    follows_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("incident.id"), index=True)

    owner: Mapped[StaffMember] = relationship(lazy="joined")
    entries: Mapped[list["IncidentEntry"]] = relationship(
        order_by="IncidentEntry.seq", back_populates="incident"
    )


class IncidentEntry(SchoolBase):
    """One line of an incident's log, its note sealed like the child's words; lines are added, never changed."""

    __tablename__ = "incident_entry"
    __table_args__ = (UniqueConstraint("incident_id", "seq"), Index(None, "act", "incident_id"))

    id: Mapped[RandomKey]
    incident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("incident.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    act: Mapped[Act] = mapped_column(stored_enum(Act))
    sealed_note: Mapped[bytes] = mapped_column(LargeBinary, default=b"")

    incident: Mapped[Incident] = relationship(back_populates="entries")
    staff: Mapped[StaffMember] = relationship(lazy="joined")


class Closing(SchoolBase):
    """That somebody asked a second reader to agree to close an incident; what they wrote stands sealed in the log."""

    __tablename__ = "closing"

    incident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    outcome: Mapped[CaseOutcome] = mapped_column(stored_enum(CaseOutcome))

    asked_by: Mapped[StaffMember] = relationship(lazy="joined")


class PlannedChange(SchoolBase):
    """What the school changes after an incident, in general words, who sees to it and by when."""

    __tablename__ = "planned_change"

    id: Mapped[RandomKey]
    incident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("incident.id"), index=True)
    what: Mapped[str] = mapped_column(String(400))
    lesson_id: Mapped[str | None] = mapped_column(String(80))  # of a lesson that is part of it
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    due_on: Mapped[date]
    done_on: Mapped[date | None]

    incident: Mapped[Incident] = relationship()
    owner: Mapped[StaffMember] = relationship(lazy="joined")


class YouSaid(SchoolBase):
    """What children told the school about in general, and what it did; shown to everybody some school days later."""

    __tablename__ = "you_said"

    id: Mapped[RandomKey]
    bands: Mapped[ShortText]  # the bands it is for: "ks2 ks3"
    lang: Mapped[str] = mapped_column(String(12))  # the language in which it was written
    said: Mapped[str] = mapped_column(String(400))
    did: Mapped[str] = mapped_column(String(400))
    shown_from: Mapped[date]
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))

    staff: Mapped[StaffMember] = relationship(lazy="joined")


class PracticeRun(SchoolBase):
    """A practice report and how soon it was seen; once it was, what points at it and who started it is forgotten."""

    __tablename__ = "practice_run"
    __table_args__ = (
        CheckConstraint("goal_minutes > 0", name="goal_positive"),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        CheckConstraint("(minutes is null) = (started_at is not null)", name="seen_or_waits"),
    )

    id: Mapped[RandomKey]
    day: Mapped[date]
    in_school_time: Mapped[bool]
    goal_minutes: Mapped[int]
    minutes: Mapped[int | None]  # of school time, until somebody else opened it
    report_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff_member.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    changed: Mapped[str] = mapped_column(String(400), default="")


class FiledCopy(SchoolBase):
    """What went to the child protection file with one line of a log, byte for byte, sealed under the case key."""

    __tablename__ = "filed_copy"

    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("incident_entry.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Draft(SchoolBase):
    """What one person typed into a form of a case and keeps for later, sealed for that person alone.

    It hangs on the person's key: it goes when the key is forgotten, as when somebody leaves.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("incident_id", "staff_id", "form"),)

    id: Mapped[RandomKey]
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("reader_key.staff_id", ondelete="CASCADE"))
    incident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("incident.id"))
    form: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_on: Mapped[date]


class CaseTag(SchoolBase):
    """That a reader called an incident one of the four kinds of risk; in clear, as it is counted."""

    __tablename__ = "case_tag"

    incident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    tag: Mapped[RiskTag] = mapped_column(stored_enum(RiskTag), primary_key=True)


class CaseTask(SchoolBase):
    """That somebody has something to do about an incident by a day; what it is stands sealed in the log alone."""

    __tablename__ = "case_task"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)  # that of the line of the log which sets it
    incident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("incident.id"), index=True)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    due_on: Mapped[date]
    done_on: Mapped[date | None]


class PassedWord(SchoolBase):
    """What a reader told a colleague in general words, in clear until that colleague has read it, then without them.

    It names no incident: its id is that of a line of a log.
    """

    __tablename__ = "passed_word"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"))
    to_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    words: Mapped[str] = mapped_column(String(400))
    read_on: Mapped[date | None]
    proof: Mapped[bytes] = mapped_column(LargeBinary(32), default=b"")  # only this installation can make it


class ComplaintClock(SchoolBase):
    """By when a complaint is to be answered, and when it was: days alone, the rest stands sealed in its line."""

    __tablename__ = "complaint_clock"

    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("incident_entry.id"), primary_key=True)
    incident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("incident.id"), index=True)
    due_on: Mapped[date]
    answered_on: Mapped[date | None]
