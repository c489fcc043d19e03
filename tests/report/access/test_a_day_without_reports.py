"""The reports database is away for a day: every child is thanked truthfully, and all is there once afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.mail.messages import SUBJECTS, MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.proposals.publish import publish_readers
from kiosk.report.models import Report, ReportState, Thread
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.upkeep.memory import WorkerMemory
from kiosk.wsgi import create_wsgi
from tests.factories import EARLY
from tests.incidents.school import School, fill_school
from tests.mail_server import MailServer
from tests.report.sealed import MONDAY_TEN
from tests.report.telling import send_report
from tests.sites import run_worker_round
from tests.storage.test_database_away import unreachable
from tests.tablets import Tablet

HOURS = 25
DANGER = (3, 14)  # in school, and at night
NOBODY_KNOWS = "We could not tell anyone yet"


@pytest.fixture
def school(databases: Databases, mailing: Config, key: SiteKey) -> Config:
    """A school with a mail server, whose list of readers is in memory."""
    fill_school(School(databases, SchoolCalendar(mailing.zone), key, mailing))
    publish_readers(databases, mailing, EARLY)
    return mailing


@pytest.fixture
def tablet(school: Config, databases: Databases, content: Content) -> Client:
    """The tablet of a classroom."""
    return Tablet(create_wsgi(school, databases, content))


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The page's clock."""
    with patch("kiosk.report.form.views.now_utc", return_value=moment):
        yield


def work(config: Config, databases: Databases, moment: datetime, memory: WorkerMemory) -> None:
    """A round of the worker, which also fills in the page itself on a school morning."""
    with at(moment):
        run_worker_round(config, databases, moment, memory)


@pytest.mark.later
def test_after_a_day_without_the_reports_database_everything_is_there_once(
    school: Config, databases: Databases, tablet: Client, mail_server: MailServer
) -> None:
    memory, moment, receivers = WorkerMemory(), MONDAY_TEN, mail_server.postbox.receivers
    with unreachable(databases.reports):
        for hour in range(HOURS):
            moment, danger = MONDAY_TEN + timedelta(hours=hour), "yes" if hour in DANGER else "no"
            with at(moment):
                page = send_report(
                    tablet, "ks3", concern="bullying", reply="yes", words=f"{hour}", danger=danger
                )
            assert (page.status_code, 'id="what-next"' in page.text) == (200, True)
            assert NOBODY_KNOWS not in page.text, "of what is urgent a mail has left"
            for minute in (0, 20, 40):
                work(school, databases, moment + timedelta(minutes=minute), memory)
            receivers = mail_server.postbox.receivers
            urgent = sum(hour >= one for one in DANGER)
            assert len(receivers) == urgent * len(set(receivers)), "each of its readers once, nobody else"
    told_at_once = set(receivers)
    assert told_at_once
    for minute in (1, 2, 61):
        work(school, databases, moment + timedelta(minutes=minute), memory)
    with databases.reports.session(write=False) as session:
        rows = session.scalars(select(Report)).all()
        assert (len(rows), sum(row.urgent for row in rows)) == (HOURS, len(DANGER))
        assert {row.state for row in rows} == {ReportState.RELEASED}
        assert len(session.scalars(select(Thread)).all()) == HOURS
        assert session.scalars(select(OutboxRow)).all() == []
    # What is late by now brings a mail of its own kind, to whoever was to read it; here it is about the usual one.
    usual = [f"Subject: {SUBJECTS[kind]}".encode() for kind in (MailKind.NEWS, MailKind.NOW)]
    mails = mail_server.postbox.mails
    receivers = [one for who, mail in mails if any(one in mail for one in usual) for one in who]
    assert all(receivers.count(one) == len(DANGER) for one in told_at_once), "of those nobody hears twice"
    assert set(receivers) - told_at_once, "whoever reads the others hears of them now"
