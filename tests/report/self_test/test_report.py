"""Every school morning a report of the machine's own goes through the real form, and a reader opens it (promise S8)."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import Client

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.incidents.case.case_file import Looking
from kiosk.incidents.queue.page import Tab
from kiosk.incidents.queue.queue import waiting
from kiosk.mail import outbox
from kiosk.mail.messages import BODIES, MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.opening import ReportNotYours, read_report, waiting_reports
from kiosk.report.access.routes import EVERY_READER, PRACTICE, SELF_TEST
from kiosk.report.form.self_test_mark import FIELD, kind_of, self_test_form
from kiosk.report.models import Report, ReportState
from kiosk.report.self_test.report import open_self_tests, self_test_late, self_test_waits, sound_alarm
from kiosk.report.self_test.send import SelfTestFailed, send_self_test
from kiosk.report.setup import zone_of
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.factories import close_zone, opener_of
from tests.incidents.school import School, fill_school
from tests.mail_server import MailServer
from tests.report.telling import FORM, open_form
from tests.sites import make_report_site, run_worker_round, transfer_all

LONDON = ZoneInfo("Europe/London")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week of Monday, 23 November 2026."""
    return datetime.combine(datetime(2026, 11, day, tzinfo=LONDON).date(), time(hour, minute), LONDON)


@pytest.fixture
def calendar() -> SchoolCalendar:
    return SchoolCalendar(LONDON)


@pytest.fixture
def school(databases: Databases, calendar: SchoolCalendar, key: SiteKey, config: Config) -> School:
    """Everybody who can be a reader; the page has been open to children since this Monday."""
    made = School(databases, calendar, key, config)
    fill_school(made)
    with databases.reports.write() as reports:
        zone_of(reports).published_on, zone_of(reports).checked_on = at(23, 9).date(), None
    return made


@pytest.fixture
def morning(school: School, config: Config, key: SiteKey, content: Content) -> Iterator[None]:
    """Monday's canary has been sent, and its slot has ended."""
    with patch("kiosk.report.form.views.now_utc", return_value=at(23, 9)):
        send_self_test(make_report_site(config, school.databases), SELF_TEST, at(23, 9))
    school.merge(at(23, 10))
    yield


def routes(databases: Databases) -> list[str]:
    with databases.reports.session(write=False) as reports:
        return list(reports.scalars(select(Report.route)))


def worker_at(config: Config, databases: Databases, moment: datetime) -> None:
    with patch("kiosk.report.form.views.now_utc", return_value=moment):
        run_worker_round(config, databases, moment)
    transfer_all(config, databases)


def test_it_is_sent_once_a_school_morning_and_not_at_night_or_on_a_saturday(
    school: School, config: Config
) -> None:
    for moment, there in ((at(23, 7), 0), (at(23, 9), 1), (at(23, 12), 1), (at(24, 9), 2), (at(28, 11), 2)):
        worker_at(config, school.databases, moment)
        assert routes(school.databases) == [SELF_TEST] * there, moment


def test_it_is_not_sent_before_the_page_is_open_to_children(school: School, config: Config) -> None:
    with school.databases.reports.write() as reports:
        close_zone(reports)
    worker_at(config, school.databases, at(23, 9))
    assert routes(school.databases) == []


def test_it_goes_through_the_real_form(
    school: School, config: Config, key: SiteKey, content: Content
) -> None:
    for part in ("form_page", "read", "prepare", "thanks_page"):
        with (
            patch(f"kiosk.report.form.views.{part}", side_effect=RuntimeError),
            pytest.raises(SelfTestFailed),
        ):
            send_self_test(make_report_site(config, school.databases), SELF_TEST, at(23, 9))


def test_the_first_reader_at_work_opens_it_it_goes_and_the_day_is_noted(
    school: School, app: Flask, morning: None
) -> None:
    with school.databases.reports.session(write=False) as reports:
        assert self_test_waits(reports)
    assert school.browser(app, school.coordinator).get("/staff/incidents/").status_code == 200
    assert routes(school.databases) == []
    with school.databases.reports.session(write=False) as reports:
        assert not self_test_waits(reports)
        assert zone_of(reports).checked_on is not None


def test_once_opened_no_second_one_is_sent_that_day(school: School, config: Config, morning: None) -> None:
    with school.databases.reports.write() as reports:
        assert open_self_tests(reports, opener_of(school.dsl), at(23, 10).date())
    worker_at(config, school.databases, at(23, 11))
    assert routes(school.databases) == []
    worker_at(config, school.databases, at(24, 9))
    assert routes(school.databases) == [SELF_TEST]


def test_somebody_without_the_right_key_does_not_open_it(school: School, morning: None) -> None:
    stranger = opener_of(school.dsl)
    for opener in (type(stranger)(stranger.id, stranger.roles, b"x" * 32), opener_of(school.network)):
        with school.databases.reports.write() as reports:
            assert not open_self_tests(reports, opener, at(23, 10).date())
            assert zone_of(reports).checked_on is None
    assert routes(school.databases) == [SELF_TEST]


