"""A database is taken away while kiosk runs: pages say so without asking it, and a child tells anyway (promise D10)."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client

from kiosk.calendar.school import Slot
from kiosk.config import Config
from kiosk.host.heartbeat import check_worker, last_beat, write_heartbeat
from kiosk.readers.proposals.publish import publish_readers
from kiosk.report.intake.store import open_intake
from kiosk.report.models import ImportedId
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Database, Databases, now_utc
from kiosk.upkeep.memory import WorkerMemory
from tests.access_world import World, make_world
from tests.factories import EARLY
from tests.pages import Page
from tests.sites import held_by, run_worker_round, site_of, transfer_all

pytestmark = pytest.mark.database("sqlite", "postgresql")  # who waits for whom differs

FORM = "application/x-www-form-urlencoded"
Take = Callable[[Config], None]


def gone(config: Config) -> None:
    """The school's file is gone, as on a disk that was unplugged."""
    for path in config.data_dir.glob("school.sqlite*"):
        path.rename(path.with_suffix(path.suffix + ".away"))


def spoilt(config: Config) -> None:
    """The school's file holds something else."""
    for path in config.data_dir.glob("school.sqlite-*"):
        path.unlink()
    (config.data_dir / "school.sqlite").write_bytes(b"no database at all " * 400)


@contextmanager
def unreachable(*databases: Database) -> Iterator[list[Engine]]:
    """For the block no connection is made and none is left, as when a server stops; gathers who tried to connect."""
    tried: list[Engine] = []
    refusals = []
    for engine in (one.engine for one in databases):

        def refuse(*_: object, engine: Engine = engine) -> None:
            tried.append(engine)
            raise OperationalError("connect", {}, ConnectionRefusedError())

        event.listen(engine, "do_connect", refuse)
        refusals.append((engine, refuse))
        engine.dispose()
    try:
        yield tried
    finally:
        for engine, refuse in refusals:
            event.remove(engine, "do_connect", refuse)


@pytest.fixture
def world(app: Flask, config: Config, databases: Databases, key: SiteKey, content: Content) -> World:
    """A school in which every address leads somewhere, and whose list of readers is in memory."""
    made = make_world(app, config, databases, key, content.lessons)
    publish_readers(databases, config, EARLY)
    return made


def send_report(tablet: Client) -> str:
    """What a child sees after sending a report."""
    assert tablet.get("/report/ks2/en").status_code == 200
    answer = tablet.post("/report/ks2/en", data={"concern": "bullying", "words": "they took my bag"})
    assert answer.status_code == 200
    assert 'id="what-next"' in answer.text
    return answer.text


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("take", [gone, spoilt])
def test_with_the_school_database_gone_pages_say_so_and_lead_to_telling_which_works(
    world: World, tablet: Client, config: Config, databases: Databases, take: Take
) -> None:
    pupil, teacher = world.browser("pu"), world.browser("te")
    assert pupil.get("/learn/lessons/").status_code == 200
    if take is spoilt:
        databases.school.engine.dispose()  # an open connection still has what it read
    take(config)
    before = merged(databases)
    for browser, address in (
        (pupil, "/learn/lessons/"),
        (teacher, "/staff/"),
        (world.browser("no"), "/home/we-did"),
    ):
        answer = browser.get(address)
        assert answer.status_code == 503, address
        assert answer.headers["Retry-After"]
        page = Page(answer.text)
        assert any(link.attrs["href"].startswith("/report/") for link in page.all("a")), address
    assert tablet.get("/").status_code == 200
    send_report(tablet)
    transfer_all(config, databases)
    assert merged(databases) == before + 1


def merged(databases: Databases) -> int:
    """How much came from the intake so far."""
    with databases.reports.session(write=False) as reports:
        return reports.scalar(select(func.count()).select_from(ImportedId)) or 0


@pytest.mark.database("sqlite")
def test_a_school_database_that_comes_back_is_used_again_without_a_restart(
    world: World, config: Config
) -> None:
    pupil = world.browser("pu")
    gone(config)
    assert pupil.get("/learn/lessons/").status_code == 503
    assert not (config.data_dir / "school.sqlite").exists(), "an empty school is not made in its place"
    for path in config.data_dir.glob("*.away"):
        path.rename(path.with_suffix(""))
    assert pupil.get("/learn/lessons/").status_code == 200


