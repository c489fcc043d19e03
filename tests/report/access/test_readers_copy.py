"""Who reads, as the report zone knows it: the longest signed list, of the database or the copy (promises S7, G3)."""

import json
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.config import Config
from kiosk.report.access.keyring import (
    COPY_NAME,
    STOPPED_NAME,
    Keyring,
    current_keyring,
    read_copy,
    read_keyring,
    write_copy,
)
from kiosk.report.access.routes import ROUTES
from kiosk.report.access.sealed_report import kept_out
from kiosk.report.form.answers import ReportAnswers
from kiosk.report.form.seal import route_for
from kiosk.report.models import Reader, ReaderList, RecoveryKey, Zone
from kiosk.sealing.boxes import public_of
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.factories import (
    FAR,
    RECOVERY_SECRET,
    make_reader,
)
from tests.report.keyring_world import (
    STRANGER,
    World,
    make_world,
    no_list,
    older_list,
)
from tests.report.sealed import KEY


@pytest.fixture
def world(databases: Databases, config: Config, key: SiteKey) -> World:
    """Database, signed copy and settings, each whole."""
    return make_world(databases, config, key)


def test_the_copy_gives_back_the_keyring_and_nobody_without_the_site_key_can_make_one(world: World) -> None:
    path = world.config.data_dir / COPY_NAME
    with world.databases.reports.session(write=False) as session:
        ring = read_keyring(session)
    assert read_copy(path, world.key) == ring
    assert read_copy(path, world.key).chain == ring.chain
    assert {one.email for one in ring.readers} != {""}
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_copy(path, SiteKey(b"o" * 32)) == Keyring()


def test_not_one_changed_byte_of_the_copy_is_believed(world: World) -> None:
    path = world.config.data_dir / COPY_NAME
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert read_copy(path, world.key) == Keyring()


def test_a_copy_with_a_longer_list_is_kept_unless_readers_have_agreed_to_go_back(world: World) -> None:
    path = world.config.data_dir / COPY_NAME
    before = path.read_bytes()
    shorter = replace(read_copy(path, world.key), chain=world.chain[:1])
    write_copy(path, shorter, world.key)
    assert path.read_bytes() == before
    write_copy(path, shorter, world.key, shorter=True)
    assert read_copy(path, world.key).chain == world.chain[:1]


def test_a_holder_of_a_role_without_a_listed_key_stands_in_the_copy_so_that_a_route_keeps_them_out(
    world: World,
) -> None:
    """With the database away she was nobody, was not kept out, and was let in with another role later (T1, T10)."""
    path, head, id = world.config.data_dir / COPY_NAME, ROUTES["head"], uuid.uuid4()
    with world.databases.reports.write() as session:
        session.add(Reader(id=id, name="Mrs New", email="new@school.example", roles="principal"))
    with world.databases.reports.session(write=False) as session:
        write_copy(path, read_keyring(session), world.key)
    copied = read_copy(path, world.key)
    assert id.hex in kept_out(head, copied.readers, ())
    (known,) = [one for one in copied.readers if one.id == id]
    assert (known.name, known.roles, known.able, known.listed) == ("Mrs New", "principal", False, False)
    ticked = ReportAnswers(Band.KS4, "en", "n" * 24, concern="other", exclude=(id.hex,), head="no")
    assert route_for(ticked, copied.readers) is head, "whom a child ticked is known as the head"


@pytest.mark.parametrize("held", [b"", b"\n", b"x", json.dumps({"readers": []}).encode(), b"\xff" * 200])
def test_a_copy_that_is_none_is_an_empty_keyring(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / COPY_NAME
    assert read_copy(path, KEY) == Keyring()
    path.write_bytes(held)
    assert read_copy(path, KEY) == Keyring()


def test_before_there_is_a_list_the_recovery_key_is_the_one_that_sheets_have_opened_last(
    reports_session: Session,
) -> None:
    make_reader(reports_session, "dsl")
    reports_session.execute(update(Zone).values(published_on=None))
    no_more = reports_session.get_one(ReaderList, 1)
    reports_session.delete(no_more)
    proven = reports_session.scalars(select(RecoveryKey)).one()
    later = {"proof": b"", "made_on": proven.made_on, "verify_key": STRANGER.verify_key}
    unproven, newer = public_of(b"u" * 32), public_of(b"n" * 32)
    reports_session.add(RecoveryKey(public_key=unproven, **later))
    reports_session.flush()
    assert read_keyring(reports_session).recovery == proven.public_key
    assert proven.proven_on
    later_day = proven.proven_on.replace(year=2027)
    reports_session.add(RecoveryKey(public_key=newer, proven_on=later_day, **later))
    reports_session.flush()
    assert read_keyring(reports_session).recovery == newer
    reports_session.execute(delete(RecoveryKey).where(RecoveryKey.proven_on.is_not(None)))
    assert read_keyring(reports_session).recovery is None


def test_once_there_is_a_list_a_row_makes_no_recovery_key(reports_session: Session) -> None:
    """T5: a recovery key of one's own in a row was sealed to (promise G3)."""
    make_reader(reports_session, "dsl")
    reports_session.add(
        RecoveryKey(
            public_key=STRANGER.public_key,
            verify_key=STRANGER.verify_key,
            proof=b"",
            made_on=FAR,
            proven_on=FAR,
        )
    )
    reports_session.flush()
    assert read_keyring(reports_session).recovery == RECOVERY_SECRET.public_key
    reports_session.execute(delete(ReaderList))
    assert read_keyring(reports_session).recovery is None, "nor once the list is deleted"


def test_the_longer_list_goes_first_the_database_before_the_copy_and_the_settings_last(world: World) -> None:
    config, reports = world.config, world.databases.reports
    found = current_keyring(reports, config, world.key)
    assert found.chain == world.chain
    assert {reader.id for reader in found.readers} == set(world.readers)
    with reports.write() as session:
        older_list(session, world)
    assert current_keyring(reports, config, world.key).chain == world.chain, "of the copy"
    with reports.write() as session:
        no_list(session, world)
    assert {one.id for one in current_keyring(reports, config, world.key).readers} == set(world.readers)
    (config.data_dir / COPY_NAME).unlink()
    last = current_keyring(reports, config, world.key)
    assert (last.recovery, last.published, last.chain) == (config.recovery_public_key, True, ())
    assert {reader.id for reader in last.readers} == set(world.readers), "children can tick whom it is about"
    assert not any(reader.able for reader in last.readers), "and nobody is sealed to"


def test_while_a_readers_key_stays_shut_nothing_is_sealed_but_for_recovery(world: World) -> None:
    (world.config.data_dir / STOPPED_NAME).touch()
    ring = current_keyring(world.databases.reports, world.config, world.key)
    assert (ring.recovery, ring.published) == (world.config.recovery_public_key, True)
    assert {reader.id for reader in ring.readers} == set(world.readers)
    assert not any(reader.able for reader in ring.readers)
