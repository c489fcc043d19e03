"""A mail server that hangs up: the worker goes on with the others, and asks less often where nothing leaves."""

import sqlite3
import uuid
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow, deliver, queue_alert
from kiosk.storage.db import Databases
from kiosk.upkeep import worker
from kiosk.upkeep.memory import FIRST_WAIT, LONGEST_WAIT, WorkerMemory
from tests.mail_server import MailServer
from tests.sites import run_worker_round

ELEVEN = datetime(2026, 11, 23, 11, tzinfo=ZoneInfo("Europe/London"))
HANGS_UP = "421 closing"
AT_MOST = timedelta(minutes=2)  # an urgent alert leaves within that time (promise A19)
TIMES = 60


def alert(databases: Databases, *addresses: str) -> None:
    with databases.reports.write() as session:
        queue_alert(session, uuid.uuid4(), list(addresses))


def alerts_left(databases: Databases) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(OutboxRow)) or 0


@pytest.mark.later
@pytest.mark.database("sqlite")  # what a mail server does depends on no database
def test_a_server_that_hangs_up_at_some_addresses_delays_nobody_else_for_long(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    bad = [f"{letter}@school.example" for letter in "abcd"]
    mail_server.postbox.answers.update(dict.fromkeys(bad, HANGS_UP))
    memory, now = WorkerMemory(), ELEVEN
    for _ in range(TIMES):  # whenever the next alerts come
        alert(databases, *bad, "z@school.example")
        before, came = len(mail_server.postbox.mails), now
        while len(mail_server.postbox.mails) == before:
            run_worker_round(mailing, databases, now, memory)
            now += timedelta(seconds=worker.TICK_SECONDS)
            assert now - came <= AT_MOST
    assert {*mail_server.postbox.receivers} == {"z@school.example"}
    mail_server.postbox.answers.clear()
    run_worker_round(mailing, databases, now + LONGEST_WAIT, memory)
    assert {*bad} <= {*mail_server.postbox.receivers}
    assert alerts_left(databases) == 0


@pytest.mark.later
@pytest.mark.database("sqlite")  # what a mail server does depends on no database
def test_a_server_that_hangs_up_at_everybody_is_asked_less_and_less_often(
    databases: Databases, mailing: Config, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = [f"{letter}@school.example" for letter in "abcdef"]
    mail_server.postbox.answers.update(dict.fromkeys(everybody, HANGS_UP))
    alert(databases, *everybody)
    asked: list[datetime] = []
    memory, now = WorkerMemory(), ELEVEN

    def counted(*args: Any, **kwargs: Any) -> Any:
        asked.append(now)
        return deliver(*args, **kwargs)

    monkeypatch.setattr(worker, "deliver", counted)
    while now < ELEVEN + timedelta(hours=1):
        run_worker_round(mailing, databases, now, memory)
        now += timedelta(seconds=worker.TICK_SECONDS)
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert waits[:3] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
    assert alerts_left(databases) == len(everybody)


def test_where_what_was_sent_cannot_be_noted_everybody_gets_one_mail_and_rests(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    def full(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("DELETE FROM outbox_row"):
            raise OperationalError(statement, {}, sqlite3.OperationalError("database or disk is full"))

    alert(databases, "a@school.example", "b@school.example")
    engine, memory = databases.reports.engine, WorkerMemory()
    event.listen(engine, "before_cursor_execute", full)
    for _ in range(2):
        run_worker_round(mailing, databases, ELEVEN, memory)
    event.remove(engine, "before_cursor_execute", full)
    assert mail_server.postbox.receivers == ["a@school.example", "b@school.example"]
    assert alerts_left(databases) == 2
