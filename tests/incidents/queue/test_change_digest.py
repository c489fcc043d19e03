"""The queue asks by itself whether something has changed: that costs little, tells nothing, keeps nobody signed in."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.models import Incident
from kiosk.incidents.queue.change_digest import queue_mark
from kiosk.storage.db import now_utc
from kiosk.web.sessions import KEY_IDLE, STAFF_IDLE, StaffSession
from tests.accounts.doors import staff_browser
from tests.incidents.case.test_assignment import change, go_away, now_is
from tests.incidents.closing.test_close import NOT_SERIOUS, Case
from tests.incidents.queue.test_many_cases import close_many
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite", "postgresql")  # who waits for whom differs

ADDRESS = "/staff/incidents/news"
MINUTE = timedelta(minutes=1)
MOST_QUERIES = 8  # session, person, and then four; on PostgreSQL as on SQLite


def mark_of(school: School, name: str, now: datetime | None = None) -> str:
    """The mark of somebody's queue."""
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        looking = CaseViewer(now_is(school, name), now or now_utc(), school.calendar, session, reports)
        return queue_mark(looking, school.key)


def mark_on(browser: FlaskClient) -> str:
    """The mark that the page of the queue carries."""
    page = Page(browser.get("/staff/incidents/").text)
    (line,) = [one for one in page.all("p") if one.attrs.get("id") == "queue-news"]
    assert line.attrs["data-news"] == ADDRESS
    return line.attrs["data-mark"]


def ask(browser: FlaskClient, mark: str) -> TestResponse:
    """What the script asks."""
    return browser.get(ADDRESS, headers={"If-None-Match": f'"{mark}"'})


@pytest.mark.database("sqlite")
def test_it_says_no_for_as_long_as_nothing_changed_and_then_only_that_something_has(
    school: School, app: Flask
) -> None:
    browser = school.browser(app, school.coordinator)
    mark = mark_on(browser)
    assert [ask(browser, mark).status_code for _ in range(3)] == [304, 304, 304]
    school.told("bullying")
    answer = ask(browser, mark)
    assert (answer.status_code, answer.data) == (200, b"")
    assert "ETag" not in answer.headers and mark not in str(answer.headers)
    assert mark_on(browser) != mark
    assert ask(browser, mark_on(browser)).status_code == 304


@pytest.mark.database("sqlite")
def test_every_step_that_the_queue_shows_makes_another_mark_and_a_reading_does_not(
    school: School, app: Flask
) -> None:
    seen = [mark_of(school, "coordinator")]

    def changed(what: str, yes: bool = True) -> None:
        seen.append(mark_of(school, "coordinator"))
        assert (seen[-1] not in seen[:-1]) is yes, what

    school.told("bullying", follow="threat")
    changed("one was passed on")
    case = Case(school, app, "coordinator", "bullying")
    changed("one was passed on and opened")
    assert case.send("coordinator", "record/did", {"note": "I rang."}) == 302
    changed("something was done")
    assert case.at("coordinator2").get(case.address).status_code == 200
    changed("somebody reads it", yes=False)
    assert case.send("coordinator2", "plan", {"next_step": "day", "note": "Ring again."}) == 302
    changed("its clock was set")
    assert case.send("coordinator", "level", {"level": "urgent", "note": "He was hurt."}) == 302
    changed("its level")
    assert case.send("coordinator", "pass", {"to": school.coordinator2.id.hex}) == 302
    changed("its owner")
    change(school, "coordinator2", go_away)
    changed("the owner is away")
    assert case.ask("coordinator", **NOT_SERIOUS) == 302
    changed("a second reader is asked")
    assert case.agree("coordinator2") == 302
    changed("it was closed")
    far = now_utc() + timedelta(days=1)
    assert mark_of(school, "coordinator", far) != mark_of(school, "coordinator"), "something is late by then"


@pytest.mark.database("sqlite")
def test_a_case_of_others_changes_the_mark_of_nobody_else_whatever_becomes_of_it(
    school: School, app: Flask
) -> None:
    kept_out = ("principal", "coordinator", "dsl")
    before = {name: mark_of(school, name) for name in kept_out}
    case = Case(school, app, "chair", "adult", head="yes", exclude=[school.dsl.id.hex])
    for step in range(3):
        assert {name: mark_of(school, name) for name in kept_out} == before, step
        if step == 0:
            assert case.send("chair", "record/did", {"note": "I rang."}) == 302
        else:
            assert case.ask("chair", **NOT_SERIOUS) == 302
            break
    control = mark_of(school, "chair")
    assert case.send("chair", "record/did", {"note": "Again."}) == 302
    assert mark_of(school, "chair") != control


def test_two_people_with_the_same_queue_have_marks_that_cannot_be_compared(school: School) -> None:
    assert mark_of(school, "coordinator") != mark_of(school, "coordinator2")
    assert mark_of(school, "coordinator") == mark_of(school, "coordinator")


@pytest.mark.database("sqlite")
def test_asking_keeps_nobody_signed_in(school: School, app: Flask) -> None:
    browser = staff_browser(app, school.coordinator, idle=STAFF_IDLE - MINUTE)
    before = _seen_at(school)
    answer = ask(browser, "x")
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    assert _seen_at(school) == before
    _age(school, STAFF_IDLE + MINUTE)
    answer = ask(browser, "x")
    assert answer.status_code == 302 and "/staff/sign-in" in answer.headers["Location"]


@pytest.mark.database("sqlite")
def test_asking_keeps_no_key_open(school: School, app: Flask) -> None:
    report_id = school.told("bullying")
    browser = staff_browser(app, school.coordinator, idle=KEY_IDLE - MINUTE)
    assert ask(browser, "x").status_code == 200
    _age(school, KEY_IDLE + MINUTE)
    assert ask(browser, "x").status_code == 200, "the list itself needs no key"
    answer = browser.post(f"/staff/incidents/open/{report_id}")
    assert answer.status_code != 302 or "/staff/incidents/1" not in answer.headers["Location"]
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(Incident)).all() == []


def test_it_asks_few_questions_and_no_more_however_much_there_is(school: School, app: Flask) -> None:
    browser = school.browser(app, school.dsl)
    counts = []
    for count in (0, 12):
        close_many(school, school.dsl, count)
        for _ in range(count):
            school.told("images")
        counts.append(_queries(school, lambda: ask(browser, "x")))
    assert counts[0] == counts[1] <= MOST_QUERIES


def _seen_at(school: School) -> datetime:
    with school.databases.sessions.session(write=False) as store:
        return store.scalars(select(StaffSession.seen_at)).one()


def _age(school: School, idle: timedelta) -> None:
    with school.databases.sessions.write() as store:
        store.query(StaffSession).update({"seen_at": now_utc() - idle})


def _queries(school: School, act: Any) -> int:
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    stores = school.databases
    engines = [one.engine for one in (stores.school, stores.reports, stores.sessions)]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    act()
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in asked if statement.startswith("SELECT")])
