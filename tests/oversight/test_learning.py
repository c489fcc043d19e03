"""Classes of cases lead to a lesson, and the page counts none."""

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.incidents.case import actions
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.learning.follow_ups import CLASS_OF
from kiosk.incidents.models import YouSaid
from kiosk.lessons.models import LessonSet
from kiosk.report.access.routes import HANDED_OVER
from kiosk.storage.db import now_utc
from tests.factories import make_class_group, make_pupil
from tests.incidents.closings import end
from tests.incidents.conftest import calendar, school
from tests.incidents.school import School
from tests.incidents.verbs import acting
from tests.pages import Page

__all__ = ["calendar", "school"]
pytestmark = pytest.mark.database("sqlite")
LEARNING = "/staff/incidents/learning"
UNKIND = "Being unkind, and bullying"


def panel(school: School, app: Flask, title: str, who: str = "coordinator") -> str:
    page = Page(school.browser(app, school.people[who]).get(LEARNING).text)
    (found,) = [one.text for one in page.all("section") if one.text.startswith(title)]
    return str(found)


def test_no_class_holds_cases_about_staff_or_what_was_handed_over() -> None:
    assert not {*ABOUT_STAFF, HANDED_OVER, "unknown"} & set(CLASS_OF)


def test_every_class_has_its_lessons_whatever_children_told_and_staff_closed(
    school: School, app: Flask
) -> None:
    """The attack: a figure of closed cases, beside that of a term, would tell of single ones (promise A12)."""
    browsers = {who: school.browser(app, school.people[who]) for who in ("coordinator", "dsl", "principal")}
    before = {who: main(one.get(LEARNING).text) for who, one in browsers.items()}
    assert "Years 3 to 6" in panel(school, app, UNKIND)
    for concern, who in (("bullying", "coordinator"), ("stranger", "dsl"), ("adult", "chair")):
        for _ in range(6):
            report_id = school.told(concern, **({"head": "yes"} if concern == "adult" else {}))
            with school.databases.school.write() as session, school.databases.reports.write() as reports:
                person = session.merge(school.people[who])
                by = acting(school.calendar, person, now_utc(), session, reports)
                case = actions.open_incident(by, report_id)
                other = next(one.id for one in case.report.readers if one.id != by.staff.id)
                end(by, case.incident, next(one for one in school.people.values() if one.id == other))
    assert {who: main(one.get(LEARNING).text) for who, one in browsers.items()} == before


def main(text: str) -> str:
    """The page without its bar."""
    (found,) = Page(text).all("main")
    return str(found.text)


def test_one_click_sets_a_lesson_for_a_class_by_the_form_of_its_own_page(school: School, app: Flask) -> None:
    with school.databases.school.write() as session:
        group = make_class_group(session, name="Kestrels", year="5")
        make_pupil(session, group)
    client = school.browser(app, school.coordinator)
    page = Page(client.get(LEARNING).text)
    button, *_ = [one for one in page.all("button") if one.attrs.get("name") == "class"]
    form, *_ = [one for one in page.all("form") if one.attrs.get("action", "").endswith("/set")]
    sent = client.post(form.attrs["action"], data={"class": button.attrs["value"]}, follow_redirects=True)
    assert "is set for Kestrels" in sent.text
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(LessonSet.class_group_id)).all() == [group.id]
    assert "Every class of this age has it" in panel(school, app, UNKIND)


def test_a_line_for_the_board_is_begun_in_general_words_and_never_sent(school: School, app: Flask) -> None:
    client = school.browser(app, school.coordinator)
    page = Page(client.get(LEARNING).text)
    address = page.link(f"Begin a line for “You said, we did”: {UNKIND}")
    form = Page(client.get(address).text)
    assert form.value("said") == "People are not always kind to each other online."
    assert form.value("did") == ""
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(YouSaid)).all() == []
    assert Page(client.get("/staff/we-did/new?about=nothing").text).value("said") == ""
