"""What waits for somebody who signs in."""

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassWindow, StaffMember
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import Decision
from kiosk.conduct.signing import sign_as_staff
from kiosk.config import Config
from kiosk.lessons.lesson import Lesson
from kiosk.readers.signed_list.recipients import sync_readers
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.staff.waiting import content_tasks
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import staff_browser
from tests.factories import make_class_group, make_staff, make_window
from tests.incidents.school import School, fill_school
from tests.oversight.school import DAY, decide, fill_class
from tests.pages import Page
from tests.staff.costs import cost_of_home

UNTOLD = ("teacher", "network")


@pytest.fixture
def school(databases: Databases, key: SiteKey, config: Config) -> School:
    """A school with every role filled and no report."""
    made = School(databases, SchoolCalendar(ZoneInfo("Europe/London")), key, config)
    fill_school(made)
    return made


def test_a_teacher_opens_the_own_class_with_one_button(app: Flask, session: Session) -> None:
    teacher = make_staff(session)
    group = fill_class(session, 3, teacher)
    session.commit()
    browser = staff_browser(app, teacher)
    page = Page(browser.get("/staff/").text)
    form = next(form for form in page.all("form") if "open" in form.attrs["action"])
    assert form.find_all("button")[0].attrs["aria-label"] == f"Open {group.name}"
    fields = {field.attrs["name"]: field.attrs["value"] for field in form.find_all("input")}
    assert browser.post(form.attrs["action"], data=fields).status_code == 303
    session.expire_all()
    assert session.query(ClassWindow).one().class_group_id == group.id
    again = Page(browser.get("/staff/").text)
    assert session.query(ClassWindow).one().code in again.text
    assert again.link("Show") == f"/staff/classes/{group.id}"


def test_questions_and_not_yets_of_my_classes_are_talks_to_have(
    app: Flask, session: Session, code: Code
) -> None:
    teacher = make_staff(session)
    own, other = fill_class(session, 3, teacher), fill_class(session, 3, make_staff(session))
    decide(session, own.pupils[0], code, Decision.QUESTION)
    decide(session, own.pupils[1], code, Decision.AGREE)
    other.pupils[0].first_name = "Xanthe"
    decide(session, other.pupils[0], code, Decision.NOT_YET)
    session.commit()
    page = Page(staff_browser(app, teacher).get("/staff/").text)
    assert "Conversations to have about our Code" in page.text
    assert "A00" in page.text
    assert "B01" not in page.text
    assert "Xanthe" not in page.text


def test_who_sees_every_class_has_the_first_talks_of_all_of_them_and_how_many_more(
    app: Flask, session: Session, codes: Codes
) -> None:
    lead = make_staff(session, Role.DSL, teaches=False)
    groups = [
        fill_class(session, 6, year=year, band=band) for year, band in (("8", Band.KS3), ("2", Band.KS1))
    ]
    groups += [fill_class(session, 6, name=name, year="5") for name in ("5 Wren", "5 Owl")]
    for group in groups:
        own = codes[group.band.value, "en"]
        for pupil, decision in zip(group.pupils, (Decision.AGREE, *[Decision.NOT_YET] * 5), strict=True):
            decide(session, pupil, own, decision)
    decide(session, groups[0].pupils[1], codes["ks3", "en"], decided_on=DAY + timedelta(days=1))
    groups[0].pupils[2].left_on = DAY
    session.commit()
    page = Page(staff_browser(app, lead).get("/staff/").text)
    (talks,) = [one for one in page.all("section") if one.attrs.get("id") == "talks"]
    shown = [one.text.replace("Not yet", "").strip() for one in talks.find_all("li")]
    order = (groups[1], groups[3], groups[2])
    wanted = [f"{child.first_name}, {group.name}" for group in order for child in group.pupils[1:]]
    assert shown == wanted[:12]
    assert "and 6 more" in talks.text


def test_a_reader_is_told_how_much_waits_and_a_teacher_nothing_at_all(app: Flask, school: School) -> None:
    before = {name: Page(staff_browser(app, school.people[name]).get("/staff/").text) for name in UNTOLD}
    school.told("bullying")
    reader = Page(staff_browser(app, school.coordinator).get("/staff/").text)
    assert "1 report is not read yet." in reader.text
    assert "1 is late." in reader.text
    assert reader.button("Open the reports").attrs["href"] == "/staff/incidents/"
    for name in UNTOLD:
        page = Page(staff_browser(app, school.people[name]).get("/staff/").text)
        assert page.text == before[name].text
    assert "report" not in before["teacher"].text.lower()


