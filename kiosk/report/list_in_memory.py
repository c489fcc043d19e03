"""The list of readers that this process serves: verified at first use, kept in memory, and followed where it goes on.

Whoever exchanges, damages or cuts off the stored list changes nothing here, and every reader is told (promises S7, G3).
"""

import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.report.access.keyring import Keyring, Rows, keyring_of, known_readers, read_list
from kiosk.report.access.reader_chain import chain_contains
from kiosk.report.models import Reader
from kiosk.report.setup import zone_of
from kiosk.sealing.list_statements import Version
from kiosk.storage.db import Database, now_utc

ADDRESS = 2  # the column of the e-mail address


@dataclass(frozen=True)
class _ServedList:
    """A verified list of readers, with the rows beside it as they were when it was read."""

    chain: tuple[Version, ...]
    rows: Rows
    promise: bool


_served: dict[bytes, _ServedList] = {}  # by the hash of the first list, which every school has of its own
_told_on: dict[bytes, date] = {}
_lock = threading.Lock()


def current_keyring(database: Database, config: Config) -> Keyring:
    """The recipients of reports at this moment; none until a list of readers matches the hash in the settings.

    A list that counted once serves on in memory, whatever becomes of the database, until one continues it.
    """
    root, today = config.readers_root, now_utc().astimezone(config.zone).date()
    served = _list_to_serve(database, root, today) if root else None
    if served is None:
        return Keyring(known_readers(database))
    return keyring_of(served.chain, served.rows, today, served.promise)


def alarm_once_a_day(reports: Session, today: date, also: Iterable[str] = ()) -> None:
    """Tell every reader that the list is not the one that was seen, unless they were told today."""
    zone = zone_of(reports)
    if zone.differed_on != today:
        zone.differed_on = today
        queue_mail(reports, MailKind.STOP, {*reports.scalars(select(Reader.email)), *also})


def _list_to_serve(database: Database, root: bytes, today: date) -> _ServedList | None:
    """The list to serve: the stored one where it goes on from the one in memory, else the one in memory."""
    stored = _read_stored_list(database, root)
    with _lock:
        served = _served.get(root)
        if stored and not _goes_on(served, stored):
            # Another thread may have followed a longer one meanwhile.
            stored = _read_stored_list(database, root)
        if stored is None:
            return served  # the database is away: memory serves
        if _goes_on(served, stored):
            _served[root] = stored
            return stored
    _alarm_readers(database, root, today, served)
    return served


def _goes_on(served: _ServedList | None, stored: _ServedList) -> bool:
    if served is None:
        return bool(stored.chain)
    return chain_contains(stored.chain, served.chain[-1].number, served.chain[-1].hash)


def _read_stored_list(database: Database, root: bytes) -> _ServedList | None:
    """The stored list without invalid versions; None if the database cannot be read.

    It is read each time, by one prepared statement: if a change of the database alone made it be read again, how long
    a page takes would say that somebody told, or that somebody reads.
    """
    try:
        with database.rows(write=False) as connection:
            return _ServedList(*read_list(connection, root))
    except Exception:  # away, damaged or unsafe: no child is sent away for it
        return None


def _alarm_readers(database: Database, root: bytes, today: date, served: _ServedList | None) -> None:
    if _told_on.get(root) == today:
        return
    with suppress(Exception):  # the next request tries again
        with database.write() as reports:
            alarm_once_a_day(reports, today, [str(row[ADDRESS]) for row in served.rows] if served else ())
        _told_on[root] = today
