"""Who reads a report, with a list that is damaged while kiosk runs or before it starts (promises S7, G3)."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import Opener, opened_row
from kiosk.report.access.routes import EVERY_READER
from kiosk.report.models import Reader, ReaderList, RecoveryKey, Report, ReportReader, Zone
from kiosk.report.setup import is_published
from kiosk.sealing.boxes import public_of
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.wsgi import create_wsgi
from tests.factories import (
    FAR,
    RECOVERY_SECRET,
    close_zone,
    found_list,
    make_reader,
    private_key_of,
)
from tests.report.keyring_world import (
    STRANGER,
    WHO_READS,
    World,
    changed_list,
    forked_list,
    make_world,
    no_list,
    older_list,
    other_list,
    put_away,
    put_back,
    unsigned_list,
)
from tests.report.sealed import RECOVERY
from tests.report.telling import FORM
from tests.roots import no_root, note_root
from tests.sites import transfer_all
from tests.tablets import SAME_ORIGIN

BROKEN_KEYS = (b"", b"short", bytes(32), b"\x01" + bytes(31), bytes(33))
NONCE = "n" * 24


@pytest.fixture
def world(databases: Databases, config: Config, key: SiteKey) -> World:
    """The list in the database, its first version in the settings."""
    return make_world(databases, config, key)


Damage = Callable[[Session, World], None]
DAMAGES: dict[str, Damage] = {
    "no list": no_list,
    "list changed": changed_list,
    "list unsigned": unsigned_list,
    "older list": older_list,
    "forked list": forked_list,
    "another list": other_list,
}


def tell(tablet: Client, words: str = "please read me", nonce: str = NONCE) -> Any:
    """A child opens the form and tells; what is shown, and what is answered."""
    shown = tablet.get("/report/ks2/en")
    data = {"nonce": nonce, "concern": "bullying", "words": words}
    return shown, tablet.post("/report/ks2/en", data=data, content_type=FORM, environ_base=SAME_ORIGIN)


def send(config: Config, databases: Databases, content: Content, nonce: str = NONCE) -> Any:
    """A child opens the form of a kiosk that was just started and tells, and it is merged."""
    shown, answer = tell(Client(create_wsgi(config, databases, content)), nonce=nonce)
    transfer_all(config, databases)
    return shown.status_code, answer


def openers(session: Session, readers: list[uuid.UUID]) -> list[Opener]:
    """Everybody who has a wrap and whose private key is known: readers, and recovery."""
    known = [Opener(reader, EVERY_READER, private_key_of(reader)) for reader in readers]
    holders = set(session.scalars(select(ReportReader.reader_id)))
    return [one for one in (*known, RECOVERY) if one.id in holders]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.database("sqlite")
def test_however_the_list_is_damaged_while_kiosk_runs_a_report_is_taken_for_the_right_readers(
    world: World, content: Content, damage: str
) -> None:
    tablet = Client(create_wsgi(world.config, world.databases, content))
    assert tell(tablet)[1].status_code == 200
    with world.databases.reports.write() as session:
        DAMAGES[damage](session, world)
    shown, answer = tell(tablet, nonce="m" * 24)
    assert (shown.status_code, answer.status_code) == (200, 200)
    assert 'id="what-next"' in answer.text
    transfer_all(world.config, world.databases)
    with world.databases.reports.session(write=False) as session:
        rows = session.scalars(select(Report)).all()
        assert len(rows) == 2
        holders = set(session.scalars(select(ReportReader.reader_id)))
        for row in rows:
            for opener in openers(session, world.readers):
                assert opened_row(session, row, opener).body["words"] == "please read me"
        assert holders == {*world.readers[:2], RECOVERY.id}
        told = set(session.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.STOP)))
        assert told == set(session.scalars(select(Reader.email))), "every reader is told"


@pytest.mark.parametrize("damage", ["no list", "list changed", "list unsigned", "another list"])
@pytest.mark.database("sqlite")
def test_kiosk_that_starts_on_a_list_that_cannot_be_trusted_takes_nothing_and_says_whom_to_go_to(
    world: World, content: Content, damage: str
) -> None:
    with world.databases.reports.write() as session:
        DAMAGES[damage](session, world)
        session.execute(update(Reader).values(holds="coordinator"))
        names = list(session.scalars(select(Reader.name)))
    shown, answer = tell(Client(create_wsgi(world.config, world.databases, content)))
    assert (shown.status_code, answer.status_code) == (503, 503)
    assert all(name in shown.text for name in names)
    assert "0800 1111" in shown.text
    assert "please read me" in answer.text, "words are kept"
    with world.databases.reports.session(write=False) as session:
        assert session.scalars(select(OutboxRow.kind)).all().count(MailKind.STOP) == len(names)


@pytest.mark.parametrize("named", [None, b"o" * 32])
def test_without_the_true_first_list_in_the_settings_nothing_is_sealed_to_anybody(
    world: World, content: Content, named: bytes | None
) -> None:
    no_root()
    if named:
        note_root(named)
    assert send(world.config, world.databases, content)[0] == 503


@pytest.mark.parametrize("broken", BROKEN_KEYS)
def test_a_reader_whose_key_is_damaged_costs_the_others_nothing(
    world: World, content: Content, broken: bytes
) -> None:
    with world.databases.reports.write() as session:
        entries = dict(world.chain[-1].readers)
        bad = world.readers[0].hex
        first = found_list(session, entries | {bad: replace(entries[bad], public_key=broken)})
    note_root(first.hash)
    assert send(world.config, world.databases, content)[1].status_code == 200
    with world.databases.reports.session(write=False) as session:
        row = session.scalars(select(Report)).one()
        assert session.get(ReportReader, (row.id, world.readers[0])) is None
        able = openers(session, world.readers)
        for opener in able:
            assert opened_row(session, row, opener).body["words"] == "please read me"
        assert {one.id for one in able} == {*world.readers[1:], RECOVERY.id}, "the chair joined"


@pytest.mark.parametrize("planted", [None, *BROKEN_KEYS, STRANGER.public_key])
def test_keys_and_roles_in_the_copy_of_readers_are_not_believed(
    world: World, content: Content, planted: bytes | None
) -> None:
    """T5: whoever can write the database put a key of their own into a row, and read what came next (promise G3)."""
    with world.databases.reports.write() as session:
        session.execute(update(Reader).values(public_key=planted, roles="network"))
        session.add(
            Reader(
                id=uuid.uuid4(),
                name="x",
                email="x@school.example",
                roles="coordinator chair",
                public_key=STRANGER.public_key,
            )
        )
    assert send(world.config, world.databases, content)[1].status_code == 200
    with world.databases.reports.session(write=False) as session:
        row = session.scalars(select(Report)).one()
        opens = set(session.scalars(select(ReportReader.reader_id)))
        assert opens >= {*world.readers[:2], RECOVERY.id}
        assert opens <= {*world.readers, RECOVERY.id}, (
            "the next of the list joins, as for who is away; no row does"
        )
        for opener in openers(session, world.readers):
            assert opened_row(session, row, opener).body["words"] == "please read me"


@pytest.mark.database("sqlite")
def test_while_the_database_cannot_be_read_memory_serves(world: World, content: Content) -> None:
    tablet = Client(create_wsgi(world.config, world.databases, content))
    assert tablet.get("/report/ks2/en").status_code == 200
    put_away(world, *WHO_READS)
    shown, answer = tell(tablet)
    assert (shown.status_code, answer.status_code) == (200, 200)
    put_back(world, *WHO_READS)
    transfer_all(world.config, world.databases)
    with world.databases.reports.session(write=False) as session:
        assert {*world.readers[:2], RECOVERY.id} == set(session.scalars(select(ReportReader.reader_id)))


def test_one_cell_closes_no_page_that_readers_have_opened(
    world: World, config: Config, content: Content
) -> None:
    with world.databases.reports.write() as session:
        session.execute(update(Zone).values(published_on=None))
        assert is_published(session)
    shown, answer = send(config, world.databases, content)
    assert (shown, answer.status_code) == (200, 200)
    assert 'id="what-next"' in answer.text


def test_a_page_that_was_never_opened_to_children_takes_nothing(
    world: World, config: Config, content: Content
) -> None:
    with world.databases.reports.write() as session:
        close_zone(session)
    shown, answer = send(config, world.databases, content)
    assert (shown, answer.status_code) == (503, 503)
    assert "please read me" in answer.text


def test_before_there_is_a_list_the_recovery_key_is_the_one_that_sheets_have_opened_last(
    reports_session: Session,
) -> None:
    make_reader(reports_session, "dsl")
    reports_session.execute(update(Zone).values(published_on=None))
    reports_session.execute(delete(ReaderList))
    proven = reports_session.scalars(select(RecoveryKey)).one()
    later = {"proof": b"", "made_on": proven.made_on, "verify_key": STRANGER.verify_key}
    unproven, newer = public_of(b"u" * 32), public_of(b"n" * 32)
    reports_session.add(RecoveryKey(public_key=unproven, **later))
    reports_session.flush()
    assert read_keyring(reports_session).recovery == proven.public_key
    reports_session.add(RecoveryKey(public_key=newer, proven_on=FAR, **later))
    reports_session.flush()
    assert read_keyring(reports_session).recovery == newer
    reports_session.execute(delete(RecoveryKey).where(RecoveryKey.proven_on.is_not(None)))
    assert read_keyring(reports_session).recovery is None


def test_once_there_is_a_list_a_row_makes_no_recovery_key(reports_session: Session) -> None:
    """T5: a recovery key of one's own in a row was sealed to (promise G3)."""
    make_reader(reports_session, "dsl")
    row = {"public_key": STRANGER.public_key, "verify_key": STRANGER.verify_key, "proof": b""}
    reports_session.add(RecoveryKey(**row, made_on=FAR, proven_on=FAR))
    reports_session.flush()
    assert read_keyring(reports_session).recovery == RECOVERY_SECRET.public_key
    reports_session.execute(delete(ReaderList))
    assert read_keyring(reports_session).recovery is None, "nor once the list is deleted"
