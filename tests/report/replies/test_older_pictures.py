"""Pictures from before the site key was replaced: they find their answer until its thread ends, and then nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.report.models import Thread
from kiosk.sealing.key_fingerprint import SiteKeyMark, kept_threads
from kiosk.sealing.site_key import read_site_key
from kiosk.storage.db import Databases, now_utc
from kiosk.upkeep.new_site_key import AT_LEAST, end_earlier_keys
from tests.kept import KeptApps
from tests.report.coming_back import answer, enter_pictures, report_with_pictures
from tests.sites import make_wsgi
from tests.tablets import Tablet
from tests.upkeep.replacing import replaced

SAID = "We talked to them, and it has stopped"


def test_six_pictures_of_before_find_their_answer_and_those_of_the_intake_too(
    config: Config,
    databases: Databases,
    tablet: Tablet,
    early_tablet: Tablet,
    kept_apps: KeptApps,
    readers: object,
) -> None:
    answered, waiting = report_with_pictures(tablet), report_with_pictures(early_tablet)
    answer(databases, SAID)
    old, new = replaced(config, databases)
    assert new.earlier == (old.raw,)
    after = Tablet(make_wsgi(config, databases, kept_apps))
    assert SAID in enter_pictures(after, answered).text
    there = [enter_pictures(after, pictures).text for pictures in (waiting, answered[::-1])]
    assert there[0] != there[1], "the one waits in the intake, the other was never drawn"
    assert SAID not in there[1]


@pytest.mark.later
def test_an_old_look_up_gives_nothing_once_the_old_key_has_ended(
    config: Config, databases: Databases, tablet: Client, kept_apps: KeptApps, readers: object
) -> None:
    pictures = report_with_pictures(tablet)
    answer(databases, SAID)
    _, new = replaced(config, databases)
    today = now_utc().astimezone(config.zone).date()
    assert not end_earlier_keys(config, databases, today + AT_LEAST - timedelta(days=1))
    assert not end_earlier_keys(config, databases, today + AT_LEAST), "a thread of before is there"
    assert read_site_key(config.key_path) == new
    with databases.reports.write() as session:
        session.execute(text("DELETE FROM reply"))
        session.execute(text("DELETE FROM thread"))
        session.add(Thread(id=b"of the new key..", public_key=bytes(32)))
    assert end_earlier_keys(config, databases, today + AT_LEAST)
    left = read_site_key(config.key_path)
    assert (left.raw, left.lasting, left.earlier) == (new.raw, new.lasting, ())
    with databases.school.session(write=False) as session:
        assert kept_threads(left, session.scalars(select(SiteKeyMark.kept)).one()) == {}
    assert SAID not in enter_pictures(Tablet(make_wsgi(config, databases, kept_apps)), pictures).text
    assert not end_earlier_keys(config, databases, today + AT_LEAST)
