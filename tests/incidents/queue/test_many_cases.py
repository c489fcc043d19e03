"""However much is closed, the queue asks the same few questions and hides nothing (promise S10)."""

import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, update

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.queue.page import Queue, Tab
from kiosk.incidents.queue.queue import PAGE, queue_page
from kiosk.report import integrity_check
from kiosk.report.intake.transfer import MOST_FOR_A_PAGE
from kiosk.report.models import Report, ReportReader, ReportState
from kiosk.storage.db import now_utc
from tests.factories import opener_of
from tests.faults.figures import reached
from tests.incidents.closings import end
from tests.incidents.queue_rows import closed_rows, unread_rows
from tests.incidents.school import School
from tests.incidents.verbs import acting
from tests.pages import Page
from tests.sites import held_by

MANY_WAIT = 2500


def read_queue(school: School, person: StaffMember, tab: Tab = Tab.MINE, page: int = 1) -> Queue:
    """A page of somebody's queue, read without anybody's key."""
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        return queue_page(
            CaseViewer(person, now_utc(), school.calendar, session, reports), school.key, tab, page
        )


def close_many(school: School, person: StaffMember, count: int, concern: str = "friend") -> list[Any]:
    """Cases that somebody has opened and closed; the ids of their reports."""
    told = [school.tell(concern) for _ in range(count)]
    school.merge(now_utc())
    for place, report_id in enumerate(told):
        with school.databases.school.write() as session, school.databases.reports.write() as reports:
            at = now_utc() + timedelta(seconds=place)
            by = acting(school.calendar, person, at, session, reports)
            end(by, open_incident(by, report_id).incident, _second(school, person))
    return told


def _second(school: School, person: StaffMember) -> StaffMember:
    """Somebody else with the same role."""
    name = next(name for name, one in school.people.items() if one.id == person.id)
    return school.people[f"{name}2"]


def say(school: School, report_id: Any, state: ReportState) -> None:
    """What somebody with the file writes into a row."""
    with school.databases.reports.write() as reports:
        reports.execute(update(Report).where(Report.id == report_id).values(state=state))


@pytest.mark.parametrize(
    ("instead", "what"),
    [
        (None, "one that waits is called closed"),
        (ReportState.OPENED, "and a closed one opened, so that as many are closed as before"),
        (ReportState.RELEASED, "and a closed one waiting"),
        (ReportState.NEW, "and a closed one new"),
    ],
    ids=str,
)
def test_a_report_that_is_called_closed_by_hand_is_shown_to_its_readers_without_anybodys_key(
    school: School, instead: ReportState | None, what: str
) -> None:
    closed = close_many(school, school.dsl, 3)
    hidden = school.told("friend")
    assert [row.report.id for row in unread_rows(read_queue(school, school.dsl))] == [hidden], "the control"
    say(school, hidden, ReportState.CLOSED)
    if instead:
        say(school, closed[0], instead)
    assert [row.report.id for row in unread_rows(read_queue(school, school.dsl))] == [hidden], what
    assert read_queue(school, school.dsl).mine == 1
    assert not read_queue(school, school.principal).groups, "and to nobody else"


def test_closed_cases_come_by_pages_the_last_one_first(school: School, app: Flask) -> None:
    close_many(school, school.dsl, PAGE + 2)
    first, second = (read_queue(school, school.dsl, Tab.CLOSED, page) for page in (1, 2))
    numbers = [
        row.incident and row.incident.number for queue in (first, second) for row in closed_rows(queue)
    ]
    assert numbers == list(range(PAGE + 2, 0, -1))
    assert (len(closed_rows(first)), len(closed_rows(second))) == (PAGE, 2)
    assert read_queue(school, school.dsl, Tab.CLOSED, 99).page == 2
    page = Page(school.browser(app, school.dsl).get("/staff/incidents/?show=closed&page=2").text)
    assert page.all("tr")[1].text == "Closed", "how many there are would read every one of them"
    assert "Next page" not in page.text
    back = next(link for link in page.all("a") if link.text == "Earlier page")
    assert back.attrs["href"] == "/staff/incidents/?show=closed"


