"""Alerts against a real mail server: the same words for everybody, delivered at least once, whatever happens."""

import smtplib
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from kiosk.config import Config
from kiosk.mail.claims import MailClaims
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import (
    CHUNK,
    MOST_CONNECTIONS,
    Delivery,
    OutboxRow,
    alerts_waiting,
    connect,
    deliver,
    queue_alert,
    queue_mail,
)
from kiosk.storage.db import Databases
from tests.mail_server import MailServer, constant

HANGS_UP = "421 closing"  # smtplib closes its side as well
LEAST_WORDS = ("report", "urgent", "danger", "child", "bullying", "incident")


def note_alerts(databases: Databases, *addresses: str) -> uuid.UUID:
    report_id = uuid.uuid4()
    with databases.reports.write() as session:
        queue_alert(session, report_id, list(addresses))
    return report_id


def rows_left(databases: Databases) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(OutboxRow)) or 0


def test_every_alert_is_the_same_bytes_but_for_the_address(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    for turn in range(30):
        note_alerts(databases, f"reader{turn % 3}@school.example", "other@school.example")
        deliver(databases.reports, mailing)
    bodies = {
        constant(content).replace(address.encode(), b"")
        for addresses, content in mail_server.postbox.mails
        for address in addresses
    }
    assert len(mail_server.postbox.mails) == 60
    assert len(bodies) == 1
    words = bodies.pop().decode().lower()
    assert "something is waiting for you" in words
    assert not any(word in words for word in LEAST_WORDS)
    assert not any(letter.isdigit() for letter in words.split("\r\n\r\n", 1)[1])


def test_many_alerts_for_one_person_are_one_mail(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    for _ in range(7):
        note_alerts(databases, "reader@school.example")
    assert deliver(databases.reports, mailing) == Delivery(sent=1)
    assert mail_server.postbox.receivers == ["reader@school.example"]
    assert rows_left(databases) == 0


def test_whether_a_mail_waits_is_said_of_one_address_alone(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "reader@school.example")
    with databases.reports.session(write=False) as session:
        assert alerts_waiting(session, "reader@school.example")
        assert not alerts_waiting(session, "other@school.example"), (
            "who gets a mail is not for others to know"
        )
    assert deliver(databases.reports, mailing).sent == 1
    with databases.reports.session(write=False) as session:
        assert not alerts_waiting(session, "reader@school.example")


def test_a_crash_between_sending_and_forgetting_sends_twice_never_not_at_all(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "reader@school.example")
    first, next_one = MailClaims(), MailClaims()
    with pytest.raises(KeyboardInterrupt):
        deliver(databases.reports, mailing, open_server=_power_cut_after_sending, claims=first)
    assert rows_left(databases) == 1
    next_one.follow(first.worker.hex())
    assert deliver(databases.reports, mailing, claims=next_one).sent == 1
    assert mail_server.postbox.receivers == ["reader@school.example"] * 2
    assert rows_left(databases) == 0


@pytest.mark.parametrize("answer", ["450 try again later", "550 no such person"])
def test_an_address_that_is_refused_keeps_its_alert_and_stops_nobody_elses(
    databases: Databases, mailing: Config, mail_server: MailServer, answer: str
) -> None:
    note_alerts(databases, "a@school.example", "b@school.example", "c@school.example")
    mail_server.postbox.answers["b@school.example"] = answer
    assert deliver(databases.reports, mailing) == Delivery(2, frozenset({"b@school.example"}))
    assert mail_server.postbox.receivers == ["a@school.example", "c@school.example"]
    assert rows_left(databases) == 1
    mail_server.postbox.answers.clear()
    assert deliver(databases.reports, mailing).sent == 1


@pytest.mark.parametrize("answer", ["451 greylisted", "554 no"])
def test_a_server_that_refuses_the_mail_itself_loses_nothing(
    databases: Databases, mailing: Config, mail_server: MailServer, answer: str
) -> None:
    note_alerts(databases, "a@school.example", "b@school.example")
    mail_server.postbox.data_answer = answer
    assert deliver(databases.reports, mailing).sent == 0
    assert rows_left(databases) == 2
    mail_server.postbox.data_answer = ""
    assert deliver(databases.reports, mailing).sent == 2


def test_an_address_at_which_the_server_hangs_up_rests_and_everybody_else_gets_their_alert(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "a@school.example", "b@school.example", "c@school.example")
    mail_server.postbox.answers["a@school.example"] = HANGS_UP
    assert deliver(databases.reports, mailing) == Delivery(2, frozenset({"a@school.example"}))
    assert rows_left(databases) == 1
    mail_server.postbox.answers.clear()
    assert deliver(databases.reports, mailing).sent == 1
    assert mail_server.postbox.receivers == ["b@school.example", "c@school.example", "a@school.example"]


def test_an_address_at_which_the_server_does_not_answer_rests_and_everybody_else_gets_their_alert(
    databases: Databases, mailing: Config, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_alerts(databases, "a@school.example", "b@school.example")

    def hurried(config: Config) -> smtplib.SMTP:
        server = connect(config)
        assert server.sock
        server.sock.settimeout(None if connections else 0.2)  # the second has all the time that it needs
        connections.append(server)
        return server

    connections: list[smtplib.SMTP] = []
    mail_server.postbox.silent_for.add("a@school.example")
    delivery = deliver(databases.reports, mailing, open_server=hurried)
    assert delivery == Delivery(1, frozenset({"a@school.example"}))
    assert mail_server.postbox.receivers == ["b@school.example"]


def test_a_server_that_hangs_up_twice_is_left_alone_and_every_address_keeps_its_alert(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    everybody = [f"{letter}@school.example" for letter in "abcd"]
    note_alerts(databases, *everybody)
    mail_server.postbox.answers.update(dict.fromkeys(everybody, HANGS_UP))
    tried = frozenset(everybody[:MOST_CONNECTIONS])
    assert deliver(databases.reports, mailing) == Delivery(0, tried, cut_short=True)
    assert rows_left(databases) == 4


def test_a_server_that_is_gone_once_it_has_hung_up_costs_nobody_the_note_that_it_did(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "a@school.example", "b@school.example")
    mail_server.postbox.answers["a@school.example"] = HANGS_UP

    def once(config: Config) -> smtplib.SMTP:
        if connections:
            raise ConnectionRefusedError
        connections.append(connect(config))
        return connections[0]

    connections: list[smtplib.SMTP] = []
    delivery = deliver(databases.reports, mailing, open_server=once)
    assert delivery == Delivery(0, frozenset({"a@school.example"}), cut_short=True)
    assert rows_left(databases) == 2


def test_whoever_was_refused_lately_comes_last(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "a@school.example", "b@school.example", "c@school.example")
    assert deliver(databases.reports, mailing, last=["a@school.example"]).sent == 3
    assert mail_server.postbox.receivers == ["b@school.example", "c@school.example", "a@school.example"]


def test_what_rings_leaves_before_every_other_mail_and_what_is_new_next(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    with databases.reports.write() as session:
        for kind in MailKind:
            queue_mail(session, kind, [f"{kind}@school.example"])
    assert deliver(databases.reports, mailing).sent == len(MailKind)
    order = [address.partition("@")[0] for address in mail_server.postbox.receivers]
    assert (order[:3], order[3:5]) == (["again", "now", "stop"], ["late", "news"])


def test_a_server_that_does_not_say_goodbye_has_taken_the_mails_all_the_same(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "a@school.example", "b@school.example")
    mail_server.postbox.answers["a@school.example"] = "550 no such person"
    mail_server.postbox.goodbye = "500 what"
    assert deliver(databases.reports, mailing) == Delivery(1, frozenset({"a@school.example"}))
    assert rows_left(databases) == 1


def test_a_server_that_is_not_there_is_said_so_and_loses_nothing(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "a@school.example")
    mail_server.stop()
    with pytest.raises(OSError):
        deliver(databases.reports, mailing)
    assert rows_left(databases) == 1


def test_an_address_may_be_left_for_later(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    note_alerts(databases, "a@school.example", "b@school.example")
    assert deliver(databases.reports, mailing, skip=["a@school.example"]).sent == 1
    assert mail_server.postbox.receivers == ["b@school.example"]


def test_a_child_can_send_a_report_while_the_mail_server_takes_its_time(
    databases: Databases, mailing: Config
) -> None:
    note_alerts(databases, "a@school.example")

    def slow(config: Config) -> smtplib.SMTP:
        with databases.reports.write() as session:  # would wait for a lock, and fail, if one were held
            queue_alert(session, uuid.uuid4(), ["b@school.example"])
        return connect(config)

    assert deliver(databases.reports, mailing, open_server=slow).sent == 1
    assert rows_left(databases) == 1


@pytest.mark.database("sqlite")
def test_a_flood_is_delivered_in_portions(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    ids = [uuid.uuid4() for _ in range(CHUNK * 2 + 1)]
    with databases.reports.write() as session:
        for report_id in ids:
            queue_alert(session, report_id, ["a@school.example"])
    assert deliver(databases.reports, mailing).sent == 1
    assert rows_left(databases) == 0


def _power_cut_after_sending(config: Config) -> smtplib.SMTP:
    """A connection over which a mail really goes, and then the machine stops."""
    server = connect(config)
    send = server.send_message

    def send_and_stop(*args: Any, **kwargs: Any) -> None:
        send(*args, **kwargs)
        raise KeyboardInterrupt

    server.send_message = send_and_stop  # type: ignore[assignment]
    return server
