"""Once a week the anchor of the log leaves by mail to the chair and the safeguarding lead, and proves the log later."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.audit.log import LogAct, LogEntry, newest_line
from kiosk.audit.verify import ANCHOR_WORDS, LogFinding, LogTamper, read_anchor, verify
from kiosk.config import Config
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.upkeep.chores.anchors import EVERY, anchor_words, queue_anchor
from kiosk.upkeep.memory import WorkerMemory
from tests.factories import SITE_KEY, at_the_machine, make_staff
from tests.faults.log_tampering import rest_triggers
from tests.mail_server import MailServer
from tests.sites import run_worker_round

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
KEEPERS = ["chair@school.example", "lead2@school.example", "lead@school.example"]


@pytest.fixture
def people(databases: Databases) -> None:
    """A safeguarding lead with a deputy, a chair, and others, one of whom used a power."""
    with databases.school.write() as session:
        for role, email in ((Role.DSL, "lead"), (Role.DSL, "lead2"), (Role.CHAIR, "chair")):
            make_staff(session, role, email=f"{email}@school.example")
        manager = make_staff(session, Role.NETWORK, email="novak@school.example")
        at_the_machine(NOW).note(session, LogAct.LINK_ON_MACHINE, manager.id)


def cut(session: Session, keep: int) -> None:
    rest_triggers(session)
    session.execute(delete(LogEntry).where(LogEntry.seq > keep))


def test_the_anchor_is_mailed_once_a_week_and_finds_a_tail_that_was_cut(
    databases: Databases, config: Config, people: None, mail_server: MailServer
) -> None:
    mailing = config.model_copy(update={"smtp_url": mail_server.url})
    for hours in (0, 1, 24):
        run_worker_round(mailing, databases, NOW + timedelta(hours=hours))
    assert sorted(mail_server.postbox.receivers) == KEEPERS
    (said,) = {
        line
        for _, mail in mail_server.postbox.mails
        for line in message_from_bytes(mail, policy=default).get_content().splitlines()
        if len(line.split()) == ANCHOR_WORDS and line.islower()
    }
    with databases.school.write() as session:
        anchor = read_anchor(said)
        assert (anchor.seq, newest_line(session)[0]) == (None, 2), "no number tells how much has happened"
        assert verify(session, SITE_KEY, anchor) == []
        cut(session, keep=1)
        assert verify(session, SITE_KEY, anchor) == [LogFinding(LogTamper.ANCHOR_GONE, 1)]


def test_a_week_later_it_is_mailed_again(databases: Databases, people: None) -> None:
    assert queue_anchor(databases, SITE_KEY, NOW)
    assert not queue_anchor(databases, SITE_KEY, NOW + EVERY - timedelta(seconds=1))
    assert queue_anchor(databases, SITE_KEY, NOW + EVERY)


def test_a_log_without_a_line_has_no_anchor_to_keep(databases: Databases) -> None:
    with databases.school.write() as session:
        make_staff(session, Role.CHAIR)
    assert not queue_anchor(databases, SITE_KEY, NOW)
    assert read_anchor(anchor_words(databases)).words


def forge(session: Session, act: LogAct, at: datetime, seq: int = 0) -> None:
    """Somebody who can write the school's database adds a line; the site key they have not."""
    session.add(
        LogEntry(
            seq=seq or newest_line(session)[0] + 1, at=at, act=act.value, details="{}",
            previous=b"p" * 32, hash=b"h" * 32, mark=b"m" * 32,
        )
    )  # fmt: skip


def take_queued_mails(databases: Databases) -> list[tuple[MailKind, str]]:
    """Every mail that was queued until now, which is then forgotten."""
    with databases.reports.write() as reports:
        found = sorted((row.kind, row.address) for row in reports.scalars(select(OutboxRow)))
        reports.execute(delete(OutboxRow))
    return found


@pytest.mark.parametrize("day", [datetime(2090, 1, 1, tzinfo=UTC), NOW + timedelta(days=6)])
def test_a_forged_line_stops_no_anchor_and_is_said_each_time(
    databases: Databases, people: None, day: datetime
) -> None:
    with databases.school.write() as session:
        make_staff(session, Role.PRINCIPAL, email="head@school.example")
    assert queue_anchor(databases, SITE_KEY, NOW)
    assert take_queued_mails(databases) == [(MailKind.ANCHOR, one) for one in KEEPERS]
    with databases.school.write() as session:
        forge(session, LogAct.ANCHOR_SENT, day)
    for weeks in (1, 2, 3):
        assert queue_anchor(databases, SITE_KEY, NOW + weeks * EVERY)
        assert not queue_anchor(databases, SITE_KEY, NOW + weeks * EVERY + timedelta(days=1)), "not each day"
        hear = [(MailKind.ALARM, one) for one in sorted([*KEEPERS, "head@school.example"])]
        assert take_queued_mails(databases) == [*hear, *((MailKind.ANCHOR, one) for one in KEEPERS)]


def test_a_clock_that_ran_ahead_once_stops_no_anchor(databases: Databases, people: None) -> None:
    assert queue_anchor(databases, SITE_KEY, NOW + timedelta(days=365))
    assert queue_anchor(databases, SITE_KEY, NOW)
    assert not queue_anchor(databases, SITE_KEY, NOW + timedelta(days=1))


def test_where_no_line_can_be_added_the_mail_goes_once_a_day_and_not_each_round(
    databases: Databases, config: Config, people: None, mail_server: MailServer
) -> None:
    mailing, memory = config.model_copy(update={"smtp_url": mail_server.url}), WorkerMemory()
    with databases.school.write() as session:
        forge(
            session,
            LogAct.INVITED,
            NOW,
            seq=2**31 - 1 if session.get_bind().dialect.name == "postgresql" else 2**63 - 1,
        )
    for minutes in range(3):
        run_worker_round(mailing, databases, NOW + timedelta(minutes=minutes), memory)
    anchors = [mail for _, mail in mail_server.postbox.mails if b"anchor" in mail]
    assert len(anchors) == len(KEEPERS)
