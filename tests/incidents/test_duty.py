"""The head of the queue says who is there and who is away: roles and absences, and nothing that tells of a case."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from kiosk.accounts.models import StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.who_reads import named_readers
from kiosk.report.models import Reader
from tests.factories import secret_of, today
from tests.incidents.case.test_assignment import change, freeze, leave, now_is, opened_by, other_role
from tests.incidents.school import School
from tests.pages import Element, Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")

LONDON = ZoneInfo("Europe/London")


@pytest.fixture(autouse=True)
def school_is_always_open(app: Flask) -> None:
    """So that no test hangs on the day or the hour at which it runs."""
    set_weekdays(app, range(7))


def set_weekdays(app: Flask, days: Iterable[int]) -> None:
    """From now on these are the days of a week on which there is school."""
    calendar = SchoolCalendar(LONDON, weekdays=frozenset(days), opens=time(0), closes=time(23, 59, 59))
    change_site(app, term_dates=replace(site_of(app).term_dates, calendar=calendar))


def line(school: School, app: Flask, name: str) -> str:
    """The line at the head of somebody's queue."""
    page = Page(school.browser(app, now_is(school, name)).get("/staff/incidents/").text)
    places = [one for one in (*page.all("form"), *page.all("div")) if {"note--duty", "duty"} & kinds(one)]
    return places[0].find_all("p")[0].text


def kinds(one: Element) -> set[str]:
    """The classes of an element."""
    return set(one.attrs.get("class", "").split())


def away_for(days: int) -> Callable[[StaffMember], None]:
    """Away from today on, the last day in so many days."""

    def go(person: StaffMember) -> None:
        person.away_from, person.away_until = today(), today() + timedelta(days=days)

    return go


def test_it_names_who_reads_first_what_this_person_may_read_and_themselves_as_you(
    school: School, app: Flask
) -> None:
    assert line(school, app, "coordinator") == "On duty: you, Ms dsl, Ms dsl2 and 1 more."
    assert line(school, app, "principal") == "On duty: you, Ms dsl, Ms dsl2 and 3 more."


def test_no_more_than_three_are_named_and_three_without_a_word_more(school: School, app: Flask) -> None:
    change(school, "coordinator2", leave)
    assert line(school, app, "coordinator") == "On duty: you, Ms dsl, Ms dsl2."


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "Away today: Ms dsl."), (1, "Away until tomorrow: Ms dsl."), (400, "Away until ")],
)
def test_who_is_away_is_named_with_the_last_day(school: School, app: Flask, days: int, words: str) -> None:
    change(school, "dsl", away_for(days))
    said = line(school, app, "coordinator")
    assert said.startswith("On duty: you, Ms dsl2, Ms coordinator2. ")
    assert words in said and said.endswith("Ms dsl.")


@pytest.mark.parametrize("what", [leave, freeze, other_role])
def test_who_cannot_open_anything_is_neither_there_nor_away(
    school: School, app: Flask, what: Callable[[StaffMember], None]
) -> None:
    change(school, "dsl", what)
    assert line(school, app, "coordinator") == "On duty: you, Ms dsl2, Ms coordinator2."


def test_who_forgot_a_password_is_named_no_more_than_on_a_childs_page(school: School, app: Flask) -> None:
    """The list still has the old key; the new one opens nothing yet (promise G14)."""
    with school.databases.reports.write() as session:
        session.get_one(Reader, school.dsl.id).public_key = secret_of(uuid.uuid4()).public_key
        named = {one.name for one in named_readers(read_keyring(session))}
    assert "Ms dsl" not in named and "Ms dsl2" in named, "the control: nor is she named to a child"
    assert line(school, app, "coordinator") == "On duty: you, Ms dsl2, Ms coordinator2."


def test_on_a_day_without_school_nobody_is_said_to_be_there(school: School, app: Flask) -> None:
    set_weekdays(app, set(range(7)) - {today().weekday()})
    change(school, "dsl", away_for(1))
    said = line(school, app, "coordinator")
    assert said.startswith("Nobody is on duty until tomorrow, 0:00. ")
    assert said.endswith("Away until tomorrow: Ms dsl.") and "On duty" not in said


def test_it_says_the_same_to_whoever_is_kept_out_of_a_case_and_to_whoever_owns_one(
    school: School, app: Flask
) -> None:
    """No name comes or goes by a case, nor where its owner has another role by now."""
    before = {name: line(school, app, name) for name in ("dsl", "dsl2", "coordinator", "principal")}
    opened_by(school, "chair", "adult", head="yes", exclude=school.dsl.id.hex)
    opened_by(school, "coordinator2", "bullying")
    after = {name: line(school, app, name) for name in before}
    assert after == before
    change(school, "coordinator2", other_role)
    assert line(school, app, "coordinator") == before["coordinator"].replace(" and 1 more", "")
