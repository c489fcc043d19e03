"""What is urgent reaches somebody at once, with or without the reports database, or the child is told so."""

import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy.exc import OperationalError

from kiosk.config import Config
from kiosk.report.access.sealed_report import store_report
from kiosk.report.intake import urgent as first_word
from kiosk.report.intake.transfer import transfer_due
from kiosk.report.intake.urgent import UrgentAlert, UrgentProgress, mail_urgent
from kiosk.storage.db import Databases
from tests.mail_server import MailServer
from tests.report.intake_school import BEFORE_ITS_END, Intake, made
from tests.serving import PATIENCE_SECONDS

AWAY = OperationalError("connect", {}, ConnectionRefusedError())


@pytest.fixture
def intake(mailing: Config, databases: Databases, readers: dict[str, str]) -> Iterator[Intake]:
    yield from made(mailing, databases)


@pytest.fixture
def away() -> Iterator[list[Any]]:
    """The reports database is away; gathers how often somebody tried to merge."""
    tried: list[Any] = []

    def refuse(*given: Any, **named: Any) -> bool:
        tried.append(given)
        raise AWAY

    with patch.object(first_word, "transfer_due", refuse):
        yield tried


def reaches(word: UrgentAlert, intake: Intake, sealed: Any) -> bool:
    """Whether staff know of this report."""
    return (
        word.reach_staff(intake, intake.databases.reports, sealed.id, BEFORE_ITS_END)
        is not UrgentProgress.NOT_YET
    )


def test_what_is_urgent_is_merged_at_once_and_nothing_else_is(intake: Intake) -> None:
    intake.tell()
    urgent = intake.tell(danger="yes")
    assert reaches(UrgentAlert(), intake, urgent)
    assert [row.id for row in intake.merged()] == [urgent.id]
    assert intake.alerts() == sorted(urgent.alerts)


def test_without_the_database_the_usual_mail_leaves_at_once_to_those_it_was_sealed_for(
    intake: Intake, mail_server: MailServer, away: list[Any]
) -> None:
    urgent = intake.tell(danger="yes", words="marker")
    assert reaches(UrgentAlert(), intake, urgent)
    assert sorted(mail_server.postbox.receivers) == sorted(urgent.alerts)
    assert all(b"marker" not in content for _, content in mail_server.postbox.mails)


def test_after_that_mail_nobody_gets_a_second_one(
    intake: Intake, mail_server: MailServer, away: list[Any]
) -> None:
    urgent = intake.tell(danger="yes")
    word = UrgentAlert()
    assert reaches(word, intake, urgent)
    assert reaches(word, intake, urgent)
    assert mail_urgent(intake, BEFORE_ITS_END) == set()
    assert len(mail_server.postbox.mails) == len(urgent.alerts)
    intake.merge()
    assert ([row.id for row in intake.merged()], intake.alerts()) == ([urgent.id], [])


def test_with_neither_database_nor_mail_server_nobody_was_told(
    intake: Intake, mail_server: MailServer, away: list[Any]
) -> None:
    mail_server.stop()
    urgent = intake.tell(danger="yes")
    assert not reaches(UrgentAlert(), intake, urgent)
    assert intake.held() == 1, "it is kept"


def test_without_a_mail_server_in_the_settings_nobody_was_told(
    config: Config, databases: Databases, readers: dict[str, str], away: list[Any]
) -> None:
    for intake in made(config, databases):
        urgent = intake.tell(danger="yes")
        assert not reaches(UrgentAlert(), intake, urgent)


def test_an_address_that_is_refused_is_tried_again_and_one_that_was_taken_is_enough_for_now(
    intake: Intake, mail_server: MailServer, away: list[Any]
) -> None:
    urgent = intake.tell(danger="yes")
    refused, *others = sorted(urgent.alerts)
    mail_server.postbox.answers[refused] = "550 no such person"
    assert reaches(UrgentAlert(), intake, urgent)
    assert sorted(mail_server.postbox.receivers) == others
    mail_server.postbox.answers.clear()
    assert mail_urgent(intake, BEFORE_ITS_END) == {urgent.id}
    assert refused in mail_server.postbox.receivers


