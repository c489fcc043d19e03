"""The worker passes on, alerts and tidies, and no fault of one chore stops another."""

import logging
import threading
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select, update

from kiosk.accounts.models import ClassWindow
from kiosk.audit.log import LogEntry
from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow, deliver
from kiosk.report.models import Reader, ReportState
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Hosts
from kiosk.storage.db import Databases
from kiosk.upkeep import worker
from kiosk.upkeep.memory import FIRST_WAIT, LONGEST_WAIT, WorkerMemory
from kiosk.upkeep.worker import run_worker
from kiosk.web.sessions import StaffSession
from tests.factories import make_class_group, make_staff, make_window
from tests.faults.log_tampering import rest_triggers, write_log
from tests.mail_server import MailServer
from tests.serving import PATIENCE_SECONDS
from tests.sites import make_site, run_worker_round
from tests.upkeep.monday import at, put_into_intake, states


def alerts_left(databases: Databases) -> int:
    with databases.reports.session(write=False) as reports:
        return reports.scalar(select(func.count()).select_from(OutboxRow)) or 0


def test_a_report_waits_for_the_end_of_its_slot_and_so_does_its_alert(
    databases: Databases, mailing: Config, key: SiteKey, readers: None, mail_server: MailServer
) -> None:
    put_into_intake(mailing, databases, key, at(9, 41))
    run_worker_round(mailing, databases, at(9, 59, 59))
    assert (states(databases), mail_server.postbox.mails) == ([], [])
    run_worker_round(mailing, databases, at(10))
    assert states(databases) == [ReportState.RELEASED]
    assert mail_server.postbox.receivers == ["coordinator2@school.example", "coordinator@school.example"]


def test_somebody_in_danger_now_is_alerted_at_once(
    databases: Databases, mailing: Config, key: SiteKey, readers: None, mail_server: MailServer
) -> None:
    put_into_intake(mailing, databases, key, at(9, 41), danger="yes")
    run_worker_round(mailing, databases, at(9, 41, 10))
    assert states(databases) == [ReportState.RELEASED]
    assert mail_server.postbox.receivers == ["dsl2@school.example", "dsl@school.example"]


def test_out_of_hours_a_report_waits_for_the_first_bell(
    databases: Databases, mailing: Config, key: SiteKey, readers: None, mail_server: MailServer
) -> None:
    put_into_intake(mailing, databases, key, at(22))
    run_worker_round(mailing, databases, at(8, 29, day=24))
    assert mail_server.postbox.mails == []
    run_worker_round(mailing, databases, at(8, 30, day=24))
    assert len(mail_server.postbox.mails) == 2


def test_without_a_mail_server_alerts_wait(
    databases: Databases, config: Config, key: SiteKey, readers: None
) -> None:
    put_into_intake(config, databases, key, at(9))
    run_worker_round(config, databases, at(12))
    assert (states(databases), alerts_left(databases)) == ([ReportState.RELEASED], 2)


