"""The evidence: what it prints, what it never holds, and that it fits one sheet."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import Decision
from kiosk.config import Config
from kiosk.incidents.case.actions import hand_over, open_incident
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonTaught
from kiosk.lessons.progress import set_lesson
from kiosk.oversight.evidence import gather_evidence
from kiosk.oversight.models import ShareInTime, TermFigures
from kiosk.oversight.term_figures import fix_terms, published
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases, now_utc
from kiosk.told.in_class import telling_lessons
from kiosk.wording.facts import Facts
from tests.accounts.doors import staff_browser
from tests.factories import SITE_KEY, make_pupil, make_staff, today
from tests.incidents.school import School, fill_school
from tests.incidents.verbs import acting
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
    lines = {role: (holder, deputy) for role, holder, deputy in found.roles}
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


def test_it_reads_the_same_whether_or_not_anybody_has_told_and_staff_have_opened_it(
    app: Flask, databases: Databases, key: SiteKey, config: Config
) -> None:
    school = School(databases, SchoolCalendar(ZoneInfo("Europe/London")), key, config)
    fill_school(school)
    browser = staff_browser(app, school.chair)
    before = Page(browser.get("/staff/evidence").text).all("article")[0].text
    for who, given in (("dsl", {"danger": "yes"}), ("chair", {"concern": "adult", "head": "yes"})) * 7:
        report_id = school.told(**given)
        with databases.school.write() as session, databases.reports.write() as reports:
            person = session.merge(school.people[who])
            open_incident(acting(school.calendar, person, now_utc(), session, reports), report_id)
    assert Page(browser.get("/staff/evidence").text).all("article")[0].text == before
    assert "No mail server is set, so alerts wait here" in before
    assert "What this does not show" in before


def fixed(session: Session, began: date, until: date | None, *lows: int, **changes: Any) -> None:
    """The figures of a term; without `until` it runs."""
    values = dict(zip(("between", "online", "other"), lows, strict=False)) | {"step": 5, "fixed_on": until}
    counts = {"days": 70, "days_two": 68, "days_one": 2, "days_tested": 69}
    session.add(TermFigures(began=began, until=until, **values | counts | changes))
    session.commit()


def test_governors_read_bands_words_and_what_keeps_them_safe(app: Flask, session: Session) -> None:
    chair = make_staff(session, Role.CHAIR)
    fixed(session, date(2026, 1, 5), date(2026, 4, 13), 5, 5, 0)
    fixed(session, date(2026, 4, 13), date(2026, 9, 3), 10, 5, 0, in_time=ShareInTime.NEARLY_ALL)
    page = Page(staff_browser(app, chair).get("/staff/evidence").text)
    assert ["About", "Summer 2026", "Spring 2026"] in table_rows(page)
    rows = {row[0]: [one.partition(": ")[2] for one in row[1:]] for row in table_rows(page)[1:]}
    assert rows["Between children"] == ["10 to 14", "5 to 9"]
    assert rows["A child or home, and everything else"] == ["0 to 4", "0 to 4"]
    assert rows["Together, from the lines above"] == ["15 to 27", "10 to 22"]
    assert rows["A first step in time"] == ["Nearly all (nine of ten, or more)", "Too few to say"]
    assert "68 of 70 school days had two able readers for each kind of report. 2 had one." in page.text
    assert "On 69 of 70 school days no practice report waited for too long." in page.text
    assert "Summer 2026: 13 April 2026 to 2 September 2026, fixed on 3 September 2026." in page.text


def test_of_the_term_that_runs_nothing_is_shown(app: Flask, session: Session) -> None:
    chair = make_staff(session, Role.CHAIR)
    fixed(session, date(2026, 9, 3), None)
    text = Page(staff_browser(app, chair).get("/staff/evidence").text).text
    assert "No term has been fixed yet." in text and "Days with cover" not in text
    assert "If there are any, they are not counted here." in text


def test_lessons_on_how_to_tell_are_counted_by_class(
    app: Flask, session: Session, lessons: Mapping[str, Lesson]
) -> None:
    chair = make_staff(session, Role.CHAIR)
    groups = [fill_class(session, 2, name=name) for name in ("Herons", "Swifts")]
    lesson = telling_lessons(lessons)[groups[0].band]
    values = {"class_group_id": groups[0].id, "lesson_id": lesson.id, "taught_on": today()}
    session.add(LessonTaught(**values, signed_by_id=chair.id))
    session.commit()
    text = Page(staff_browser(app, chair).get("/staff/evidence").text).text
    assert "“How to tell” is done in 1 of 2 classes this term." in text


def test_a_small_school_has_a_year_in_tens(app: Flask, session: Session) -> None:
    chair = make_staff(session, Role.CHAIR)
    fixed(session, date(2025, 9, 3), date(2026, 9, 3), 10, 0, 0, step=10)
    text = Page(staff_browser(app, chair).get("/staff/evidence").text).text
    assert "School year from 2025" in text and "10 to 19" in text and "0 to 9" in text


def test_a_case_that_is_handed_over_counts_where_it_began(
    databases: Databases, key: SiteKey, config: Config
) -> None:
    school = School(databases, SchoolCalendar(ZoneInfo("Europe/London")), key, config)
    fill_school(school)
    for _ in range(5):
        report_id = school.told("bullying")
        with databases.school.write() as session, databases.reports.write() as reports:
            coordinator = session.merge(school.people["coordinator"])
            by = acting(school.calendar, coordinator, now_utc(), session, reports)
            hand_over(by, open_incident(by, report_id), "It is more than that.")
    with databases.school.write() as session:
        for _ in range(100):
            make_pupil(session)
        fix_terms(session, key, school.calendar, today() - timedelta(days=200))
        fix_terms(session, key, school.calendar, today() + timedelta(days=150))
        assert sorted(one.bands for one in published(session))[-1] == ((5, 9), (0, 4), (0, 4))
        assert sum(low for one in published(session) for low, _ in one.bands) == 5


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
