"""The bar: sections a person may open, and a number only for who may read what it counts."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.report.access.opening import open_report
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.staff import navigation
from kiosk.staff.navigation import count_words, roles_of, unread_reports
from kiosk.staff.views import bar
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.factories import make_staff, opener_of
from tests.incidents.school import School, fill_school
from tests.oversight.school import counted_queries
from tests.pages import Page

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def school(databases: Databases, key: SiteKey, config: Config) -> School:
    """A school with every role filled and no report."""
    made = School(databases, SchoolCalendar(ZoneInfo("Europe/London")), key, config)
    fill_school(made)
    return made


def sections(page: Page) -> dict[str, str]:
    """The sections of the bar with their addresses."""
    return {link.text: link.attrs["href"] for link in page.all("nav")[0].find_all("a")}


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("dsl", ["Reports", "Classes", "Lessons", "Code", "Families", "Duties"]),
        ("principal", ["Reports", "Classes", "Lessons", "Code", "Duties"]),
        ("chair", ["Reports", "Lessons", "Code", "Duties"]),
        ("network", ["Classes", "Lessons", "Code", "Duties"]),
        ("teacher", ["Classes", "Lessons", "Code", "Families", "Duties"]),
    ],
)
def test_each_person_is_shown_the_sections_that_open_for_them(
    app: Flask, session: Session, school: School, person: str, expected: list[str]
) -> None:
    session.get_one(StaffMember, getattr(school, person).id).teaches = person == "teacher"
    session.commit()
    browser = staff_browser(app, getattr(school, person))
    found = sections(Page(browser.get("/staff/").text))
    assert list(found) == expected
    for address in found.values():
        assert browser.get(address).status_code == 200


def test_who_answers_for_safety_and_teaches_nobody_is_led_to_what_classes_have_finished(
    app: Flask, session: Session
) -> None:
    dsl = make_staff(session, Role.DSL, teaches=False)
    session.commit()
    assert sections(Page(staff_browser(app, dsl).get("/staff/").text))["Classes"] == "/staff/completion/"


def test_only_who_may_read_a_report_sees_that_there_is_one(app: Flask, school: School) -> None:
    school.told("bullying")
    counted = {
        person: "".join(sections(Page(staff_browser(app, getattr(school, person)).get("/staff/").text)))
        for person in ("coordinator", "dsl", "principal", "chair", "network", "teacher")
    }
    assert "Reports 1" in counted.pop("coordinator")
    assert not any("1" in words for words in counted.values())


def test_somebody_whom_the_child_ticked_sees_no_number_and_no_word(app: Flask, school: School) -> None:
    school.told("adult", exclude=[school.principal.id.hex], head="no")
    page = Page(staff_browser(app, school.principal).get("/staff/").text)
    assert "Reports" in sections(page)
    assert "No report is waiting for you." in page.text
    assert "Reports 1" in sections(Page(staff_browser(app, school.dsl).get("/staff/").text))


def test_a_report_that_was_read_is_no_longer_counted(
    app: Flask, school: School, databases: Databases
) -> None:
    report_id = school.told("bullying")
    with databases.reports.write() as reports:
        assert unread_reports(reports, school.coordinator) == 1
        open_report(reports, report_id, opener_of(school.coordinator))
        assert unread_reports(reports, school.coordinator) == 0


def test_the_number_costs_one_query_and_none_for_who_reads_no_reports(
    school: School, databases: Databases
) -> None:
    school.told("bullying")
    with databases.reports.session(write=False) as reports:
        for person, cost in ((school.coordinator, 1), (school.teacher, 0), (school.network, 0)):
            with counted_queries(databases) as sent:
                unread_reports(reports, person)
            assert len(sent) == cost


def test_a_flood_is_counted_up_to_ninety_nine_and_shown_as_more(
    app: Flask, school: School, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [count_words(count) for count in (0, 1, 99, 100)] == ["", "1", "99", "99+"]
    monkeypatch.setattr(navigation, "MOST_COUNTED", 3)
    for _ in range(5):
        school.told("bullying")
    with databases.reports.session(write=False) as reports:
        assert unread_reports(reports, school.coordinator) == 3
    assert "Reports 2+" in sections(Page(staff_browser(app, school.coordinator).get("/staff/lessons/").text))


def test_a_page_stays_up_when_the_reports_do_not_answer(
    app: Flask, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> int:
        raise OperationalError("select", {}, Exception("locked"))

    monkeypatch.setattr(bar, "unread_reports", broken)
    assert staff_browser(app, school.dsl).get("/staff/lessons/").status_code == 200


def test_the_section_of_a_page_is_marked(app: Flask, school: School) -> None:
    browser = staff_browser(app, school.dsl)
    for path, words in (("coverage", "Lessons"), ("signatures", "Code"), ("completion/", "Classes")):
        page = Page(browser.get(f"/staff/{path}").text)
        marked = [link.text for link in page.all("nav")[0].find_all("a") if "aria-current" in link.attrs]
        assert marked == [words]


def test_a_person_is_called_by_what_they_answer_for(session: Any) -> None:
    both = make_staff(session, Role.COORDINATOR, Role.DSL)
    deputy = make_staff(session, Role.COORDINATOR)
    teacher = make_staff(session)
    assert roles_of(both, str) == "Safeguarding lead; e-Safety Coordinator"
    assert roles_of(deputy, str) == "e-Safety Coordinator, deputy"
    assert roles_of(teacher, str) == "Teacher"


def test_before_signing_in_the_bar_is_empty(app: Flask) -> None:
    page = Page(app.test_client().get("/staff/sign-in").text)
    assert not [nav for nav in page.all("nav") if "Sections" in nav.attrs.get("aria-label", "")]
