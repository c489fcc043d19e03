"""Staff are told what holds, in versions; each acknowledges for themselves alone, and "Later" is possible."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.told.acknowledging import Acknowledged, is_due
from kiosk.told.models import StaffAcknowledgement, StaffTopic
from tests.accounts.doors import staff_browser
from tests.factories import make_pupil, make_staff, make_window
from tests.lessons.learner import Learner, browser_of
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def me(databases: Databases) -> StaffMember:
    """A teacher who was told nothing yet."""
    with databases.school.write() as session:
        return make_staff(session, told=False)


def kept(databases: Databases, staff: StaffMember) -> dict[str, int]:
    with databases.school.session(write=False) as reading:
        rows = reading.scalars(select(StaffAcknowledgement).where(StaffAcknowledgement.staff_id == staff.id))
        return {row.what.value: row.version for row in rows}


def read(browser: FlaskClient, what: str, **changed: str) -> int:
    return browser.post(f"/staff/notices/{what}", data={"version": "1"} | changed).status_code


def test_whoever_was_not_told_is_led_there_from_home_and_each_thing_is_kept_with_its_version(
    app: Flask, databases: Databases, me: StaffMember
) -> None:
    browser = staff_browser(app, me)
    home = browser.get("/staff/")
    assert (home.status_code, home.headers["Location"]) == (302, "/staff/notices")
    page = Page(browser.get("/staff/notices").text)
    assert "Version 1, published on 28 November 2026." in page.text
    for what in StaffTopic:
        assert read(browser, what.value) == 303
    assert kept(databases, me) == {"monitoring": 1, "code": 1, "telling": 1}
    assert browser.get("/staff/").status_code == 200


def test_the_policy_of_the_school_stands_among_what_staff_are_told(app: Flask, me: StaffMember) -> None:
    page = Page(staff_browser(app, me).get("/staff/notices").text)
    assert "E-Safety Policy" in page.text and "Version 2" in page.text
    assert {page.link("Read it"), page.link("My training")} == {"/home/policy", "/staff/training/"}


def test_later_leads_on_for_this_sign_in_and_home_still_says_so(app: Flask, me: StaffMember) -> None:
    browser = staff_browser(app, me)
    browser.post("/staff/notices/later")
    home = browser.get("/staff/")
    assert home.status_code == 200
    assert "3 things are still to be read." in Page(home.text).text
    assert staff_browser(app, me).get("/staff/").status_code == 302, "asked again at the next sign-in"


def test_nothing_but_home_is_ever_held_up(app: Flask, me: StaffMember) -> None:
    browser = staff_browser(app, me)
    for address in ("/staff/told", "/staff/classes/", "/staff/code"):
        assert browser.get(address).status_code == 200, address


def test_a_version_that_was_forged_or_has_passed_acknowledges_nothing(
    app: Flask, databases: Databases, me: StaffMember
) -> None:
    browser = staff_browser(app, me)
    for forged in ("2", "0", "-1", "", "1e0", "٣", "99999999"):
        assert read(browser, "monitoring", version=forged) == 409, forged
    assert browser.post("/staff/notices/everything", data={"version": "1"}).status_code == 404
    assert kept(databases, me) == {}


def test_nobody_acknowledges_for_somebody_else(app: Flask, databases: Databases, me: StaffMember) -> None:
    with databases.school.write() as session:
        other = make_staff(session, told=False)
    read(staff_browser(app, me), "telling", staff_id=str(other.id), staff=str(other.id))
    assert kept(databases, other) == {}
    assert kept(databases, me) == {"telling": 1}


def test_a_child_acknowledges_nothing(app: Flask, databases: Databases, me: StaffMember) -> None:
    with databases.school.write() as session:
        pupil = make_pupil(session)
        window = make_window(session, pupil.class_group, me)
        learner = Learner(pupil, pupil.class_group, window, None)  # type: ignore[arg-type]
    answer = browser_of(app, learner, alone=True).post("/staff/notices/monitoring", data={"version": "1"})
    assert answer.status_code in (302, 401)
    with databases.school.session(write=False) as reading:
        assert not reading.scalars(
            select(StaffAcknowledgement).where(StaffAcknowledgement.version == 1)
        ).all()


def test_the_procedure_is_due_again_each_school_year_and_with_each_version() -> None:
    read_in_july = {what: Acknowledged(1, date(2026, 7, 1)) for what in StaffTopic}
    assert not is_due(StaffTopic.TELLING, read_in_july, 1, date(2026, 7, 31))
    assert is_due(StaffTopic.TELLING, read_in_july, 1, date(2026, 8, 1))
    read_on_its_first_day = {StaffTopic.TELLING: Acknowledged(1, date(2026, 8, 1))}
    assert not is_due(StaffTopic.TELLING, read_on_its_first_day, 1, date(2027, 7, 31))
    assert not is_due(StaffTopic.MONITORING, read_in_july, 1, date(2026, 8, 1))
    assert is_due(StaffTopic.MONITORING, read_in_july, 2, date(2026, 7, 2))


def test_the_head_sees_who_has_not_read_it_and_a_teacher_does_not(
    app: Flask, databases: Databases, me: StaffMember
) -> None:
    with databases.school.write() as session:
        head = make_staff(session, Role.PRINCIPAL, teaches=False)
    page = Page(staff_browser(app, head).get("/staff/notices/everybody").text)
    (row,) = [row for row in page.all("tr") if me.name in row.text]
    assert row.text.count("Not yet") == 4
    assert "1 person has something to read." in page.text
    assert staff_browser(app, me).get("/staff/notices/everybody").status_code == 403


def test_the_notice_follows_what_the_school_has_set_about_its_network(
    client: FlaskClient, app: Flask
) -> None:
    said = Page(client.get("/learn/").text).text
    assert "It may keep a list of pages you open." in said
    assert "Version 1, published on 28 November 2026." in said
    assert "by staff too" in Page(client.get("/staff/sign-in").text).text
    assert (
        site_of(app).notices.get("monitoring").about_network(False)[0].endswith("no list of pages you open.")
    )
