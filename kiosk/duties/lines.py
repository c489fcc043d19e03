"""Adding a line to the book: each is bound into the audit log by the same transaction and stays (promise Q2)."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct, LogEntry
from kiosk.duties.models import DutyLine, LineKind
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import N_, Refused

AT_ONCE = 500
SENT_BEFORE = N_(
    "You have sent this form before, and what you sent then stands in the book. Open the form once more."
)


@dataclass(frozen=True)
class NewLine:
    """What a line is to say."""

    duty: str
    of: str
    kind: LineKind
    day: date
    was_due: date | None = None
    result: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    with_whom: str = ""
    next_due: date | None = None
    about: uuid.UUID | None = None
    id: uuid.UUID = field(default_factory=uuid.uuid4)  # of the form, so that sent twice it is one line


def add_line(session: Session, acting: Acting, new: NewLine) -> DutyLine | None:
    """Add a line; None where this very form has added one before. Raises Refused where it said something else."""
    answers = json.dumps(new.answers, ensure_ascii=False)
    if known := session.get(DutyLine, new.id):
        before = (known.duty, known.of, known.kind, known.by_id, known.result, known.answers)
        if before != (new.duty, new.of, new.kind, acting.by, new.result, answers):
            raise Refused(SENT_BEFORE)
        return None
    line = DutyLine(
        id=new.id,
        duty=new.duty,
        of=new.of,
        kind=new.kind,
        was_due=new.was_due,
        day=new.day,
        written_at=acting.now.astimezone(UTC).replace(microsecond=0),
        by_id=acting.by,
        with_whom=new.with_whom,
        result=new.result,
        answers=answers,
        next_due=new.next_due,
        about_id=new.about,
    )
    line.seq = acting.note(session, LogAct.DUTY_LINE, digest=_digest_of(acting.site_key, line)).seq
    session.add(line)
    session.flush()
    return line


def book_is_intact(session: Session, key: SiteKey) -> bool:
    """Whether every line is as kiosk wrote it, and none is missing or beside them."""
    said = select(LogEntry).where(LogEntry.act == LogAct.DUTY_LINE.value).execution_options(yield_per=AT_ONCE)
    chained = {(line.seq, _said_in(line)) for line in session.scalars(said)}
    lines = session.scalars(select(DutyLine).execution_options(yield_per=AT_ONCE))
    return chained == {(line.seq, _digest_of(key, line)) for line in lines}


def _said_in(line: LogEntry) -> str:
    try:
        return str(json.loads(line.details)["digest"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""  # the details were tampered with and hold no digest


def _digest_of(key: SiteKey, line: DutyLine) -> str:
    written = [
        *(line.id.hex, line.duty, line.of, line.kind.value, str(line.was_due), line.day.isoformat()),
        *(line.written_at.isoformat(), str(line.by_id), line.with_whom, line.result, line.answers),
        *(str(line.next_due), str(line.about_id)),
    ]
    return key.lasting.derive("duty-line", json.dumps(written).encode()).hex()
