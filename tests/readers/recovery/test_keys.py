"""What keeps readers able to read: keys are copied, renewed and tried, and the copy is signed (promises S5, S7, S8)."""

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.proposals.publish import publish_readers
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import ReportNotYours, read_report
from kiosk.report.access.renewals_due import renewal_is_due
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.models import Reader, ReportReader
from kiosk.report.reader_chores import do_reader_chores
from kiosk.report.self_test.report import sound_alarm
from kiosk.sealing.boxes import public_of
from kiosk.storage.db import now_utc
from tests.factories import opener_of, private_key_of
from tests.incidents.school import School
from tests.readers.changes import confirm, proposed
from tests.readers.school import alarmed, browser, chain_of, keys_page, log_keys, new_reader, renew_key

TODAY = date(2026, 11, 24)


@pytest.fixture
def logged(school: School) -> School:
    """A school whose readers' keys all stand in the log, as those made by signing in do."""
    log_keys(school)
    return school


def reader_of(school: School, person: StaffMember) -> Reader:
    with school.databases.reports.session(write=False) as reports:
        return reports.get_one(Reader, person.id)


def test_reports_are_sealed_for_the_keys_of_the_list_and_a_new_one_in_the_database_changes_nothing(
    logged: School, config: Config
) -> None:
    with logged.databases.school.write() as session:
        renew_key(session, logged, session.get_one(StaffMember, logged.coordinator.id))
    publish_readers(logged.databases, config, TODAY)
    with logged.databases.reports.session(write=False) as reports:
        ring = read_keyring(reports)
    (held,) = [one for one in ring.readers if one.id == logged.coordinator.id]
    assert held.public_key == public_of(private_key_of(logged.coordinator.id))
    told = logged.told("bullying")
    with logged.databases.reports.session(write=False) as reports:
        assert read_report(reports, told, opener_of(logged.coordinator)).body["concern"] == "bullying"


def test_somebody_with_a_role_whose_keys_no_list_has_is_sealed_nothing(
    logged: School, config: Config
) -> None:
    new = new_reader(logged, "new")
    publish_readers(logged.databases, config, TODAY)
    told = logged.told("bullying")
    with logged.databases.reports.session(write=False) as reports:
        (held,) = [one for one in read_keyring(reports).readers if one.id == new.id]
        assert held.public_key is None
        assert reports.get(ReportReader, (told, new.id)) is None
        with pytest.raises(ReportNotYours):
            read_report(reports, told, opener_of(new))


def gives_up(app: Flask, school: School, name: str, whom: str) -> None:
    """Somebody gives the safeguarding lead's role to another reader; two readers confirm it."""
    one = proposed(app, school, "principal", "dsl", gains=whom, loses=name, deputy=False)
    assert confirm(app, school, "chair", one).status_code == 303
    assert school.people[name].id.hex not in chain_of(school)[-1].readers


def test_who_gives_up_a_role_opens_nothing_at_once_and_the_wraps_go_when_others_have_the_new_key(
    app: Flask, logged: School
) -> None:
    report_id, databases = logged.told("friend"), logged.databases
    with databases.reports.session(write=False) as reports:
        old_key = read_report(reports, report_id, opener_of(logged.dsl)).case_keys[0]
    gives_up(app, logged, "dsl", "coordinator2")
    with databases.reports.session(write=False) as reports:
        assert reports.get(ReportReader, (report_id, logged.dsl.id)), "deleted last, or all could go blind"
        with pytest.raises(ReportNotYours):
            read_report(reports, report_id, opener_of(logged.dsl))
        assert renewal_is_due(reports)
    do_reader_chores(databases, logged.key, opener_of(logged.dsl2))
    with databases.reports.session(write=False) as reports:
        assert not renewal_is_due(reports)
        assert reports.get(ReportReader, (report_id, logged.dsl.id)) is None
        assert reports.get(ReportReader, (report_id, RECOVERY_ID)) is not None
        opened = read_report(reports, report_id, opener_of(logged.dsl2))
        assert opened.case_keys[0] != old_key
        assert {one.name for one in opened.readers} >= {"Ms dsl2", "Ms coordinator2"}


def test_who_gave_up_every_role_can_leave_and_is_nowhere_then(app: Flask, logged: School) -> None:
    client = browser(app, logged, "network")
    sure = {"sure": "yes"}
    assert client.post(f"/staff/people/{logged.dsl.id}/leave", data=sure).status_code == 409
    gives_up(app, logged, "dsl", "coordinator2")
    assert client.post(f"/staff/people/{logged.dsl.id}/leave", data=sure).status_code == 303
    assert "Ms dsl" not in [one.text for one in keys_page(app, logged, "chair").all("th")]
    with logged.databases.school.session(write=False) as session:
        assert session.get(ReaderKey, logged.dsl.id) is None


def test_a_public_key_that_somebody_planted_in_the_report_zone_is_mended_and_nothing_is_sealed_to_it(
    logged: School, config: Config
) -> None:
    databases = logged.databases
    publish_readers(databases, config, TODAY)
    with databases.reports.write() as reports:
        reports.execute(
            update(Reader).where(Reader.id == logged.dsl.id).values(public_key=public_of(b"s" * 32))
        )
    told = logged.told("friend")
    with databases.reports.session(write=False) as reports:
        assert read_report(reports, told, opener_of(logged.dsl)).body["concern"] == "friend"
        assert public_of(b"s" * 32) not in {one.public_key for one in read_keyring(reports).readers}
    publish_readers(databases, config, TODAY)
    assert reader_of(logged, logged.dsl).public_key == public_of(private_key_of(logged.dsl.id))


def test_the_page_of_the_queue_tends_keys_and_one_without_a_key_does_not(logged: School, app: Flask) -> None:
    report_id, databases = logged.told("friend"), logged.databases
    gives_up(app, logged, "dsl", "coordinator2")
    logged.browser(app, logged.coordinator).get("/staff/incidents/")
    with databases.reports.session(write=False) as reports:
        assert renewal_is_due(reports), "a coordinator cannot open it"
    logged.browser(app, logged.dsl2).get("/staff/incidents/")
    with databases.reports.session(write=False) as reports:
        assert not renewal_is_due(reports)
        assert reports.get(ReportReader, (report_id, logged.dsl.id)) is None
        assert read_report(reports, report_id, opener_of(logged.dsl2)).body["concern"] == "friend"


def test_without_a_late_self_test_no_alarm_sounds(logged: School) -> None:
    now: datetime = now_utc()
    assert not sound_alarm(logged.databases, logged.key, logged.calendar, now)
    with logged.databases.reports.session(write=False) as reports:
        assert reports.scalars(select(OutboxRow)).all() == []


def test_where_fewer_than_two_could_open_a_report_today_every_reader_is_told(
    logged: School, config: Config
) -> None:
    logged.told("bullying")
    away = {"dsl", "dsl2", "coordinator", "coordinator2", "principal", "principal2", "chair2"}
    with logged.databases.school.write() as session:
        for name in away:
            session.get_one(StaffMember, logged.people[name].id).away_from = TODAY
    publish_readers(logged.databases, config, TODAY)
    assert alarmed(logged) == {f"{name}@school.example" for name in {*away, "chair"}}
