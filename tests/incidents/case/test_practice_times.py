"""Practice runs show governors how soon a report is seen: only minutes, only of practice, and never whose they were."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.incidents.case.practice_times import GOAL_MINUTES, MOST_SHOWN
from kiosk.incidents.models import Incident
from kiosk.report.access.routes import PRACTICE
from kiosk.report.models import Report
from kiosk.report.self_test.send import SelfTestFailed
from kiosk.storage.db import now_utc
from tests.incidents.practising import RUNS, at, made, practice_runs, see, start
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def nine(school: School) -> datetime:
    """Half an hour after school has opened, on a day to come."""
    return school.calendar.next_opening(now_utc() + timedelta(days=1)) + timedelta(minutes=30)


def later(school: School, moment: datetime, minutes: int) -> datetime:
    return school.calendar.add_school_time(moment, minutes)


def page(school: School, app: Flask, who: str = "chair") -> Page:
    return Page(school.browser(app, school.people[who]).get(RUNS).text)


def test_a_practice_run_counts_minutes_of_school_time_until_somebody_else_opens_it(
    school: School, app: Flask, nine: datetime
) -> None:
    with at(nine):
        assert "Tell nobody" in start(school, app, "dsl")
    with at(later(school, nine, 17)):
        see(school, app, "coordinator")
        assert "17 min" in page(school, app).text
        assert "1 of 1 practice reports were seen in time" in page(school, app).text
    (run,) = practice_runs(school)
    assert (run.minutes, run.goal_minutes, run.in_school_time) == (17, GOAL_MINUTES, True)
    assert (run.report_id, run.started_at, run.started_by_id) == (None, None, None), "forgotten once seen"


def test_a_night_does_not_count(school: School, app: Flask, nine: datetime) -> None:
    evening = nine.replace(hour=20)
    with at(evening):
        start(school, app, "principal")
    with at(later(school, evening, 5)):
        see(school, app, "dsl")
        assert "Outside" in page(school, app).text
    assert [one.minutes for one in practice_runs(school)] == [5]


def test_whoever_started_it_cannot_be_the_one_who_sees_it(school: School, app: Flask, nine: datetime) -> None:
    """An attack: start one, open it oneself a minute later, and governors see a minute."""
    with at(nine):
        start(school, app, "coordinator")
    with at(later(school, nine, 1)):
        see(school, app, "coordinator")
        assert [one.minutes for one in practice_runs(school)] == [None]
    with at(later(school, nine, 75)):
        shown = page(school, app).text
        assert "Not opened yet" in shown
        assert "0 of 1" in shown
        see(school, app, "dsl")
        assert "1 h 15 min" in page(school, app).text
    assert [one.minutes for one in practice_runs(school)] == [75]


def test_reading_it_by_its_number_is_seeing_it_too(school: School, app: Flask, nine: datetime) -> None:
    with at(nine):
        start(school, app, "coordinator")
        see(school, app, "coordinator")
        with school.databases.school.session(write=False) as session:
            number = session.scalars(select(Incident.number)).one()
    with at(later(school, nine, 8)):
        assert school.browser(app, school.chair).get(f"/staff/incidents/{number}").status_code == 200
    assert [one.minutes for one in practice_runs(school)] == [8]


@pytest.mark.parametrize("who", ["coordinator", "principal", "chair"])
def test_the_others_are_not_told_of_it_until_it_is_seen_or_late(
    school: School, app: Flask, nine: datetime, who: str
) -> None:
    with at(nine):
        before = [main(school, app, who), keys(school, app, who)]
        start(school, app, "dsl")
        assert [main(school, app, who), keys(school, app, who)] == before
        assert "You have started one" in page(school, app, "dsl").text
        assert "Not yet" in keys(school, app, "dsl")
        (run,) = practice_runs(school)
        client = school.browser(app, school.coordinator)
        for answer in (client.get(f"{RUNS}/{run.id}"), client.post(f"{RUNS}/{run.id}")):
            assert answer.status_code == 404
    with at(later(school, nine, GOAL_MINUTES + 1)):
        assert "Not opened yet" in page(school, app, who).text
        assert "Not yet" in keys(school, app, who)


def main(school: School, app: Flask, who: str) -> str:
    """The page without its bar: the badge there counts what waits, whatever it is."""
    (found,) = page(school, app, who).all("main")
    return str(found.text)


def keys(school: School, app: Flask, who: str) -> str:
    """The part about practice of the page of keys."""
    shown = Page(school.browser(app, school.people[who]).get("/staff/keys").text)
    return " ".join(one.text for one in shown.all("section") if one.attrs.get("id") == "practice")


@pytest.mark.parametrize("rows", ["report", "incident", "run", "all"])
def test_no_row_changed_by_hand_makes_a_childs_report_a_practice_run(
    school: School, app: Flask, nine: datetime, rows: str
) -> None:
    """An attack: point a practice run at a child's report, and governors would read when it was opened."""
    report_id = school.told("bullying")
    if rows in ("report", "all"):
        with school.databases.reports.write() as reports:
            reports.execute(update(Report).where(Report.id == report_id).values(route=PRACTICE))
    if rows in ("run", "all"):
        made(school, report_id=report_id, started_at=nine, started_by_id=school.dsl.id, minutes=None)
    with at(later(school, nine, 9)):
        opened = school.browser(app, school.coordinator).post(f"/staff/incidents/open/{report_id}")
        assert opened.status_code == 302
        if rows in ("incident", "all"):
            with school.databases.school.write() as session:
                session.execute(update(Incident).values(route=PRACTICE))
        school.browser(app, school.dsl).get(opened.headers["Location"])
        shown = page(school, app).text
    assert "9 min" not in shown
    assert all(one.minutes is None for one in practice_runs(school))


