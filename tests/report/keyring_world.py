"""Who reads: the list in the database, whose first version stands in the settings; and what damages it."""

import uuid
from dataclasses import dataclass

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.report.access.reader_chain import add_version, replace_chain, verified_chain
from kiosk.report.models import Reader, ReaderList
from kiosk.sealing.list_statements import RECOVERY as BY_SHEETS
from kiosk.sealing.list_statements import ListedReader, Recoverer, Version, write
from kiosk.sealing.recovery import RecoverySecret
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.factories import EARLY, RECOVERY_SECRET, make_reader, secret_of
from tests.roots import note_root

STRANGER = RecoverySecret(b"sheets of others")


@dataclass(frozen=True)
class World:
    """A school's settings, and its list of two versions: two coordinators and a chair; a third coordinator has gone."""

    config: Config
    databases: Databases
    key: SiteKey
    readers: list[uuid.UUID]
    gone: uuid.UUID
    chain: tuple[Version, ...]


def make_world(databases: Databases, config: Config, key: SiteKey) -> World:
    """The list in the database, its first version in the settings."""
    with databases.reports.write() as session:
        *readers, gone = [
            make_reader(session, role).id for role in ("coordinator", "coordinator", "chair", "coordinator")
        ]
        (first,) = verified_chain(session)
        left = {id: one for id, one in first.readers.items() if id != gone.hex}
        keys = {BY_SHEETS: RECOVERY_SECRET.signing_key}
        add_version(session, write(first, EARLY, left, first.recovery, {"kind": "recovered"}, keys))
        session.execute(delete(Reader).where(Reader.id == gone))
    note_root(first.hash)
    with databases.reports.session(write=False) as session:
        return World(config, databases, key, readers, gone, verified_chain(session))


def strange_list() -> tuple[Version, ...]:
    """What somebody who can write every file can make: a longer list with themselves in it, signed by themselves."""
    me = uuid.uuid5(uuid.NAMESPACE_OID, "stranger")
    secret = secret_of(me)
    entry = ListedReader(
        "x", ("chair", "coordinator", "dsl"), secret.public_key, secret.verify_key, EARLY, EARLY
    )
    recovery = Recoverer(STRANGER.public_key, STRANGER.verify_key)
    keys = {BY_SHEETS: STRANGER.signing_key}
    made = [write(None, EARLY, {me.hex: entry}, recovery, {"kind": "founded"}, keys)]
    for _ in range(3):
        made.append(write(made[-1], EARLY, {me.hex: entry}, recovery, {"kind": "recovered"}, keys))
    return tuple(made)


def no_list(session: Session, world: World) -> None:
    session.execute(delete(ReaderList))


def changed_list(session: Session, world: World) -> None:
    for row in session.scalars(select(ReaderList)):
        row.statement = row.statement.replace(b"coordinator", b"headteacher")


def unsigned_list(session: Session, world: World) -> None:
    session.execute(update(ReaderList).values(signatures="{}"))


def older_list(session: Session, world: World) -> None:
    session.execute(delete(ReaderList).where(ReaderList.version > 1))


def forked_list(session: Session, world: World) -> None:
    """Another second version, which counts by itself: two sheets have signed it, and the one that was seen too."""
    first, left = world.chain[0], dict(world.chain[0].readers)
    left.pop(world.readers[0].hex)
    keys = {BY_SHEETS: RECOVERY_SECRET.signing_key}
    replace_chain(session, [first, write(first, EARLY, left, first.recovery, {"kind": "recovered"}, keys)])


def other_list(session: Session, world: World) -> None:
    replace_chain(session, strange_list())


def put_away(world: World, *tables: str) -> None:
    """The database cannot be asked who reads."""
    with world.databases.reports.engine.execution_options(write=True).begin() as connection:
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} RENAME TO away_{table}"))


def put_back(world: World, *tables: str) -> None:
    with world.databases.reports.engine.execution_options(write=True).begin() as connection:
        for table in tables:
            connection.execute(text(f"ALTER TABLE away_{table} RENAME TO {table}"))


WHO_READS = ("reader", "recovery_key", "reader_list")