def test_a_role_without_a_holder_or_a_deputy_is_a_task_for_who_can_fill_it(
    app: Flask, session: Session
) -> None:
    """Every reader can propose a holder (promise G4), so every reader is told of a role without one."""
    people = [make_staff(session, role) for role in (Role.PRINCIPAL, Role.DSL)]
    teacher = make_staff(session)
    session.commit()
    for person in people:
        page = Page(staff_browser(app, person).get("/staff/").text)
        assert "Network manager. Choose who holds this role." in page.text
        assert "Safeguarding lead. Choose a deputy" in page.text
        assert page.link("Fill the roles") == "/staff/roles"
    assert "Choose who holds this role" not in staff_browser(app, teacher).get("/staff/").text


def test_the_staff_policy_waits_until_it_is_signed(app: Flask, session: Session, codes: Codes) -> None:
    teacher = make_staff(session)
    session.commit()
    browser = staff_browser(app, teacher)
    assert Page(browser.get("/staff/").text).link("Read it and sign") == "/staff/code"
    sign_as_staff(session, teacher, codes["staff", "en"], "en", DAY)
    session.commit()
    assert "Read it and sign" not in browser.get("/staff/").text


def test_without_classes_or_tasks_the_page_is_calm(app: Flask, session: Session, codes: Codes) -> None:
    teacher = make_staff(session)
    make_class_group(session, teacher=teacher)
    sign_as_staff(session, teacher, codes["staff", "en"], "en", DAY)
    session.commit()
    assert "Nothing is waiting for you" in staff_browser(app, teacher).get("/staff/").text


def test_who_looks_after_all_classes_sees_those_that_are_open(app: Flask, session: Session) -> None:
    dsl, teacher = make_staff(session, Role.DSL, teaches=False), make_staff(session)
    opened, shut = fill_class(session, 2, teacher), fill_class(session, 2, teacher)
    make_window(session, opened, teacher)
    session.commit()
    page = Page(staff_browser(app, dsl).get("/staff/").text)
    assert opened.name in page.text
    assert shut.name not in page.text
    assert page.link("Every class") == "/staff/completion/"


def test_overdue_lessons_and_drafts_are_content_tasks(lessons: Mapping[str, Lesson], codes: Codes) -> None:
    never, far = date(2026, 1, 1), date(2100, 1, 1)
    assert content_tasks(lessons, codes, never, 0).lessons_overdue == ()
    assert content_tasks(lessons, codes, never, 1)
    late = content_tasks(lessons, codes, far, 0)
    assert list(late.lessons_overdue) == list(lessons.values())
    assert late


def away(school: School, *names: str) -> None:
    """These people are away, and the report zone knows it."""
    with school.databases.school.write() as session:
        for person in session.query(StaffMember):
            is_away = person.name in {f"Ms {name}" for name in names}
            person.away_from, person.away_until = (DAY, date.max) if is_away else (None, None)
    with school.databases.school.session(write=False) as session, school.databases.reports.write() as reports:
        sync_readers(session, reports, now_utc().date())


def test_reports_that_wait_for_a_reader_to_sign_in_are_told_until_one_is_back(
    app: Flask, school: School
) -> None:
    school.told("stranger")
    others, waits = ("chair", "principal2"), "1 report waits for a reader to sign in"
    for name in others:
        assert waits not in staff_browser(app, school.people[name]).get("/staff/").text
    away(school, "dsl", "dsl2")
    for name in others:
        browser = staff_browser(app, school.people[name])
        page = Page(browser.get("/staff/").text)
        assert waits in page.text
        assert "Ms dsl, Ms dsl2." in page.text
        assert page.link("Use the recovery sheets") == "/staff/keys/recover"
        assert f"{waits}." in browser.get("/staff/incidents/").text
    for name in ("coordinator", "teacher", "network", "dsl"):
        assert waits not in staff_browser(app, school.people[name]).get("/staff/").text, "not theirs to know"
    away(school, "dsl2")
    for name in others:
        assert "to sign in" not in staff_browser(app, school.people[name]).get("/staff/").text


def test_the_home_of_a_reader_costs_no_more_queries_when_more_reports_wait(
    app: Flask, school: School, databases: Databases
) -> None:
    school.told("stranger")
    away(school, "dsl", "dsl2")
    few = cost_of_home(app, school.chair, databases)
    for _ in range(4):
        school.told("stranger")
    away(school, "dsl", "dsl2", "principal", "principal2")
    assert cost_of_home(app, school.chair, databases) <= few
