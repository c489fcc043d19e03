"""In danger, with the reports database away: what the page says of staff is what the mail server did (promise D10)."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from kiosk.mail import outbox
from kiosk.mail.outbox import OutboxRow, deliver
from kiosk.report.access.sealed_report import SealedReport
from kiosk.report.intake import urgent
from kiosk.report.intake.sealed_item import open_sealed_item
from kiosk.storage.db import now_utc
from kiosk.upkeep.memory import WorkerMemory
from tests.faults.figures import reached, trials
from tests.faults.io_faults_world import NOBODY_TOLD, World, is_thanks, world
from tests.faults.outbox_faults_mail import HANG_SECONDS, KINDS, FailingMail
from tests.faults.school import ROLES
from tests.faults.test_io_faults_engine import REFUSALS, Refusing
from tests.report.sent_ids import id_of_sent
from tests.sites import run_worker_round

LIVING = [kind for kind in KINDS if not kind.startswith("killed")]
TRIALS = trials(3, 30)  # of each kind
ADDRESSES = [f"{role}@school.example" for role in ROLES]
TAKES_ALL = ""
ROUNDS = 4


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[FailingMail]:
    made = FailingMail()
    monkeypatch.setattr(urgent, "MAIL_SECONDS", HANG_SECONDS)
    monkeypatch.setattr(outbox, "SMTP_SECONDS", HANG_SECONDS)
    yield made
    made.server.stop()


@pytest.fixture
def school(mail: FailingMail, tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, smtp_url=mail.server.url) as made:
        yield made


def away(school: World) -> Refusing:
    """From the first statement on the reports database refuses everything."""
    return Refusing(school.intake.reports.engine, REFUSALS[0], 1, for_ever=True)


@pytest.mark.parametrize("kind", [TAKES_ALL, *LIVING])
def test_the_page_says_that_staff_know_when_they_do_and_each_of_them_knows_in_the_end(
    kind: str, school: World, mail: FailingMail
) -> None:
    chance, box = Random(kind), mail.server.postbox
    told = 0
    for _ in range(TRIALS):
        answers = nobody_ticked(school)
        mail.set_fault(kind, chance.sample(ADDRESSES, chance.randrange(1, len(ADDRESSES) + 1)), chance)
        with away(school).going_on():
            answer = school.send(answers)
        assert is_thanks(answer), answer.status
        said = NOBODY_TOLD not in answer.text
        assert said <= bool(box.mails), "the page says that staff know, and nobody does"
        assert said or kind.startswith("hangs") or not box.mails, (
            "staff know, and the page says that nobody does"
        )
        told += said
        mail.set_fault(TAKES_ALL, [], chance)
        wanted, waiting = alerts_in_intake(school, answers), alerts_once_merged(school)
        deliver(school.databases.reports, school.config)
        assert set(box.receivers) == set(wanted), "each in the end, and nobody else"
        assert waiting or len(box.receivers) == len(wanted), "nobody twice where everybody had a mail"
        assert waiting in ([], wanted), "where somebody had none, all are alerted once more"
        school.clear(kind)
        box.mails.clear()
    reached(f"first word, mail server: {kind or 'well'}", f"{told} told, {TRIALS - told} not told")
    assert school.wrong == []
    assert told == TRIALS or kind, "a mail server that works is enough"
    assert told == 0 or kind not in {"down", "data-4xx", "data-5xx", "hangs"}, (
        "the control: none of these takes any"
    )


def test_while_one_address_is_refused_the_others_have_one_mail_and_not_one_with_each_round_of_the_worker(
    school: World, mail: FailingMail
) -> None:
    box, memory, now = mail.server.postbox, WorkerMemory(), now_utc()
    answers = nobody_ticked(school)
    with away(school).going_on():
        mail.set_fault("down", [], Random(1))
        assert NOBODY_TOLD in school.send(answers).text
        refused, *others = alerts_in_intake(school, answers)
        mail.set_fault("rcpt-5xx", [refused], Random(1))
        for _ in range(ROUNDS):
            run_worker_round(school.config, school.databases, now, memory)
        assert box.receivers == others
        mail.set_fault(TAKES_ALL, [], Random(1))
        for _ in range(ROUNDS):
            run_worker_round(school.config, school.databases, now, memory)
        assert box.receivers == [*others, refused]
    assert alerts_once_merged(school) == []


def test_sent_again_by_the_child_it_is_still_true_that_somebody_knows(
    school: World, mail: FailingMail
) -> None:
    answers = nobody_ticked(school)
    with away(school).going_on():
        mail.set_fault("rcpt-5xx", ["principal@school.example"], Random(1))
        assert [NOBODY_TOLD in school.send(answers).text for _ in range(3)] == [False] * 3
    assert mail.server.postbox.receivers == ["dsl@school.example"]


def nobody_ticked(school: World) -> dict[str, str]:
    """A child in danger, of whom more than one reader is told."""
    return school.answers("yes") | {"exclude": "", "concern": "adult", "head": "no"}


def alerts_in_intake(school: World, answers: dict[str, str]) -> list[str]:
    """For whom the alerts of a report are that waits."""
    report_id = id_of_sent(school.intake.key, "ks2", "en", answers)
    held = open_sealed_item(
        school.intake.key, report_id, school.intake.intake_store.get([report_id])[report_id]
    )
    assert isinstance(held, SealedReport)
    return sorted(held.alerts)


def alerts_once_merged(school: World) -> list[str]:
    """Who has an alert waiting once the reports database is back."""
    school.intake.merge_all()
    with school.databases.reports.session(write=False) as session:
        return sorted(session.scalars(select(OutboxRow.address)))
