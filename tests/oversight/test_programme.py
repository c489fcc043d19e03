"""The termly programme: planned by year, set for the classes by a button, and what is taught and missing."""

from collections.abc import Mapping
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.calendar.written import Term
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonSet, ProgrammeLesson
from kiosk.lessons.progress import complete_lesson, set_lesson
from kiosk.lessons.sets import set_lesson_for_some, set_of
from kiosk.lessons.taught import LessonOfDay, record_led_lesson
from kiosk.oversight.programme import (
    PlannedState,
    YearTerm,
    current_term,
    plans,
    programme,
    save_plan,
    set_term,
    suggest_plan,
    terms_of_year,
)
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import rows, staff_browser
from tests.at_once import press_at_once
from tests.factories import make_pupil, make_staff
from tests.oversight.school import DAY, counted_queries, fill_class, finish
from tests.pages import Page

AUTUMN = YearTerm(1, "Autumn", date(2026, 9, 2), date(2026, 12, 18))
SPRING = YearTerm(2, "Spring", date(2027, 1, 5), date(2027, 3, 26))
TERMS = (AUTUMN, SPRING)
OTHER = "ks2-information-is-it-true"


def states(session: Session, group: object, lessons: Mapping[str, Lesson]) -> dict[str, PlannedState]:
    (year,) = programme(session, [group], lessons, TERMS, DAY)  # type: ignore[list-item]
    return {one.lesson.id: one.states[0] for one in year.lessons}


def test_terms_are_those_of_the_school_year_of_today_in_order() -> None:
    listed = [
        Term(first=date(2027, 1, 5), last=date(2027, 3, 26), name="Spring"),
        Term(first=date(2026, 9, 2), last=date(2026, 12, 18), name="Autumn"),
        Term(first=date(2027, 9, 2), last=date(2027, 12, 18), name="Next autumn"),
        Term(first=date(2026, 4, 13), last=date(2026, 7, 20), name="Last summer"),
    ]
    for today in (DAY, date(2026, 8, 1), date(2027, 7, 31)):
        assert terms_of_year(listed, today) == TERMS
    assert [term.number for term in terms_of_year([], DAY)] == [1, 2, 3]


def test_the_term_of_now_is_the_last_that_has_begun() -> None:
    assert current_term(TERMS, date(2026, 9, 1)) is None
    assert current_term(TERMS, DAY) is AUTUMN
    assert current_term(TERMS, date(2026, 12, 25)) is AUTUMN
    assert current_term(TERMS, date(2027, 1, 5)) is SPRING
    assert current_term(terms_of_year([], DAY), DAY) is None


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
    save_plan(session, "5", {upstander.id: 1})
    record_led_lesson(session, LessonOfDay(group, upstander, date(2026, 7, 31)), [], True)
    assert states(session, group, lessons)[upstander.id] is PlannedState.MISSING, "that was the year before"
    record_led_lesson(session, LessonOfDay(group, upstander, DAY), [], True)
    assert states(session, group, lessons)[upstander.id] is PlannedState.TAUGHT


