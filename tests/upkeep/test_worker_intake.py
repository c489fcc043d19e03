"""The worker merges, tidies the intake on a fixed beat, and alerts also without the reports database."""

import threading
from unittest.mock import patch

import pytest
from sqlalchemy.exc import OperationalError

from kiosk.config import Config
from kiosk.report.models import ReportState
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.upkeep import worker
from kiosk.upkeep.memory import WorkerMemory
from kiosk.upkeep.worker import wait_for_databases
from tests.mail_server import MailServer
from tests.sites import run_worker_round
from tests.upkeep.monday import at, put_into_intake, states


@pytest.mark.main(1)
def test_the_intake_is_rewritten_on_a_fixed_beat_whether_anything_was_held_or_not(
    databases: Databases, config: Config
) -> None:
    memory, beats = WorkerMemory(), list[int]()
    with patch("kiosk.report.intake.store.IntakeStore.remove_traces", return_value=True) as tidied:
        for minute in range(60):
            run_worker_round(config, databases, at(12, minute, 7), memory)
            if tidied.call_count > len(beats):
                beats.append(minute)
    assert beats == [0, 15, 30, 45]


def test_an_intake_that_was_busy_is_rewritten_at_the_next_round(databases: Databases, config: Config) -> None:
    memory, answers = WorkerMemory(), iter([False, True])
    with patch(
        "kiosk.report.intake.store.IntakeStore.remove_traces", side_effect=lambda: next(answers)
    ) as tidied:
        for second in (0, 15, 30):
            run_worker_round(config, databases, at(12, 0, second), memory)
    assert tidied.call_count == 2


def test_of_what_the_database_refuses_readers_in_danger_get_one_mail_each(
    databases: Databases, mailing: Config, key: SiteKey, readers: None, mail_server: MailServer
) -> None:
    put_into_intake(mailing, databases, key, at(9, 41), danger="yes")
    mail_server.postbox.answers["dsl2@school.example"] = "550 no such person"
    memory = WorkerMemory()
    with patch("kiosk.report.intake.transfer.store_report", side_effect=ValueError):
        for second in (0, 15, 30):
            run_worker_round(mailing, databases, at(9, 42, second), memory)
        mail_server.postbox.answers.clear()
        for second in (45, 59):
            run_worker_round(mailing, databases, at(9, 42, second), memory)
    assert mail_server.postbox.receivers == ["dsl@school.example", "dsl2@school.example"]


def test_with_the_reports_database_away_somebody_in_danger_is_alerted_all_the_same_and_once(
    databases: Databases, mailing: Config, key: SiteKey, readers: None, mail_server: MailServer
) -> None:
    put_into_intake(mailing, databases, key, at(9, 41), danger="yes")
    put_into_intake(mailing, databases, key, at(9, 42))
    away = OperationalError("connect", {}, ConnectionRefusedError())
    memory = WorkerMemory()
    with patch.object(worker, "transfer_due", side_effect=away):
        for minute in (41, 42, 43):
            run_worker_round(mailing, databases, at(9, minute, 10), memory)
    assert sorted(mail_server.postbox.receivers) == ["dsl2@school.example", "dsl@school.example"]
    run_worker_round(mailing, databases, at(10), memory)
    assert states(databases) == [ReportState.RELEASED] * 2
    assert sorted(mail_server.postbox.receivers)[:2] == [
        "coordinator2@school.example",
        "coordinator@school.example",
    ]
    assert len(mail_server.postbox.mails) == 4, "the other report's alerts, and nobody twice"


def test_a_worker_that_waits_for_a_database_tells_whoever_is_to_read_urgent_things_meanwhile() -> None:
    answers = iter([True, True, False])
    mailed: list[int] = []

    def check() -> None:
        if next(answers):
            raise OperationalError("connect", {}, ConnectionRefusedError())

    def mail() -> None:
        mailed.append(1)
        raise OSError("the mail server is away too, which ends no waiting")

    stop = threading.Event()
    with patch.object(stop, "wait"):
        wait_for_databases(check, stop, mail)
    assert len(mailed) == 2
