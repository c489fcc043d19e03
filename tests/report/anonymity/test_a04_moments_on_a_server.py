"""Promise A4: no file of a PostgreSQL server with usual settings says when a child told, or looked for an answer."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest.mock import patch

import psycopg
import pytest

from kiosk.calendar.file import load_calendar
from kiosk.config import Config
from kiosk.report.access.sealed_report import SealedReport, store_report
from kiosk.report.intake.sealed_item import open_sealed_item
from kiosk.sealing.site_key import make_site_key
from kiosk.site import Content
from kiosk.start import open_databases
from kiosk.storage.db import now_utc
from kiosk.storage.schema import upgrade
from kiosk.wsgi import create_wsgi
from tests.faults.away_postgres import Cluster, running_cluster
from tests.faults.figures import reached
from tests.incidents.school import School, fill_school
from tests.report.anonymity.moments import While, moments_in, wait_for
from tests.report.coming_back import enter_pictures, report_with_pictures
from tests.roots import note_stored_root
from tests.serving import reserved_port, wait_until
from tests.tablets import Tablet

ATTEMPTS = 3  # now and then a server writes for reasons of its own, whether a child told or not
LATER = timedelta(days=7)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A server as it is when it was just installed, which throws none of its log away."""
    with reserved_port() as port, running_cluster(port) as made:
        with psycopg.connect(made.url("postgres"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET wal_keep_size = '1GB'")
            connection.execute("SELECT pg_reload_conf()")
        yield made


@pytest.fixture(scope="module")
def school(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A school on it."""
    plain = Config(data_dir=tmp_path_factory.mktemp("school"), public_url="http://localhost")
    config = plain.model_copy(update=cluster.settings)
    databases = open_databases(config)
    upgrade(databases)
    made = School(databases, load_calendar(config), make_site_key(config.key_path), config)
    fill_school(made)
    yield made
    made.intake_store.dispose()
    databases.dispose()


@pytest.fixture(autouse=True)
def root(school: School) -> None:
    """The school's list stands in its settings, at each test anew."""
    with school.databases.reports.session(write=False) as session:
        note_stored_root(session)


def _tell(school: School) -> None:
    school.tell("bullying", now_utc())


def _store_at_once(school: School) -> None:
    """As no kiosk does any more: what a child tells is written to the reports database when it comes."""
    id = school.tell("bullying", now_utc())
    found = open_sealed_item(school.key, id, school.intake_store.get([id])[id])
    assert isinstance(found, SealedReport)
    with school.databases.reports.write() as session:
        store_report(session, found)


def _two_seconds(cluster: Cluster, tell: Callable[[], None]) -> While:
    """A while in which two children told, a second apart, and in which nothing else was asked of the server."""
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (now,) = connection.execute("SELECT extract(epoch FROM clock_timestamp())::int").fetchone() or (0,)
    begins = int(now) + 1
    for second in (begins, begins + 1):
        wait_for(second)
        tell()
    wait_for(begins + 2)
    return While(begins, begins + 2)


def _left(cluster: Cluster, school: School, meant: While) -> list[str]:
    """Moments of the while that stand in any file, first of the running server and then of the one that has ended."""
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")
    running = moments_in(cluster.folder, meant)
    school.databases.dispose()
    with cluster.shut() as folder:
        return running + [f"ended: {one}" for one in moments_in(folder, meant)]


def _least_left(cluster: Cluster, school: School, act: Callable[[], None]) -> list[str]:
    """What is left of two children who do this, and of the merge afterwards, at the best of some attempts."""
    found: list[str] = []
    for _ in range(ATTEMPTS):
        school.merge(now_utc() + LATER)
        act()  # so that there is a connection, as there is in a school
        school.merge(now_utc() + LATER)
        meant = _two_seconds(cluster, act)
        school.merge(now_utc() + LATER)
        found = _left(cluster, school, meant)
        if not found:
            break
    return found


def test_after_a_merge_no_file_says_when_two_children_told(cluster: Cluster, school: School) -> None:
    assert _least_left(cluster, school, lambda: _tell(school)) == []
    reached("moments of two reports in the files of PostgreSQL (promise A4)", "0")


@pytest.mark.later
def test_no_file_says_when_two_children_looked_for_an_answer(
    cluster: Cluster, school: School, content: Content
) -> None:
    tablet = Tablet(create_wsgi(school.config, school.databases, content))
    pictures = report_with_pictures(tablet)

    def look() -> None:
        assert enter_pictures(tablet, pictures).status_code == 200

    assert _least_left(cluster, school, look) == []
    reached("moments of two look-ups in the files of PostgreSQL (promise A4)", "0")


@pytest.mark.later
def test_the_search_finds_the_moments_of_reports_that_were_stored_at_once(
    cluster: Cluster, school: School
) -> None:
    """The positive control."""
    meant = _two_seconds(cluster, lambda: _store_at_once(school))
    found = _left(cluster, school, meant)
    assert sum(one.endswith("microseconds") and not one.startswith("ended") for one in found) >= 2, found


def _looked(cluster: Cluster) -> list[tuple[object, ...]]:
    """What the server says of when the tables were looked at last, once nobody is connected to them."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'reports' AND pid <> pg_backend_pid()"
    with psycopg.connect(cluster.url("reports"), autocommit=True) as connection:
        wait_until(
            lambda: connection.execute(others).fetchone() == (0,), lambda: "somebody is still connected"
        )
        return connection.execute(
            "SELECT relname, last_seq_scan, last_idx_scan FROM pg_stat_user_tables"
            " WHERE relname IN ('report', 'thread') ORDER BY relname"
        ).fetchall()


def _doing(cluster: Cluster) -> set[tuple[object, ...]]:
    """What the server says of the connections to the reports database."""
    with psycopg.connect(cluster.url("postgres")) as connection:
        asked = (
            "SELECT state, query, query_start, state_change FROM pg_stat_activity WHERE datname = 'reports'"
        )
        return set(connection.execute(asked).fetchall())


def _child_looks(config: Config, content: Content, pictures: list[str]) -> Callable[[], None]:
    """A child comes back; returns what closes every connection."""
    databases = open_databases(config)
    tablet = Tablet(create_wsgi(config, databases, content))
    assert enter_pictures(tablet, pictures).status_code == 200
    return databases.dispose


def test_a_child_who_looks_for_an_answer_moves_nothing_that_the_server_counts(
    cluster: Cluster, school: School, content: Content
) -> None:
    pictures = report_with_pictures(Tablet(create_wsgi(school.config, school.databases, content)))
    school.merge(now_utc() + LATER)
    school.databases.dispose()
    before = _looked(cluster)
    leave = _child_looks(school.config, content, pictures)
    assert _doing(cluster) == {("disabled", "", None, None)}
    leave()
    assert _looked(cluster) == before

    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE watched LOGIN SUPERUSER")
    watched = school.config.model_copy(update={"reports_database_url": cluster.url("reports", "watched")})
    with patch("kiosk.start.check_tracking"):
        leave = _child_looks(watched, content, pictures)
    assert all(changed for *_, changed in _doing(cluster)), "the control: for a role without the settings"
    leave()
    assert _looked(cluster) != before, "the control"
