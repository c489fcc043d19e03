"""Kiosk sends itself what a child might send: the whole way, mail and all, and nothing but the sealed text says so."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from random import Random
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from werkzeug.datastructures import MultiDict
from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.host.clock import CLOCK
from kiosk.host.heartbeat import write_heartbeat
from kiosk.incidents.models import Incident
from kiosk.mail import outbox
from kiosk.mail.messages import BODIES, SUBJECTS, MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.opening import ReportNotYours, open_report, read_report
from kiosk.report.access.routes import ROUTES, within_the_hour
from kiosk.report.form.answers import read
from kiosk.report.form.seal import route_for
from kiosk.report.form.self_test_mark import FIELD, FOR, is_mark, mail_day, mark_of
from kiosk.report.models import Report, ReportReader
from kiosk.report.self_test.lots import LONG, SelfTest, draw_person_and_answers
from kiosk.report.self_test.report import (
    mails_that_were_tests,
    open_self_tests,
    self_test_late,
    sound_alarm,
    waited_long,
    waiting_self_tests,
)
from kiosk.report.self_test.send import SelfTestFailed, send_self_test
from kiosk.report.setup import zone_of
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Hosts
from kiosk.storage.db import Databases
from kiosk.upkeep import lease, worker
from kiosk.upkeep.memory import WorkerMemory
from tests.factories import close_zone, opener_of
from tests.incidents.moment import at as clock_at
from tests.incidents.school import School, fill_school
from tests.mail_server import MailServer
from tests.report.telling import FORM, open_form
from tests.sites import change_site, make_report_site, make_site, run_worker_round

LONDON = ZoneInfo("Europe/London")
HEAD = SelfTest("head", {"concern": "adult", "head": "yes"})
LEAD = SelfTest("friend", {"concern": "friend"})
DANGER = SelfTest("head", {**HEAD.answers, "danger": "yes"})
COORDINATOR = SelfTest("other", {"concern": "bullying"})


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week of Monday, 23 November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)


MONDAY = at(23, 9)


@pytest.fixture
def school(databases: Databases, key: SiteKey, mailing: Config) -> Iterator[School]:
    """Everybody who can be a reader; the page has been open to children for long."""
    made = School(databases, SchoolCalendar(LONDON), key, mailing)
    fill_school(made)
    yield made
    made.intake_store.dispose()


def sent(school: School, test: SelfTest, moment: datetime = MONDAY) -> None:
    """A self-test is sent and, when its slot has ended, merged."""
    with clock_at(moment):
        send_self_test(make_report_site(school.config, school.databases), moment, test)
    school.merge(school.calendar.slot_end(school.calendar.slot_of(moment)))


def rows(school: School) -> list[Report]:
    with school.databases.reports.session(write=False) as reports:
        return list(reports.scalars(select(Report)))


def work(school: School, moment: datetime, memory: WorkerMemory, test: SelfTest | None = None) -> None:
    """A round of the worker, in which the lot falls on a self-test, or does not."""
    with clock_at(moment), patch("kiosk.upkeep.worker.draw_person_and_answers", return_value=test):
        run_worker_round(school.config, school.databases, moment, memory, lot_falls=test is not None)


def mails(server: MailServer) -> list[tuple[str, bytes]]:
    """Who had which alert, without what differs in every mail; the postbox is empty then."""
    found = []
    for (who,), content in server.postbox.mails:
        mail = message_from_bytes(content, policy=default)
        if mail["Subject"] in (SUBJECTS[MailKind.NEWS], SUBJECTS[MailKind.NOW]):
            found.append(
                (who, f"{mail['Subject']} {mail['Date']} {len(content)} {mail.get_content()}".encode())
            )
    server.postbox.mails.clear()
    return sorted(found)


@pytest.mark.parametrize("danger", ["no", "yes"])
def test_its_mail_and_its_row_are_those_of_a_child_who_says_the_same(
    school: School, mail_server: MailServer, danger: str
) -> None:
    """Sent in the same minute: the mail leaves in the same round of the worker, to the same people."""
    memory, seen = WorkerMemory(), []
    answers = {**HEAD.answers, "danger": danger}
    for by_kiosk in (True, False):
        if by_kiosk:
            work(school, at(23, 9, 40), memory, SelfTest("head", answers))
        else:
            school.tell("adult", at=at(23, 9, 40), band=Band.KS2, head="yes", danger=danger)
            work(school, at(23, 9, 40), memory)
        at_once = mails(mail_server)
        work(school, at(23, 10), memory)
        (row,) = rows(school)
        with school.databases.reports.session(write=False) as reports:
            readers = sorted(reports.scalars(select(ReportReader.reader_id)))
        clear = (
            row.day,
            row.slot,
            row.route,
            row.urgent,
            row.state,
            row.retention,
            len(row.envelope),
            readers,
        )
        seen.append((at_once, mails(mail_server), clear))
        with school.databases.reports.write() as reports:
            reports.delete(reports.get_one(Report, row.id))
    assert seen[0] == seen[1]
    early, late, _clear = seen[0]
    told = [who for who, _ in (early if danger == "yes" else late)]
    assert told == [
        "chair2@school.example",
        "chair@school.example",
        "dsl2@school.example",
        "dsl@school.example",
    ]


def test_whatever_is_drawn_is_read_by_the_people_for_whom_it_was_drawn() -> None:
    lots, seen = Random(1), set()
    for _ in range(400):
        test = draw_person_and_answers(lots)
        answers, errors = read(MultiDict(dict(test.answers)), Band.KS2, "en")
        assert not errors
        assert route_for(answers, ()).readers == ROUTES[test.readers].readers
        assert within_the_hour(answers.concern, answers.danger, answers.follow) == test.urgent
        seen.add((test.readers, test.urgent))
    assert len(seen) == 2 * len(FOR) - 1, (
        "each of them, urgent or not; with danger the coordinator reads nothing first"
    )


def test_it_goes_through_the_real_form(school: School) -> None:
    site = make_report_site(school.config, school.databases)
    for part in ("form_page", "read", "seal_report", "thanks_page"):
        with (
            patch(f"kiosk.report.form.views.{part}", side_effect=RuntimeError),
            pytest.raises(SelfTestFailed),
        ):
            send_self_test(site, at(23, 9), HEAD)


def test_it_is_not_sent_before_the_page_is_open_to_children(school: School) -> None:
    with school.databases.reports.write() as reports:
        close_zone(reports)
    work(school, at(23, 9), WorkerMemory(), DANGER)
    assert rows(school) == []


@pytest.mark.parametrize("moment", [at(23, 3), at(28, 11), datetime(2026, 12, 28, 11, tzinfo=LONDON)])
def test_lots_fall_at_night_at_weekends_and_in_holidays_too(school: School, moment: datetime) -> None:
    """A child may tell then; without tests each mail of a holiday would be a child's."""
    work(school, moment, WorkerMemory(), DANGER)
    assert len(rows(school)) == 1