def test_it_is_in_no_list_no_count_and_no_mail(
    school: School, config: Config, app: Flask, key: SiteKey, morning: None
) -> None:
    worker_at(config, school.databases, at(23, 16))  # passed on with everything else
    with school.databases.reports.session(write=False) as reports:
        (row,) = reports.scalars(select(Report)).all()
        assert reports.scalars(select(OutboxRow)).all() == []
        for person in school.people.values():
            assert waiting_reports(reports, person.id, EVERY_READER, list(ReportState)) == []
        with school.databases.school.session(write=False) as session:
            for tab in Tab:
                queue = waiting(Looking(school.dsl, at(24, 9), school.calendar, session, reports), key, tab)
                assert not queue.groups
    for person in (school.teacher, school.network):  # who reads nothing opens no self-test either
        assert "Reports 1" not in school.browser(app, person).get("/staff/").text
    assert routes(school.databases) == [row.route] == [SELF_TEST]


def test_two_school_days_unopened_are_an_alarm_to_every_reader_once_a_day_and_a_weekend_is_none(
    school: School, calendar: SchoolCalendar, morning: None
) -> None:
    databases = school.databases
    assert not sound_alarm(databases, calendar, at(24, 15, 29))
    assert sound_alarm(databases, calendar, at(25, 9))
    assert not sound_alarm(databases, calendar, at(25, 12))
    with databases.reports.session(write=False) as reports:
        rows = reports.scalars(select(OutboxRow)).all()
        readers = {"dsl", "dsl2", "coordinator", "coordinator2", "principal", "principal2", "chair", "chair2"}
        assert {row.address.partition("@")[0] for row in rows} == readers
        assert len(rows) == len(readers)
        assert all(row.kind is MailKind.ALARM for row in rows)
    assert sound_alarm(databases, calendar, at(26, 9))
    with databases.reports.write() as reports:
        for row in reports.scalars(select(Report)):
            row.day = at(27, 0).date()
        zone_of(reports).published_on = at(27, 0).date()
        reports.flush()
        assert not self_test_late(reports, calendar, at(29, 12)), "a weekend is no school day"


def body_of(content: bytes) -> str:
    return str(message_from_bytes(content, policy=default).get_content()).replace("\r\n", "\n")


def test_the_alarm_is_the_second_of_two_constant_mails(
    school: School, config: Config, calendar: SchoolCalendar, morning: None
) -> None:
    server = MailServer()
    mailing = config.model_copy(update={"smtp_url": server.url})
    try:
        sound_alarm(school.databases, calendar, at(25, 9))
        outbox.deliver(school.databases.reports, mailing)
        assert len(server.postbox.mails) == 8
        bodies = {body_of(content) for _, content in server.postbox.mails}
    finally:
        server.stop()
    (body,) = bodies
    assert body.strip() == BODIES[MailKind.ALARM].format(url=config.public_url).strip()


def test_a_mark_that_is_not_todays_or_not_of_this_site_is_an_ordinary_report(
    school: School, tablet: Client, key: SiteKey
) -> None:
    nobody = SiteKey(b"x" * 32)
    today = datetime.now(LONDON).date()
    marks = [
        "self_test",
        "x" * 64,
        "\u017c\u00f3\u0142w",
        self_test_form(nobody, SELF_TEST, today)[FIELD],
        self_test_form(key, SELF_TEST, today - timedelta(days=1))[FIELD],
    ]
    for mark in marks:
        data = {"nonce": open_form(tablet).value("nonce"), "concern": "friend", FIELD: mark}
        assert tablet.post("/report/ks2/en", data=data, content_type=FORM).status_code == 200
    assert routes(school.databases) == ["friend"] * len(marks)


def test_each_day_and_kind_has_a_mark_of_its_own(key: SiteKey) -> None:
    today = at(23, 9).date()
    self_test, practice = (self_test_form(key, kind, today)[FIELD] for kind in (SELF_TEST, PRACTICE))
    assert [kind_of(key, mark, today) for mark in (self_test, practice, "", "x")] == [
        SELF_TEST,
        PRACTICE,
        "",
        "",
    ]
    assert kind_of(key, self_test, today + timedelta(days=1)) == ""


def test_a_practice_report_is_seen_by_readers_at_once_and_a_self_test_by_nobody(
    school: School, config: Config, key: SiteKey, content: Content, morning: None
) -> None:
    with patch("kiosk.report.form.views.now_utc", return_value=at(23, 9)):
        send_self_test(make_report_site(config, school.databases), PRACTICE, at(23, 9))
    worker_at(config, school.databases, at(23, 9, 1))
    with school.databases.reports.session(write=False) as reports:
        (row,) = waiting_reports(reports, school.dsl.id, school.dsl.roles)
        assert row.route.id == PRACTICE
        assert read_report(reports, row.id, opener_of(school.dsl)).body["concern"] == "unsure"
        with pytest.raises(ReportNotYours):
            read_report(reports, row.id, opener_of(school.network))