def test_what_children_finished_in_the_year_before_is_not_taught_this_year(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group = fill_class(session, 2)
    save_plan(session, "5", {upstander.id: 1})
    for pupil in group.pupils:
        complete_lesson(session, pupil, upstander, date(2026, 7, 31))
    assert states(session, group, lessons)[upstander.id] is PlannedState.MISSING


def test_a_term_is_set_for_the_classes_of_the_year_alone_and_once(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    first, second, older = fill_class(session, 2), fill_class(session, 2), fill_class(session, 2, year="6")
    save_plan(session, "5", {upstander.id: 1, OTHER: 2})
    set_lesson_for_some(session, second, upstander, DAY, None, [second.pupils[0].id])
    for count in (1, 0):
        found = programme(session, [first, second, older], lessons, TERMS, DAY)
        assert set_term(session, found, AUTUMN, DAY) == count
    now, before = set_of(session, first, upstander), set_of(session, second, upstander)
    assert now
    assert (now.due_on, now.for_everybody) == (AUTUMN.last, True)
    assert before
    assert not before.for_everybody, "what a teacher has set stays as it is"
    assert set_of(session, older, upstander) is None
    assert set_of(session, first, lessons[OTHER]) is None, "its term has not begun"


def test_a_plan_replaces_the_one_before_and_other_years_stay(session: Session, upstander: Lesson) -> None:
    save_plan(session, "6", {upstander.id: 1})
    for plan in ({upstander.id: 1, OTHER: 2}, {OTHER: 1}):
        save_plan(session, "5", plan)
        assert plans(session) == {"6": {upstander.id: 1}, "5": plan}


def test_a_proposal_spreads_what_no_other_year_has_evenly(lessons: Mapping[str, Lesson]) -> None:
    own = list(lessons.values())
    found = suggest_plan(own, {}, 3)
    assert set(found) == set(lessons)
    assert {list(found.values()).count(term) for term in (1, 2, 3)} <= {len(own) // 3, len(own) // 3 + 1}
    assert own[0].id not in suggest_plan(own, {"6": {own[0].id: 1}}, 3)
    assert suggest_plan([], {}, 3) == {}


def test_the_programme_takes_five_queries_however_much_there_is(
    session: Session, lessons: Mapping[str, Lesson], databases: Databases
) -> None:
    groups = [fill_class(session, 3, year=year) for year in ("3", "4", "5")]
    for year in ("3", "4", "5"):
        save_plan(session, year, dict.fromkeys(lessons, 1))
    for number in range(20):
        make_pupil(session, groups[0], first_name=f"Child {number}")
    with counted_queries(databases) as sent:
        assert len(programme(session, groups, lessons, TERMS, DAY)) == 3
    assert len(sent) == 5


@pytest.mark.database("sqlite")
def test_a_coordinator_plans_a_year_and_a_proposal_is_kept_by_nobody_yet(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    coordinator = make_staff(session, Role.COORDINATOR)
    fill_class(session, 2)
    session.commit()
    browser = staff_browser(app, coordinator)
    page = Page(browser.get("/staff/programme").text)
    assert "Nothing is planned for this year yet." in page.text
    plan = Page(browser.get(page.link("Plan")).text)
    proposal = Page(browser.get(plan.link("Spread over the year")).text)
    chosen = [
        option.attrs["value"]
        for option in proposal.inputs(f"term-{upstander.id}")[0].find_all("option")
        if "selected" in option.attrs
    ]
    assert chosen[0] in {"1", "2", "3"}
    assert rows(app, select(ProgrammeLesson)) == []
    answer = browser.post(
        "/staff/programme/plan?year=5", data={f"term-{upstander.id}": "2"}, follow_redirects=True
    )
    assert "The plan of Year 5 is kept." in answer.text
    assert [(row.lesson_id, row.term) for row in rows(app, select(ProgrammeLesson))] == [(upstander.id, 2)]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("term", ["0", "4", "x", "-1", "9" * 30])
def test_a_term_that_there_is_not_is_said_beside_its_lesson(
    app: Flask, session: Session, upstander: Lesson, term: str
) -> None:
    coordinator = make_staff(session, Role.COORDINATOR)
    fill_class(session, 2)
    save_plan(session, "5", {upstander.id: 1})
    session.commit()
    answer = staff_browser(app, coordinator).post(
        "/staff/programme/plan?year=5", data={f"term-{upstander.id}": term, f"term-{OTHER}": "2"}
    )
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.link(f"{upstander.title}: choose one of the terms.") == f"#term-{upstander.id}"
    assert page.inputs(f"term-{upstander.id}")[0].attrs["aria-invalid"] == "true"
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
    plans_sent = [{f"term-{upstander.id}": "1"}, {f"term-{upstander.id}": "2", f"term-{OTHER}": "2"}]
    address = "/staff/programme/plan?year=5"
    posts = [(staff_browser(app, one), address, plan) for one, plan in zip(two, plans_sent, strict=True)]
    assert press_at_once(app, "programme_lesson", *posts) == [303, 303]
    kept = {row.lesson_id: row.term for row in rows(app, select(ProgrammeLesson))}
    assert kept in ({upstander.id: 1}, {upstander.id: 2, OTHER: 2})
