"""Compares the stored list with what a reader has seen, at each unlocking; readers can agree that it was put back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.host.files import write_durably
from kiosk.mail.outbox import queue_alarm
from kiosk.readers.signed_list.pins import (
    ID_LETTERS,
    TRAIL_BYTES,
    ListDiffers,
    Pin,
    changes_since,
    is_older,
    lost_since,
)
from kiosk.report.access.keyring import STOPPED_NAME, root_of
from kiosk.report.access.reader_chain import contains, whole_chain
from kiosk.report.models import ListPutBack, Reader
from kiosk.report.setup import zone_of
from kiosk.sealing.list_put_back import PutBack, is_signed, sign_put_back
from kiosk.sealing.list_statements import Version
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.sealing.reader_list import NEEDED
from kiosk.storage.db import Databases


@dataclass(frozen=True)
class Compared:
    """The list as it is now, and the versions that are new to this reader."""

    chain: tuple[Version, ...]
    news: tuple[Version, ...]


def compare(reports: Session, config: Config, pin: Pin | None, me: str, today: date) -> Compared:
    """Compare the stored list with a reader's pin; raises ListDiffers where the key has to stay shut."""
    root = root_of(config)
    chain = whole_chain(reports, root)
    if (
        not chain and root is not None
    ):  # the page was opened with a list, and this one does not begin as that did
        raise ListDiffers(pin or Pin(1, root, today), older=False)
    try:
        return Compared(chain, tuple(changes_since(chain, pin, today)))
    except ListDiffers as differs:
        here = contains(
            chain, differs.pin.version, differs.pin.hash
        )  # then it is not lost: days are what is wrong
        place = 0 if here else put_back_to(reports, chain, differs.pin, me)
        if not place:
            raise
        return Compared(chain, chain[place:])


def put_back_to(reports: Session, chain: Sequence[Version], pin: Pin, me: str) -> int:
    """The version to which two readers agree that the list was put back from this pin's; 0 if they do not.

    Only those count who stood in the list as this reader saw it last. What this reader has not signed must be lost
    by the word of two of them; what this reader has signed, by the word of one other.
    """
    beginning = pin.hash[:TRAIL_BYTES]
    signed = _statements(reports, chain, pin)
    for target in sorted({one.version for one in signed}, reverse=True):
        same = [one for one in signed if one.version == target]
        covering = [one for one in same if one.covers(pin.version, beginning)]
        mine = any(one.reader == me for one in covering)
        if len(same) >= NEEDED and (mine or len(covering) >= NEEDED):
            return target
    return 0


def _statements(reports: Session, chain: Sequence[Version], pin: Pin) -> list[PutBack]:
    """Every signed statement that puts the list back to a version before this pin's, one for each reader."""
    found = []
    for row in reports.scalars(select(ListPutBack)):
        if not 0 < row.version <= min(len(chain), pin.version - 1):
            continue
        target = chain[row.version - 1]
        listed = target.active(row.day).get(row.reader_id.hex)
        lost = tuple(row.lost[at : at + TRAIL_BYTES] for at in range(0, len(row.lost), TRAIL_BYTES))
        statement = PutBack(row.reader_id.hex, row.version, row.hash, lost, row.day)
        if (
            target.hash == row.hash
            and listed is not None
            and row.reader_id.hex[:ID_LETTERS] in pin.readers
            and is_signed(statement, listed.verify_key, row.signature)
        ):
            found.append(statement)
    return found


def agree_to_put_back(
    reports: Session, chain: Sequence[Version], pin: Pin, me: uuid.UUID, secret: ReaderSecret, today: date
) -> bool:
    """Sign that the stored, earlier list is the one to go on with; whether two readers have signed it now.

    Only an earlier state of the same list can be agreed to. Raises ListDiffers for any other.
    """
    if not is_older(chain, pin):
        raise ListDiffers(pin, older=False)
    last = chain[-1]
    lost = lost_since(pin, last.number)
    statement = PutBack(me.hex, last.number, last.hash, lost, today)
    reports.merge(
        ListPutBack(
            hash=last.hash,
            reader_id=me,
            version=last.number,
            lost=b"".join(lost),
            day=today,
            signature=sign_put_back(statement, secret.signing_key),
        )
    )
    reports.flush()
    return bool(put_back_to(reports, chain, pin, me.hex))


def tell_everybody(databases: Databases, config: Config, today: date) -> None:
    """A reader's key stays shut: stop sealing to this list, and alarm every reader: each time, or else once a day."""
    stopped = config.file(STOPPED_NAME)
    anew = not stopped.exists()
    write_durably(stopped, b"the list of readers is not the one that a reader has seen\n")
    with databases.reports.write() as reports:
        alarm_once_a_day(reports, today, anew)


def alarm_once_a_day(reports: Session, today: date, anew: bool = False) -> None:
    """Tell every reader that the list is not the one that was seen, unless they were told today."""
    zone = zone_of(reports)
    if anew or zone.differed_on != today:
        zone.differed_on = today
        queue_alarm(reports, reports.scalars(select(Reader.email)))


def all_is_well(config: Config) -> None:
    """A reader has seen the list that was expected: sealing goes on."""
    config.file(STOPPED_NAME).unlink(missing_ok=True)
