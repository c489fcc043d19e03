"""PostgreSQL must not note when a child looks: otherwise kiosk does not start, and says what to do (promise A4)."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from kiosk.config import Config, SettingError
from kiosk.report.access.sealed_report import store_report
from kiosk.report.intake.rewrite import check_tracking, vacuum
from kiosk.report.models import Report, ReportReader, Thread
from kiosk.start import check_ready, open_databases
from kiosk.storage.db import Database, Databases
from kiosk.upkeep.doctor.checks import examine
from kiosk.upkeep.memory import WorkerMemory
from kiosk.upkeep.worker import wait_for_databases
from kiosk.wsgi import create_wsgi
from tests.report.sealed import MONDAY_TEN, sealed_report
from tests.sites import run_worker_round
from tests.untracked import NOTED

COUNTS = "ALTER ROLE postgres IN DATABASE reports SET track_counts = off"
ACTIVITIES = "ALTER ROLE postgres IN DATABASE reports SET track_activities = off"


def noting(config: Config, *settings: str) -> Config:
    """A school whose administrator has not switched these off."""
    options = "".join(f"%20-c{setting}%3Don" for setting in settings)
    return config.model_copy(
        update={"reports_database_url": f"{config.reports_database_url}&options={options}"}
    )


@pytest.fixture
def stores(config: Config, databases: Databases, settings: tuple[str, ...]) -> Iterator[Databases]:
    """The databases of a school in which PostgreSQL notes something."""
    opened = open_databases(noting(config, *settings))
    yield opened
    opened.dispose()


@pytest.mark.database("postgresql")
@pytest.mark.parametrize(
    ("settings", "commands"),
    [(("track_counts",), COUNTS), (("track_activities",), ACTIVITIES), (NOTED, f"{ACTIVITIES}; {COUNTS}")],
    ids=["counts", "activities", "both"],
)
def test_a_server_that_notes_who_looks_stops_the_start_with_the_commands_in_one_line(
    config: Config, stores: Databases, commands: str
) -> None:
    with pytest.raises(SettingError) as refused:
        create_wsgi(config, stores)
    assert str(refused.value) == (
        "KIOSK_REPORTS_DATABASE_URL: PostgreSQL notes when a child looks for an answer; as its administrator run"
        f" `{commands}` and start kiosk again"
    )


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("settings", [("track_counts",)])
def test_the_worker_does_not_wait_for_it_to_mend_itself(config: Config, stores: Databases) -> None:
    with pytest.raises(SettingError, match="track_counts"):
        wait_for_databases(lambda: check_ready(config, stores), threading.Event())


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("settings", [NOTED])
def test_the_commands_are_what_an_administrator_may_run_as_they_stand(
    stores: Databases, databases: Databases
) -> None:
    with pytest.raises(SettingError) as refused:
        check_tracking(stores.reports)
    commands = str(refused.value).split("`")[1]
    with databases.reports.engine.begin() as connection:
        connection.execute(text(commands))


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("settings", [("track_counts",)])
def test_the_doctor_says_it(config: Config, databases: Databases, settings: tuple[str, ...]) -> None:
    found = [one for one in examine(noting(config, *settings), open_databases) if COUNTS in one.text]
    assert [(one.good, one.text.partition(":")[0]) for one in found] == [(False, "what PostgreSQL notes")]
    healthy = [one for one in examine(config, open_databases) if one.text.startswith("what PostgreSQL notes")]
    assert [(one.good, one.text) for one in healthy] == [(True, "what PostgreSQL notes: in order")]


@pytest.mark.database("sqlite")
def test_sqlite_notes_nothing_of_the_kind(databases: Databases) -> None:
    check_tracking(databases.reports)
    vacuum(databases.reports)


@pytest.mark.database("postgresql")
def test_once_a_day_the_worker_clears_dead_rows_away_as_the_server_does_not(
    config: Config, databases: Databases
) -> None:
    memory, next_day = WorkerMemory(), MONDAY_TEN + timedelta(days=1)
    leave_dead_rows(databases.reports)
    assert size(databases.reports) > 0, "the control"
    run_worker_round(config, databases, MONDAY_TEN, memory)
    assert size(databases.reports) == 0
    leave_dead_rows(databases.reports)
    run_worker_round(config, databases, MONDAY_TEN + timedelta(minutes=1), memory)
    assert size(databases.reports) > 0
    run_worker_round(config, databases, next_day, memory)
    assert size(databases.reports) == 0


@pytest.mark.database("postgresql")
def test_no_file_of_the_server_is_written_as_a_child_looks_for_an_answer(
    config: Config, databases: Databases
) -> None:
    memory, reports = WorkerMemory(), databases.reports
    run_worker_round(config, databases, MONDAY_TEN, memory)
    for minute, rounds in enumerate((0, 1), 1):
        thread_id = bytes([minute]) * 16
        with reports.write() as session:
            session.add(Thread(id=thread_id, public_key=bytes(32)))
        for _ in range(rounds):
            run_worker_round(config, databases, MONDAY_TEN + timedelta(minutes=minute), memory)
        before = written(reports)
        with reports.session(write=False) as session:
            assert session.get(Thread, thread_id)
        assert (written(reports) == before) == bool(rounds), "the first is the control"


def written(reports: Database) -> list[int]:
    """When the files of answers were written last, once the server has written what it had to."""
    with reports.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        paths = text("SELECT pg_relation_filepath('thread'), pg_relation_filepath('reply')")
        return [(folder / path).stat().st_mtime_ns for path in connection.execute(paths).one()]


@pytest.mark.database("postgresql")
def test_a_table_that_somebody_holds_is_left_for_the_next_day(databases: Databases) -> None:
    leave_dead_rows(databases.reports)
    with databases.reports.engine.begin() as other:
        other.execute(text("LOCK TABLE report IN SHARE UPDATE EXCLUSIVE MODE"))
        vacuum(databases.reports)
    assert size(databases.reports) > 0


def leave_dead_rows(reports: Database) -> None:
    """A report comes and goes."""
    with reports.write() as session:
        store_report(session, sealed_report())
    with reports.write() as session:
        session.execute(delete(ReportReader))
        session.execute(delete(Report))


def size(reports: Database) -> int:
    """Bytes of the table of reports on the disk."""
    with reports.engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_relation_size('report')")).scalar_one())
