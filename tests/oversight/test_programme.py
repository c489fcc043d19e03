"""The programme: planned by year and half-term, set for the classes by a button, and what is taught and missing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.written import Term
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonSet, ProgrammeLesson
from kiosk.lessons.progress import complete_lesson, set_lesson
from kiosk.lessons.sets import set_lesson_for_some, set_of
from kiosk.lessons.taught import CameIn, LessonOfDay, record_led_lesson
from kiosk.oversight.programme import (
    HalfTerm,
    PlannedState,
    adopt_plans,
    current_half,
    half_terms,
    offered_plans,
    plans,
    programme,
    save_plan,
    set_half,
)
from kiosk.oversight.views.programme import half_words
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import rows, staff_browser
from tests.at_once import press_at_once
from tests.factories import make_pupil, make_staff
from tests.oversight.school import DAY, counted_queries, fill_class, finish
from tests.pages import Page

AUTUMN = HalfTerm(1, "Autumn", 1, date(2026, 9, 2), date(2026, 12, 18))
SPRING = HalfTerm(2, "Autumn", 2, date(2027, 1, 5), date(2027, 3, 26))
HALVES = (AUTUMN, SPRING)
LISTED = [
    Term(first=date(2027, 1, 5), last=date(2027, 3, 26), name="Spring"),
    Term(first=date(2026, 9, 2), last=date(2026, 12, 18), name="Autumn"),
    Term(first=date(2027, 9, 2), last=date(2027, 12, 18), name="Next autumn"),
    Term(first=date(2026, 4, 13), last=date(2026, 7, 20), name="Last summer"),
]
EVERY_WEEK = SchoolCalendar(ZoneInfo("Europe/London"))
OTHER = "ks2-information-is-it-true"


def states(session: Session, group: object, lessons: Mapping[str, Lesson]) -> dict[str, PlannedState]:
    (year,) = programme(session, [group], lessons, HALVES, DAY)  # type: ignore[list-item]
    return {one.lesson.id: one.states[0] for one in year.lessons}


def calendar(*closed: tuple[date, int]) -> SchoolCalendar:
    """A school that is closed for so many days from each of these on."""
    days = {first + timedelta(days=count) for first, many in closed for count in range(many)}
    return SchoolCalendar(EVERY_WEEK.zone, holidays=frozenset(days))


def test_half_terms_are_those_of_the_school_year_of_today_in_order() -> None:
    for today in (DAY, date(2026, 8, 1), date(2027, 7, 31)):
        found = half_terms(LISTED, EVERY_WEEK, today)
        assert [half.number for half in found] == [1, 2, 3, 4, 5, 6]
        assert [half.name for half in found] == ["Autumn", "Autumn", "Spring", "Spring", "", ""]
        assert (found[0].first, found[1].last, found[2].first) == (
            LISTED[1].first,
            LISTED[1].last,
            LISTED[0].first,
        )
        assert [half_words(half) for half in found[:2]] == ["Autumn, first half", "Autumn, second half"]


def test_a_term_is_parted_by_the_week_without_school_that_is_nearest_to_its_middle() -> None:
    closed = calendar((date(2026, 9, 7), 5), (date(2026, 10, 26), 5), (date(2026, 11, 16), 3))
    found = half_terms(LISTED, closed, DAY)
    assert found[0].last == date(2026, 10, 23), "the Friday before half-term"
    assert found[1].first == date(2026, 11, 2), "the Monday after it"
    assert found[2].last, "a term whose half-term nobody listed is parted in its middle"
    assert timedelta(weeks=5) < found[2].last - LISTED[0].first < timedelta(weeks=7)


def test_half_terms_that_are_listed_as_terms_stay_as_they_are() -> None:
    starts = [date(2026, 9, 2) + timedelta(weeks=8 * number) for number in range(6)]
    listed = [
        Term(first=day, last=day + timedelta(weeks=7), name=f"Term {number}")
        for number, day in enumerate(starts, 1)
    ]
    found = half_terms(listed, EVERY_WEEK, DAY)
    assert [half_words(half) for half in found] == [f"Term {number}" for number in range(1, 7)]
    assert [half.first for half in found] == starts


@pytest.mark.parametrize(("first", "number"), [(date(2027, 1, 5), 3), (date(2027, 4, 12), 5)])
def test_a_school_that_lists_its_terms_from_the_middle_of_the_year_on_keeps_the_numbers(
    first: date, number: int
) -> None:
    found = half_terms([Term(first=first, last=first + timedelta(weeks=11))], EVERY_WEEK, DAY)
    assert [half.number for half in found if half.first] == [number, number + 1]
    assert len(found) == 6


def test_half_terms_have_names_where_the_calendar_lists_nothing() -> None:
    found = half_terms([], EVERY_WEEK, DAY)
    assert [half_words(half) for half in found[::3]] == [
        "Autumn term, first half",
        "Spring term, second half",
    ]
    assert half_words(HalfTerm(7)) == "Half-term 7"


def test_a_term_in_which_the_school_is_closed_is_not_parted() -> None:
    found = half_terms(LISTED[1:2], calendar((date(2026, 9, 2), 120)), DAY)
    assert [half.part for half in found if half.first] == [0]


def test_the_half_term_of_now_is_the_last_that_has_begun() -> None:
    assert current_half(HALVES, date(2026, 9, 1)) is None
    assert current_half(HALVES, DAY) is AUTUMN
    assert current_half(HALVES, date(2026, 12, 25)) is AUTUMN
    assert current_half(HALVES, date(2027, 1, 5)) is SPRING
    assert current_half(half_terms([], EVERY_WEEK, DAY), DAY) is None


def test_what_is_planned_is_missing_set_taught_or_for_later(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group = fill_class(session, 4)
    save_plan(session, "5", {upstander.id: 1, OTHER: 2})
    assert states(session, group, lessons) == {
        upstander.id: PlannedState.MISSING,
        OTHER: PlannedState.LATER,
    }
    set_lesson(session, group, upstander, DAY)
    assert states(session, group, lessons)[upstander.id] is PlannedState.SET
    finish(session, list(group.pupils[:1]), upstander)
    assert states(session, group, lessons)[upstander.id] is PlannedState.SET
    finish(session, list(group.pupils[:2]), upstander)
    assert states(session, group, lessons)[upstander.id] is PlannedState.TAUGHT


def test_what_a_class_did_together_is_taught(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group = fill_class(session, 4)
    there = [CameIn(group.pupils[0])]
    save_plan(session, "5", {upstander.id: 1})
    record_led_lesson(session, LessonOfDay(group, upstander, date(2026, 7, 31)), there, True)
    assert states(session, group, lessons)[upstander.id] is PlannedState.MISSING, "that was the year before"
    record_led_lesson(session, LessonOfDay(group, upstander, DAY), [], True)
    assert states(session, group, lessons)[upstander.id] is PlannedState.MISSING, "an empty room"
    record_led_lesson(session, LessonOfDay(group, upstander, DAY), there, True)
    assert states(session, group, lessons)[upstander.id] is PlannedState.TAUGHT


def test_what_children_finished_in_the_year_before_is_not_taught_this_year(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group = fill_class(session, 2)
    save_plan(session, "5", {upstander.id: 1})
    for pupil in group.pupils:
        complete_lesson(session, pupil, upstander, date(2026, 7, 31))
    assert states(session, group, lessons)[upstander.id] is PlannedState.MISSING


def test_a_half_term_is_set_for_the_classes_of_the_year_alone_and_once(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    first, second, older = fill_class(session, 2), fill_class(session, 2), fill_class(session, 2, year="6")
    save_plan(session, "5", {upstander.id: 1, OTHER: 2})
    set_lesson_for_some(session, second, upstander, DAY, None, [second.pupils[0].id])
    for count in (1, 0):
        found = programme(session, [first, second, older], lessons, HALVES, DAY)
        assert set_half(session, found, AUTUMN, DAY) == count
    now, before = set_of(session, first, upstander), set_of(session, second, upstander)
    assert now
    assert (now.due_on, now.for_everybody) == (AUTUMN.last, True)
    assert before
    assert not before.for_everybody, "what a teacher has set stays as it is"
    assert set_of(session, older, upstander) is None
    assert set_of(session, first, lessons[OTHER]) is None, "its half-term has not begun"


def test_a_plan_replaces_the_one_before_and_other_years_stay(session: Session, upstander: Lesson) -> None:
    save_plan(session, "6", {upstander.id: 1})
    for plan in ({upstander.id: 1, OTHER: 2}, {OTHER: 1}):
        save_plan(session, "5", plan)
        assert plans(session) == {"6": {upstander.id: 1}, "5": plan}


def test_a_half_term_without_a_lesson_is_said(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group = fill_class(session, 2)
    save_plan(session, "5", {upstander.id: 2})
    (year,) = programme(session, [group], lessons, HALVES, DAY)
    assert year.empty == (AUTUMN,)


def test_what_is_offered_names_no_lesson_that_there_is_not_and_no_year_of_its_own(
    lessons: Mapping[str, Lesson],
) -> None:
    year_plans = {"5": {OTHER: 2, "ks2-not-written": 3}, "6": {"ks2-not-written": 1}}
    assert offered_plans(year_plans, lessons, ["N", "R", "3/4", "5", "6"]) == {"5": {OTHER: 2}}
    retired = {OTHER: replace(lessons[OTHER], status="retired")}
    assert offered_plans(year_plans, retired, ["5"]) == {}


def test_what_is_offered_takes_the_place_of_a_plan_only_where_that_was_said(
    session: Session, upstander: Lesson
) -> None:
    offered = {year: {OTHER: 1} for year in ("3", "4", "5", "6")}
    for year in ("4", "5"):
        save_plan(session, year, {upstander.id: 2})
    assert adopt_plans(session, offered, ["3", "4", "9"], ["5"]) == ["3", "5"]
    assert plans(session) == {"3": {OTHER: 1}, "4": {upstander.id: 2}, "5": {OTHER: 1}}
    assert adopt_plans(session, offered, [], []) == []


def test_the_programme_takes_five_queries_however_much_there_is(
    session: Session, lessons: Mapping[str, Lesson], databases: Databases
) -> None:
    groups = [fill_class(session, 3, year=year) for year in ("3", "4", "5")]
    for year in ("3", "4", "5"):
        save_plan(session, year, dict.fromkeys(lessons, 1))
    for number in range(20):
        make_pupil(session, groups[0], first_name=f"Child {number}")
    with counted_queries(databases) as sent:
        assert len(programme(session, groups, lessons, HALVES, DAY)) == 3
    assert len(sent) == 5
    with counted_queries(databases) as sent:
        adopt_plans(session, {year: {OTHER: 1} for year in ("3", "4", "5")}, [], ["3", "4", "5"])
    assert len(sent) == 2


@pytest.mark.database("sqlite")
def test_a_coordinator_plans_a_year(app: Flask, session: Session, upstander: Lesson) -> None:
    coordinator = make_staff(session, Role.COORDINATOR)
    fill_class(session, 2)
    session.commit()
    browser = staff_browser(app, coordinator)
    page = Page(browser.get("/staff/programme").text)
    assert "Nothing is planned for this year yet." in page.text
    assert Page(browser.get(page.link("Plan")).text).inputs(f"half-{upstander.id}")
    answer = browser.post(
        "/staff/programme/plan?year=5", data={f"half-{upstander.id}": "2"}, follow_redirects=True
    )
    assert "The plan of Year 5 is kept." in answer.text
    assert [(row.lesson_id, row.term) for row in rows(app, select(ProgrammeLesson))] == [(upstander.id, 2)]
    said = (
        "Year 5, no lesson yet: Autumn term, first half; Spring term, first half; Spring term, second half; "
    )
    assert said in Page(answer.text).text


@pytest.mark.database("sqlite")
def test_kiosks_plan_is_looked_at_and_kept_and_replaces_no_plan_that_nobody_ticked(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    coordinator = make_staff(session, Role.COORDINATOR)
    for year in ("3", "5", "3/4"):
        fill_class(session, 2, year=year)
    save_plan(session, "5", {upstander.id: 6})
    session.commit()
    browser = staff_browser(app, coordinator)
    page = Page(
        browser.get(Page(browser.get("/staff/programme").text).link("Use kiosk’s plan for this year")).text
    )
    assert [box.attrs["value"] for box in page.inputs("year") if "checked" in box.attrs] == ["3"]
    assert [box.attrs["value"] for box in page.inputs("replace") if "checked" not in box.attrs] == ["5"]
    assert "No lesson yet" in page.text
    assert "kiosk has no plan for this year: please plan it by hand." in page.text
    assert [row.year for row in rows(app, select(ProgrammeLesson))] == ["5"], "nothing was kept by looking"

    def kept() -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in rows(app, select(ProgrammeLesson)):
            found.setdefault(row.year, set()).add(row.lesson_id)
        return found

    answer = browser.post("/staff/programme/offered", data={"year": ["3", "5"]}, follow_redirects=True)
    assert "kiosk’s plan is kept for: Year 3." in answer.text
    assert kept() == {"3": kept()["3"], "5": {upstander.id}}, "somebody kept a plan for Year 5 meanwhile"
    answer = browser.post("/staff/programme/offered", data={"replace": "5"}, follow_redirects=True)
    assert "kiosk’s plan is kept for: Year 5." in answer.text
    assert upstander.id not in kept()["5"]
    assert "Nothing was changed." in browser.post("/staff/programme/offered", follow_redirects=True).text
    page = Page(browser.get("/staff/programme/offered").text)
    assert page.text.count("This is its plan now.") == 2
    assert not page.inputs("year") + page.inputs("replace")
    assert "Keep this plan" not in page.text


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("half", ["0", "7", "x", "-1", "9" * 30])
def test_a_half_term_that_there_is_not_is_said_beside_its_lesson(
    app: Flask, session: Session, upstander: Lesson, half: str
) -> None:
    coordinator = make_staff(session, Role.COORDINATOR)
    fill_class(session, 2)
    save_plan(session, "5", {upstander.id: 1})
    session.commit()
    answer = staff_browser(app, coordinator).post(
        "/staff/programme/plan?year=5", data={f"half-{upstander.id}": half, f"half-{OTHER}": "2"}
    )
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.link(f"{upstander.title}: choose one of the half-terms.") == f"#half-{upstander.id}"
    assert page.inputs(f"half-{upstander.id}")[0].attrs["aria-invalid"] == "true"
    assert [row.term for row in rows(app, select(ProgrammeLesson))] == [1]


@pytest.mark.database("sqlite")
def test_a_teacher_sees_the_programme_of_the_own_classes_and_plans_and_sets_nothing(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    teacher = make_staff(session)
    fill_class(session, 2, teacher, name="5B")
    fill_class(session, 2, name="6Z", year="6")
    save_plan(session, "5", {upstander.id: 1})
    save_plan(session, "6", {OTHER: 1})
    session.commit()
    browser = staff_browser(app, teacher)
    page = Page(browser.get("/staff/programme").text)
    assert "5B" in page.text
    assert "6Z" not in page.text
    assert "Set them for the classes" not in page.text
    assert browser.get("/staff/programme/plan?year=5").status_code == 403
    assert browser.post("/staff/programme/plan?year=5").status_code == 403
    assert browser.get("/staff/programme/offered").status_code == 403
    assert browser.post("/staff/programme/offered", data={"year": "5"}).status_code == 403
    assert browser.post("/staff/programme/set").status_code == 403
    assert rows(app, select(LessonSet)) == []


@pytest.mark.database("sqlite")
def test_a_year_that_no_class_has_is_not_planned(app: Flask, session: Session) -> None:
    coordinator = make_staff(session, Role.COORDINATOR)
    fill_class(session, 2)
    session.commit()
    browser = staff_browser(app, coordinator)
    for year in ("", "99", "3/4"):
        assert browser.get("/staff/programme/plan", query_string={"year": year}).status_code == 404


@pytest.mark.database("postgresql")
def test_two_plans_of_a_year_that_are_kept_at_once_are_one_of_the_two(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    two = [make_staff(session, role) for role in (Role.COORDINATOR, Role.PRINCIPAL)]
    fill_class(session, 2)
    session.commit()
    plans_sent = [{f"half-{upstander.id}": "1"}, {f"half-{upstander.id}": "2", f"half-{OTHER}": "2"}]
    address = "/staff/programme/plan?year=5"
    posts = [(staff_browser(app, one), address, plan) for one, plan in zip(two, plans_sent, strict=True)]
    assert press_at_once(app, "programme_lesson", *posts) == [303, 303]
    kept = {row.lesson_id: row.term for row in rows(app, select(ProgrammeLesson))}
    assert kept in ({upstander.id: 1}, {upstander.id: 2, OTHER: 2})


@pytest.mark.database("postgresql")
def test_kiosks_plan_that_two_keep_at_once_is_kept_once(app: Flask, session: Session) -> None:
    two = [make_staff(session, role) for role in (Role.COORDINATOR, Role.PRINCIPAL)]
    fill_class(session, 2)
    session.commit()
    posts = [(staff_browser(app, one), "/staff/programme/offered", {"year": "5"}) for one in two]
    assert press_at_once(app, "programme_lesson", *posts) == [303, 303]
    kept = rows(app, select(ProgrammeLesson))
    assert {row.year for row in kept} == {"5"}
    assert len({row.lesson_id for row in kept}) == len(kept)