def test_one_address_at_which_the_server_hangs_up_starves_no_other(
    intake: Intake, mail_server: MailServer, away: list[Any]
) -> None:
    urgent = intake.tell(danger="yes")
    mail_server.postbox.answers[sorted(urgent.alerts)[0]] = "421 goodbye"
    for _ in range(12):  # their order is drawn by lot
        mail_urgent(intake, BEFORE_ITS_END)
    assert set(mail_server.postbox.receivers) >= set(urgent.alerts[1:])


def test_very_many_that_can_be_told_to_nobody_do_not_stand_before_the_rest(
    intake: Intake, mail_server: MailServer, away: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_word, "CHUNK", 3)
    everybody = [reader.id.hex for reader in intake.ring.readers]
    for _ in range(12):
        intake.tell(danger="yes", exclude=everybody)
    urgent = intake.tell(danger="yes")
    assert reaches(UrgentAlert(), intake, urgent), "the one of this very child is always among them"
    another = intake.tell(danger="yes")
    told: set[Any] = set()
    for _ in range(200):
        told |= mail_urgent(intake, BEFORE_ITS_END)
    assert another.id in told


def test_after_a_failure_the_next_children_do_not_wait_for_what_is_away(
    intake: Intake, mail_server: MailServer, away: list[Any]
) -> None:
    mail_server.stop()
    word = UrgentAlert()
    with patch("kiosk.mail.outbox.connect", side_effect=OSError) as connected:
        assert not any(reaches(word, intake, intake.tell(danger="yes")) for _ in range(5))
    assert (len(away), connected.call_count) == (1, 1)


def test_a_failure_is_not_for_ever(intake: Intake, mail_server: MailServer) -> None:
    word = UrgentAlert()
    with patch.object(first_word, "transfer_due", side_effect=AWAY):
        mail_server.stop()
        urgent = intake.tell(danger="yes")
        assert not reaches(word, intake, urgent)
    word._merge_again = word._mail_again = 0.0  # as after REST_SECONDS
    assert reaches(word, intake, urgent)
    assert [row.id for row in intake.merged()] == [urgent.id]


def test_of_many_children_at_once_one_tries_and_the_others_are_not_held(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_word, "WAIT_SECONDS", 0.01)
    began, go_on = threading.Event(), threading.Event()
    tries: list[int] = []

    def hanging(*given: Any, **named: Any) -> bool:
        tries.append(1)
        began.set()
        assert go_on.wait(PATIENCE_SECONDS)
        raise AWAY

    word, told = UrgentAlert(), [intake.tell(danger="yes") for _ in range(6)]
    with (
        patch.object(first_word, "transfer_due", hanging),
        patch("kiosk.mail.outbox.connect", side_effect=OSError),
    ):
        first = threading.Thread(target=reaches, args=(word, intake, told[0]))
        first.start()
        assert began.wait(PATIENCE_SECONDS)
        assert [reaches(word, intake, one) for one in told[1:]] == [False] * 5
        go_on.set()
        first.join(PATIENCE_SECONDS)
    assert tries == [1]


def test_whoever_waited_while_another_merged_finds_it_done(intake: Intake) -> None:
    word, told = UrgentAlert(), [intake.tell(danger="yes") for _ in range(4)]
    merges: list[int] = []

    def counted(*given: Any, **named: Any) -> bool:
        merges.append(1)
        return transfer_due(*given, **named)

    with patch.object(first_word, "transfer_due", counted):
        assert all(reaches(word, intake, one) for one in told)
    assert merges == [1]
    assert len(intake.merged()) == 4


def test_one_urgent_thing_that_cannot_be_merged_counts_as_untold(
    intake: Intake, mail_server: MailServer
) -> None:
    """The merge went well for the others; whether this very one is there decides."""
    mail_server.stop()
    good, bad = intake.tell(danger="yes"), intake.tell(danger="yes")

    def refusing(connection: Any, sealed: Any) -> None:
        if sealed.id == bad.id:
            raise ValueError("refused")
        store_report(connection, sealed)

    with patch("kiosk.report.intake.transfer.store_report", refusing):
        assert not reaches(UrgentAlert(), intake, bad)
    assert [row.id for row in intake.merged()] == [good.id]
