"""No report is refused for want of a key: database, signed copy, settings damaged in turn, in pairs (promise S7)."""

import json
import uuid
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.db import Databases
from kiosk.report.keyring import (
    COPY_NAME,
    Keyholder,
    Keyring,
    current_keyring,
    read_copy,
    read_keyring,
    write_copy,
)
from kiosk.report.models import Reader, RecoveryKey, Report, ReportReader, Zone
from kiosk.report.opening import Opener, opened_row
from kiosk.report.reading_routes import EVERY_READER
from kiosk.sealing.boxes import public_of
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.wsgi import create_wsgi
from tests.conftest import SAME_ORIGIN
from tests.factories import RECOVERY_PRIVATE, make_reader, private_key_of
from tests.report.sealed import KEY, RECOVERY, RING
from tests.report.telling import FORM

BROKEN_KEYS = (None, b"", b"short", bytes(32), b"\x01" + bytes(31), bytes(33))
NONCE = "n" * 24


@pytest.fixture
def named(config: Config) -> Config:
    """The school's settings, with the recovery key in them."""
    return config.model_copy(update={"recovery_key": public_of(RECOVERY_PRIVATE).hex()})


@pytest.fixture
def readers(databases: Databases, named: Config, key: SiteKey) -> list[uuid.UUID]:
    """Two coordinators and a chair with keys; the signed copy lies beside the database."""
    with databases.reports.write() as session:
        made = [make_reader(session, role).id for role in ("coordinator", "coordinator", "chair")]
    with databases.reports.session(write=False) as session:
        write_copy(named.data_dir / COPY_NAME, read_keyring(session), key)
    return made


def set_keys(value: bytes | None) -> Callable[[Session, Config], None]:
    """Every reader's key damaged in one way."""

    def damage(session: Session, config: Config) -> None:
        session.execute(update(Reader).values(public_key=value))

    return damage


def no_readers(session: Session, config: Config) -> None:
    session.execute(delete(Reader))


def no_recovery(session: Session, config: Config) -> None:
    session.execute(delete(RecoveryKey))


def broken_recovery(session: Session, config: Config) -> None:
    session.execute(update(RecoveryKey).values(public_key=bytes(32)))


def no_copy(session: Session, config: Config) -> None:
    (config.data_dir / COPY_NAME).unlink()


def broken_copy(session: Session, config: Config) -> None:
    path = config.data_dir / COPY_NAME
    path.write_bytes(path.read_bytes().replace(b"coordinator", b"headteacher"))


def no_setting(session: Session, config: Config) -> None:
    object.__setattr__(config, "recovery_key", "")


DAMAGES: dict[str, Callable[[Session, Config], None]] = {
    "readers' keys gone": set_keys(None),
    "readers' keys of no order": set_keys(bytes(32)),
    "readers' keys cut short": set_keys(b"short"),
    "no readers": no_readers,
    "no recovery key": no_recovery,
    "recovery key damaged": broken_recovery,
    "no copy": no_copy,
    "copy forged": broken_copy,
    "no setting": no_setting,
}
GROUPS = {
    "readers": {"readers' keys gone", "readers' keys of no order", "readers' keys cut short", "no readers"},
    "recovery": {"no recovery key", "recovery key damaged"},
    "copy": {"no copy", "copy forged"},
    "setting": {"no setting"},
}
ONE_AND_TWO = [
    *((one,) for one in DAMAGES),
    *(pair for pair in combinations(DAMAGES, 2) if not any(set(pair) <= group for group in GROUPS.values())),
]


def send(config: Config, databases: Databases, content: Content, nonce: str = NONCE) -> Any:
    """A child opens the form and tells."""
    tablet = Client(create_wsgi(config, databases, content))
    shown = tablet.get("/report/ks2/en").status_code
    data = {"nonce": nonce, "concern": "bullying", "words": "please read me"}
    answer = tablet.post("/report/ks2/en", data=data, content_type=FORM, environ_base=SAME_ORIGIN)
    return shown, answer


def openers(session: Session, readers: list[uuid.UUID]) -> list[Opener]:
    """Everybody who has a wrap and whose private key is known: readers, and recovery."""
    known = [Opener(reader, EVERY_READER, private_key_of(reader)) for reader in readers]
    holders = set(session.scalars(select(ReportReader.reader_id)))
    return [one for one in (*known, RECOVERY) if one.id in holders]


@pytest.mark.parametrize("damages", ONE_AND_TWO, ids=" and ".join)
@pytest.mark.database("sqlite")
def test_whatever_one_or_two_sources_of_keys_are_damaged_a_report_is_taken_and_can_be_opened(
    databases: Databases,
    named: Config,
    content: Content,
    readers: list[uuid.UUID],
    damages: tuple[str, ...],
) -> None:
    with databases.reports.write() as session:
        for damage in damages:
            DAMAGES[damage](session, named)
    shown, answer = send(named, databases, content)
    assert (shown, answer.status_code) == (200, 200)
    assert "Thank you" in answer.text
    with databases.reports.session(write=False) as session:
        row = session.scalars(select(Report)).one()
        able = openers(session, readers)
        assert able
        assert RECOVERY in able or "no setting" in damages
        for opener in able:
            assert opened_row(session, row, opener).body["words"] == "please read me"


