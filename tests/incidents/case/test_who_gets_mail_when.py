"""Alerts leave as a slot ends, urgent ones at once; a report about the head changes no mail to others (promise S9)."""

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from kiosk.config import Config
from kiosk.mail.messages import SUBJECTS, MailKind
from kiosk.storage.db import Databases
from tests.incidents.school import School
from tests.mail_server import MailServer, constant
from tests.sites import run_worker_round

TOLD = time(9, 41)  # the slot ends at ten
ROUNDS = (time(9, 41, 15), time(9, 59, 59), time(10), time(10, 0, 15), time(11, 30), time(15, 30))
OF_THE_ROUTE = ("chair", "dsl")
Sent = list[tuple[time, str, bytes]]
Day = Callable[[int, Callable[[datetime], None]], Sent]


@pytest.fixture
def one_day(config: Config, databases: Databases, mail_server: MailServer) -> Day:
    """A school day with what children tell at TOLD: who got which mail in which round of the worker."""
    mailing = config.model_copy(update={"smtp_url": mail_server.url})

    def play(day: int, told: Callable[[datetime], None]) -> Sent:
        moment = datetime(2026, 11, day, tzinfo=ZoneInfo("Europe/London"))
        told(datetime.combine(moment, TOLD, moment.tzinfo))
        sent: Sent = []
        for at in ROUNDS:
            run_worker_round(mailing, databases, datetime.combine(moment, at, moment.tzinfo))
            for (address,), content in mail_server.postbox.mails:
                who = address.partition("@")[0]
                # Nor what comes each morning, whatever was told, nor what the day before has left unread.
                if not any(SUBJECTS[kind].encode() in content for kind in (MailKind.WELL, MailKind.LATE)):
                    sent.append((at, who, constant(content).replace(address.encode(), b"#")))
            mail_server.postbox.mails.clear()
        return sent

    return play


def to_others(sent: Sent) -> Sent:
    """The mails to people who may not read about the head."""
    return [one for one in sent if one[1].rstrip("2") not in OF_THE_ROUTE]


@pytest.mark.parametrize("danger", ["no", "yes"])
def test_a_report_about_the_head_changes_no_mail_to_others_and_none_but_an_urgent_one_leaves_early(
    school: School, one_day: Day, danger: str
) -> None:
    def ordinary(at: datetime) -> None:
        school.tell("bullying", at=at)
        school.tell("adult", at=at, head="no")

    def with_the_head(at: datetime) -> None:
        ordinary(at)
        school.tell("adult", at=at, head="yes", danger=danger)

    without, with_it = one_day(23, ordinary), one_day(24, with_the_head)
    assert to_others(with_it) == to_others(without) != []
    ordinary_mails = {content for at, _, content in with_it if at >= time(10)}
    assert ordinary_mails == {without[0][2]}, "one text, whatever came"
    rings = {content for at, _, content in with_it if at < time(10)}
    assert len(rings) == (danger == "yes") and not rings & ordinary_mails, "its subject says how fast"
    assert {at for at, _, _ in without} == {time(10)}
    early = [(at, who) for at, who, _ in with_it if at < time(10)]
    urgent = [(time(9, 41, 15), who) for who in ("chair2", "chair", "dsl2", "dsl")]
    assert early == (urgent if danger == "yes" else [])
    in_time = {who for at, who, _ in with_it if at == time(10)}
    assert in_time >= {"dsl", "dsl2", "principal", "principal2", "coordinator", "coordinator2"}
    assert ("chair" in in_time) == (danger == "no"), "the control: the chair is told"