def test_an_error_page_asks_no_database(world: World, databases: Databases) -> None:
    pupil, reader = world.browser("pu"), world.browser("ds")
    with unreachable(databases.school, databases.reports, databases.sessions) as tried:
        for browser, address in ((pupil, "/learn/lessons/"), (reader, "/staff/"), (pupil, "/home/we-did")):
            tried.clear()
            assert browser.get(address).status_code == 503
            assert len(tried) == 1, "the first that fails is the last that is asked"
        for address in ("/learn/nowhere", "/home/nowhere", "/nowhere"):
            tried.clear()
            assert pupil.get(address).status_code == 404
            assert tried == []


def test_a_session_of_staff_that_cannot_be_kept_is_said_instead_of_an_error(
    world: World, databases: Databases
) -> None:
    with unreachable(databases.sessions):
        answer = world.browser("no").post(
            "/staff/sign-in", data={"email": "x@school.example", "password": "x"}
        )
    assert answer.status_code in {422, 503}, "only what has to be kept can fail"


def test_an_outage_is_one_line_a_minute_however_many_ask(
    world: World, databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    pupil, reader = world.browser("pu"), world.browser("ds")
    with caplog.at_level(logging.WARNING), unreachable(databases.school, databases.sessions):
        answers = {one.get("/learn/lessons/").status_code for one in [pupil] * 50}
        answers |= {one.get("/staff/").status_code for one in [reader] * 50}
    assert answers == {503}
    assert [record.getMessage() for record in caplog.records] == [
        "a database does not answer: ConnectionRefusedError"
    ]
    assert "Traceback" not in caplog.text


def count_in_intake(config: Config) -> int:
    """How much waits in the intake."""
    keeper = open_intake(config)
    count = held_by(keeper)
    keeper.dispose()
    return count


def test_with_the_reports_database_gone_a_child_is_thanked_for_what_the_intake_holds_and_it_comes_in_later(
    world: World, tablet: Client, config: Config, databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    # At night: in school hours the worker would put the morning's test report into the intake.
    memory, now = WorkerMemory(), (now_utc() + timedelta(days=7)).replace(hour=22)
    with unreachable(databases.reports):
        send_report(tablet)
        send_report(tablet)
        assert count_in_intake(config) == 2
        pictures = urlencode([("picture", one) for one in list(site_of(world.app).pictures.keys)[:6]])
        answer = tablet.post("/report/replies/en", data=pictures, content_type=FORM)
        assert answer.status_code == 503
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                run_worker_round(config, databases, now, memory)
        assert [record.getMessage() for record in caplog.records] == [
            "the worker could not finish a chore: ConnectionRefusedError"
        ]
    run_worker_round(config, databases, now, memory)
    assert count_in_intake(config) == 0


def test_with_the_intake_gone_a_child_is_not_thanked_and_keeps_the_words(
    world: World, tablet: Client, config: Config, databases: Databases
) -> None:
    config.file("intake.sqlite").rename(config.file("away"))
    answer = tablet.post("/report/ks2/en", data={"concern": "bullying", "words": "they took my bag"})
    assert answer.status_code == 503
    assert 'id="what-next"' not in answer.text
    assert "they took my bag" in answer.text


def test_what_the_worker_does_once_a_day_is_done_the_same_day_after_an_outage(
    world: World, config: Config, databases: Databases
) -> None:
    memory, now = WorkerMemory(), now_utc()
    with unreachable(databases.school):
        run_worker_round(config, databases, now, memory)
    assert memory.log_verified_on is None
    run_worker_round(config, databases, now, memory)
    assert memory.log_verified_on is not None


def test_with_the_reports_database_gone_the_worker_beats_on_with_what_it_knew(
    config: Config, databases: Databases
) -> None:
    now, memory = now_utc(), WorkerMemory()
    waits = Slot(now.date(), 9 * 60)
    write_heartbeat(config, now - timedelta(hours=1), waits)
    with unreachable(databases.reports):
        run_worker_round(config, databases, now, memory)
    assert check_worker(config, now)
    assert (found := last_beat(config))
    assert found.unsent_since == waits
    assert memory.beat_at == now


def test_the_health_check_says_when_a_database_is_away_and_asks_once_for_many(
    world: World, databases: Databases, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = world.browser("no")
    write_heartbeat(config, now_utc(), None)
    monkeypatch.setattr("kiosk.storage.db.HEALTH_SECONDS", 3600)
    with unreachable(databases.school) as tried:
        answers = [browser.get("/healthz") for _ in range(20)]
    assert {one.status_code for one in answers} == {503}
    assert {one.text for one in answers} == {"database\n"}
    assert len(tried) == 1
    monkeypatch.setattr("kiosk.storage.db.HEALTH_SECONDS", 0)
    databases.school.health._ask_again = 0
    assert browser.get("/healthz").text == "ok\n"
