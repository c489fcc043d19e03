"""The catch-up list: who has not finished what was wanted or done together, and setting it again by one tap."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonSet, LessonSetPupil
from kiosk.lessons.progress import lessons_given, set_lesson, start_lesson
from kiosk.lessons.sets import set_again, set_for_class, set_lesson_for_some
from kiosk.lessons.taught import LessonOfDay, sign_attendance
from kiosk.oversight.catch_up import catch_up
from kiosk.storage.db import Databases
from tests.accounts.doors import rows, staff_browser
from tests.at_once import Post, press_at_once
from tests.factories import make_pupil, make_staff
from tests.oversight.school import DAY, children, counted_queries, finish
from tests.pages import Page
from tests.sites import site_of

YESTERDAY, TOMORROW, NEXT_WEEK = DAY - timedelta(days=1), DAY + timedelta(days=1), DAY + timedelta(days=7)
TERM = date(2026, 9, 1)


def behind(session: Session, group: ClassGroup, lesson: Lesson, today: date = DAY) -> list[str]:
    found = catch_up(session, group, {lesson.id: lesson}, today, TERM)
    return [child.name for one in found for child in one.waiting]


def test_who_has_not_finished_by_the_day_stands_on_the_list_and_nobody_before_it(
    session: Session, group: ClassGroup, upstander: Lesson
) -> None:
    set_for_class(session, group, upstander, YESTERDAY, DAY)
    first, second, *others = children(group)
    finish(session, [first], upstander)
    start_lesson(session, second, upstander, DAY)
    assert behind(session, group, upstander, YESTERDAY) == []
    (one,) = catch_up(session, group, {upstander.id: upstander}, DAY, TERM)
    assert [child.name for child in one.children] == [second.first_name, *(one.first_name for one in others)]
    assert [child.begun for child in one.children] == [True, False, False]


def test_what_has_no_day_and_was_not_done_together_is_nobodys_to_catch_up(
    session: Session, group: ClassGroup, upstander: Lesson
) -> None:
    set_lesson(session, group, upstander, YESTERDAY)
    assert catch_up(session, group, {upstander.id: upstander}, DAY, TERM) == []


def test_who_was_away_when_the_class_did_it_stands_on_the_list_whether_it_was_set_or_not(
    session: Session, group: ClassGroup, upstander: Lesson, teacher: StaffMember
) -> None:
    away, *there = children(group)
    sign_attendance(
        session, teacher, LessonOfDay(group, upstander, DAY), children(group), {one.id for one in there}
    )
    (one,) = catch_up(session, group, {upstander.id: upstander}, DAY, TERM)
    assert [(child.name, child.was_away, child.begun) for child in one.children] == [
        (away.first_name, True, False)
    ]
    finish(session, [away], upstander)
    assert behind(session, group, upstander) == []


def test_what_the_class_of_last_year_did_together_is_nothing_to_this_one(
    session: Session, group: ClassGroup, upstander: Lesson, teacher: StaffMember
) -> None:
    sign_attendance(
        session, teacher, LessonOfDay(group, upstander, date(2026, 7, 31)), children(group), set()
    )
    assert behind(session, group, upstander) == []


def test_only_those_for_whom_it_was_set_have_to_catch_up(
    session: Session, group: ClassGroup, upstander: Lesson
) -> None:
    first, second, *_ = children(group)
    set_lesson_for_some(session, group, upstander, YESTERDAY, DAY, [second.id])
    assert behind(session, group, upstander) == [second.first_name]
    assert behind(session, group, upstander, YESTERDAY) == []
    assert first.first_name not in behind(session, group, upstander, NEXT_WEEK)


def test_who_has_it_again_waits_no_longer_until_the_new_day(
    session: Session, group: ClassGroup, upstander: Lesson
) -> None:
    first, *others = children(group)
    set_for_class(session, group, upstander, YESTERDAY, DAY)
    set_again(session, group, upstander.id, DAY, NEXT_WEEK, [first.id])
    assert behind(session, group, upstander, TOMORROW) == [one.first_name for one in others]
    (one,) = catch_up(session, group, {upstander.id: upstander}, TOMORROW, TERM)
    assert [child.again_by for child in one.children] == [NEXT_WEEK, None, None, None]
    assert first.first_name in behind(session, group, upstander, NEXT_WEEK)


def test_who_has_left_has_nothing_to_catch_up(session: Session, group: ClassGroup, upstander: Lesson) -> None:
    set_for_class(session, group, upstander, YESTERDAY, DAY)
    children(group)[0].left_on = DAY
    session.flush()
    assert len(behind(session, group, upstander)) == 3


def test_the_list_takes_five_queries_however_many_there_are(
    session: Session, group: ClassGroup, lessons: Mapping[str, Lesson], databases: Databases
) -> None:
    for lesson in lessons.values():
        set_for_class(session, group, lesson, YESTERDAY, DAY)
    for number in range(30):
        make_pupil(session, group, first_name=f"Child {number}")
    with counted_queries(databases) as sent:
        assert len(catch_up(session, group, lessons, DAY, TERM)) == len(lessons)
    assert len(sent) == 5


@pytest.mark.database("sqlite")
def test_one_tap_sets_it_again_for_those_who_wait_and_twice_does_no_harm(
    app: Flask, session: Session, group: ClassGroup, upstander: Lesson, teacher: StaffMember
) -> None:
    today = site_of(app).today()
    set_for_class(session, group, upstander, today - timedelta(days=9), today - timedelta(days=2))
    done, *others = children(group)
    finish(session, [done], upstander)
    session.commit()
    browser = staff_browser(app, teacher)
    address = f"/staff/classes/{group.id}/catch-up"
    page = Page(browser.get(address).text)
    assert "Set it again for these 3 children" in page.text
    assert done.first_name not in page.text
    for _ in range(2):
        assert browser.post(f"{address}/{upstander.id}").status_code == 303
    given = rows(app, select(LessonSetPupil))
    assert {row.pupil_id for row in given} == {one.id for one in others}
    (until,) = {row.due_on for row in given}
    assert until
    assert until >= today + timedelta(days=7)
    assert site_of(app).calendar.is_school_day(until)
    again = Page(browser.get(address).text)
    assert "set again, by" in again.text
    assert "Set it again" not in again.text


@pytest.mark.database("sqlite")
def test_what_was_done_together_and_never_set_is_set_for_who_was_away_alone(
    app: Flask, session: Session, group: ClassGroup, upstander: Lesson, teacher: StaffMember
) -> None:
    away, *there = children(group)
    today = site_of(app).today()
    sign_attendance(
        session, teacher, LessonOfDay(group, upstander, today), children(group), {one.id for one in there}
    )
    session.commit()
    browser = staff_browser(app, teacher)
    page = browser.get(f"/staff/classes/{group.id}/catch-up").text
    assert "was not there" in Page(page).text
    browser.post(f"/staff/classes/{group.id}/catch-up/{upstander.id}")
    assert rows(app, select(LessonSet.for_everybody)) == [False]
    session.expire_all()
    assert list(lessons_given(session, away)) == [upstander.id]
    assert list(lessons_given(session, there[0])) == []


@pytest.mark.database("sqlite")
def test_the_list_of_a_class_of_others_is_as_if_there_were_none(
    app: Flask, session: Session, group: ClassGroup, upstander: Lesson
) -> None:
    set_for_class(session, group, upstander, YESTERDAY, DAY)
    other = make_staff(session)
    session.commit()
    browser = staff_browser(app, other)
    address = f"/staff/classes/{group.id}/catch-up"
    assert browser.get(address).status_code == 404
    assert browser.post(f"{address}/{upstander.id}").status_code == 404
    browser.post(f"/staff/cover/{group.id}")
    assert browser.get(address).status_code == 404, "nor for whoever covers it"
    assert rows(app, select(LessonSetPupil)) == []


@pytest.mark.database("sqlite")
def test_nobody_behind_is_said_kindly_and_the_class_page_leads_there(
    app: Flask, session: Session, group: ClassGroup, upstander: Lesson, teacher: StaffMember
) -> None:
    set_for_class(session, group, upstander, DAY, date(2099, 1, 1))
    session.commit()
    browser = staff_browser(app, teacher)
    page = Page(browser.get(f"/staff/classes/{group.id}").text)
    assert upstander.title in page.text
    assert "by Thursday 1 January 2099" in page.text
    assert "Nobody has to catch up" in browser.get(page.link("To catch up")).text


@pytest.mark.database("postgresql")
def test_two_set_it_again_at_once_and_it_is_set_once(
    app: Flask, session: Session, group: ClassGroup, teacher: StaffMember, upstander: Lesson
) -> None:
    set_for_class(session, group, upstander, DAY, site_of(app).today())
    session.commit()
    address = f"/staff/classes/{group.id}/catch-up/{upstander.id}"
    posts: list[Post] = [(staff_browser(app, teacher), address, {}) for _ in range(2)]
    assert press_at_once(app, "lesson_set_pupil", *posts) == [303, 303]
    assert len(rows(app, select(LessonSetPupil))) == len(children(group))
