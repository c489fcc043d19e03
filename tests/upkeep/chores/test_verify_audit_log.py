"""The worker reads the whole log; what was changed by hand far back is said to readers, once (promise Q2)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.audit.log import LogAct, LogEntry, lines, newest_line
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.recovery.tampering import Tamper, about_keys, tamper_findings
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.upkeep.chores.verify_audit_log import audit_log_is_intact
from tests.factories import SITE_KEY, make_staff
from tests.faults.log_tampering import rest_triggers, write_log

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
def written(databases: Databases) -> None:
    """A log of some lines, a reader, and others."""
    with databases.school.write() as session:
        write_log(session, SITE_KEY)
        make_staff(session, Role.CHAIR, email="chair@school.example")
        make_staff(session, Role.NETWORK)
        make_staff(session)


def told(databases: Databases) -> list[tuple[str, MailKind]]:
    with databases.reports.session(write=False) as reports:
        return [(row.address, row.kind) for row in reports.scalars(select(OutboxRow))]


def found(databases: Databases) -> set[Tamper]:
    with databases.school.session(write=False) as school, databases.reports.session(write=False) as reports:
        return {one.kind for one in tamper_findings(school, reports, SITE_KEY, about_keys(school))} - {
            Tamper.KEY
        }


def change(session: Session) -> None:
    session.execute(update(LogEntry).where(LogEntry.seq == 2).values(details="{}"))


def remove(session: Session) -> None:
    session.execute(delete(LogEntry).where(LogEntry.seq == 2))


def test_a_log_as_kiosk_wrote_it_is_left_alone(databases: Databases, written: None) -> None:
    assert audit_log_is_intact(databases, SITE_KEY, NOW)
    assert told(databases) == []
    assert found(databases) == set()


@pytest.mark.parametrize("tamper", [change, remove])
def test_what_was_changed_far_back_is_said_to_readers_by_mail_and_on_their_pages_once(
    databases: Databases, written: None, tamper: Callable[[Session], None]
) -> None:
    with databases.school.write() as session:
        rest_triggers(session)
        tamper(session)
    for days in range(3):
        assert not audit_log_is_intact(databases, SITE_KEY, NOW + timedelta(days=days))
    assert told(databases) == [("chair@school.example", MailKind.STOP)]
    assert found(databases) == {Tamper.LOG}
    with databases.school.session(write=False) as session:
        assert [line.at for line in lines(session, acts=[LogAct.FOUND_CHANGED])] == [NOW]


def test_a_forged_line_that_says_it_keeps_no_mail_back(databases: Databases, written: None) -> None:
    with databases.school.write() as session:
        session.add(
            LogEntry(
                seq=newest_line(session)[0] + 1, at=NOW, act=LogAct.FOUND_CHANGED.value, details="{}",
                previous=b"p" * 32, hash=b"h" * 32, mark=b"m" * 32,
            )
        )  # fmt: skip
    for days in range(3):
        assert not audit_log_is_intact(databases, SITE_KEY, NOW + timedelta(days=days))
    assert told(databases) == [("chair@school.example", MailKind.STOP)]
