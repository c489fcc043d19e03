"""Each school morning one mail that all is well; it stays away where something is not, and tells nothing of reports."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import select, update

from kiosk.audit.log import LogAct, LogEntry
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.host.heartbeat import last_beat
from kiosk.mail.messages import SUBJECTS, MailKind
from kiosk.mail.outbox import OutboxRow, queue_alert
from kiosk.report.form.self_test_mark import NONCE_LETTERS, mail_day, mark_of
from kiosk.report.models import Reader, ReaderList
from kiosk.report.self_test.send import SelfTestFailed
from kiosk.report.setup import zone_of
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.upkeep.chores.all_well import queue_all_well
from kiosk.upkeep.memory import WorkerMemory
from tests.factories import at_the_machine, close_zone
from tests.faults.log_tampering import rest_triggers
from tests.incidents.school import School, fill_school
from tests.jumping_clock import YEAR, computer_clock
from tests.mail_server import MailServer
from tests.sites import run_worker_round
from tests.upkeep.monday import LONDON, at

WELL = SUBJECTS[MailKind.WELL].encode()
NETWORK = [
    f"{name}@school.example" for name in ("coordinator2", "coordinator", "network2", "network")
]  # and the Coordinator


@pytest.fixture
def school(databases: Databases, key: SiteKey, mailing: Config) -> Iterator[School]:
    """A school with every role filled and a mail server, in whose morning all is well."""
    made = School(databases, SchoolCalendar(LONDON), key, mailing)
    fill_school(made)
    yield made
    made.intake_store.dispose()


def mornings(
    school: School,
    mail_server: MailServer,
    *moments: datetime,
    memory: WorkerMemory | None = None,
    lot_falls: bool = False,
) -> list[str]:
    """Who has had the mail, after rounds of the worker at these moments."""
    for moment in moments:
        run_worker_round(school.config, school.databases, moment, memory, lot_falls)
    return sorted(who for (who,), content in mail_server.postbox.mails if WELL in content)


def test_it_comes_once_each_school_morning_to_whoever_looks_after_the_computer_and_the_coordinator(
    school: School, mail_server: MailServer
) -> None:
    early = (at(7), at(8, 29, 59))
    assert mornings(school, mail_server, *early) == []
    assert mornings(school, mail_server, at(8, 30), at(8, 31), at(12)) == NETWORK, "started anew each time"
    memory = WorkerMemory()
    assert mornings(school, mail_server, at(12, 1), at(15), memory=memory) == NETWORK
    assert mornings(school, mail_server, at(8, 31, day=24), memory=memory) == sorted(NETWORK * 2)
    assert mornings(school, mail_server, at(9, day=28), at(9, day=29)) == sorted(NETWORK * 2), (
        "not at weekends"
    )
    with school.databases.reports.session(write=False) as session:
        assert zone_of(session).well_on == at(8, day=24).date()


def test_two_workers_at_once_send_one(school: School, databases: Databases) -> None:
    both = [
        Thread(target=queue_all_well, args=(databases, school.key, school.calendar, None, at(9)))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    with databases.reports.session(write=False) as session:
        rows = session.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.WELL))
        assert sorted(rows) == NETWORK


def unopened(school: School) -> None:
    """A test report has waited for more than two school days."""
    sent_at = at(8) - timedelta(days=10)
    mark = mark_of(school.key, mail_day(school.calendar, sent_at, False), "friend")
    school.tell("friend", at=sent_at, is_self_test=True, nonce=mark[:NONCE_LETTERS])


def shut(school: School) -> None:
    with school.databases.reports.write() as session:
        close_zone(session)


def unreadable(school: School) -> None:
    """The list of readers counts no more, so nobody can open what children send."""
    with school.databases.reports.write() as session:
        session.execute(update(ReaderList).values(signatures="{}"))
        session.execute(update(Reader).values(public_key=None))


def log_changed(school: School) -> None:
    with school.databases.school.write() as session:
        rest_triggers(session)
        session.execute(update(LogEntry).values(details='{"changed": "by hand"}'))


@pytest.mark.parametrize("broken", [unopened, shut, unreadable, log_changed])
def test_it_stays_away_where_something_is_not_well(
    school: School, mail_server: MailServer, broken: Callable[[School], None]
) -> None:
    with school.databases.school.write() as session:
        at_the_machine(at(8)).note(session, LogAct.EXPORTED)
    broken(school)
    assert mornings(school, mail_server, at(8, 31), at(12), at(15)) == []


def test_it_stays_away_where_the_form_of_children_does_not_work_that_morning(
    school: School, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise SelfTestFailed

    monkeypatch.setattr("kiosk.upkeep.worker.send_self_test", fails)
    memory = WorkerMemory()
    assert mornings(school, mail_server, at(8, 31), memory=memory, lot_falls=True) == []
    assert mornings(school, mail_server, at(12), memory=memory) == []
    monkeypatch.setattr("kiosk.upkeep.worker.send_self_test", lambda *_: None)
    assert mornings(school, mail_server, at(8, 31, day=24), memory=memory) == NETWORK


def test_it_stays_away_while_the_clock_is_wrong(
    school: School, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with computer_clock(at(8, 31)) as clock:
        clock.jump(YEAR)
        assert mornings(school, mail_server, at(8, 31)) == []
        clock.jump(-YEAR)
        assert mornings(school, mail_server, at(8, 32)) == NETWORK


def test_it_comes_as_soon_as_mail_leaves_again(school: School, mail_server: MailServer) -> None:
    mail_server.stop()
    memory = WorkerMemory()
    assert mornings(school, mail_server, at(8, 31), memory=memory) == []
    found = last_beat(school.config)
    assert found and found.mail_away
    mail_server.start()
    assert mornings(school, mail_server, at(8, 40), memory=memory) == NETWORK
    found = last_beat(school.config)
    assert found and not found.mail_away


def test_without_a_mail_server_there_is_no_such_mail_that_waits(school: School, databases: Databases) -> None:
    run_worker_round(school.config.model_copy(update={"smtp_url": ""}), databases, at(9))
    with databases.reports.session(write=False) as session:
        assert session.scalars(select(OutboxRow)).all() == []


@pytest.mark.parametrize("answer", ["450 try again later", "550 no such person", ""])
def test_what_children_told_and_whether_alerts_leave_changes_neither_the_mail_nor_when_it_comes(
    school: School, mail_server: MailServer, answer: str
) -> None:
    """Also where the address of a reader is refused, so that an alert cannot leave, and the heartbeat says the same."""

    def heard(day: int) -> tuple[list[tuple[int, str]], tuple[bool, bool] | None]:
        came, memory = [], WorkerMemory()
        for minute in (29, 30, 31, 40):
            mail_server.postbox.mails.clear()
            came += [
                (minute, who) for who in mornings(school, mail_server, at(8, minute, day=day), memory=memory)
            ]
        beat = last_beat(school.config)
        return came, (beat.mail_away, beat.log_changed) if beat else None

    quiet = heard(23)
    if answer:
        mail_server.postbox.answers["dsl@school.example"] = answer
    for concern in ("bullying", "adult", "images"):
        school.tell(concern, at=at(8, 5, day=24), danger="yes")
    with school.databases.reports.write() as session:
        queue_alert(session, school.dsl.id, ["dsl@school.example"])
    assert heard(24) == quiet
    assert [who for _, who in quiet[0]] == NETWORK


def test_where_the_computer_needs_a_look_the_network_manager_hears_of_it_and_the_coordinator_two_hours_later(
    school: School, mail_server: MailServer, databases: Databases
) -> None:
    mail_server.stop()
    memory = WorkerMemory()

    def told(*moments: datetime) -> list[str]:
        mornings(school, mail_server, *moments, memory=memory)
        with databases.reports.session(write=False) as session:
            found = session.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.MACHINE))
            return sorted(one.partition("@")[0] for one in found)

    assert told(at(8, 31), at(9), at(10, 25)) == ["network", "network2"]
    assert told(at(10, 31), at(14)) == ["coordinator", "coordinator2", "network", "network2"]
    mail_server.start()
    assert mornings(school, mail_server, at(14, 20), memory=memory) == NETWORK
