"""Classes of closed cases lead to a lesson, and no figure tells of fewer than five cases that are for others."""

import uuid
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from kiosk.incidents.case import actions
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.learning.follow_ups import CLASS_OF, CLASSES
from kiosk.incidents.models import Act, Incident, IncidentEntry, YouSaid
from kiosk.lessons.models import LessonSet
from kiosk.oversight.learning import SCHOOL_WEEKS, class_figures, publishable, weeks_counted
from kiosk.report.access.routes import HANDED_OVER
from kiosk.small_numbers import FEWEST
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
UNKIND, CONTACT = "Being unkind, and bullying", "People met online, and pictures"
CELLS = st.fixed_dictionaries({one.id: st.integers(0, 12) for one in CLASSES})
FEW = st.fixed_dictionaries({one.id: st.integers(0, FEWEST - 1) for one in CLASSES})


def last_week(school: School) -> datetime:
    """A moment of school in the last whole week."""
    _first, monday = weeks_counted(school.calendar, now_utc().date())
    return school.calendar.next_opening(
        datetime.combine(monday - timedelta(days=7), time(), school.calendar.zone)
    )


def closed(
    school: School, count: int, concern: str = "bullying", moment: datetime | None = None, **given: str
) -> None:
    """So many cases are closed by their readers."""
    moment = moment or last_week(school)
    for _ in range(count):
        report_id = school.told(concern, **given)
        with school.databases.school.write() as session, school.databases.reports.write() as reports:
            who = "coordinator" if concern in ("bullying", "site", "scam") else "dsl"
            if given.get("head") == "yes":
                who = "chair"
            by = acting(school.calendar, session.merge(school.people[who]), moment, session, reports)
            case = actions.open_incident(by, report_id)
            other = next(one.id for one in case.report.readers if one.id != by.staff.id)
            end(by, case.incident, next(one for one in school.people.values() if one.id == other))


def panel(school: School, app: Flask, title: str, who: str = "coordinator") -> str:
    page = Page(school.browser(app, school.people[who]).get(LEARNING).text)
    (found,) = [one.text for one in page.all("section") if one.text.startswith(title)]
    return str(found)


@given(CELLS, FEW, FEW)
def test_no_two_numbers_under_five_can_be_told_apart(
    own: dict[str, int], some: dict[str, int], other: dict[str, int]
) -> None:
    """However many cases somebody knows of, what they are shown is the same for every few of others."""
    assert table(own, some) == table(own, other)


@given(FEW)
def test_without_cases_of_ones_own_every_few_looks_like_none(few: dict[str, int]) -> None:
    nothing = {one.id: 0 for one in CLASSES}
    assert table(nothing, few) == table(nothing, nothing)


@given(st.integers(0, 40), st.integers(0, 40))
def test_what_is_left_of_a_figure_without_ones_own_is_nothing_or_five_at_least(own: int, others: int) -> None:
    figure = publishable(own, others)
    assert figure is None or (figure >= FEWEST and figure - own in {0, *range(FEWEST, 41)})


def table(own: dict[str, int], others: dict[str, int]) -> list[int | None]:
    """What the page shows of so many cases of one's own, and so many of others."""
    known = {uuid.uuid4(): class_id for class_id, count in own.items() for _ in range(count)}
    rest = {uuid.uuid4(): class_id for class_id, count in others.items() for _ in range(count)}
    return [one.count for one in class_figures(known | rest, known)]


def test_no_class_holds_cases_about_staff_or_what_was_handed_over() -> None:
    assert not {*ABOUT_STAFF, HANDED_OVER, "unknown"} & set(CLASS_OF)


def test_five_closed_cases_are_shown_with_their_lessons_and_four_are_not(school: School, app: Flask) -> None:
    closed(school, 4)
    assert "Fewer than 5" in panel(school, app, UNKIND)
    assert "Lessons that fit" not in panel(school, app, UNKIND)
    assert panel(school, app, UNKIND).replace(UNKIND, "") == panel(school, app, CONTACT).replace(CONTACT, "")
    closed(school, 1)
    assert "5 cases closed" in panel(school, app, UNKIND)
    assert "Years 3 to 6" in panel(school, app, UNKIND)


