"""`kiosk doctor` finds what is not in order, names it, and never falls over it."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select, update

from kiosk.config import Config
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import Opener
from kiosk.report.access.sealed_report import store_report
from kiosk.report.intake.store import FILE
from kiosk.report.integrity_check import check_reports, unchecked_reports
from kiosk.report.models import Reader, ReaderList, RecoveryKey, Report, ReportState, Zone
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey, make_site_key
from kiosk.start import open_databases
from kiosk.storage.db import Databases
from kiosk.storage.schema import METADATA
from kiosk.upkeep.doctor import checks
from kiosk.upkeep.upgrading import FOLDER
from kiosk.wording.facts import Facts
from tests.factories import close_zone, list_readers, make_staff, private_key_of
from tests.report.sealed import sealed_report
from tests.roots import note_root
from tests.tree import ROOT
from tests.upkeep.looked_at import LATE_INTAKE, LONG_AGO, failed_checks, reports_of, single_finding, waits


@pytest.fixture(autouse=True)
def _facts_are_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no test here fails by the calendar."""
    monkeypatch.setattr(Facts, "overdue", lambda facts, today: [])


def test_where_all_is_in_order_every_finding_is_good(healthy: Config) -> None:
    findings = list(checks.examine(healthy, open_databases))
    assert [finding.text for finding in findings if not finding.good] == []
    told = " ".join(finding.text for finding in findings)
    things = (
        "site key", "clock", "calendar", "content", *METADATA, "schema", "key of this school", "log of powers",
        "intake", "files", "worker", "alerts", "mail server", "disk",
    )  # fmt: skip
    for thing in things:
        assert thing in told


def test_a_report_that_was_changed_by_hand_is_found_and_not_described(healthy: Config) -> None:
    with reports_of(healthy) as session:
        sealed = sealed_report(read_keyring(session), concern="bullying")
        store_report(session, sealed)
        reader = session.scalars(select(Reader).where(Reader.roles == "coordinator")).one()
        opener = Opener(reader.id, {"coordinator"}, private_key_of(reader.id))
        check_reports(session, opener, unchecked_reports(session, opener))
    assert failed_checks(healthy) == [], "the control"
    with reports_of(healthy) as session:
        session.get_one(Report, sealed.id).urgent = True
        session.flush()
        check_reports(session, opener, unchecked_reports(session, opener))
    assert single_finding(healthy).startswith("what stands in clear about reports: changed by hand")
    with reports_of(healthy) as session:
        session.get_one(Report, sealed.id).state = ReportState.CLOSED
    assert failed_checks(healthy) == []


def test_a_key_that_others_may_read_is_found(healthy: Config) -> None:
    healthy.key_path.chmod(0o640)
    assert single_finding(healthy) == f"site key: others may read {healthy.key_path}; run chmod 600 on it"


def test_a_key_that_is_gone_is_found(healthy: Config) -> None:
    healthy.key_path.unlink()
    assert single_finding(healthy).startswith("site key: KIOSK_SECRET_KEY_FILE: cannot read ")


def test_a_calendar_that_ends_soon_is_found_before_it_does(healthy: Config, tmp_path: Path) -> None:
    ends_on = datetime.now(UTC).date() + timedelta(days=20)
    path = tmp_path / "calendar.toml"
    path.write_text(f"terms = [{{first = 2026-01-01, last = {ends_on}}}]")
    found = single_finding(healthy.model_copy(update={"calendar_file": path}))
    assert found.startswith("calendar: no term is listed after ")
    path.write_text(f"terms = [{{first = 2026-01-01, last = {ends_on + timedelta(days=60)}}}]")
    assert failed_checks(healthy.model_copy(update={"calendar_file": path})) == []


def test_a_calendar_that_cannot_be_read_is_found(healthy: Config, tmp_path: Path) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text("opens = [")
    assert single_finding(healthy.model_copy(update={"calendar_file": path})).startswith(
        f"calendar: KIOSK_CALENDAR_FILE: {path}"
    )