def test_the_first_reader_at_work_opens_it_and_it_goes_whoever_else_had_the_mail(
    school: School, app: Flask
) -> None:
    sent(school, HEAD)
    assert school.browser(app, school.coordinator).get("/staff/incidents/").status_code == 200
    assert len(rows(school)) == 1, "the coordinator has no key to it"
    page = school.browser(app, school.chair).get("/staff/incidents/")
    assert "open/" not in page.text
    assert rows(school) == []


def test_somebody_without_the_right_key_does_not_open_it(school: School, key: SiteKey) -> None:
    sent(school, LEAD)
    lead = opener_of(school.dsl)
    for opener in (type(lead)(lead.id, lead.roles, b"x" * 32), opener_of(school.coordinator)):
        with school.databases.reports.write() as reports:
            assert not open_self_tests(reports, opener, waiting_self_tests(reports, key))
    assert len(rows(school)) == 1


def test_there_is_never_a_case_of_it(school: School, app: Flask) -> None:
    """Even where somebody opens it in the moment in which it came, before it went by itself."""
    sent(school, LEAD)
    (row,) = rows(school)
    with school.databases.reports.write() as reports:
        for way in (open_report, read_report):
            with pytest.raises(ReportNotYours):
                way(reports, row.id, opener_of(school.dsl))
    assert school.browser(app, school.dsl).post(f"/staff/incidents/open/{row.id}").status_code != 500
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(Incident)).all() == []