def test_cases_that_are_for_others_are_counted_from_five_on(school: School, app: Flask) -> None:
    closed(school, 4, "stranger")
    assert "Fewer than 5" in panel(school, app, CONTACT)
    closed(school, 1, "stranger")
    for who in ("coordinator", "dsl", "principal"):
        assert "5 cases closed" in panel(school, app, CONTACT, who)


def test_a_case_about_the_head_changes_nothing_on_the_page(school: School, app: Flask) -> None:
    closed(school, 5)
    browsers = {who: school.browser(app, school.people[who]) for who in ("coordinator", "dsl", "principal")}
    before = {who: main(one.get(LEARNING).text) for who, one in browsers.items()}
    closed(school, 6, "adult", head="yes")
    assert {who: main(one.get(LEARNING).text) for who, one in browsers.items()} == before


def main(text: str) -> str:
    """The page without its bar."""
    (found,) = Page(text).all("main")
    return str(found.text)


def test_what_was_handed_over_is_not_counted(school: School, app: Flask) -> None:
    closed(school, 5)
    with school.databases.school.write() as session:
        ids = list(session.scalars(select(Incident.id)))
        session.execute(update(Incident).where(Incident.id == ids[0]).values(route=HANDED_OVER))
    assert "Fewer than 5" in panel(school, app, UNKIND)


def test_what_is_closed_this_week_moves_no_figure_until_the_next(school: School, app: Flask) -> None:
    closed(school, 5)
    closed(school, 3, moment=now_utc())
    assert "5 cases closed" in panel(school, app, UNKIND)


def test_a_case_that_is_opened_again_moves_no_figure_either(school: School, app: Flask) -> None:
    closed(school, 5)
    with school.databases.school.write() as session:
        session.execute(update(Incident).values(outcome=None, closed_at=None))
    assert "5 cases closed" in panel(school, app, UNKIND)


def test_a_case_closed_twice_counts_once(school: School, app: Flask) -> None:
    closed(school, 5)
    with school.databases.school.write() as session:
        one = session.scalars(select(IncidentEntry).where(IncidentEntry.act == Act.CLOSED)).first()
        assert one
        known = {"incident_id": one.incident_id, "staff_id": one.staff_id, "at": one.at, "act": one.act}
        session.add(IncidentEntry(seq=99, sealed_note=b"", **known))
    assert "5 cases closed" in panel(school, app, UNKIND)


def test_twelve_weeks_of_school_are_whole_weeks_that_have_ended(school: School) -> None:
    today = now_utc().date()
    first, end = weeks_counted(school.calendar, today)
    assert first.weekday() == end.weekday() == 0
    assert end <= today < end + timedelta(days=7)
    assert (end - first).days == SCHOOL_WEEKS * 7


def test_one_click_sets_a_lesson_for_a_class_by_the_form_of_its_own_page(school: School, app: Flask) -> None:
    with school.databases.school.write() as session:
        group = make_class_group(session, name="Kestrels", year="5")
        make_pupil(session, group)
    closed(school, 5)
    client = school.browser(app, school.coordinator)
    page = Page(client.get(LEARNING).text)
    (button,) = [one for one in page.all("button") if one.attrs.get("name") == "class"]
    (form,) = [one for one in page.all("form") if one.attrs.get("action", "").endswith("/set")]
    sent = client.post(form.attrs["action"], data={"class": button.attrs["value"]}, follow_redirects=True)
    assert "is set for Kestrels" in sent.text
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(LessonSet.class_group_id)).all() == [group.id]
    assert "Every class of this age has it" in panel(school, app, UNKIND)


def test_a_line_for_the_board_is_begun_in_general_words_and_never_sent(school: School, app: Flask) -> None:
    closed(school, 5)
    client = school.browser(app, school.coordinator)
    page = Page(client.get(LEARNING).text)
    address = page.link(f"Begin a line for “You said, we did”: {UNKIND}")
    form = Page(client.get(address).text)
    assert form.value("said") == "People are not always kind to each other online."
    assert form.value("did") == ""
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(YouSaid)).all() == []
    assert Page(client.get("/staff/we-did/new?about=nothing").text).value("said") == ""
