"""Finds keys and log lines that somebody changed in the databases by hand (promise S5)."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import KeyAct, KeyEvent
from kiosk.accounts.reader_keys import fingerprint_of, mark_of_event, present_keys
from kiosk.report.chain import whole_chain
from kiosk.report.clear_columns import altered_by_hand
from kiosk.report.models import ReaderList
from kiosk.report.setup import is_published
from kiosk.sealing.site_key import SiteKey

MADE = (KeyAct.MADE, KeyAct.RENEWED)


class Tamper(enum.StrEnum):
    """What somebody changed by hand."""

    KEY = "key"
    LIST = "list"
    LOG = "log"
    REPORTS = "reports"


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
    """Every key, version of the list and line that kiosk did not write: somebody changed a database by hand."""
    own = _own(site_key, events)
    told = {event.staff_id: event.fingerprint for event in own if event.act in MADE}
    found = [
        TamperFinding(Tamper.KEY, row.staff.name)
        for row in present_keys(school)
        if told.get(row.staff_id) != fingerprint_of(row)
    ]
    stored = reports.scalar(select(func.count()).select_from(ReaderList)) or 0
    if is_published(reports) and (stored == 0 or stored != len(whole_chain(reports))):
        found.append(TamperFinding(Tamper.LIST))
    if len(own) < len(events) or [event.seq for event in events] != list(range(1, len(events) + 1)):
        found.append(TamperFinding(Tamper.LOG))
    if altered_by_hand(reports):
        found.append(TamperFinding(Tamper.REPORTS))
    return found


def _own(site_key: SiteKey, events: Sequence[KeyEvent]) -> list[KeyEvent]:
    """The log lines that kiosk wrote."""
    return [event for event in events if event.mark == mark_of_event(site_key, event)]