@pytest.mark.database("sqlite")  # what a mail server does depends on no database
def test_a_mail_server_that_is_down_is_asked_less_and_less_often_and_nothing_is_lost(
    databases: Databases, mailing: Config, key: SiteKey, readers: None, mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    put_into_intake(mailing, databases, key, at(9))
    mail_server.stop()
    asked: list[datetime] = []
    memory, now = WorkerMemory(), at(11)

    def counted(*args: Any, **kwargs: Any) -> Any:
        asked.append(now)
        return deliver(*args, **kwargs)

    monkeypatch.setattr(worker, "deliver", counted)
    while now < at(12):
        run_worker_round(mailing, databases, now, memory)
        now += timedelta(seconds=worker.TICK_SECONDS)
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert waits[:3] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
    assert max(waits) == LONGEST_WAIT
    assert waits == sorted(waits)
    mail_server.start()
    run_worker_round(mailing, databases, now + LONGEST_WAIT, memory)
    assert (len(mail_server.postbox.mails), alerts_left(databases)) == (2, 0)


def test_an_address_that_is_refused_waits_alone(
    databases: Databases, mailing: Config, key: SiteKey, readers: None, mail_server: MailServer
) -> None:
    memory = WorkerMemory()
    mail_server.postbox.answers["coordinator@school.example"] = "550 no such person"
    put_into_intake(mailing, databases, key, at(9))
    run_worker_round(mailing, databases, at(11), memory)
    put_into_intake(mailing, databases, key, at(9, 5))
    mail_server.postbox.answers.clear()
    run_worker_round(mailing, databases, at(11, 0, 15), memory)
    assert mail_server.postbox.receivers == ["coordinator2@school.example"] * 2
    run_worker_round(mailing, databases, at(11, 0, 30), memory)
    assert mail_server.postbox.receivers[-1] == "coordinator@school.example"
    assert alerts_left(databases) == 0


def test_what_breaks_is_one_line_without_address_count_or_word(
    databases: Databases, mailing: Config, key: SiteKey, readers: None, mail_server: MailServer,
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    put_into_intake(mailing, databases, key, at(9), words="marker")
    mail_server.stop()

    def broken(*args: Any) -> None:
        raise RuntimeError("coordinator@school.example marker 2 reports")

    monkeypatch.setattr(worker, "close_expired", broken)
    with caplog.at_level(logging.DEBUG, logger="kiosk"):
        run_worker_round(mailing, databases, at(11))
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert not any(hint in line for line in lines for hint in ("@", "marker", "report", "2"))


def test_a_chore_that_breaks_leaves_the_others_be(
    databases: Databases, mailing: Config, key: SiteKey, readers: None, mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def broken(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(worker, "publish_readers", broken)
    monkeypatch.setattr(worker, "_tidy_intake", broken)
    put_into_intake(mailing, databases, key, at(9))
    run_worker_round(mailing, databases, at(11))
    assert len(mail_server.postbox.mails) == 2


def test_the_whole_log_is_read_once_a_day_and_a_line_that_was_changed_by_hand_is_told(
    databases: Databases, config: Config, key: SiteKey, caplog: pytest.LogCaptureFixture
) -> None:
    memory = WorkerMemory()
    with databases.school.write() as session:
        write_log(session, key)
    run_worker_round(config, databases, at(9), memory)
    assert caplog.messages == []
    with databases.school.write() as session:
        rest_triggers(session)
        session.execute(update(LogEntry).where(LogEntry.seq == 3).values(details="{}"))
    run_worker_round(config, databases, at(23, 30), memory)
    assert caplog.messages == []
    for _ in range(2):
        run_worker_round(config, databases, at(0, 10, day=24), memory)
    assert [message for message in caplog.messages if "log of powers" in message] == [
        "a line of the log of powers is not as kiosk wrote it; `kiosk log verify` says which"
    ]


def test_windows_whose_time_is_over_and_old_sign_ins_go(databases: Databases, config: Config) -> None:
    now = at(11)
    with databases.school.write() as session:
        staff = make_staff(session)
        for name, closes_at in (("5B", at(10, 59)), ("5C", at(12))):
            group = make_class_group(session, name=name, teacher=staff)
            make_window(session, group, staff, closes_at=closes_at)
    with databases.sessions.write() as store:
        for number, seen_at in enumerate((at(10, 20), at(10, 50))):
            store.add(
                StaffSession(
                    token_digest=bytes([number]) * 32,
                    staff_key="staff:x",
                    content="{}",
                    started_at=at(9),
                    seen_at=seen_at,
                )
            )
    run_worker_round(config, databases, now)
    with databases.school.session(write=False) as session:
        assert [window.class_group.name for window in session.scalars(select(ClassWindow))] == ["5C"]
    with databases.sessions.session(write=False) as store:
        assert store.scalars(select(StaffSession.token_digest)).all() == [b"\1" * 32]


def test_whoever_left_is_no_reader_any_more_after_the_next_round(
    databases: Databases, config: Config, readers: None
) -> None:
    with databases.school.write() as session:
        holder = make_staff(session, Role.CHAIR, name="Mr Chair")
        session.flush()
    run_worker_round(config, databases, at(11))
    with databases.school.write() as session:
        session.merge(holder).left_on = at(11).date()
    with databases.reports.session(write=False) as reports:
        assert "Mr Chair" in reports.scalars(select(Reader.name)).all()
    run_worker_round(config, databases, at(11, 1))
    with databases.reports.session(write=False) as reports:
        assert "Mr Chair" not in reports.scalars(select(Reader.name)).all()


def test_the_worker_stops_when_it_is_told_to(databases: Databases, config: Config) -> None:
    stop = threading.Event()
    given = (Hosts(make_site(config, databases)), stop, WorkerMemory())
    thread = threading.Thread(target=run_worker, args=given)
    thread.start()
    stop.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


@pytest.mark.database("postgresql")
def test_on_postgresql_every_row_is_written_by_one_transaction_in_the_order_of_its_key(
    databases: Databases, config: Config, key: SiteKey, readers: None
) -> None:
    for minute in range(20):
        put_into_intake(config, databases, key, at(9, minute))
    run_worker_round(config, databases, at(11))
    with databases.reports.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, xmin::text FROM report ORDER BY ctid").all()
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert len({row.xmin for row in rows}) == 1
