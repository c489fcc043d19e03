"""Setting a lesson for a class or some of its children on the pages of staff, and taking it from the list again."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress, LessonSet, LessonSetPupil
from kiosk.lessons.progress import set_lesson, start_lesson
from kiosk.lessons.sets import set_again, set_lesson_for_some
from kiosk.oversight.completion import Cell, completion
from kiosk.oversight.everybody import PupilFilter, search_children
from kiosk.storage.db import Databases
from kiosk.wording.words import near_day
from tests.accounts.doors import rows, staff_browser
from tests.at_once import Post, press_at_once
from tests.factories import make_pupil, make_staff
from tests.oversight.school import DAY, counted_queries, fill_class
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def teacher(session: Session) -> StaffMember:
    made = make_staff(session)
    session.commit()
    return made


@pytest.fixture
def group(session: Session, teacher: StaffMember) -> ClassGroup:
    made = fill_class(session, 4, teacher)
    session.commit()
    return made


@pytest.fixture
def browser(app: Flask, teacher: StaffMember, group: ClassGroup) -> FlaskClient:
    return staff_browser(app, teacher)


def address(lesson: Lesson, group: ClassGroup) -> str:
    return f"/staff/lessons/{lesson.id}/classes/{group.id}"


def test_a_lesson_is_set_by_a_day_and_staff_read_it(
    app: Flask, browser: FlaskClient, group: ClassGroup, upstander: Lesson
) -> None:
    due = site_of(app).today() + timedelta(days=7)
    sent = {"class": group.id.hex, "due_on": due.isoformat()}
    assert browser.post(f"/staff/lessons/{upstander.id}/set", data=sent).status_code == 302
    assert rows(app, select(LessonSet.due_on)) == [due]
    page = Page(browser.get(f"/staff/lessons/{upstander.id}").text)
    with app.test_request_context():
        assert f"by {near_day(due, site_of(app).today())}" in page.text
    assert page.link("Change") == address(upstander, group)


@pytest.mark.parametrize("day", ["soon", "2020-01-01", "2999-01-01"])
def test_a_day_that_will_not_do_is_explained_and_nothing_is_set(
    app: Flask, browser: FlaskClient, group: ClassGroup, upstander: Lesson, day: str
) -> None:
    sent = {"class": group.id.hex, "due_on": day}
    for path in (f"/staff/lessons/{upstander.id}/set", address(upstander, group)):
        answer = browser.post(path, data=sent)
        assert answer.status_code == 422
        page = Page(answer.text)
        assert page.inputs("due_on")[0].attrs["value"] == day
        assert page.inputs("due_on")[0].attrs["aria-invalid"] == "true"
    assert rows(app, select(LessonSet)) == []


def test_children_are_chosen_without_a_script(
    app: Flask, browser: FlaskClient, group: ClassGroup, upstander: Lesson, session: Session
) -> None:
    way = browser.get(f"/staff/lessons/{upstander.id}/set?class={group.id.hex}")
    assert way.location.split("?")[0] == address(upstander, group)
    page = Page(browser.get(way.location).text)
    boxes = page.inputs("child")
    assert len(boxes) == 4
    sent = {"child": [box.attrs["value"] for box in boxes[:2]], "due_on": ""}
    assert browser.post(address(upstander, group), data=sent).status_code == 303
    assert {one.hex for one in rows(app, select(LessonSetPupil.pupil_id))} == set(sent["child"])
    again = Page(browser.get(address(upstander, group)).text)
    assert ["checked" in box.attrs for box in again.inputs("child")] == [True, True, False, False]
    assert "for 2 children" in again.text
    browser.post(address(upstander, group), data={"due_on": ""})
    assert rows(app, select(LessonSet.for_everybody)) == [True]
    assert rows(app, select(LessonSetPupil)) == []


def test_saved_again_for_everybody_a_childs_own_day_stays_and_the_form_says_so(
    app: Flask, browser: FlaskClient, group: ClassGroup, upstander: Lesson, session: Session
) -> None:
    set_lesson(session, group, upstander, DAY)
    later = site_of(app).today() + timedelta(days=9)
    set_again(session, group, upstander.id, DAY, later, [group.pupils[0].id])
    session.commit()
    assert "1 child has another day" in Page(browser.get(address(upstander, group)).text).text
    assert browser.post(address(upstander, group), data={"due_on": ""}).status_code == 303
    assert rows(app, select(LessonSetPupil.due_on)) == [later]


def test_a_child_of_another_class_cannot_be_ticked(
    app: Flask, browser: FlaskClient, group: ClassGroup, upstander: Lesson, session: Session
) -> None:
    stranger = make_pupil(session)
    session.commit()
    for child in (stranger.id.hex, "nonsense"):
        answer = browser.post(address(upstander, group), data={"child": child})
        assert answer.status_code == 422
        assert "no longer in this class" in answer.text
    assert rows(app, select(LessonSet)) == []


def test_what_nobody_has_begun_leaves_the_list_at_once(
    app: Flask, browser: FlaskClient, group: ClassGroup, upstander: Lesson, session: Session
) -> None:
    set_lesson(session, group, upstander, DAY)
    session.commit()
    answer = browser.post(f"{address(upstander, group)}/unset", follow_redirects=True)
    assert f"{upstander.title} is no longer on the list of {group.name}." in Page(answer.text).text
    assert rows(app, select(LessonSet)) == []
    assert browser.post(f"{address(upstander, group)}/unset").status_code == 303, "twice does no harm"


def test_what_children_have_begun_is_asked_about_first_and_kept(
    app: Flask, browser: FlaskClient, group: ClassGroup, upstander: Lesson, session: Session
) -> None:
    set_lesson(session, group, upstander, DAY)
    for pupil in group.pupils[:2]:
        start_lesson(session, pupil, upstander, DAY)
    session.commit()
    asked = browser.post(f"{address(upstander, group)}/unset")
    assert "2 children have begun it or finished it." in asked.text
    assert len(rows(app, select(LessonSet))) == 1
    assert browser.post(f"{address(upstander, group)}/unset", data={"sure": "yes"}).status_code == 303
    assert rows(app, select(LessonSet)) == []
    assert len(rows(app, select(LessonProgress))) == 2


def test_a_lesson_that_is_being_led_is_not_taken_away(
    app: Flask, browser: FlaskClient, group: ClassGroup, upstander: Lesson
) -> None:
    browser.post(f"/staff/lessons/{upstander.id}/set", data={"class": group.id.hex})
    browser.post(f"/staff/classes/{group.id}/lesson", data={"lesson": upstander.id})
    answer = browser.post(f"{address(upstander, group)}/unset", data={"sure": "yes"}, follow_redirects=True)
    assert "is being led" in answer.text
    assert len(rows(app, select(LessonSet))) == 1


def test_nobody_sets_or_unsets_for_a_class_of_others(
    app: Flask, group: ClassGroup, upstander: Lesson, session: Session
) -> None:
    set_lesson(session, group, upstander, DAY)
    other = make_staff(session)
    fill_class(session, 1, other)
    session.commit()
    browser = staff_browser(app, other)
    assert browser.get(address(upstander, group)).status_code == 404
    for end in ("", "/unset"):
        assert browser.post(address(upstander, group) + end, data={"sure": "yes"}).status_code == 404
    assert rows(app, select(LessonSet.due_on)) == [None]


def test_in_the_grid_a_lesson_for_some_is_not_set_for_the_others(
    session: Session, group: ClassGroup, upstander: Lesson
) -> None:
    first, *_ = rows_by_name(group)
    set_lesson_for_some(session, group, upstander, DAY, None, [first.id])
    grid = completion(session, group, {upstander.id: upstander}, None)
    assert [row.cells[0] for row in grid.rows] == [Cell.OPEN, Cell.UNSET, Cell.UNSET, Cell.UNSET]
    assert grid.lessons_set == 1


def test_the_form_costs_the_same_for_a_large_class(
    app: Flask,
    browser: FlaskClient,
    group: ClassGroup,
    upstander: Lesson,
    session: Session,
    databases: Databases,
) -> None:
    browser.get(address(upstander, group))
    with counted_queries(databases) as few:
        browser.get(address(upstander, group))
    for number in range(30):
        make_pupil(session, group, first_name=f"Child {number}")
    session.flush()
    ids = list(session.scalars(select(Pupil.id)))
    set_lesson_for_some(session, group, upstander, DAY, None, ids)
    session.commit()
    with counted_queries(databases) as many:
        browser.get(address(upstander, group))
    assert len(many) == len(few)


def rows_by_name(group: ClassGroup) -> list[Pupil]:
    return sorted(group.pupils, key=lambda pupil: pupil.first_name)


def test_in_the_list_of_the_school_a_lesson_for_some_is_not_set_for_the_others(
    session: Session, group: ClassGroup, upstander: Lesson
) -> None:
    first, *_ = rows_by_name(group)
    set_lesson_for_some(session, group, upstander, DAY, None, [first.id])
    asked = PupilFilter(lesson_id=upstander.id, state=Cell.OPEN)
    found = search_children(session, [group], {upstander.id: upstander}, asked)
    assert [child.name for child in found.children] == [first.first_name]


@pytest.mark.database("postgresql")
def test_a_lesson_that_is_set_for_some_while_somebody_takes_it_away_breaks_neither_page(
    app: Flask,
    session: Session,
    browser: FlaskClient,
    group: ClassGroup,
    teacher: StaffMember,
    upstander: Lesson,
) -> None:
    set_lesson(session, group, upstander, DAY)
    session.commit()
    some = {"child": [group.pupils[0].id.hex]}
    posts: list[Post] = [
        (browser, f"{address(upstander, group)}/unset", {"sure": "yes"}),
        (staff_browser(app, teacher), address(upstander, group), some),
    ]
    assert press_at_once(app, "lesson_set_pupil", *posts) == [303, 303]
