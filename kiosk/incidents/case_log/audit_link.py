"""Each line of a case log is bound into the audit log in the same transaction (promise Q8).

A line there holds a keyed digest of the line of a case and nothing else: it names neither a case nor a person.
Whoever changes, removes or adds a line of a case behind kiosk's back is found by `verify_cases`, and whoever changes
both breaks the chain.
"""

import enum
import json
from collections.abc import Iterable

from sqlalchemy import event, exists, select
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct, LogEntry
from kiosk.incidents.models import IncidentEntry
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Database

AT_ONCE = 500
_KEY, _NEW = "case_key", "case_lines"  # keys in `Session.info`


class CaseTamper(enum.StrEnum):
    """What is wrong with the lines of cases."""

    CHANGED = "changed"  # changed or removed
    FORGED = "forged"  # kiosk did not write this line


def bind_case_log(database: Database, key: SiteKey) -> None:
    """From now on bind every new line of a case into the log of this school; calling it again changes nothing."""
    database.writing.configure(info={_KEY: key})


def verify_cases(session: Session, key: SiteKey) -> list[CaseTamper]:
    """What is wrong with the lines of all cases; empty if they are as kiosk wrote them, and the log is whole."""
    chained = {_digest_in(line) for line in _lines_of_act(session, LogAct.CASE_LINE)}
    before = {_digest_in(line) for line in _lines_of_act(session, LogAct.CASES_BEFORE)}
    if not chained:
        return []  # no case line was written since cases are bound into the log
    entries = session.scalars(select(IncidentEntry).execution_options(yield_per=AT_ONCE))
    there = {digest_of(key, entry) for entry in entries}
    found = [CaseTamper.CHANGED] if chained - there else []
    if before != {_of_many(key, there - chained)}:
        found.append(CaseTamper.FORGED)
    return found


def digest_of(key: SiteKey, entry: IncidentEntry) -> str:
    """A digest of everything in a line of a case, which only this school can make."""
    written = [
        *(entry.id.hex, entry.incident_id.hex, entry.seq, entry.at.isoformat()),
        *(entry.staff_id.hex, entry.act.value, entry.sealed_note.hex()),
    ]
    return key.lasting.derive("case-line", json.dumps(written).encode()).hex()


def _of_many(key: SiteKey, digests: Iterable[str]) -> str:
    return key.lasting.derive("cases-before", "\n".join(sorted(digests)).encode()).hex()


def _lines_of_act(session: Session, act: LogAct) -> Iterable[LogEntry]:
    return session.scalars(
        select(LogEntry).where(LogEntry.act == act.value).execution_options(yield_per=AT_ONCE)
    )


def _digest_in(line: LogEntry) -> str:
    try:
        return str(json.loads(line.details)["digest"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""  # the details were tampered with and hold no digest


@event.listens_for(Session, "after_flush")
def _remember_new_case_lines(session: Session, *_: object) -> None:
    if _KEY in session.info:
        new = [one for one in session.new if isinstance(one, IncidentEntry)]
        session.info.setdefault(_NEW, []).extend(new)


@event.listens_for(Session, "after_rollback")
def _forget_new_case_lines(session: Session) -> None:
    session.info.pop(_NEW, None)


@event.listens_for(Session, "before_commit")
def _bind_new_case_lines(session: Session) -> None:
    if _KEY not in session.info:
        return
    session.flush()  # lines that were added and not flushed yet count as well
    if not session.info.get(_NEW):
        return
    new: list[IncidentEntry] = session.info.pop(_NEW)
    key: SiteKey = session.info[_KEY]
    if not session.scalar(select(exists().where(LogEntry.act == LogAct.CASES_BEFORE.value))):
        mine = {entry.id for entry in new}
        entries = session.scalars(select(IncidentEntry).execution_options(yield_per=AT_ONCE))
        before = _of_many(key, [digest_of(key, entry) for entry in entries if entry.id not in mine])
        Acting(key, None, new[0].at).note(session, LogAct.CASES_BEFORE, digest=before)
    for entry in new:
        Acting(key, None, entry.at).note(session, LogAct.CASE_LINE, digest=digest_of(key, entry))
