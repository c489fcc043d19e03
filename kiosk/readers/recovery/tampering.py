"""Detects tampering with keys and log lines in the databases (promise S5)."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kiosk.accounts.staff.reader_keys import fingerprint_of, keys_of_present_readers, logged_fingerprints
from kiosk.audit.log import KEY_ACTS, LogEntry, lines
from kiosk.audit.verify import quick_check
from kiosk.readers.recovery.setup import was_opened
from kiosk.report.access.integrity_columns import altered_by_hand
from kiosk.report.access.reader_chain import stored_rows, verified_rows
from kiosk.sealing.site_key import SiteKey

# Lines about keys that a page shows and looks at; `kiosk log verify`, the doctor and the worker read the whole log.
LOOKED_AT = 60


class Tamper(enum.StrEnum):
    """The kind of thing that was tampered with."""

    KEY = "key"
    LIST = "list"
    LOG = "log"
    REPORTS = "reports"


@dataclass(frozen=True)
class TamperFinding:
    """One change that kiosk did not make itself, and the owner of the key if it is about a key."""

    kind: Tamper
    name: str = ""


def about_keys(school: Session) -> Sequence[LogEntry]:
    """The newest lines about keys, which a page shows and looks at."""
    return lines(school, acts=KEY_ACTS, limit=LOOKED_AT)


def tamper_findings(
    school: Session, reports: Session, site_key: SiteKey, some: Sequence[LogEntry]
) -> list[TamperFinding]:
    """Every key and version of the list that kiosk did not write, and whether the log was changed by hand.

    `some`: the lines of the log that are looked at, besides the newest (`about_keys`).
    A page asks it, so it does not read the whole log: see `quick_check`.
    """
    keys = keys_of_present_readers(school)
    told = logged_fingerprints(school, site_key, [row.staff_id for row in keys])
    found = [
        TamperFinding(Tamper.KEY, row.staff.name)
        for row in keys
        if told.get(row.staff_id) != fingerprint_of(row)
    ]
    stored = stored_rows(reports)
    if was_opened(school, reports) and (not stored or len(stored) != len(verified_rows(stored))):
        found.append(TamperFinding(Tamper.LIST))
    if not quick_check(school, site_key, some):
        found.append(TamperFinding(Tamper.LOG))
    if altered_by_hand(reports):
        found.append(TamperFinding(Tamper.REPORTS))
    return found
