"""Two workers, as on two nodes, never send one mail twice; what a killed one had claimed is sent all the same."""

import uuid
from signal import SIGKILL

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from kiosk.config import Config
from kiosk.mail import claims, outbox
from kiosk.mail.claims import HOLDS_SECONDS, MailClaims
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import SMTP_SECONDS, Delivery, OutboxRow, deliver, queue_alert
from kiosk.storage.db import Databases
from tests.mail.mailers import start_mailer
from tests.mail_server import MailServer
from tests.serving import PATIENCE_SECONDS

EVERYBODY = [f"reader{number}@school.example" for number in range(40)]


def note_alerts(databases: Databases, *addresses: str) -> None:
    with databases.reports.write() as session:
        queue_alert(session, uuid.uuid4(), addresses)


def rows_left(databases: Databases) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(OutboxRow)) or 0


def claims_left(databases: Databases) -> list[bytes]:
    with databases.reports.session(write=False) as session:
        return [claim for claim in session.scalars(select(OutboxRow.claim)) if claim]


def claim_all(databases: Databases, worker: MailClaims) -> None:
    """What a worker leaves that is killed as it sends."""
    with databases.reports.write() as session:
        for row in session.scalars(select(OutboxRow)):
            row.claim = worker.make()


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of the clock by which claims end; a test moves it."""
    now = [1000.0]
    monkeypatch.setattr("kiosk.mail.claims.time.monotonic", lambda: now[0])
    return now


def test_two_processes_send_each_mail_once(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    for turn in range(5):
        note_alerts(databases, *EVERYBODY)
        both = [start_mailer(mailing) for _ in range(2)]
        for mailer in both:
            mailer.join(PATIENCE_SECONDS)
            assert mailer.exitcode == 0
        assert sorted(mail_server.postbox.receivers) == sorted(EVERYBODY * (turn + 1))
    assert rows_left(databases) == 0


def test_a_mail_whose_worker_was_killed_as_it_sent_goes_again_after_a_time_and_no_other_one_twice(
    databases: Databases, mailing: Config, mail_server: MailServer, passing: list[float]
) -> None:
    note_alerts(databases, *EVERYBODY)
    killed = start_mailer(mailing, dies=True)
    killed.join(PATIENCE_SECONDS)
    assert killed.exitcode == -SIGKILL
    (twice,) = mail_server.postbox.receivers
    other = MailClaims()
    deliver(databases.reports, mailing, claims=other)
    assert sorted(mail_server.postbox.receivers) == sorted(EVERYBODY), "its worker might still be sending it"
    assert rows_left(databases) == 1
    passing[0] += HOLDS_SECONDS
    assert deliver(databases.reports, mailing, claims=other) == Delivery()
    passing[0] += 1
    assert deliver(databases.reports, mailing, claims=other) == Delivery(sent=1)
    assert sorted(mail_server.postbox.receivers) == sorted([*EVERYBODY, twice])
    first, last = (content for to, content in mail_server.postbox.mails if to == [twice])
    assert _words(first) == _words(last), "the second says nothing that the first did not"
    assert rows_left(databases) == 0


def test_a_worker_that_knows_that_the_one_before_has_ended_waits_for_nothing(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "a@school.example")
    killed, next_one = MailClaims(), MailClaims()
    claim_all(databases, killed)
    next_one.follow(killed.worker.hex())
    assert deliver(databases.reports, mailing, claims=next_one) == Delivery(sent=1)


@pytest.mark.parametrize("name", ["", "no name", "zz", "1234"])
def test_whatever_a_damaged_lock_file_says_a_worker_starts(name: str) -> None:
    worker = MailClaims()
    worker.follow(name)
    assert worker.void([MailClaims().make()]) == frozenset()


def test_a_mail_that_the_server_refuses_is_left_to_any_worker(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "a@school.example")
    mail_server.postbox.answers["a@school.example"] = "450 try again later"
    assert deliver(databases.reports, mailing) == Delivery(0, frozenset({"a@school.example"}))
    assert claims_left(databases) == []
    mail_server.postbox.answers.clear()
    assert deliver(databases.reports, mailing) == Delivery(sent=1)


def test_news_for_somebody_whose_mail_is_being_sent_is_no_second_mail_beside_it(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "a@school.example")
    claim_all(databases, MailClaims())
    note_alerts(databases, "a@school.example")
    assert deliver(databases.reports, mailing) == Delivery()


def test_a_claim_that_took_long_to_store_is_given_up(
    databases: Databases, mailing: Config, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_alerts(databases, "a@school.example")
    monkeypatch.setattr(outbox, "CLAIMED_WITHIN_SECONDS", -1.0)
    assert deliver(databases.reports, mailing) == Delivery()
    assert (claims_left(databases), rows_left(databases)) == ([], 1)


def test_where_no_claim_can_be_stored_the_one_worker_of_a_file_sends_and_one_of_many_waits(
    databases: Databases, mailing: Config, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> list[uuid.UUID]:
        raise OperationalError("UPDATE", {}, Exception("disk full"))

    note_alerts(databases, "a@school.example")
    monkeypatch.setattr(outbox, "_claim_rows", full)
    delivery = deliver(databases.reports, mailing)
    if databases.reports.engine.dialect.name == "sqlite":
        assert delivery.sent == 1
    else:
        assert delivery == Delivery(0, frozenset({"a@school.example"}))


def test_no_mail_takes_longer_than_its_claim_holds() -> None:
    steps = ("MAIL", "RCPT", "DATA", "the words", "the last answer")
    assert len(steps) * SMTP_SECONDS + claims.CLAIMED_WITHIN_SECONDS < HOLDS_SECONDS


def test_the_claim_of_every_worker_is_random_and_says_no_time(databases: Databases) -> None:
    note_alerts(databases, "a@school.example")
    claim_all(databases, MailClaims())
    with databases.reports.rows(write=False) as connection:
        row = connection.execute(text("SELECT * FROM outbox_row")).mappings().one()
    assert set(row) == {"id", "report_id", "address", "kind", "claim"}
    assert row["kind"] == MailKind.NEWS
    one, other = MailClaims(), MailClaims()
    assert len({one.worker, other.worker, one.make()[8:], one.make()[8:]}) == 4


def _words(content: bytes) -> bytes:
    return content.split(b"\r\n\r\n", 1)[1]
