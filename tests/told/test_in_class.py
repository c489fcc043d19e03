""" "How to tell" is due in each class once a term, and done when an adult has signed for who was there."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.accounts.classes.cover import take_cover
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import term_began
from kiosk.lessons.progress import complete_lesson, of_this_term, progress_of
from kiosk.lessons.taught import LessonOfDay, sign_attendance
from kiosk.roles import Role
from kiosk.site import Content
from kiosk.told.in_class import telling_lessons, telling_progress
from tests.accounts.doors import staff_browser
from tests.factories import at_the_machine, make_class_group, make_pupil, make_staff
from tests.pages import Page
from tests.sites import site_of

AUTUMN, SPRING = date(2026, 9, 3), date(2027, 1, 6)
LISTED = SchoolCalendar(
    ZoneInfo("Europe/London"), terms=((AUTUMN, date(2026, 12, 18)), (SPRING, date(2027, 3, 26)))
)
UNLISTED = SchoolCalendar(ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("calendar", "today", "began"),
    [
        (LISTED, date(2026, 11, 28), AUTUMN),
        (LISTED, date(2026, 12, 30), AUTUMN),
        (LISTED, SPRING, SPRING),
        (UNLISTED, date(2026, 11, 28), date(2026, 9, 1)),
        (UNLISTED, date(2027, 1, 1), date(2027, 1, 1)),
        (UNLISTED, date(2027, 5, 2), date(2027, 4, 15)),
        (LISTED, date(2029, 11, 28), date(2029, 9, 1)),
    ],
)
def test_a_term_begins_on_its_listed_day_or_where_none_is_listed_as_in_england(
    calendar: SchoolCalendar, today: date, began: date
) -> None:
    assert term_began(calendar, today) == began


def test_each_age_group_has_one_lesson_on_telling_whose_sittings_are_no_longer_than_its_lessons_are(
    content: Content,
) -> None:
    found = telling_lessons(content.lessons)
    assert set(found) == set(Band)
    assert all(max(lesson.sittings) <= band.limits.lesson_minutes for band, lesson in found.items())
    assert all(any(step.kind == "practice" for step in lesson.steps) for lesson in found.values())


def test_it_is_due_until_an_adult_signs_and_again_with_the_next_term(
    session: Session, content: Content
) -> None:
    teacher = make_staff(session)
    group = make_class_group(session, teacher=teacher)
    pupils = [make_pupil(session, group) for _ in range(2)]
    lesson = telling_lessons(content.lessons)[Band.KS2]
    assert telling_progress(session, [group], content.lessons, AUTUMN)[0].due
    day = AUTUMN + timedelta(days=20)
    sign_attendance(session, teacher, LessonOfDay(group, lesson, day), pupils, {pupils[0].id})
    (found,) = telling_progress(session, [group], content.lessons, AUTUMN)
    assert (found.due, found.done_on, found.done_by) == (False, day, teacher.name)
    assert (found.finished, found.children) == (1, 2)
    assert telling_progress(session, [group], content.lessons, SPRING)[0].due


def test_a_child_begins_it_anew_with_the_term_and_the_last_day_counts(
    session: Session, content: Content
) -> None:
    pupil = make_pupil(session)
    telling = telling_lessons(content.lessons)[Band.KS2]
    once = content.lessons["ks2-bullying-upstander"]
    for lesson in (telling, once):
        complete_lesson(session, pupil, lesson, AUTUMN)
    counts = of_this_term(progress_of(session, pupil), content.lessons, SPRING)
    assert set(counts) == {once.id}
    for lesson in (telling, once):
        complete_lesson(session, pupil, lesson, SPRING)
    found = progress_of(session, pupil)
    assert (found[telling.id].completed_on, found[once.id].completed_on) == (SPRING, AUTUMN)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("who", ["own", "network", "network who teaches", "cover", "lead who covers"])
def test_how_many_have_finished_it_is_shown_to_those_alone_who_see_the_progress_of_the_class(
    app: Flask, session: Session, who: str
) -> None:
    own = make_staff(session)
    group, site = make_class_group(session, teacher=own), site_of(app)
    lesson = telling_lessons(site.lessons)[group.band]
    pupil, _ = [make_pupil(session, group) for _ in range(2)]
    complete_lesson(session, pupil, lesson, site.today())
    roles = {"network": [Role.NETWORK], "lead": [Role.DSL]}.get(who.split()[0], [])
    staff = own if who == "own" else make_staff(session, *roles, teaches=who != "network")
    if "cover" in who:
        take_cover(session, at_the_machine(), staff, group, site.today())
    session.commit()
    text = staff_browser(app, staff).get(f"/staff/classes/{group.id}").text
    page, sees = Page(text), who in {"own", "lead who covers"}
    assert "Due this term" in text
    assert ("1 of 2 have finished it this term." in text) is sees
    leads_to = {link.attrs.get("href", "") for link in page.all("a")}
    for address in (
        "/staff/completion/{class_id}",
        "/staff/classes/{class_id}/after/{id}",
        "/staff/lessons/{id}",
    ):
        assert (address.format(class_id=group.id, id=lesson.id) in leads_to) is sees, address
