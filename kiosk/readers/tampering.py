"""Finds keys and log lines that somebody changed in the databases by hand (promise S5)."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import KeyAct, KeyEvent
from kiosk.accounts.reader_keys import mark_of_event, tampered_keys
from kiosk.report.keyring import proven_recovery
from kiosk.report.models import Reader
from kiosk.sealing.reader_key import fingerprint
from kiosk.sealing.site_key import SiteKey


class Tamper(enum.StrEnum):
    """What somebody changed by hand."""

    KEY = "key"
    COPY = "copy"
    RECOVERY = "recovery"
    LOG = "log"


@dataclass(frozen=True)
class TamperFinding:
    """One change that kiosk did not make itself, and the owner of the key if it is about a key."""

    kind: Tamper
    name: str = ""


def key_events(session: Session) -> list[KeyEvent]:
    """The whole log of keys, the oldest line first."""
    return list(session.scalars(select(KeyEvent).order_by(KeyEvent.seq)))


def tamper_findings(
    school: Session, reports: Session, site_key: SiteKey, events: Sequence[KeyEvent]
) -> list[TamperFinding]:
    """Every key, copy of a key and log line that kiosk did not write, because somebody changed a database by hand."""
    own = _own(site_key, events)
    found = [TamperFinding(Tamper.KEY, row.staff.name) for row in tampered_keys(school, site_key)]
    named = {finding.name for finding in found}
    found += [one for one in changed_copies(reports, site_key, events) if one.name not in named]
    recovery = proven_recovery(reports)
    proven = {event.fingerprint for event in own if event.act is KeyAct.SHEETS_PROVEN}
    if recovery is not None and fingerprint(recovery) not in proven:
        found.append(TamperFinding(Tamper.RECOVERY))
    if len(own) < len(events) or [event.seq for event in events] != list(range(1, len(events) + 1)):
        found.append(TamperFinding(Tamper.LOG))
    return found


def changed_copies(reports: Session, site_key: SiteKey, events: Sequence[KeyEvent]) -> list[TamperFinding]:
    """Readers for whom reports are sealed with a key that the log does not know; an older key is only out of date."""
    told = {(event.staff_id, event.fingerprint) for event in _own(site_key, events)}
    rows = reports.scalars(select(Reader).where(Reader.public_key.is_not(None)).order_by(Reader.name))
    return [
        TamperFinding(Tamper.COPY, reader.name)
        for reader in rows
        if (reader.id, fingerprint(reader.public_key or b"")) not in told
    ]


def _own(site_key: SiteKey, events: Sequence[KeyEvent]) -> list[KeyEvent]:
    """The log lines that kiosk wrote."""
    return [event for event in events if event.mark == mark_of_event(site_key, event)]
