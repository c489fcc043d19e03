"""The mail server fails for days in every way: each alert goes out at least once, in constant words (promise D4)."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from functools import partial
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from kiosk.config import Config
from kiosk.mail import outbox
from kiosk.mail.claims import MailClaims
from kiosk.mail.messages import ABOUT_REPORTS
from kiosk.mail.outbox import OutboxRow, deliver, queue_alert
from kiosk.report.form import views
from kiosk.start import closing_databases
from kiosk.storage.db import Databases
from kiosk.upkeep import worker
from kiosk.upkeep.memory import LONGEST_WAIT, WorkerMemory
from tests.faults.figures import reached, trials
from tests.faults.kill_school import make_staffed_school
from tests.faults.outbox_faults_mail import HANG_SECONDS, KINDS, FailingMail, Killed
from tests.faults.school import ROLES
from tests.sites import run_worker_round

FAULTS = trials(40, 1_000)
MOST_BODIES = 3  # of reports: what is new, what cannot wait, and that once more
DAYS_DOWN = 3
ROUND = timedelta(minutes=1)  # between two looks of the worker, as the trial has no time for 15 seconds each
ROUNDS = 20  # within which whoever is not hit has their alert, also on a busy machine
DOWN_ROUND = timedelta(minutes=trials(30, 5))
MENDED = 0.3
ADDRESSES = [f"{role}@school.example" for role in ROLES]
FIRST = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/London"))


def after(killed: MailClaims) -> MailClaims:
    """The claims of the worker that follows one that was killed, perhaps before it had looked."""
    claims = MailClaims()
    claims.follow(" ".join(one.hex() for one in (killed.worker, *killed.ended)))
    return claims


class Trial:
    """A worker with a clock of its own, and what must have left by now."""

    def __init__(self, config: Config, databases: Databases, mail: FailingMail) -> None:
        self.config, self.databases, self.mail = config, databases, mail
        self.now, self.memory, self.killed = FIRST, WorkerMemory(), 0
        self.owed: list[
            tuple[str, int]
        ] = []  # an address, and how many mails there were before it was owed one

    def owe(self, addresses: list[str]) -> None:
        """An urgent report came: these people are to be told."""
        with self.databases.reports.write() as session:
            queue_alert(session, uuid.uuid4(), addresses)
        self.owed += [(address, len(self.mail.server.postbox.mails)) for address in addresses]

    def go_round(self, rounds: int = 1) -> None:
        """The worker looks; one that was killed has forgotten what it knew, and looks again."""
        for _ in range(rounds):
            try:
                run_worker_round(self.config, self.databases, self.now, self.memory)
            except Killed:
                self.killed += 1
                self.memory = WorkerMemory(claims=after(self.memory.claims))
            self.now += ROUND

    def mend(self) -> None:
        """The server works again."""
        self.mail.set_fault("", [], Random(0))

    @property
    def left(self) -> int:
        """Alerts of reports that are still here."""
        with self.databases.reports.session(write=False) as session:
            return session.scalar(select(func.count()).where(OutboxRow.kind.in_(ABOUT_REPORTS))) or 0

    @property
    def not_told(self) -> list[str]:
        """Who was owed a mail and got none since."""
        receivers = [addresses for addresses, _ in self.mail.server.postbox.mails]
        return [one for one, before in self.owed if not any(one in got for got in receivers[before:])]

    @property
    def bodies(self) -> int:
        """How many distinct mails there were, but for whom they were to."""
        contents = set()
        for _, content in self.mail.server.postbox.mails:
            mail = message_from_bytes(content)
            for passing in ("To", "Date", "Message-ID"):
                del mail[passing]
            contents.add(mail.as_bytes())
        return len(contents)


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    mail = FailingMail()
    config = make_staffed_school(tmp_path / "data").model_copy(update={"smtp_url": mail.server.url})
    monkeypatch.setattr(outbox, "SMTP_SECONDS", HANG_SECONDS)
    monkeypatch.setattr(worker, "deliver", partial(deliver, open_server=mail.connect))
    with closing_databases(config) as databases:
        made = Trial(config, databases, mail)
        monkeypatch.setattr(
            views, "now_utc", lambda: made.now
        )  # the worker's own report, every school morning
        yield made
    mail.server.stop()


def test_whatever_the_mail_server_does_each_alert_leaves_at_least_once(trial: Trial) -> None:
    chance = Random(20)
    for number in range(FAULTS):
        hit = chance.sample(ADDRESSES, chance.randrange(1, len(ADDRESSES)))
        trial.mail.set_fault(KINDS[number % len(KINDS)], hit, chance)
        trial.owe(chance.sample(ADDRESSES, 2))
        trial.go_round(chance.randrange(1, 4))
        if chance.random() < MENDED:  # else the next fault meets what this one left
            trial.mend()
            trial.now += LONGEST_WAIT
            trial.go_round()
            assert (trial.left, trial.not_told) == (0, [])
    trial.mend()
    trial.now += LONGEST_WAIT
    trial.go_round()
    sent, owed = len(trial.mail.server.postbox.mails), len(trial.owed)
    reached(
        "outbox",
        f"{FAULTS} faults, {trial.killed} kills, {owed} alerts owed, {trial.bodies} bodies, {sent} mails",
    )
    assert (trial.left, trial.not_told) == (0, [])
    assert trial.killed >= FAULTS // len(KINDS), "a kill was among them"
    assert trial.bodies <= MOST_BODIES


@pytest.mark.parametrize("kind", ["hangs-up", "hangs-at-some"])
def test_a_server_that_breaks_off_at_some_addresses_keeps_nobody_elses_alert(trial: Trial, kind: str) -> None:
    *bad, good = sorted(ADDRESSES)  # mails go in this order
    trial.mail.set_fault(kind, bad, Random(20))
    for _ in range(FAULTS // 4):
        trial.owe(ADDRESSES)
        for _ in range(ROUNDS):
            if good in trial.not_told:
                trial.go_round()
        assert good not in trial.not_told
    trial.mend()
    trial.now += LONGEST_WAIT
    trial.go_round()
    assert (trial.left, trial.not_told) == (0, [])


def test_three_days_without_a_mail_server_lose_no_alert(trial: Trial) -> None:
    trial.mail.set_fault("down", [], Random(20))
    while trial.now < FIRST + timedelta(days=DAYS_DOWN):
        if trial.now.minute == 0:
            trial.owe(ADDRESSES)
        trial.go_round()
        trial.now += DOWN_ROUND - ROUND
    assert trial.left == len(trial.owed) == DAYS_DOWN * 24 * len(ADDRESSES)
    trial.mend()
    trial.now += LONGEST_WAIT
    trial.go_round()
    reached("outbox, mail server away", f"{DAYS_DOWN} days, {len(trial.owed)} alerts owed, {trial.left} left")
    assert (trial.left, trial.not_told) == (0, [])
    assert trial.bodies <= MOST_BODIES