@pytest.mark.parametrize("broken", BROKEN_KEYS)
def test_a_reader_whose_key_is_damaged_costs_the_others_nothing(
    databases: Databases,
    named: Config,
    content: Content,
    readers: list[uuid.UUID],
    broken: bytes | None,
) -> None:
    with databases.reports.write() as session:
        session.get_one(Reader, readers[0]).public_key = broken
    assert send(named, databases, content)[1].status_code == 200
    with databases.reports.session(write=False) as session:
        row = session.scalars(select(Report)).one()
        assert session.get(ReportReader, (row.id, readers[0])) is None
        for opener in openers(session, readers):
            assert opened_row(session, row, opener).body["words"] == "please read me"
        assert {one.id for one in openers(session, readers)} == {*readers[1:], RECOVERY.id}, (
            "the chair joined"
        )


@pytest.mark.database("sqlite")
def test_with_a_database_that_cannot_be_read_at_all_a_report_is_kept_and_can_be_opened(
    databases: Databases, named: Config, content: Content, readers: list[uuid.UUID]
) -> None:
    app = create_wsgi(named, databases, content)
    with databases.reports.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("ALTER TABLE reader RENAME TO away"))
        connection.execute(text("ALTER TABLE recovery_key RENAME TO away_too"))
    data = {"nonce": NONCE, "concern": "bullying", "words": "please read me"}
    answer = Client(app).post("/report/ks2/en", data=data, content_type=FORM, environ_base=SAME_ORIGIN)
    assert answer.status_code == 200
    with databases.reports.session(write=False) as session:
        holders = set(session.scalars(select(ReportReader.reader_id)))
    assert {*readers[:2], RECOVERY.id} == holders


def test_with_every_key_gone_the_page_says_so_and_keeps_the_words(
    databases: Databases, named: Config, content: Content, readers: list[uuid.UUID]
) -> None:
    with databases.reports.write() as session:
        for damage in (set_keys(None), no_recovery, no_copy, no_setting):
            damage(session, named)
    shown, answer = send(named, databases, content)
    assert (shown, answer.status_code) == (503, 503)
    assert "could not save" in answer.text
    assert "please read me" in answer.text
    assert "0800 1111" in answer.text
    assert "Thank you" not in answer.text
    with databases.reports.session(write=False) as session:
        assert session.scalars(select(Report)).all() == []


def test_a_page_that_was_never_opened_to_children_takes_nothing(
    databases: Databases, config: Config, content: Content, readers: list[uuid.UUID]
) -> None:
    (config.data_dir / COPY_NAME).unlink()
    with databases.reports.write() as session:
        session.execute(update(Zone).values(published_on=None))
    shown, answer = send(config, databases, content)
    assert (shown, answer.status_code) == (503, 503)
    assert "please read me" in answer.text


def test_the_copy_gives_back_the_keyring_and_nobody_without_the_site_key_can_make_one(tmp_path: Path) -> None:
    path = tmp_path / COPY_NAME
    write_copy(path, RING, KEY)
    assert read_copy(path, KEY) == RING
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_copy(path, SiteKey(b"o" * 32)) == Keyring()


def test_not_one_changed_byte_of_the_copy_is_believed(tmp_path: Path) -> None:
    path = tmp_path / COPY_NAME
    write_copy(path, RING, KEY)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert read_copy(path, KEY) == Keyring()


@pytest.mark.parametrize("held", [b"", b"\n", b"x", json.dumps({"readers": []}).encode(), b"\xff" * 200])
def test_a_copy_that_is_none_is_an_empty_keyring(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / COPY_NAME
    assert read_copy(path, KEY) == Keyring()
    path.write_bytes(held)
    assert read_copy(path, KEY) == Keyring()


def test_the_recovery_key_in_use_is_the_one_that_sheets_have_opened_last(reports_session: Session) -> None:
    make_reader(reports_session, "dsl")
    proven = reports_session.scalars(select(RecoveryKey)).one()
    later = {"proof": b"", "made_on": proven.made_on}
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


def test_the_database_goes_before_the_copy_and_the_copy_before_the_settings(
    databases: Databases, named: Config, key: SiteKey, readers: list[uuid.UUID]
) -> None:
    strange = Keyholder(uuid.uuid4(), "x", "x@school.example", "dsl", public_of(b"x" * 32))
    write_copy(named.data_dir / COPY_NAME, Keyring((strange,), None, True), key)
    found = current_keyring(databases.reports, named, key)
    assert {reader.id for reader in found.readers} == set(readers)
    with databases.reports.write() as session:
        for damage in (set_keys(None), no_recovery):
            damage(session, named)
    copied = current_keyring(databases.reports, named, key)
    assert copied.readers == (strange,)
    assert copied.recovery == named.recovery_public_key, "the settings fill in what the copy lacks"
    (named.data_dir / COPY_NAME).unlink()
    last = current_keyring(databases.reports, named, key)
    assert (last.recovery, last.published) == (named.recovery_public_key, True)
    assert {reader.id for reader in last.readers} == set(readers), "children can still tick whom it is about"
