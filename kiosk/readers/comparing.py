"""Compares the stored list with what a reader has seen, at each unlocking; readers can agree that it was put back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.db import Databases
from kiosk.files import write_durably
from kiosk.outbox import queue_alarm
from kiosk.readers.pins import ListDiffers, Pin, changes_since, is_older
from kiosk.report.chain import read_signatures, whole_chain, write_signatures
from kiosk.report.keyring import STOPPED_NAME, root_of
from kiosk.report.models import ListPutBack, Reader
from kiosk.report.setup import zone_of
from kiosk.sealing.list_put_back import PutBack, is_agreed, sign_put_back
from kiosk.sealing.list_statements import Version
from kiosk.sealing.reader_key import ReaderSecret


@dataclass(frozen=True)
class Compared:
    """The list as it stands, and the versions that are new to this reader."""

    chain: tuple[Version, ...]
    news: tuple[Version, ...]


def compare(reports: Session, config: Config, pin: Pin | None) -> Compared:
    """Compare the stored list with a reader's pin; raises ListDiffers where the key has to stay shut."""
    chain = whole_chain(reports, root_of(config))
    try:
        return Compared(chain, tuple(changes_since(chain, pin)))
    except ListDiffers as differs:
        if was_put_back(reports, chain, differs.pin):
            return Compared(chain, ())
        raise


def was_put_back(reports: Session, chain: Sequence[Version], pin: Pin) -> bool:
    """Whether two readers have signed that the list which this reader had seen is lost."""
    for row in reports.scalars(select(ListPutBack).where(ListPutBack.lost_version >= pin.version)):
        statement = PutBack(row.version, row.hash, row.lost_version, row.lost_hash, row.day)
        if row.version > len(chain) or chain[row.version - 1].hash != row.hash or pin.version <= row.version:
            continue
        meant = pin.hash == row.lost_hash or pin.seen_on <= row.day
        if meant and is_agreed(statement, chain[row.version - 1].readers, read_signatures(row.signatures)):
            return True
    return False


def agree_to_put_back(
    reports: Session, chain: Sequence[Version], pin: Pin, me: str, secret: ReaderSecret, today: date
) -> bool:
    """Sign that the stored, earlier list is the one to go on with; whether two readers have signed it now.

    Only an earlier state of the same list can be agreed to. Raises ListDiffers for any other.
    """
    if not is_older(chain, pin):
        raise ListDiffers(pin, older=False)
    last = chain[-1]
    row = reports.scalars(
        select(ListPutBack).where(ListPutBack.hash == last.hash, ListPutBack.lost_version >= pin.version)
    ).first()
    if row is None:
        row = ListPutBack(
            lost_hash=pin.hash,
            version=last.number,
            hash=last.hash,
            lost_version=pin.version,
            day=today,
            signatures="{}",
        )
        reports.add(row)
    statement = PutBack(row.version, row.hash, row.lost_version, row.lost_hash, row.day)
    signatures = dict(read_signatures(row.signatures)) | {me: sign_put_back(statement, secret.signing_key)}
    row.signatures = write_signatures(signatures)
    reports.flush()
    return is_agreed(statement, last.readers, signatures)


def tell_everybody(databases: Databases, config: Config, today: date) -> None:
    """A reader's key stays shut: stop sealing to this list, and alarm every reader once a day."""
    write_durably(
        config.data_dir / STOPPED_NAME, b"the list of readers is not the one that a reader has seen\n"
    )
    with databases.reports.write() as reports:
        zone = zone_of(reports)
        if zone.differed_on != today:
            zone.differed_on = today
            queue_alarm(reports, reports.scalars(select(Reader.email)))


def all_is_well(config: Config) -> None:
    """A reader has seen the list that was expected: sealing goes on."""
    (config.data_dir / STOPPED_NAME).unlink(missing_ok=True)
