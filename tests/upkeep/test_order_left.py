"""`kiosk doctor --privacy` finds reports that lie in the order in which children told, and says nothing of a few."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text, update
from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.calendar.file import load_calendar
from kiosk.config import Config, SettingError
from kiosk.db import Databases, now_utc
from kiosk.report.form import read
from kiosk.report.keyring import read_keyring
from kiosk.report.models import Report, ReportState
from kiosk.report.taking import prepare, store
from kiosk.sealing.site_key import SiteKey
from kiosk.upkeep import order_left
from kiosk.upkeep.order_left import check_order
from kiosk.upkeep.server_notes import check_log_settings, check_statistics
from tests.incidents.school import LAST_WEEK, School, fill_school

pytestmark = pytest.mark.database(
    "postgresql"
)  # on SQLite these tables lie in the order of their ids by themselves
HOW_MANY = 20  # of one slot: by chance they agree half as well as after a merge once in a thousand times
LONG = "It goes on and on. " * 70  # its envelope is kept apart from its row


@pytest.fixture
def school(databases: Databases, config: Config, key: SiteKey, nothing_counted: None) -> Iterator[School]:
    """A school of real days."""
    made = School(databases, load_calendar(config), key, config)
    fill_school(made)
    yield made
    made.keeper.dispose()


def write_one_by_one(school: School, count: int = HOW_MANY) -> None:
    """What a kiosk did that wrote each report at once: in the order of arrival, against that of the ids."""
    with school.databases.reports.session(write=False) as session:
        ring = read_keyring(session)
    at, sealed = now_utc() - LAST_WEEK, []
    for number in range(count):
        form = MultiDict({"nonce": f"nonce-number-{number:020}", "concern": "bullying", "words": LONG})
        answers, errors = read(form, Band.KS3, "en")
        assert not errors
        sealed.append(prepare(ring, school.key, school.calendar, answers, at).sealed)
    for one in sorted(sealed, key=lambda one: one.id, reverse=True):
        with school.databases.reports.rows(write=True) as connection:
            store(connection, one)


def test_what_was_merged_lies_in_the_order_of_its_ids(school: School) -> None:
    at = now_utc() - LAST_WEEK
    for _ in range(HOW_MANY):
        school.tell("bullying", at, words=LONG)
    school.merge(now_utc())
    assert check_order(school.databases.reports) == "rows and long values lie as a merge writes them"


def test_what_was_written_one_by_one_is_found(school: School) -> None:
    write_one_by_one(school)
    with pytest.raises(SettingError, match="rows do not lie as a merge writes them"):
        check_order(school.databases.reports)


@pytest.mark.parametrize("asked_from", [0, 10**9], ids=["new server", "old server"])
def test_long_values_that_kept_the_order_when_their_rows_were_written_anew_are_found(
    school: School, monkeypatch: pytest.MonkeyPatch, asked_from: int
) -> None:
    """Reading writes a row anew, and rows say nothing then; what is long stays where it was.

    An old server is asked as its administrator can: by the table in which long values lie.
    """
    monkeypatch.setattr(order_left, "TOAST_BY_NUMBER", asked_from or order_left.TOAST_BY_NUMBER)
    write_one_by_one(school)
    with school.databases.reports.write() as session:
        session.execute(update(Report).values(state=ReportState.OPENED))
    with pytest.raises(SettingError, match="long values do not lie as a merge writes them"):
        check_order(school.databases.reports)


def test_of_a_handful_nothing_is_said_as_any_order_of_them_is_chance(school: School) -> None:
    write_one_by_one(school, 6)
    check_order(school.databases.reports)


def test_what_somebody_has_read_says_nothing_of_arrival_by_its_row(school: School) -> None:
    for _ in range(HOW_MANY):
        school.tell("bullying", now_utc() - LAST_WEEK)
    school.merge(now_utc())
    with school.databases.reports.session(write=False) as session:
        ids = sorted(session.scalars(text("SELECT id FROM report")).all(), key=str, reverse=True)
    for id in ids:
        with school.databases.reports.write() as session:
            session.execute(text("UPDATE report SET state = 'opened' WHERE id = :id"), {"id": id})
    check_order(school.databases.reports)


def test_statistics_that_date_a_look_are_found_and_the_roles_own_settings_keep_them_empty(
    school: School,
) -> None:
    reports = school.databases.reports
    school.told()
    assert check_statistics(reports) == "nothing was counted"
    with reports.engine.connect() as connection:
        connection.execute(text("SET track_counts = on"))
        connection.execute(text("SET enable_seqscan = off"))
        connection.execute(text("SELECT 1 FROM report WHERE id = gen_random_uuid()"))
        connection.commit()
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        connection.commit()
        connection.invalidate()
    with pytest.raises(SettingError, match="the server has counted what happens in report"):
        check_statistics(reports)


@pytest.mark.parametrize("setting", ["log_statement = 'all'", "log_duration = on"])
def test_a_server_that_writes_statements_or_connections_into_its_log_is_found(
    school: School, setting: str
) -> None:
    reports = school.databases.reports
    assert check_log_settings(reports) == "neither statements nor connections are written down"
    with reports.engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {reports.engine.url.database} SET {setting}"))
    reports.engine.dispose()
    try:
        with pytest.raises(SettingError, match=setting.partition(" ")[0]):
            check_log_settings(reports)
    finally:
        with reports.engine.begin() as connection:
            connection.execute(
                text(f"ALTER DATABASE {reports.engine.url.database} RESET {setting.partition(' ')[0]}")
            )
        reports.engine.dispose()
