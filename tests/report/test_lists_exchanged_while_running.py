"""Whoever has files, database, settings and site key exchanges the readers' list while kiosk runs (promises S7, G3).

The attack read what children told for an hour and put everything back; no restart, and nothing in any log.
"""

import os
import signal
import urllib.request
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.test import Client

from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.reader_chain import verified_chain, write_signatures
from kiosk.report.list_in_memory import current_keyring
from kiosk.report.models import Reader, ReaderList, Report, ReportReader
from kiosk.sealing.list_statements import RECOVERY as BY_SHEETS
from kiosk.sealing.list_statements import Version, write
from kiosk.sealing.reader_key import mark_of
from kiosk.site import Content
from kiosk.start import closing_databases
from kiosk.storage.db import Databases
from kiosk.wsgi import create_wsgi
from tests.factories import EARLY, RECOVERY_SECRET
from tests.faults.kill_processes import children
from tests.faults.kill_tellers import ACKNOWLEDGED, HEADERS
from tests.faults.school import make_school
from tests.report.access.test_keyring import tell, world
from tests.report.keyring_world import STRANGER, World, strange_list
from tests.serving import HOST, reserved_port, running_kiosk, wait_until
from tests.sets import repeats
from tests.sites import transfer_all

__all__ = ["world"]
LISTS = repeats(200, 1000)
LOOKED_AT = 10  # every so many a child opens the page and tells


def store(session: Session, rows: list[tuple[bytes, str]]) -> None:
    """These rows stand in the database now, whether they count or not."""
    session.execute(delete(ReaderList))
    session.flush()
    session.add_all(
        ReaderList(version=number, statement=statement, signatures=signatures)
        for number, (statement, signatures) in enumerate(rows, 1)
    )


def rows_of(chain: tuple[Version, ...]) -> list[tuple[bytes, str]]:
    """A list as it is stored."""
    return [(version.text, write_signatures(version.signatures)) for version in chain]


def forged(chance: Random, honest: tuple[Version, ...]) -> list[tuple[bytes, str]]:
    """A list that does not go on from the honest one: a stranger's, a mixed, a damaged or a shorter one, or none."""
    strange, rows = strange_list(), rows_of(honest)
    last = honest[-1]
    mine = dict(last.readers) | dict(strange[0].readers)
    by_strangers = write(
        last, EARLY, mine, last.recovery, {"kind": "recovered"}, {BY_SHEETS: STRANGER.signing_key}
    )
    place = chance.randrange(len(rows))
    text, signed = rows[place]
    at = chance.randrange(len(text))
    broken = text[:at] + bytes([text[at] ^ chance.randrange(1, 256)]) + text[at + 1 :]
    return chance.choice(
        [
            rows_of(strange[: chance.randrange(1, 5)]),
            rows[: chance.randrange(len(rows))],
            [*rows[:place], (broken, signed), *rows[place + 1 :]],
            [*rows[:-1], (rows[-1][0], chance.choice(["{}", "", "null", "[]", rows[0][1]]))],
            [*rows[:-1], *rows_of((by_strangers,))],
            [*rows_of(strange[:1]), *rows[1:]],
            [(chance.randbytes(chance.randrange(200)), signed)],
            rows[::-1],
        ]
    )


def test_what_is_told_while_the_list_is_exchanged_is_for_the_right_readers_and_all_are_told(
    world: World, content: Content
) -> None:
    tablet = Client(create_wsgi(world.config, world.databases, content))
    before = tell(tablet, nonce="a" * 24)[0].text
    with world.databases.reports.write() as session:
        honest = rows_of(verified_chain(session))
        store(session, rows_of(strange_list()))
    shown, answer = tell(tablet)
    assert (shown.status_code, answer.status_code) == (200, 200)
    with world.databases.reports.session(write=False) as session:
        names = {one.id: one.name for one in session.scalars(select(Reader))}
        told = set(session.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.STOP)))
        assert told == set(session.scalars(select(Reader.email)))
    for text in (before, shown.text):
        assert all(names[id] in text for id in world.readers)
    with world.databases.reports.write() as session:
        store(session, honest)  # an hour later it is as it was
    transfer_all(world.config, world.databases)
    with world.databases.reports.session(write=False) as session:
        assert len(session.scalars(select(Report)).all()) == 2
        marks = set(session.scalars(select(ReportReader.key_mark)))
        keys = {one.public_key for one in world.chain[-1].readers.values()} | {RECOVERY_SECRET.public_key}
        assert marks <= {mark_of(key) for key in keys}