def test_unopened_it_climbs_as_a_childs_report_does(school: School, mail_server: MailServer) -> None:
    sent(school, COORDINATOR)
    for moment in (at(24, 15), at(25, 15)):
        work(school, moment, WorkerMemory())
    late = {who for (who,), content in mail_server.postbox.mails if b"Something in kiosk is late" in content}
    assert late >= {"coordinator@school.example", "dsl@school.example"}


def test_two_school_days_unopened_are_an_alarm_to_every_reader_once_a_day_and_a_weekend_is_none(
    school: School, key: SiteKey
) -> None:
    databases, calendar = school.databases, school.calendar
    sent(school, HEAD)
    with databases.reports.write() as reports:
        reports.execute(delete(OutboxRow))
    assert not sound_alarm(databases, key, calendar, at(24, 15, 29))
    assert sound_alarm(databases, key, calendar, at(25, 9))
    assert not sound_alarm(databases, key, calendar, at(25, 12))
    with databases.reports.session(write=False) as reports:
        told = reports.scalars(select(OutboxRow)).all()
        readers = {"dsl", "dsl2", "coordinator", "coordinator2", "principal", "principal2", "chair", "chair2"}
        assert {row.address.partition("@")[0] for row in told} == readers
        assert len(told) == len(readers)
        assert all(row.kind is MailKind.LATE for row in told)
    assert sound_alarm(databases, key, calendar, at(26, 9))
    with databases.reports.write() as reports:
        reports.execute(update(Report).values(day=at(27, 0).date()))
        assert not self_test_late(reports, key, calendar, at(29, 12)), "a weekend is no school day"


def test_a_form_that_takes_none_is_tried_once_a_day_and_is_an_alarm_after_two_school_days(
    school: School, key: SiteKey
) -> None:
    """Also over restarts of the worker; a test that comes through ends it."""
    with patch("kiosk.report.form.views.seal_report", side_effect=RuntimeError):
        work(school, at(23, 9), WorkerMemory(), HEAD)
        with patch("kiosk.upkeep.worker.draw_person_and_answers", return_value=HEAD):
            run_worker_round(school.config, school.databases, at(24, 9))
    with school.databases.reports.session(write=False) as reports:
        assert zone_of(reports).test_failed_on == at(23, 9).date()
        assert not self_test_late(reports, key, school.calendar, at(24, 12))
        assert self_test_late(reports, key, school.calendar, at(25, 9))
    with patch("kiosk.upkeep.worker.draw_person_and_answers", return_value=HEAD), clock_at(at(25, 9)):
        run_worker_round(school.config, school.databases, at(25, 9))
    with school.databases.reports.session(write=False) as reports:
        assert not self_test_late(reports, key, school.calendar, at(25, 9))


def test_one_that_stays_in_the_intake_is_noticed_the_next_day(school: School, key: SiteKey) -> None:
    with patch("kiosk.report.intake.transfer._store_all", side_effect=ValueError):
        work(school, at(23, 9), WorkerMemory(), HEAD)
        work(school, at(24, 9), WorkerMemory())
        with school.databases.reports.session(write=False) as reports:
            assert self_test_late(reports, key, school.calendar, at(26, 9))


def test_the_alarm_is_the_second_of_two_constant_mails(
    school: School, key: SiteKey, mail_server: MailServer
) -> None:
    sent(school, HEAD)
    outbox.deliver(school.databases.reports, school.config)
    mail_server.postbox.mails.clear()
    sound_alarm(school.databases, key, school.calendar, at(25, 9))
    outbox.deliver(school.databases.reports, school.config)
    assert len(mail_server.postbox.mails) == 8
    (body,) = {
        str(message_from_bytes(content, policy=default).get_content()).replace("\r\n", "\n")
        for _, content in mail_server.postbox.mails
    }
    assert body.strip() == BODIES[MailKind.LATE].format(url=school.config.public_url).strip()


