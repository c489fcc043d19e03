"""Tables of the book of duties: its lines, which are only added, and where each duty stands by them."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped

from kiosk.storage.db import RandomKey, SchoolBase, ShortText, UtcDateTime, stored_enum
from kiosk.storage.stored_data import PUBLIC_TASK, described, stores


class LineKind(enum.StrEnum):
    """What a line of the book says."""

    DONE = "done"
    CORRECTION = "correction"
    PUT_OFF = "put_off"
    GIVEN = "given"
    NOT_HERE = "not_here"
    SWITCHED_ON = "switched_on"
    LATE = "late"
    TAKEN_BACK = "taken_back"
    HAPPENED = "happened"


@stores(PUBLIC_TASK, "the school can show what it did, and who did it", until="the school removes it")
class DutyLine(SchoolBase):
    """A line of the book of duties. Lines are added, never changed; nothing of a report stands in one."""

    __tablename__ = "duty_line"
    __table_args__ = (Index(None, "duty", "seq"),)

    id: Mapped[RandomKey]
    seq: Mapped[int] = described("the number of the line", unique=True)
    duty: Mapped[str] = described("which duty", String(80))
    of: Mapped[str] = described(
        "which of several: a class, a person, a fact; empty where it is one", String(120)
    )
    kind: Mapped[LineKind] = described("what the line says", stored_enum(LineKind))
    was_due: Mapped[date | None] = described("the day by which it was due")
    day: Mapped[date] = described("the day on which it was done")
    written_at: Mapped[datetime] = described("when it was written down", UtcDateTime)
    by_id: Mapped[uuid.UUID | None] = described(
        "who did it; nobody where kiosk counted", ForeignKey("staff_member.id")
    )
    with_whom: Mapped[ShortText] = described("with whom it was done")
    result: Mapped[str] = described("what came of it", String(80))
    answers: Mapped[str] = described("what was written down, in general words", Text)
    next_due: Mapped[date | None] = described("the day by which it is due next")
    about_id: Mapped[uuid.UUID | None] = described("the line that it corrects or takes back")


@stores(PUBLIC_TASK, "what is late is seen, and goes to the next person", until="the school removes it")
class DutyState(SchoolBase):
    """Where one duty stands: what its newest lines say, so that nobody has to read years of them."""

    __tablename__ = "duty_state"

    duty: Mapped[str] = described("which duty", String(80), primary_key=True)
    of: Mapped[str] = described("which of several; empty where it is one", String(120), primary_key=True)
    label: Mapped[ShortText] = described(
        "what is to be done, where it is a task or followed an event", default=""
    )
    due_on: Mapped[date | None] = described("the day by which it is due; none where nothing is open")
    line_id: Mapped[uuid.UUID | None] = described("the newest line that says it was done")
    done_on: Mapped[date | None] = described("the day on which it was done last")
    done_by_id: Mapped[uuid.UUID | None] = described(
        "who did it last; nobody where kiosk counted", ForeignKey("staff_member.id")
    )
    result: Mapped[str] = described("what came of it", String(80), default="")
    was_due: Mapped[date | None] = described("the day by which it was due before it was put off once")
    given_to_id: Mapped[uuid.UUID | None] = described("who does it this time", ForeignKey("staff_member.id"))
    # Of the whole duty alone, which is the row without an `of`.
    asked_by_id: Mapped[uuid.UUID | None] = described(
        "who said first that it does not apply here", ForeignKey("staff_member.id")
    )
    not_here_until: Mapped[date | None] = described("until when two said that it does not apply here")
    switched_on: Mapped[bool] = described("whether the school has switched it on", default=False)
    climbed: Mapped[int] = described("how many people it has come to since it is late", default=0)