@pytest.mark.again
@pytest.mark.database("sqlite")
def test_of_many_forged_lists_none_is_sealed_to_and_none_shuts_the_page(
    world: World, content: Content
) -> None:
    tablet, chance = Client(create_wsgi(world.config, world.databases, content)), Random(16)
    assert tell(tablet)[0].status_code == 200
    for number in range(LISTS):
        with world.databases.reports.write() as session:
            store(session, forged(chance, world.chain))
        ring = current_keyring(world.databases.reports, world.config)
        assert (ring.chain, ring.published, ring.recovery) == (world.chain, True, RECOVERY_SECRET.public_key)
        if number % LOOKED_AT == 0:
            shown, answer = tell(tablet, nonce=f"{number:024}")
            assert (shown.status_code, answer.status_code) == (200, 200)
    transfer_all(world.config, world.databases)
    with world.databases.reports.session(write=False) as session:
        true = {mark_of(one.public_key) for one in world.chain[-1].readers.values()}
        assert set(session.scalars(select(ReportReader.key_mark))) <= {
            *true,
            mark_of(RECOVERY_SECRET.public_key),
        }
        assert len(session.scalars(select(Report)).all()) == 1 + LISTS // LOOKED_AT


@pytest.mark.database("sqlite")
def test_a_list_that_readers_go_on_with_is_followed_and_serves_on_when_it_is_cut_off_again(
    world: World, databases: Databases
) -> None:
    reports = databases.reports
    assert current_keyring(reports, world.config).chain == world.chain
    last = world.chain[-1]
    left = {id: one for id, one in last.readers.items() if id != world.readers[0].hex}
    keys = {BY_SHEETS: RECOVERY_SECRET.signing_key}
    longer = (*world.chain, write(last, EARLY, left, last.recovery, {"kind": "recovered"}, keys))
    with reports.write() as session:
        store(session, rows_of(longer))
    assert current_keyring(reports, world.config).chain == longer
    with reports.write() as session:
        store(session, rows_of(world.chain))  # who was taken out would read again
    assert current_keyring(reports, world.config).chain == longer


@pytest.mark.later
def test_whichever_process_is_killed_while_the_list_is_exchanged_nothing_changes(tmp_path: Path) -> None:
    config = make_school(tmp_path / "data")
    with reserved_port() as port, closing_databases(config) as databases:
        settings = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_PUBLIC_URL": config.public_url}
        log = tmp_path / "log"
        with running_kiosk("serve", "--port", str(port), port=port, settings=settings, log=log) as served:
            with databases.reports.write() as session:
                (first,) = verified_chain(session)
                store(session, rows_of(strange_list()))
            for number in range(3):
                wait_until(lambda: len(children(served.pid)) == 2, lambda: "two processes serve")
                before = set(children(served.pid))
                for pid in before:
                    os.kill(pid, signal.SIGKILL)
                wait_until(partial(_replaced, served.pid, before), lambda: "nobody took their places")
                assert ACKNOWLEDGED in _tell(port, f"{number:024}")
        transfer_all(config, databases)
        with databases.reports.session(write=False) as session:
            marks = set(session.scalars(select(ReportReader.key_mark)))
            assert len(session.scalars(select(Report)).all()) == 3
        true = {mark_of(one.public_key) for one in first.readers.values()}
        assert marks <= {*true, mark_of(RECOVERY_SECRET.public_key)}


def _replaced(parent: int, before: set[int]) -> bool:
    return len(children(parent)) == 2 and not before & {*children(parent)}


def _tell(port: int, nonce: str) -> bytes:
    form = urlencode({"nonce": nonce, "concern": "bullying", "words": "please read me"}).encode()
    asked = urllib.request.Request(f"http://{HOST}:{port}/report/ks2/en", form, HEADERS)
    with urllib.request.urlopen(asked) as answer:
        said: bytes = answer.read()
    return said