def test_a_mark_of_another_day_or_site_is_an_ordinary_report(
    school: School, tablet: Client, key: SiteKey
) -> None:
    today = datetime.now(LONDON).date()
    marks = [
        *("self_test", "x" * 64, "\u017c\u00f3\u0142w"),
        mark_of(SiteKey(b"x" * 32), today, "head"),
        mark_of(key, today - timedelta(days=7), "head"),
    ]
    for mark in marks:
        data = {"nonce": open_form(tablet).value("nonce"), "concern": "friend", FIELD: mark}
        assert tablet.post("/report/ks2/en", data=data, content_type=FORM).status_code == 200
    assert len(rows(school)) == len(marks)
    with school.databases.reports.session(write=False) as reports:
        assert not waiting_self_tests(reports, key)


@pytest.mark.parametrize("urgent", [True, False])
@pytest.mark.parametrize("moment", [at(23, 9), at(23, 23, 59), at(27, 20), at(29, 12)])
def test_a_mark_holds_until_its_form_has_come_though_midnight_lies_between(
    school: School, key: SiteKey, moment: datetime, urgent: bool
) -> None:
    """Taken for a child's, it would accuse somebody."""
    day = mail_day(school.calendar, moment, urgent)
    for later in (timedelta(), timedelta(minutes=2)):
        assert all(is_mark(key, mark_of(key, day, one), school.calendar, moment + later) for one in FOR)


@pytest.mark.parametrize(
    ("test", "moment"),
    [(HEAD, at(25, 11)), (DANGER, at(28, 3)), (HEAD, at(21, 11)), (LEAD, at(27, 9))],
    ids=["in school", "at night", "from the week before", "the lead's"],
)
def test_only_when_the_week_is_over_its_people_read_that_a_mail_was_a_test(
    school: School, app: Flask, test: SelfTest, moment: datetime
) -> None:
    sent(school, test, moment)
    with school.databases.reports.write() as reports:
        open_self_tests(reports, opener_of(school.dsl), waiting_self_tests(reports, school.key))
    told = {"dsl", "dsl2"} | (set() if test is LEAD else {"chair", "chair2"})

    def knows(now: datetime) -> set[str]:
        with school.databases.reports.session(write=False) as reports:
            return {
                name
                for name, person in school.people.items()
                if mails_that_were_tests(reports, school.key, person.id, now.date())
            }

    assert knows(at(29, 23)) == set(), "not before the week is over"
    assert knows(at(30, 0)) == told
    assert knows(at(30, 0) + timedelta(days=7)) == set()
    change_site(app, config=school.config)
    with patch.object(CLOCK, "now", lambda: at(30, 9)):
        said = "One of last week's e-mails to you was a test."
        assert (said in school.browser(app, school.chair).get("/staff/").text) is ("chair" in told)
        assert said not in school.browser(app, school.principal).get("/staff/").text


def test_after_weeks_without_one_lots_fall_oftener_until_one_is_on_its_way(school: School) -> None:
    def long(now: datetime) -> bool:
        with school.databases.reports.session(write=False) as reports:
            return waited_long(reports, school.intake_store, school.key, now.date())

    assert long(at(23, 9))
    with clock_at(at(23, 9)):
        send_self_test(make_report_site(school.config, school.databases), at(23, 9), HEAD)
    assert not long(at(23, 9)), "it is in the intake"
    school.merge(at(23, 10))
    assert not long(at(23, 9) + LONG)
    assert long(at(24, 9) + LONG)


def test_a_worker_that_is_started_again_draws_for_the_time_since_it_last_ran(school: School) -> None:
    write_heartbeat(school.config, at(23, 9), None)
    drawn: list[timedelta] = []
    for moment in (at(23, 11), at(23, 11), at(23, 11, 30)):
        falls = patch.object(worker, "lot_falls", side_effect=lambda passed, *_: drawn.append(passed))
        with falls, patch.object(lease, "SECONDS", 0):
            worker.run_round(Hosts(make_site(school.config, school.databases)), moment)
    assert drawn == [timedelta(hours=2), timedelta(), timedelta(minutes=30)]
