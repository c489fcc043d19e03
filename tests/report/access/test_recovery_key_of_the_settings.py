"""The recovery key of the settings takes part unsigned: what somebody who writes the settings can do with it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.keyring import STOPPED_NAME
from kiosk.report.access.opening import KeyNotGranted, Opener, opened_row
from kiosk.report.access.routes import EVERY_READER
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.models import Reader, Report, ReportReader
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.report.access.test_keyring import send
from tests.report.keyring_world import STRANGER, make_world


def a_stranger_opens_it(session: Session) -> bool:
    """Whether the private half of the exchanged key opens the only report."""
    row = session.scalars(select(Report)).one()
    try:
        opened = opened_row(session, row, Opener(RECOVERY_ID, EVERY_READER, STRANGER.private_key))
    except KeyNotGranted:
        return False
    return str(opened.body["words"]) == "please read me"


def test_an_exchanged_recovery_key_alone_opens_nothing_while_the_list_counts(
    databases: Databases, config: Config, key: SiteKey, content: Content
) -> None:
    world = make_world(databases, config, key)
    theirs = world.config.model_copy(update={"recovery_key": STRANGER.public_key.hex()})
    assert send(theirs, databases, content)[1].status_code == 200
    with databases.reports.session(write=False) as session:
        assert {*world.readers[:2], RECOVERY_ID} == set(session.scalars(select(ReportReader.reader_id)))
        assert not a_stranger_opens_it(session)


def test_with_the_mark_that_stops_sealing_to_the_list_it_opens_new_reports_which_is_a_stated_limit(
    databases: Databases, config: Config, key: SiteKey, content: Content
) -> None:
    """docs/privacy.md says so, and that the chair gets the usual alert for what no reader can open."""
    world = make_world(databases, config, key)
    theirs = world.config.model_copy(update={"recovery_key": STRANGER.public_key.hex()})
    (theirs.data_dir / STOPPED_NAME).write_bytes(b"written by somebody else")
    assert send(theirs, databases, content)[1].status_code == 200
    with databases.reports.session(write=False) as session:
        assert set(session.scalars(select(ReportReader.reader_id))) == {RECOVERY_ID}
        assert a_stranger_opens_it(session)
        chair = session.get_one(Reader, world.readers[2])
        assert session.scalars(select(OutboxRow.address)).all() == [chair.email]
