"""A dead worker is said to people, in the same words whatever waits; and five things in words when all is well."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from flask import Flask

from kiosk.calendar.school import SchoolCalendar
from kiosk.cli.main import main
from kiosk.config import Config
from kiosk.host.heartbeat import FILE_NAME, LATE, write_heartbeat
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.report.setup import zone_of
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import staff_browser
from tests.factories import close_zone
from tests.incidents.school import School, fill_school
from tests.pages import Page
from tests.sites import change_site, run_worker_round, site_of
from tests.staff.costs import cost_of_home

TEN_MINUTES = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
READERS = ("dsl", "dsl2", "coordinator", "principal", "chair")
STILL = "Mail and clocks have stood still since"
TOLD = "nobody is told by mail or phone, not even of danger."
LOOK = "Look at the reports yourself every half hour."


@pytest.fixture
def school(databases: Databases, key: SiteKey, config: Config) -> School:
    """A school with every role filled and no report."""
    made = School(databases, SchoolCalendar(ZoneInfo("Europe/London")), key, config)
    fill_school(made)
    return made


def home(app: Flask, school: School, name: str) -> Page:
    return Page(staff_browser(app, school.people[name]).get("/staff/").text)


def words_in(page: Page, id: str) -> str:
    """The words of a part of a page; "" where it is not there."""
    return next(
        (" ".join(one.text.split()) for one in page.all("div", "section") if one.attrs.get("id") == id), ""
    )


def queue_of(app: Flask, school: School, name: str) -> Page:
    return Page(staff_browser(app, school.people[name]).get("/staff/incidents/").text)


@pytest.mark.parametrize("name", READERS)
def test_a_worker_that_stands_still_is_said_to_everybody_who_reads_on_both_pages(
    app: Flask, school: School, config: Config, name: str
) -> None:
    at = now_utc() - TEN_MINUTES
    write_heartbeat(config, at, None)
    for page in (home(app, school, name), queue_of(app, school, name)):
        words = words_in(page, "standstill")
        assert words.startswith(STILL)
        assert f"{site_of(app).local(at):%-H:%M}" in words
        assert TOLD in words
        assert LOOK in words
        assert words.endswith(
            "Tell the network manager, Ms network: “the worker of the kiosk is not running”."
        )


def test_whoever_looks_after_the_computer_is_told_how_to_start_it_and_not_to_look(
    app: Flask, school: School, config: Config
) -> None:
    write_heartbeat(config, now_utc() - TEN_MINUTES, None)
    words = words_in(home(app, school, "network"), "standstill")
    assert TOLD in words
    assert LOOK not in words
    assert "Start the worker again: the service kiosk-worker" in words


def test_a_worker_that_runs_is_not_spoken_of_and_a_teacher_hears_nothing_either_way(
    app: Flask, school: School, config: Config
) -> None:
    write_heartbeat(config, now_utc() - LATE + MINUTE, None)
    assert words_in(home(app, school, "dsl"), "standstill") == ""
    assert words_in(queue_of(app, school, "dsl"), "standstill") == ""
    (config.data_dir / FILE_NAME).unlink()
    assert "they have not run on this computer yet" in words_in(home(app, school, "dsl"), "standstill")
    teacher = home(app, school, "teacher")
    assert (words_in(teacher, "standstill"), words_in(teacher, "well")) == ("", "")


def test_the_words_are_the_same_whatever_waits_and_name_no_mail_server(
    app: Flask, school: School, config: Config
) -> None:
    """Also to somebody to whom a mail waits: while the worker stands still the mail server is not to blame."""
    write_heartbeat(config, now_utc() - TEN_MINUTES, None)
    change_site(app, config=config.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"}))
    before = {name: words_in(queue_of(app, school, name), "standstill") for name in READERS}
    well = {name: words_in(home(app, school, name), "well") for name in (*READERS, "network")}
    for concern in ("bullying", "adult", "images", "stranger"):
        school.told(concern, danger="yes")
    with school.databases.reports.write() as session:
        queue_mail(session, MailKind.LATE, ["dsl@school.example"])
    for name in READERS:
        page = queue_of(app, school, name)
        assert words_in(page, "standstill") == before[name] == words_in(home(app, school, name), "standstill")
        assert "could not be sent" not in page.text
    assert {name: words_in(home(app, school, name), "well") for name in well} == well


@pytest.mark.database("sqlite")
def test_a_worker_killed_for_ten_minutes_in_school_time_is_a_finding_of_the_doctor_and_of_the_home(
    app: Flask, school: School, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_at = datetime(2026, 11, 24, 9, 55, tzinfo=ZoneInfo("Europe/London"))
    run_worker_round(config, school.databases, killed_at)
    now = killed_at + TEN_MINUTES
    for module in ("kiosk.staff.views.home", "kiosk.staff.views.home", "kiosk.site"):
        monkeypatch.setattr(f"{module}.now_utc", lambda: now)
    page = home(app, school, "dsl")
    assert words_in(page, "standstill").startswith(f"{STILL} 9:55 today.")
    assert "Not well. Mail and clocks: still since 9:55" in words_in(page, "well")
    done = CliRunner().invoke(main, ["doctor"], env={"KIOSK_DATA_DIR": str(config.data_dir)})
    assert done.exit_code == 1
    assert "worker: it has not run since 24 November 2026, 9:55 UTC" in done.output.replace("09:55", "9:55")


def test_all_is_well_in_five_lines_for_readers_and_the_network_manager(
    app: Flask, school: School, config: Config
) -> None:
    change_site(app, config=config.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"}))
    write_heartbeat(config, now_utc(), None)
    for name in ("chair", "network2"):
        well = words_in(home(app, school, name), "well")
        assert well.count("Well.") == 5
        assert "Test reports: none waits for too long" in well
        assert "Mail and clocks: running" in well
        assert "Mail server: it takes mail" in well
        assert "Log: as kiosk wrote it" in well


def test_each_thing_that_is_not_well_is_said_in_words(app: Flask, school: School, config: Config) -> None:
    def says(words: str) -> bool:
        return f"Not well. {words}" in words_in(home(app, school, "network"), "well")

    write_heartbeat(config, now_utc(), None, mail_away=True, log_changed=True)
    assert says("Mail server: there is none")
    change_site(app, config=config.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"}))
    assert says("Mail server: it takes no mail now")
    assert says("Log: somebody changed it by hand")
    write_heartbeat(config, now_utc() - TEN_MINUTES, None)
    assert says("Mail server: not known")
    assert says("Log: not known")
    with school.databases.reports.write() as session:
        zone_of(session).test_failed_on = date(2026, 1, 8)
    assert says("Test reports: none was opened for two school days")
    with school.databases.reports.write() as session:
        close_zone(session)
    assert says("Report page: not open to children yet")


def test_what_is_said_costs_as_many_queries_however_much_waits(
    app: Flask, school: School, config: Config, databases: Databases
) -> None:
    write_heartbeat(config, now_utc() - TEN_MINUTES, None)
    school.told("stranger")
    few = cost_of_home(app, school.chair, databases)
    for _ in range(4):
        school.told("stranger")
    assert cost_of_home(app, school.chair, databases) <= few


def test_the_health_check_is_one_word_and_the_same_for_everybody(
    app: Flask, school: School, config: Config
) -> None:
    people = [app.test_client(), staff_browser(app, school.teacher), staff_browser(app, school.dsl)]
    moments = ((timedelta(), 200, "ok\n"), (TEN_MINUTES, 503, "worker\n"))
    for passed, status, word in moments:
        write_heartbeat(config, now_utc() - passed, None)
        for told in (False, True):
            for browser in people:
                answer = browser.get("/healthz")
                assert (answer.status_code, answer.text) == (status, word)
                assert "Set-Cookie" not in answer.headers
            if not told:
                school.told("images", danger="yes")
    (config.data_dir / FILE_NAME).unlink()
    assert people[0].get("/healthz").text == "worker\n"