def test_closed_cases_of_others_are_in_no_number_of_pages(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_many(school, school.coordinator, 3, "bullying")
    close_many(school, school.dsl, 2)
    counts = {
        name: len(closed_rows(read_queue(school, school.people[name], Tab.CLOSED)))
        for name in ("dsl", "coordinator", "principal", "teacher")
    }
    assert counts == {"dsl": 2, "coordinator": 3, "principal": 0, "teacher": 0}
    monkeypatch.setattr("kiosk.incidents.queue.queue.PAGE", 1)
    assert read_queue(school, school.dsl, Tab.CLOSED, 99).page == 2


def test_who_has_a_key_to_few_of_what_is_closed_finds_all_of_them_by_pages(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most of the newest are sealed for others, so that a page is found in several parts."""
    monkeypatch.setattr("kiosk.incidents.queue.queue.PAGE", 1)
    mine = close_many(school, school.dsl, 2)
    kept_from = close_many(school, school.dsl, 12)
    with school.databases.reports.write() as reports:
        of_me = delete(ReportReader).where(ReportReader.reader_id == school.dsl.id)
        reports.execute(of_me.where(ReportReader.report_id.in_(kept_from)))
    pages = [read_queue(school, school.dsl, Tab.CLOSED, page) for page in (1, 2, 3, 10**30)]
    shown = [[row.report.id for row in closed_rows(queue)] for queue in pages]
    assert shown == [[mine[1]], [mine[0]], [mine[0]], [mine[0]]]
    assert [(queue.page, queue.pages) for queue in pages] == [(1, 2), (2, 2), (2, 2), (2, 2)]


def test_the_queue_asks_no_more_however_much_is_closed_open_or_waits(school: School) -> None:
    counts = []
    for count in (1, 30):
        close_many(school, school.dsl, count)
        for _ in range(count):
            report_id = school.tell("friend")
            school.tell("images")
            school.merge(now_utc())
            with school.databases.school.write() as session, school.databases.reports.write() as reports:
                by = acting(school.calendar, school.dsl, now_utc(), session, reports)
                open_incident(by, report_id)
        counts.append([_asked(school, tab) for tab in Tab if tab is not Tab.BUSY])
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 19


def test_a_long_list_that_waits_has_pages_too_and_loses_nothing(school: School) -> None:
    told = set()
    for day in range(1, 4):
        for _ in range(PAGE // 2):
            told.add(school.tell("friend", now_utc() - timedelta(days=7 * day)))
    school.merge(now_utc())
    pages = [read_queue(school, school.dsl, page=page) for page in (1, 2)]
    seen = [row.report.id for queue in pages for row in unread_rows(queue)]
    assert (pages[0].pages, len(seen), set(seen)) == (2, len(told), told)
    assert pages[0].mine == len(told)


def _asked(school: School, tab: Tab) -> int:
    asked: list[str] = []
    engines = [school.databases.school.engine, school.databases.reports.engine]

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    read_queue(school, school.dsl, tab)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in asked if statement.startswith("SELECT")])


def test_where_there_is_very_much_each_look_compares_some_of_it_and_all_once_in_a_while(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in clear is compared with the sealed text in the end, and at a price that does not grow."""
    monkeypatch.setattr(integrity_check, "MOST_LOOKED_AT", 4)
    told = {school.told("friend") for _ in range(10)}
    me = opener_of(school.dsl)

    def look_through() -> set[Any]:
        with school.databases.reports.write() as reports:
            found = integrity_check.unchecked_reports(reports, me)
            integrity_check.check_reports(reports, me, found)
            return set(found)

    assert look_through() == told, "the first look is at everything"
    with school.databases.reports.write() as reports:
        reports.execute(update(Report).values(urgent=True))
    seen = look_through()
    assert 0 < len(seen) <= 4, "the next one at some"
    for _ in range(200):
        if seen == told:
            break
        seen |= look_through()
    assert seen == told, "and some more looks at all of it"
    with school.databases.reports.write() as reports:
        reports.execute(update(Report).values(urgent=True))
    monkeypatch.setattr(integrity_check, "LOOKED_AT_LASTS", timedelta(0))
    assert look_through() == told, "as does the first look after a few minutes"


@pytest.mark.later
@pytest.mark.database("sqlite")
def test_a_readers_page_is_there_within_a_second_while_thousands_wait_to_be_merged(
    app: Flask, school: School
) -> None:
    for _ in range(MANY_WAIT):
        school.tell()
    reader = school.browser(app, school.people["dsl"])
    took = []
    for _ in range(3):
        began = time.monotonic()
        assert reader.get("/staff/incidents/?show=all").status_code == 200
        took.append(round(time.monotonic() - began, 2))
    assert held_by(school.intake_store) == MANY_WAIT - 3 * MOST_FOR_A_PAGE
    reached("a reader's page while 2,500 reports wait", f"{took} s")
    assert max(took) < 1
