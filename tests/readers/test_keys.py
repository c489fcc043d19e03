"""What keeps readers able to read: keys are copied, renewed and tried, and the copy is signed (promises S5, S7, S8)."""

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from kiosk.accounts.models import KeyAct, KeyEvent, ReaderKey, RoleHolder, StaffMember
from kiosk.accounts.reader_keys import add_event, present_keys
from kiosk.config import Config
from kiosk.db import now_utc
from kiosk.outbox import MailKind, OutboxRow
from kiosk.readers.copying import copy_keys
from kiosk.readers.ring import readers_differ
from kiosk.report.access import keys_due
from kiosk.report.intake import RECOVERY_ID
from kiosk.report.keyring import COPY_NAME, read_copy, read_keyring
from kiosk.report.models import Reader, ReportReader
from kiosk.report.opening import ReportNotYours, read_report
from kiosk.report.reader_chores import do_reader_chores
from kiosk.report.self_test import sound_alarm
from kiosk.report.setup import zone_of
from kiosk.roles import Role
from kiosk.sealing.boxes import public_of
from tests.factories import make_reader_key, make_staff, opener_of, private_key_of
from tests.incidents.school import School, sync
from tests.sites import site_of

TODAY = date(2026, 11, 24)


@pytest.fixture
def logged(school: School) -> School:
    """A school whose readers' keys all stand in the log, as those made by signing in do."""
    with school.databases.school.write() as session:
        for row in present_keys(session):
            add_event(session, school.key, KeyAct.MADE, row.staff, None, row.public_key, TODAY)
    return school


def publish(school: School, day: date | None) -> None:
    with school.databases.reports.write() as reports:
        zone_of(reports).published_on = day


def reader_of(school: School, person: StaffMember) -> Reader:
    with school.databases.reports.session(write=False) as reports:
        return reports.get_one(Reader, person.id)


def test_a_key_that_is_let_in_is_copied_and_signed_and_one_that_is_not_stays_away(
    logged: School, config: Config
) -> None:
    with logged.databases.school.write() as session:
        session.get_one(ReaderKey, logged.dsl.id).approved = False
    copy_keys(logged.databases, config, logged.key, TODAY)
    assert reader_of(logged, logged.dsl).public_key is None
    assert reader_of(logged, logged.dsl2).public_key == public_of(private_key_of(logged.dsl2.id))
    with logged.databases.reports.session(write=False) as reports:
        assert read_copy(config.data_dir / COPY_NAME, logged.key) == read_keyring(reports)
    with logged.databases.school.write() as session:
        session.get_one(ReaderKey, logged.dsl.id).approved = True
    copy_keys(logged.databases, config, logged.key, TODAY)
    assert reader_of(logged, logged.dsl).public_key == public_of(private_key_of(logged.dsl.id))


def test_keys_are_let_in_by_themselves_only_until_the_page_opens_to_children(
    logged: School, config: Config
) -> None:
    for published, approved in ((TODAY, False), (None, True)):
        publish(logged, published)
        with logged.databases.school.write() as session:
            session.get_one(ReaderKey, logged.dsl.id).approved = False
        copy_keys(logged.databases, config, logged.key, TODAY)
        with logged.databases.school.session(write=False) as session:
            assert session.get_one(ReaderKey, logged.dsl.id).approved is approved
            acts = session.scalars(select(KeyEvent.act).where(KeyEvent.staff_id == logged.dsl.id)).all()
        assert (KeyAct.ACTIVATED in acts) is approved


def test_whoever_left_loses_every_wrap_with_the_next_copying_and_the_next_reader_renews(
    logged: School, config: Config
) -> None:
    report_id, databases = logged.told("friend"), logged.databases
    with databases.reports.session(write=False) as reports:
        old_key = read_report(reports, report_id, opener_of(logged.dsl)).case_keys[0]
    with databases.school.write() as session:
        session.get_one(StaffMember, logged.dsl.id).left_on = TODAY
    with databases.school.session(write=False) as session, databases.reports.session(write=False) as reports:
        assert readers_differ(session, reports)
    copy_keys(databases, config, logged.key, TODAY)
    with databases.reports.session(write=False) as reports:
        assert reports.get(ReportReader, (report_id, logged.dsl.id)) is None
        assert reports.get(ReportReader, (report_id, RECOVERY_ID)) is not None
        with pytest.raises(ReportNotYours):
            read_report(reports, report_id, opener_of(logged.dsl))
        assert keys_due(reports)
    do_reader_chores(databases, opener_of(logged.dsl2), TODAY)
    with databases.reports.session(write=False) as reports:
        assert not keys_due(reports)
        opened = read_report(reports, report_id, opener_of(logged.dsl2))
        assert opened.case_keys[0] != old_key
        assert {one.name for one in opened.readers} >= {"Ms dsl2", "Ms principal"}


