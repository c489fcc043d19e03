"""Completion as a teacher looks at it: each child's page, who is behind, what is overdue, which classes are late."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.bands import Band
from kiosk.calendar.terms import year_began
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import start_lesson
from kiosk.lessons.sets import set_for_class, sets_in
from kiosk.lessons.taught import CameIn, LessonOfDay, record_led_lesson, sign_attendance
from kiosk.oversight.catch_up import LessonState, lessons_of_child
from kiosk.oversight.completion import Cell, completion
from kiosk.oversight.everybody import PupilFilter, search_children
from kiosk.oversight.programme import HalfTerm, late_lessons, save_plan
from kiosk.roles import Role
from tests.accounts.doors import staff_browser
from tests.factories import make_class_group, make_pupil, make_staff
from tests.oversight.school import DAY, children, fill_class, finish, table_rows
from tests.pages import Page
from tests.sites import change_site, site_of

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
TERM = date(2026, 9, 1)


def state_of(session: Session, pupil: Pupil, lesson: Lesson, today: date = DAY) -> LessonState:
    (one,) = lessons_of_child(session, pupil, {lesson.id: lesson}, today, TERM)
    return one.state


def late_words(app: Flask, staff: StaffMember) -> str:
    page = Page(staff_browser(app, staff).get("/staff/completion/").text)
    return next(note.text for note in page.all("div") if note.attrs.get("id") == "late")


def test_a_child_has_done_missed_or_still_to_do_what_was_set(
    session: Session, group: ClassGroup, upstander: Lesson
) -> None:
    set_for_class(session, group, upstander, YESTERDAY, TOMORROW)
    done, late, *_ = children(group)
    finish(session, [done], upstander)
    assert state_of(session, done, upstander) is LessonState.DONE
    assert state_of(session, late, upstander) is LessonState.DUE
    assert state_of(session, late, upstander, TOMORROW) is LessonState.BEHIND


def test_who_was_there_is_known_once_an_adult_has_signed_and_not_before(
    session: Session, group: ClassGroup, upstander: Lesson, teacher: StaffMember
) -> None:
    stayed, left, *_ = children(group)
    held = LessonOfDay(group, upstander, DAY)
    record_led_lesson(session, held, [CameIn(stayed), CameIn(left, left=True)], finished_together=True)
    for child in (stayed, left):
        (one,) = lessons_of_child(session, child, {upstander.id: upstander}, DAY, TERM)
        assert one.was_there is None, "silence tells nothing"
    sign_attendance(session, teacher, held, children(group), {stayed.id})
    found = [
        lessons_of_child(session, child, {upstander.id: upstander}, DAY, TERM)[0] for child in (stayed, left)
    ]
    assert [one.was_there for one in found] == [True, False]


def test_what_a_child_began_unasked_is_neither_due_nor_missed(
    session: Session, group: ClassGroup, upstander: Lesson
) -> None:
    (eager, *_) = children(group)
    start_lesson(session, eager, upstander, DAY)
    assert state_of(session, eager, upstander) is LessonState.ELSEWHERE
    assert lessons_of_child(session, children(group)[1], {upstander.id: upstander}, DAY, TERM) == []


@pytest.mark.database("sqlite")
def test_the_page_of_a_child_says_what_to_catch_up_and_names_no_other_child(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    teacher, today = make_staff(session), site_of(app).today()
    group = make_class_group(session, teacher=teacher)
    late, other = (make_pupil(session, group, first_name=name) for name in ("Ada", "Benedikt"))
    set_for_class(session, group, upstander, today, today - timedelta(days=3))
    session.commit()
    answer = staff_browser(app, teacher).get(f"/staff/completion/{group.id}/pupils/{late.id}").text
    (row,) = table_rows(Page(answer))[1:]
    assert row[:2] == [upstander.title, "not begun"]
    assert other.first_name not in answer


@pytest.mark.database("sqlite")
def test_a_child_of_another_class_who_left_and_none_at_all_are_one_answer(
    app: Flask, session: Session
) -> None:
    teacher = make_staff(session)
    group, elsewhere = make_class_group(session, teacher=teacher), make_class_group(session)
    left, stranger = (
        make_pupil(session, group, first_name="Ada"),
        make_pupil(session, elsewhere, first_name="Ben"),
    )
    left.left_on = DAY
    session.commit()
    browser = staff_browser(app, teacher)
    for class_id, id in (
        (group.id, left.id),
        (group.id, stranger.id),
        (group.id, uuid.uuid4()),
        (elsewhere.id, stranger.id),
    ):
        assert browser.get(f"/staff/completion/{class_id}/pupils/{id}").status_code == 404


def test_what_was_due_before_today_is_overdue_whether_it_was_begun_or_not(
    session: Session, group: ClassGroup, upstander: Lesson
) -> None:
    set_for_class(session, group, upstander, YESTERDAY, YESTERDAY)
    done, begun, *_ = children(group)
    finish(session, [done], upstander)
    start_lesson(session, begun, upstander, YESTERDAY)
    lessons = {upstander.id: upstander}
    for today, expected in ((YESTERDAY, Cell.STARTED), (DAY, Cell.OVERDUE)):
        rows = completion(session, group, lessons, None, TERM, today).rows
        assert [row.cells[0] for row in rows[:2]] == [Cell.FINISHED, expected]
    found = search_children(session, [group], lessons, PupilFilter(state=Cell.OVERDUE), TERM, DAY)
    assert [one.name for one in found.children] == [one.first_name for one in children(group)[1:]]


@pytest.mark.database("sqlite")
def test_who_is_behind_stands_first_or_alone_and_the_file_holds_the_same(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    teacher, today = make_staff(session), site_of(app).today()
    group = fill_class(session, 4, teacher)
    set_for_class(session, group, upstander, today, today - timedelta(days=1))
    finish(session, children(group)[:2], upstander)
    session.commit()
    browser, address = staff_browser(app, teacher), f"/staff/completion/{group.id}"

    def names(query: str) -> list[str]:
        return [row[0].split()[0] for row in table_rows(Page(browser.get(address + query).text))[1:-1]]

    assert names("") == ["A00", "B01", "C02", "D03"] == names("?behind=else")
    assert names("?behind=first") == ["C02", "D03", "A00", "B01"]
    assert names("?behind=only") == ["C02", "D03"]
    only = Page(browser.get(f"{address}?behind=only").text)
    assert f"{address}.csv?behind=only" in [link.attrs["href"] for link in only.all("a")]
    assert table_rows(only)[-1][1] == "0", "of those who stand there"


def test_a_class_is_late_with_what_its_half_term_or_its_day_has_passed(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group, other = fill_class(session, 4), make_class_group(session, year="9", band=Band.KS3)
    make_pupil(session, other, first_name="Zoe")
    over = HalfTerm(1, first=year_began(DAY), last=DAY - timedelta(days=10))
    now = HalfTerm(2, first=over.last, last=DAY + timedelta(days=30))
    second = next(one for one in lessons.values() if one.is_for(group) and one.id != upstander.id)
    save_plan(session, group.year, {upstander.id: 1, second.id: 2})

    def late(today: date = DAY) -> dict[str, list[str]]:
        sets = sets_in(session, [group, other])
        found = late_lessons(session, [group, other], sets, lessons, [over, now], today)
        return {
            one.name: [lesson.id for lesson in found[one.id]] for one in (group, other) if one.id in found
        }

    assert late() == {group.name: [upstander.id]}, "what is planned for now can still be done"
    set_for_class(session, group, second, DAY, DAY)
    assert late(TOMORROW) == {group.name: [upstander.id, second.id]}
    for lesson in (upstander, second):
        finish(session, children(group)[:2], lesson)
    assert late(TOMORROW) == {}, "half of the class has finished it"


@pytest.mark.database("sqlite")
def test_a_head_sees_which_class_is_late_and_whom_to_ask_and_a_teacher_their_own_alone(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    today = site_of(app).today()
    teacher, head = make_staff(session, name="Rosa Lind"), make_staff(session, Role.PRINCIPAL)
    mine, other = fill_class(session, 3, teacher), fill_class(session, 3)
    for group in (mine, other):
        set_for_class(session, group, upstander, today, today - timedelta(days=1))
    session.commit()
    seen, own = late_words(app, head), late_words(app, teacher)
    assert mine.name in seen and other.name in seen
    assert "Ask Rosa Lind." in seen and "Nobody teaches it yet" in seen
    assert mine.name in own and other.name not in own and "Ask" not in own


@pytest.mark.database("sqlite")
def test_the_coverage_tells_not_set_from_no_lesson_and_each_page_drafts_from_lessons(
    app: Flask, session: Session
) -> None:
    teacher, lessons = make_staff(session), site_of(app).lessons
    group = fill_class(session, 6, teacher)
    (pupil, *_) = group.pupils
    set_for_class(session, group, lessons["ks2-bullying-upstander"], DAY, None)
    session.commit()
    pages = ("coverage", f"completion/{group.id}", f"completion/{group.id}/pupils/{pupil.id}")
    browser = staff_browser(app, teacher)
    before = [browser.get(f"/staff/{one}").text for one in pages]
    assert 'class="heat-unset"' in before[0] and 'class="heat-none"' in before[0]
    assert not any("raft" in answer for answer in before), "all are approved"
    change_site(app, in_use=replace(site_of(app).in_use, approved=frozenset()))
    assert all("raft" in browser.get(f"/staff/{one}").text for one in pages)
