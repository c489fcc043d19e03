"""One worker of several does a school's chores; a node that dies loses them by time, by the database's clock."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from kiosk.config import Config
from kiosk.host.heartbeat import last_beat
from kiosk.mail.claims import MailClaims
from kiosk.site import Hosts
from kiosk.storage.db import Database, Databases
from kiosk.upkeep import lease, worker
from kiosk.upkeep.lease import SECONDS, Lease
from kiosk.upkeep.memory import WorkerMemory
from tests.sites import make_site

ELEVEN = datetime(2026, 11, 23, 11, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture(autouse=True)
def _each_time_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "ASK_AGAIN_SECONDS", -1.0)


class Node:
    """A worker of one node."""

    def __init__(self) -> None:
        self.claims, self.lease = MailClaims(), Lease()

    def leads(self, databases: Databases) -> bool:
        """Whether it does the chores now."""
        return self.lease.is_mine(databases.school, self.claims)


@contextmanager
def away(database: Database) -> Iterator[None]:
    """The database answers nothing."""

    def refuse(*_: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    event.listen(database.engine, "before_cursor_execute", refuse)
    yield
    event.remove(database.engine, "before_cursor_execute", refuse)


def move(databases: Databases, seconds: int) -> None:
    """So much time passes for the database."""
    with databases.school.rows(write=True) as connection:
        connection.execute(text("UPDATE worker_lease SET until = until - :by"), {"by": seconds})


def test_one_of_two_has_the_chores_until_its_time_is_over(databases: Databases) -> None:
    first, second = Node(), Node()
    assert (first.leads(databases), second.leads(databases)) == (True, False)
    move(databases, SECONDS - 5)
    assert not second.leads(databases), "it is not over yet"
    assert first.leads(databases), "whoever has it keeps it for longer"
    move(databases, SECONDS - 5)
    assert not second.leads(databases)
    move(databases, SECONDS)
    assert second.leads(databases), "the first one died"
    assert not first.leads(databases), "it comes back, and hears that it is not its turn"


def test_of_many_that_ask_at_the_same_moment_one_gets_it(databases: Databases) -> None:
    nodes = [Node() for _ in range(4)]
    for _ in range(10):
        with ThreadPoolExecutor(len(nodes)) as hands:
            said = list(hands.map(lambda node: node.leads(databases), nodes))
        assert sum(said) == 1
        move(databases, SECONDS * 2)


def test_a_worker_that_stops_gives_it_back_and_takes_it_from_nobody(databases: Databases) -> None:
    first, second = Node(), Node()
    assert first.leads(databases)
    second.lease.give_back(databases.school, second.claims)
    assert not second.leads(databases)
    first.lease.give_back(databases.school, first.claims)
    assert second.leads(databases)


def test_the_next_worker_of_the_same_machine_waits_for_nothing(databases: Databases) -> None:
    killed, next_one = Node(), Node()
    assert killed.leads(databases)
    next_one.claims.follow(killed.claims.worker.hex())
    assert next_one.leads(databases)


def test_a_lease_of_a_clock_that_went_back_keeps_nobody_waiting(databases: Databases) -> None:
    first, second = Node(), Node()
    assert first.leads(databases)
    move(databases, -3600)
    assert second.leads(databases)


def test_while_the_database_is_away_whoever_had_it_goes_on_and_nobody_else_begins(
    databases: Databases,
) -> None:
    first, second = Node(), Node()
    assert (first.leads(databases), second.leads(databases)) == (True, False)
    with away(databases.school):
        assert (first.leads(databases), second.leads(databases)) == (True, False)
        first.lease.give_back(databases.school, first.claims)
    assert first.leads(databases)


def test_a_worker_without_the_lease_does_what_is_about_its_own_machine_alone(
    databases: Databases, config: Config
) -> None:
    hosts = Hosts(make_site(config, databases))
    assert Node().leads(databases)
    shared = ("publish_readers", "escalate_reports", "sound_alarm", "_send_alerts", "_clear_up", "keep_book")
    own = ("transfer_due", "write_heartbeat", "delete_left", "audit_log_is_intact")
    done: list[str] = []

    def note(name: str) -> object:
        return patch.object(worker, name, side_effect=lambda *_, **__: done.append(name))

    patches = [note(name) for name in (*shared, *own)]
    for one in patches:
        one.start()  # type: ignore[attr-defined]
    try:
        worker.run_round(hosts, ELEVEN, WorkerMemory())
        assert set(done) == set(own)
        move(databases, SECONDS * 2)
        worker.run_round(hosts, ELEVEN, WorkerMemory())
        assert set(done) == {*own, *shared}
    finally:
        patch.stopall()
    assert last_beat(config) is None, "the control: it was only noted"
