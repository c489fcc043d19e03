"""The evidence: what it prints, what it never holds, and that it fits one sheet."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import Decision
from kiosk.config import Config
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import set_lesson
from kiosk.oversight.evidence import gather_evidence
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.wording.facts import Facts
from tests.accounts.doors import staff_browser
from tests.factories import SITE_KEY, make_staff
from tests.incidents.school import School, fill_school
from tests.oversight.school import DAY, decide, fill_class, finish, table_rows
from tests.pages import Page
from tests.sites import change_site


@pytest.fixture
def facts(content: Content) -> Facts:
    """The shipped facts and helplines."""
    found: Facts = content.facts
    return found


def test_it_counts_the_school_and_merges_what_is_small(
    session: Session, lessons: Mapping[str, Lesson], codes: Codes, code: Code, upstander: Lesson, facts: Facts
) -> None:
    group = fill_class(session, 20)
    finish(session, list(group.pupils[:6]), upstander)
    decisions = [Decision.AGREE] * 12 + [Decision.QUESTION] * 3 + [Decision.NOT_YET] * 2
    for pupil, decision in zip(group.pupils, decisions, strict=False):
        decide(session, pupil, code, decision)
    found = gather_evidence(session, SITE_KEY, lessons, codes, facts, DAY)
    assert (found.pupils, found.pupils_agreed) == (20, 12)
    assert (found.lessons, found.lessons_taught) == (len(lessons), 1)
    assert found.decisions.shown == (("Agreed", 12), ("An older Code", 0))
    assert (found.decisions.rest, found.decisions.rest_count) == (("Question", "Not yet", "Not asked"), 8)


def test_a_role_counts_as_filled_only_with_both_its_people(
    session: Session, lessons: Mapping[str, Lesson], codes: Codes, facts: Facts
) -> None:
    make_staff(session, Role.DSL, name="Ms Lead")
    make_staff(session, Role.DSL, name="Mr Deputy")
    make_staff(session, Role.COORDINATOR, name="Ms Alone")
    found = gather_evidence(session, SITE_KEY, lessons, codes, facts, DAY)
    assert found.roles_filled == 1
    lines = {line.role: (line.holder, line.deputy) for line in found.roles}
    assert lines[Role.DSL] == ("Ms Lead", "Mr Deputy")
    assert lines[Role.COORDINATOR] == ("Ms Alone", "")
    assert lines[Role.CHAIR] == ("", "")


def test_what_is_overdue_for_review_is_named(app: Flask, session: Session, facts: Facts) -> None:
    line = next(iter(facts.helplines.all.values()))
    late = replace(
        facts,
        all={},
        helplines=replace(
            facts.helplines, all={line.id: line.model_copy(update={"review_by": date(2020, 1, 2)})}
        ),
    )
    change_site(app, facts=late)
    dsl = make_staff(session, Role.DSL)
    session.commit()
    text = Page(staff_browser(app, dsl).get("/staff/evidence").text).text
    assert f"{line.name} (since 2 January 2020)" in text


def test_it_names_no_child_and_no_class(app: Flask, session: Session, code: Code, upstander: Lesson) -> None:
    chair = make_staff(session, Role.CHAIR, teaches=False)
    group = fill_class(session, 8, name="Herons")
    group.pupils[0].first_name = "Xanthe"
    set_lesson(session, group, upstander, DAY)
    finish(session, list(group.pupils[:6]), upstander)
    decide(session, group.pupils[0], code, Decision.NOT_YET)
    session.commit()
    page = Page(staff_browser(app, chair).get("/staff/evidence").text)
    assert "Xanthe" not in page.text
    assert "Herons" not in page.text
    assert ["Bullying", "75"] in table_rows(page)
    assert "Together: Not yet, Not asked" in page.text


def test_who_is_missing_cannot_be_worked_out(app: Flask, session: Session, code: Code) -> None:
    principal = make_staff(session, Role.PRINCIPAL)
    group = fill_class(session, 20)
    for pupil in group.pupils[:18]:
        decide(session, pupil, code)
    session.commit()
    page = Page(staff_browser(app, principal).get("/staff/evidence").text)
    printed = [number.text for number in page.all("article")[0].find_all("b")]
    assert printed[0] == "All but a few"
    assert "Together: Agreed, Not asked" in page.text
    assert "20" in printed
    assert not {"18", "2"} & set(printed)


def test_it_reads_the_same_whether_or_not_anybody_has_told(
    app: Flask, databases: Databases, key: SiteKey, config: Config
) -> None:
    school = School(databases, SchoolCalendar(ZoneInfo("Europe/London")), key, config)
    fill_school(school)
    browser = staff_browser(app, school.chair)
    before = Page(browser.get("/staff/evidence").text).all("article")[0].text
    for _ in range(7):
        school.told("bullying", danger="yes")
    assert Page(browser.get("/staff/evidence").text).all("article")[0].text == before
    assert "No mail server is set, so alerts wait here" in before
    assert "What this does not show" in before


@pytest.mark.parametrize("role", [Role.TEACHER, Role.NETWORK])
def test_who_does_not_answer_for_the_school_cannot_open_it(app: Flask, session: Session, role: Role) -> None:
    person = make_staff(session, role, teaches=role is Role.TEACHER)
    session.commit()
    assert staff_browser(app, person).get("/staff/evidence").status_code == 403


def test_an_empty_school_has_a_page_as_well(app: Flask, session: Session) -> None:
    dsl = make_staff(session, Role.DSL)
    session.commit()
    page = Page(staff_browser(app, dsl).get("/staff/evidence").text)
    assert page.heading == "Evidence summary"
    assert "No class has pupils in it yet." in page.text