def test_a_public_key_that_somebody_planted_in_the_report_zone_is_mended_and_said_aloud(
    logged: School, config: Config
) -> None:
    databases = logged.databases
    copy_keys(databases, config, logged.key, TODAY)
    with databases.reports.write() as reports:
        reports.execute(
            update(Reader).where(Reader.id == logged.dsl.id).values(public_key=public_of(b"s" * 32))
        )
    copy_keys(databases, config, logged.key, TODAY)
    assert reader_of(logged, logged.dsl).public_key == public_of(private_key_of(logged.dsl.id))
    with databases.reports.session(write=False) as reports:
        alarms = reports.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.ALARM)).all()
    assert "dsl@school.example" in alarms
    assert "network@school.example" not in alarms


def test_nothing_is_written_while_nothing_has_changed(logged: School, config: Config) -> None:
    copy_keys(logged.databases, config, logged.key, TODAY)
    path = config.data_dir / COPY_NAME
    inode = path.stat().st_ino
    copy_keys(logged.databases, config, logged.key, TODAY)
    do_reader_chores(logged.databases, opener_of(logged.dsl), TODAY)
    assert path.stat().st_ino == inode


def test_a_copy_that_was_tampered_with_is_written_anew(logged: School, config: Config) -> None:
    copy_keys(logged.databases, config, logged.key, TODAY)
    path = config.data_dir / COPY_NAME
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"coordinator", b"headteacher"))
    copy_keys(logged.databases, config, logged.key, TODAY)
    assert path.read_bytes() == whole


def test_the_page_of_the_queue_tends_keys_and_one_without_a_key_does_not(logged: School, app: Flask) -> None:
    report_id, databases = logged.told("friend"), logged.databases
    with databases.school.write() as session:
        session.execute(
            update(RoleHolder).where(RoleHolder.staff_id == logged.dsl.id).values(staff_id=logged.teacher.id)
        )
        session.flush()
        make_reader_key(session, logged.teacher)
    copy_keys(databases, site_of(app).config, logged.key, now_utc().date())
    logged.browser(app, logged.coordinator).get("/staff/incidents/")
    with databases.reports.session(write=False) as reports:
        assert keys_due(reports), "a coordinator cannot open it"
    logged.browser(app, logged.dsl2).get("/staff/incidents/")
    with databases.reports.session(write=False) as reports:
        assert not keys_due(reports)
        assert reports.get(ReportReader, (report_id, logged.dsl.id)) is None
        assert read_report(reports, report_id, opener_of(logged.dsl2)).body["concern"] == "friend"


def test_without_a_late_self_test_no_alarm_sounds(logged: School) -> None:
    now: datetime = now_utc()
    assert not sound_alarm(logged.databases, logged.calendar, now)
    with logged.databases.reports.session(write=False) as reports:
        assert reports.scalars(select(OutboxRow)).all() == []


def test_where_nobody_is_left_who_could_open_a_report_the_chair_is_told(logged: School) -> None:
    logged.told("bullying")
    with logged.databases.reports.write() as reports:
        reports.execute(delete(OutboxRow))
    with logged.databases.school.write() as session:
        for role in (Role.COORDINATOR, Role.DSL):
            session.execute(delete(RoleHolder).where(RoleHolder.role == role))
            for deputy in (False, True):
                person = make_staff(session, name=f"Ms New {role} {deputy}")
                session.add(RoleHolder(role=role, deputy=deputy, staff_id=person.id))
    sync(logged.databases)
    with logged.databases.reports.session(write=False) as reports:
        told = set(reports.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.ALARM)))
    assert told == {logged.chair.email, logged.chair2.email}