def test_a_fact_past_its_review_date_is_found(healthy: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def overdue(facts: Facts, today: date) -> list[SimpleNamespace]:
        assert today == date.today()  # noqa: DTZ011 - the machine's own day
        return [SimpleNamespace(id="childline"), SimpleNamespace(id="age-of-social-media")]

    monkeypatch.setattr(Facts, "overdue", overdue)
    assert single_finding(healthy) == "content: past their review date: childline, age-of-social-media"


def test_content_that_is_broken_is_found(healthy: Config, tmp_path: Path) -> None:
    broken = tmp_path / "content"
    shutil.copytree(ROOT / "content", broken)
    (broken / "facts.yml").write_text("- [")
    (broken / "helplines.yml").write_text("- [")
    found = single_finding(healthy.model_copy(update={"content_dir": broken}))
    assert found.startswith(f"content: {broken}/facts.yml:")
    assert found.endswith("`kiosk content check` lists them, and kiosk would not start with it")


def test_a_schema_that_is_behind_is_found_and_the_rest_is_looked_at_all_the_same(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    make_site_key(config.key_path)
    found = failed_checks(config)
    assert "schema: the school database is not up to date; run `kiosk db upgrade`" in found
    assert "reports: no such table: zone" in found
    assert found[-1] == "mail server: not set; alerts wait"
    assert not [text for text in found if "\n" in text or "SELECT" in text]


def test_a_schema_of_yesterday_hides_no_other_finding(healthy: Config) -> None:
    """The databases are there and a table more is wanted: what can be looked at is looked at."""
    databases = open_databases(healthy)
    with databases.school.engine.execution_options(write=True).begin() as connection:
        connection.exec_driver_sql("DROP TABLE site_key_mark")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0100'")
    databases.dispose()
    waits(healthy, LONG_AGO)
    assert failed_checks(healthy) == [
        "schema: the school database is not up to date; run `kiosk db upgrade`",
        "key of this school: no such table: site_key_mark",
        LATE_INTAKE,
    ]


def test_an_update_that_did_not_end_is_found(healthy: Config) -> None:
    (healthy.data_dir / FOLDER).mkdir(mode=0o700)
    assert single_finding(healthy).startswith(
        "schema: an update of the databases did not end; `kiosk update`, or"
    )


def test_a_broken_database_is_found_by_its_name_and_the_rest_is_still_looked_at(healthy: Config) -> None:
    (healthy.data_dir / "reports.sqlite").write_bytes(b"no database at all" * 400)
    found = failed_checks(healthy)
    assert any(text.startswith("reports database: ") for text in found)
    assert not any(text.startswith(("school database", "disk", "mail")) for text in found)


def test_a_server_that_does_not_answer_is_found_and_no_password_is_said(healthy: Config) -> None:
    away = healthy.model_copy(update={"database_url": "postgresql://kiosk:hush@127.0.0.1:9/kiosk"})
    found = failed_checks(away)
    assert any(text.startswith("school database: ") for text in found)
    assert not [text for text in found if "hush" in text]


def test_a_data_folder_that_cannot_be_one_is_found(healthy: Config, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("a file, not a folder")
    nowhere = healthy.model_copy(update={"data_dir": path, "secret_key_file": healthy.key_path})
    assert any(str(path) in text for text in failed_checks(nowhere))


@pytest.mark.database("sqlite")
def test_a_data_folder_that_is_not_there_yet_is_no_accident(tmp_path: Path, databases: Databases) -> None:
    config = Config(data_dir=tmp_path / "none")
    found = [finding.text for finding in checks.examine(config, lambda known: databases) if not finding.good]
    assert any(text.startswith("site key: ") for text in found)


def test_a_disk_that_is_nearly_full_is_found(healthy: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=499 * 1024**2))
    assert single_finding(healthy) == "disk: 499 MB free"


def test_alerts_that_cannot_leave_are_found(healthy: Config) -> None:
    assert single_finding(healthy.model_copy(update={"smtp_url": ""})) == "mail server: not set; alerts wait"


def test_a_school_whose_readers_have_no_keys_is_found(healthy: Config) -> None:
    with reports_of(healthy) as session:
        one = session.query(Reader).first()
        assert one
        one.public_key = None
        list_readers(session)
    assert single_finding(healthy) == "readers with an active key: 1 of 2"


@pytest.mark.parametrize("damage", ["deleted", "changed", "another school's"])
def test_a_list_of_readers_that_does_not_count_is_found(healthy: Config, damage: str) -> None:
    with reports_of(healthy) as session:
        if damage == "deleted":
            session.execute(delete(ReaderList))
        elif damage == "changed":
            row = session.get_one(ReaderList, 1)
            row.statement = row.statement.replace(b"coordinator", b"principal")
        else:
            note_root(b"r" * 32)
    stored = 0 if damage == "deleted" else 1
    assert f"list of readers: 0 of {stored} versions count; {checks.ASK_READERS}" in failed_checks(healthy)


@pytest.mark.parametrize("first", [Role.NETWORK, Role.CHAIR])
def test_roles_that_nobody_may_hold_together_are_found(healthy: Config, first: Role) -> None:
    with open_databases(healthy).school.write() as session:
        make_staff(session, first, Role.DSL)
        make_staff(session, Role.PRINCIPAL)
        if first is not Role.CHAIR:
            make_staff(session, Role.CHAIR)
    assert single_finding(healthy).startswith("roles: ")


def test_a_recovery_key_that_nobody_has_typed_back_is_found(healthy: Config) -> None:
    with reports_of(healthy) as session:
        session.execute(update(RecoveryKey).values(proven_on=None))
        session.execute(delete(ReaderList))
        session.execute(update(Zone).values(published_on=None))
    assert "recovery key: not yet; /staff/keys says what is missing" in failed_checks(healthy)


def test_a_report_page_that_is_not_open_is_found(healthy: Config) -> None:
    with reports_of(healthy) as session:
        close_zone(session)
    assert single_finding(healthy) == "report page: not yet; /staff/keys says what is missing"


def test_test_reports_that_do_not_come_through_are_found_after_two_school_days(healthy: Config) -> None:
    for day, expected in ((datetime.now(UTC).date(), True), (date(2026, 1, 5), False)):
        with reports_of(healthy) as session:
            session.execute(update(Zone).values(test_failed_on=day))
        assert (failed_checks(healthy) == []) is expected
    assert single_finding(healthy).startswith("test reports: none has come through and been opened")


def test_what_should_be_with_staff_by_now_is_found_and_not_counted(healthy: Config) -> None:
    for _ in range(2):
        waits(healthy, LONG_AGO)
    assert single_finding(healthy) == LATE_INTAKE


def test_what_waits_for_the_end_of_its_slot_is_in_order(healthy: Config) -> None:
    waits(healthy, datetime.now(UTC))
    assert failed_checks(healthy) == []


def test_what_this_site_key_does_not_open_is_found(healthy: Config) -> None:
    waits(healthy, datetime.now(UTC), SiteKey(b"o" * 32))
    assert single_finding(healthy).startswith("intake: something cannot be opened: it was changed")


def test_an_intake_is_never_made_by_whoever_looks(healthy: Config) -> None:
    assert failed_checks(healthy) == []
    assert not healthy.file(FILE).exists()


def test_an_intake_that_is_no_database_is_found(healthy: Config) -> None:
    healthy.file(FILE).write_bytes(b"no database at all " * 400)
    healthy.file(FILE).chmod(0o600)
    assert single_finding(healthy).startswith("intake: ")