def test_a_childs_report_that_comes_meanwhile_neither_ends_the_practice_run_nor_stands_on_its_page(
    school: School, app: Flask, nine: datetime
) -> None:
    with at(nine):
        start(school, app, "dsl")
    with at(later(school, nine, 3)):
        before = page(school, app).text
        report_id = school.tell("bullying", nine, danger="yes")
        school.merge(later(school, nine, 3))
        assert school.browser(app, school.dsl2).post(f"/staff/incidents/open/{report_id}").status_code == 302
        assert page(school, app).text == before
    assert [one.minutes for one in practice_runs(school)] == [None]


def test_a_report_page_that_takes_nothing_leaves_no_practice_run(
    school: School, app: Flask, nine: datetime
) -> None:
    with at(nine), patch("kiosk.readers.recovery.views.keys.send_self_test", side_effect=SelfTestFailed):
        assert "a child could not send a report either" in start(school, app, "dsl")
    assert practice_runs(school) == []


def test_two_who_start_at_once_make_one_practice_run(school: School, app: Flask, nine: datetime) -> None:
    with at(nine):
        start(school, app, "dsl")
        assert "There is a practice report already" in start(school, app, "principal")
    assert len(practice_runs(school)) == 1


def test_practice_is_in_no_count_of_reports(school: School, app: Flask, nine: datetime) -> None:
    with at(nine):
        evidence = school.browser(app, school.chair).get("/staff/evidence").text
        start(school, app, "dsl")
        see(school, app, "coordinator")
        assert school.browser(app, school.chair).get("/staff/evidence").text == evidence


def test_governors_see_no_name_and_write_nothing(school: School, app: Flask, nine: datetime) -> None:
    with at(nine):
        start(school, app, "dsl")
    with at(later(school, nine, 61)):
        see(school, app, "coordinator")
        shown = page(school, app)
        main = " ".join(one.text for one in shown.all("article"))
        assert not any(one.name in main for one in school.people.values())
        client = school.browser(app, school.chair)
        (run,) = practice_runs(school)
        assert client.get(f"{RUNS}/{run.id}").status_code == 403
        assert client.post(f"{RUNS}/{run.id}", data={"reason": "x"}).status_code == 403
        assert "Send a practice report" not in shown.text
    assert (run.minutes, run.reason) == (61, "")


def test_why_it_was_missed_and_what_changed_stand_beside_it(school: School, app: Flask) -> None:
    run = made(school, minutes=190)
    client = school.browser(app, school.coordinator)
    assert Page(client.get(f"{RUNS}/{run.id}").text).value("reason") == ""
    words = {"reason": "Both were away", "changed": "Absences are entered beforehand"}
    assert client.post(f"{RUNS}/{run.id}", data=words).status_code == 303
    shown = page(school, app).text
    assert "3 h 10 min: Both were away" in shown
    assert "Absences are entered beforehand" in shown
    assert Page(client.get(f"{RUNS}/{run.id}").text).value("reason") == "Both were away"


def test_a_name_of_staff_is_sent_back_with_all_that_was_typed(school: School, app: Flask) -> None:
    with school.databases.school.write() as session:
        session.merge(school.coordinator).name = "Ms Okafor"
    run = made(school, minutes=190)
    client = school.browser(app, school.dsl)
    sent = client.post(f"{RUNS}/{run.id}", data={"reason": "Okafor was slow", "changed": "A rota"})
    assert sent.status_code == 422
    assert "Leave out names (Okafor)" in sent.text
    assert "Okafor was slow" in sent.text
    assert "A rota" in sent.text
    assert [one.reason for one in practice_runs(school)] == [""]


def test_one_seen_in_time_needs_no_reason(school: School, app: Flask) -> None:
    run = made(school)
    client = school.browser(app, school.dsl)
    assert "Why it was not seen" not in client.get(f"{RUNS}/{run.id}").text
    client.post(f"{RUNS}/{run.id}", data={"reason": "A trick", "changed": "Nothing"})
    assert [(one.reason, one.changed) for one in practice_runs(school)] == [("", "Nothing")]


def test_the_last_twelve_are_shown_drawn_and_as_a_table(school: School, app: Flask) -> None:
    today = now_utc().date()
    for ago in range(MOST_SHOWN + 3):
        made(school, day=today - timedelta(days=ago), minutes=ago * 5)
    shown = page(school, app)
    assert len(shown.all("circle")) == MOST_SHOWN
    (chart,) = [one for one in shown.all("svg") if one.attrs.get("role") == "img"]
    assert "12 of 12" in chart.attrs["aria-label"]
    rows = [row for table in shown.all("tbody") for row in table.find_all("tr")]
    assert len(rows) == MOST_SHOWN
    assert "style=" not in school.browser(app, school.chair).get(RUNS).text


def test_without_a_practice_run_the_page_says_what_one_is(school: School, app: Flask) -> None:
    assert "No practice yet" in page(school, app).text
    assert not page(school, app).all("circle")
