"""No report is refused for want of a key: database, signed copy, settings damaged in turn, in pairs (promise S7)."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.report.access.keyring import COPY_NAME
from kiosk.report.access.opening import Opener, opened_row
from kiosk.report.access.renewal import renew_with_recovery
from kiosk.report.access.routes import EVERY_READER
from kiosk.report.access.sealed_report import KEPT_OUT
from kiosk.report.models import Reader, ReaderList, Report, ReportReader, Zone
from kiosk.report.setup import is_published
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.wsgi import create_wsgi
from tests.factories import (
    RECOVERY_SECRET,
    close_zone,
    found_list,
    list_readers,
    private_key_of,
    secret_of,
)
from tests.report.keyring_world import (
    STRANGER,
    WHO_READS,
    World,
    changed_copy,
    changed_list,
    make_world,
    no_copy,
    no_copy_nor_root,
    no_list,
    no_setting,
    older_copy,
    older_list,
    other_copy,
    other_list,
    put_away,
    put_back,
    unsigned_list,
)
from tests.report.sealed import RECOVERY
from tests.report.telling import FORM
from tests.sites import transfer_all
from tests.tablets import SAME_ORIGIN

BROKEN_KEYS = (b"", b"short", bytes(32), b"\x01" + bytes(31), bytes(33))
NONCE = "n" * 24


@pytest.fixture
def world(databases: Databases, config: Config, key: SiteKey) -> World:
    """Database, signed copy and settings, each whole."""
    return make_world(databases, config, key)


Damage = Callable[[Session, World], None]
OF_THE_DATABASE: dict[str, Damage] = {
    "no list": no_list,
    "list changed": changed_list,
    "list unsigned": unsigned_list,
    "older list": older_list,
    "another list": other_list,
}
OF_THE_COPY: dict[str, Damage] = {
    "no copy": no_copy,
    "copy changed": changed_copy,
    "older copy": older_copy,
    "another copy": other_copy,
}
OF_THE_SETTINGS: dict[str, Damage] = {"no setting": no_setting}
SOURCES = (OF_THE_DATABASE, OF_THE_COPY, OF_THE_SETTINGS)
DAMAGES = OF_THE_DATABASE | OF_THE_COPY | OF_THE_SETTINGS
OLDER = {"older list", "older copy"}
ONE_AND_TWO = [
    *((one,) for one in DAMAGES),
    *(pair for pair in combinations(DAMAGES, 2) if not any(set(pair) <= set(source) for source in SOURCES)),
]


def send(config: Config, databases: Databases, content: Content, nonce: str = NONCE) -> Any:
    """A child opens the form and tells, and it is merged."""
    tablet = Client(create_wsgi(config, databases, content))
    shown = tablet.get("/report/ks2/en").status_code
    data = {"nonce": nonce, "concern": "bullying", "words": "please read me"}
    answer = tablet.post("/report/ks2/en", data=data, content_type=FORM, environ_base=SAME_ORIGIN)
    transfer_all(config, databases)
    return shown, answer


def openers(session: Session, readers: list[uuid.UUID]) -> list[Opener]:
    """Everybody who has a wrap and whose private key is known: readers, and recovery."""
    known = [Opener(reader, EVERY_READER, private_key_of(reader)) for reader in readers]
    holders = set(session.scalars(select(ReportReader.reader_id)))
    return [one for one in (*known, RECOVERY) if one.id in holders]


@pytest.mark.parametrize("damages", ONE_AND_TWO, ids=" and ".join)
@pytest.mark.database("sqlite")
def test_whatever_one_or_two_sources_of_keys_are_damaged_a_report_is_taken_and_can_be_opened(
    world: World, content: Content, damages: tuple[str, ...]
) -> None:
    """T5, too: a list that a stranger made, in the database or as a copy with the site key, is given nothing."""
    with world.databases.reports.write() as session:
        for damage in damages:
            DAMAGES[damage](session, world)
    shown, answer = send(world.config, world.databases, content)
    assert (shown, answer.status_code) == (200, 200)
    assert 'id="what-next"' in answer.text
    with world.databases.reports.session(write=False) as session:
        row = session.scalars(select(Report)).one()
        holders = set(session.scalars(select(ReportReader.reader_id)))
        for opener in openers(session, [*world.readers, world.gone]):
            assert opened_row(session, row, opener).body["words"] == "please read me"
    whole = {*world.readers[:2], RECOVERY.id}
    if any(not set(damages) & set(source) for source in (OF_THE_DATABASE, OF_THE_COPY)):
        assert holders == whole, "the longest list that counts"
    elif OLDER & set(damages):
        assert holders == {*whole, world.gone}, "a list that was put back is seen by the pins of readers"
    else:
        assert holders == {RECOVERY.id}


@pytest.mark.parametrize("broken", BROKEN_KEYS)
def test_a_reader_whose_key_is_damaged_costs_the_others_nothing(
    world: World, content: Content, broken: bytes
) -> None:
    with world.databases.reports.write() as session:
        entries = dict(world.chain[-1].readers)
        bad = world.readers[0].hex
        first = found_list(session, entries | {bad: replace(entries[bad], public_key=broken)})
    no_copy_nor_root(world, first)
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
        assert set(session.scalars(select(ReportReader.reader_id))) == {*world.readers[:2], RECOVERY.id}
        for opener in openers(session, world.readers):
            assert opened_row(session, row, opener).body["words"] == "please read me"


@pytest.mark.database("sqlite")
def test_with_a_database_that_cannot_be_read_at_all_a_report_is_kept_and_can_be_opened(
    world: World, content: Content
) -> None:
    app = create_wsgi(world.config, world.databases, content)
    put_away(world, *WHO_READS)
    data = {"nonce": NONCE, "concern": "bullying", "words": "please read me"}
    answer = Client(app).post("/report/ks2/en", data=data, content_type=FORM, environ_base=SAME_ORIGIN)
    assert answer.status_code == 200
    transfer_all(world.config, world.databases)
    with world.databases.reports.session(write=False) as session:
        holders = set(session.scalars(select(ReportReader.reader_id)))
    assert {*world.readers[:2], RECOVERY.id} == holders


@pytest.mark.database("sqlite")
def test_whom_a_child_ticks_while_nobody_can_be_looked_up_is_kept_out_for_good(
    world: World, content: Content
) -> None:
    """T10: with the database and its copy away ticks were dropped, and recovery could let that person in."""
    app = create_wsgi(world.config, world.databases, content)
    (world.config.data_dir / COPY_NAME).unlink()
    put_away(world, *WHO_READS)
    ticked, new = world.readers[0], uuid.uuid5(uuid.NAMESPACE_OID, "reads only later")
    data = {"nonce": NONCE, "concern": "bullying", "head": "no", "exclude": [ticked.hex, new.hex]}
    answer = Client(app).post("/report/ks2/en", data=data, content_type=FORM, environ_base=SAME_ORIGIN)
    assert answer.status_code == 200
    put_back(world, *WHO_READS)
    transfer_all(world.config, world.databases)
    with world.databases.reports.write() as session:
        row = session.scalars(select(Report)).one()
        assert set(opened_row(session, row, RECOVERY).body[KEPT_OUT]) >= {ticked.hex, new.hex}
        assert row.route == "adult", "a tick is about a grown-up, known or not"
        for id, name in ((ticked, "y"), (new, "z")):
            session.merge(
                Reader(
                    id=id,
                    name=name,
                    email=f"{name}@school.example",
                    roles="dsl principal",
                    public_key=secret_of(id).public_key,
                )
            )
        session.flush()
        list_readers(session)
        for renewed in range(2):
            assert renew_with_recovery(session, RECOVERY_SECRET.private_key) == 1, renewed
            holders = set(session.scalars(select(ReportReader.reader_id)))
            assert not holders & {ticked, new}
        assert RECOVERY.id in holders


def test_with_every_key_gone_the_page_says_so_and_keeps_the_words(world: World, content: Content) -> None:
    with world.databases.reports.write() as session:
        for damage in (no_list, no_copy, no_setting):
            damage(session, world)
    shown, answer = send(world.config, world.databases, content)
    assert (shown, answer.status_code) == (503, 503)
    assert "could NOT save" in answer.text
    assert "please read me" in answer.text
    assert "0800 1111" in answer.text
    assert "Thank you" not in answer.text
    with world.databases.reports.session(write=False) as session:
        assert session.scalars(select(Report)).all() == []


def test_one_cell_closes_no_page_that_readers_have_opened(
    world: World, config: Config, content: Content
) -> None:
    (config.data_dir / COPY_NAME).unlink()
    with world.databases.reports.write() as session:
        session.execute(update(Zone).values(published_on=None))
        assert is_published(session)
    shown, answer = send(config, world.databases, content)
    assert (shown, answer.status_code) == (200, 200)
    assert 'id="what-next"' in answer.text


def test_the_signed_copy_keeps_the_page_open_where_list_and_cell_are_gone(
    world: World, config: Config, content: Content
) -> None:
    with world.databases.reports.write() as session:
        session.execute(update(Zone).values(published_on=None))
        session.execute(delete(ReaderList))
    shown, answer = send(config, world.databases, content)
    assert (shown, answer.status_code) == (200, 200)


def test_a_page_that_was_never_opened_to_children_takes_nothing(
    world: World, config: Config, content: Content
) -> None:
    (config.data_dir / COPY_NAME).unlink()
    with world.databases.reports.write() as session:
        close_zone(session)
    shown, answer = send(config, world.databases, content)
    assert (shown, answer.status_code) == (503, 503)
    assert "please read me" in answer.text
