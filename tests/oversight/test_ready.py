"""Before the bell: the next lesson of a class, what to have ready, and a cover sheet that names no child."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.accounts.classes.adjusting import set_adjustments
from kiosk.accounts.classes.cover import take_cover
from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.adjustments import Adjustments
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonTaught
from kiosk.lessons.sets import set_for_class, set_lesson_for_some
from kiosk.lessons.stopped import note_stop
from kiosk.oversight.programme import save_plan
from kiosk.oversight.ready import ComingLesson, coming_lessons, holds
from kiosk.roles import Role
from kiosk.voices.lines import script_of
from kiosk.voices.recordings import spoken_id
from tests.accounts.doors import staff_browser
from tests.factories import at_the_machine, make_reader, make_staff
from tests.oversight.school import DAY, counted_queries, fill_class
from tests.pages import Page
from tests.sites import change_site, site_of

on_sqlite = pytest.mark.database("sqlite")
TOMORROW = DAY + timedelta(days=1)
SPRING = DAY - timedelta(days=60)


@pytest.fixture
def teacher(session: Session) -> StaffMember:
    return make_staff(session, name="Mrs Adeyemi")


@pytest.fixture
def group(session: Session, teacher: StaffMember) -> ClassGroup:
    made = fill_class(session, 4, teacher, name="Kestrels")
    session.commit()
    return made


def coming(session: Session, group: ClassGroup, lessons: Mapping[str, Lesson]) -> list[ComingLesson]:
    return coming_lessons(session, group, lessons, SPRING, DAY)


def done(session: Session, group: ClassGroup, lesson: Lesson) -> None:
    session.add(LessonTaught(class_group_id=group.id, lesson_id=lesson.id, taught_on=DAY, signed_by_id=None))
    session.flush()


def words(answer_text: str) -> str:
    return " ".join(Page(answer_text).text.split())


def sheet_of(page: Page) -> str:
    (found,) = (one for one in page.all("article") if one.attrs.get("id") == "cover-sheet")
    return " ".join(found.text.split())


def test_what_is_set_comes_first_by_its_day_then_what_was_begun_then_the_plan_then_the_rest(
    session: Session, group: ClassGroup, lessons: Mapping[str, Lesson]
) -> None:
    own = [one for one in lessons.values() if one.is_for(group)]
    later, sooner, begun, planned, *rest = own
    set_for_class(session, group, later, DAY, TOMORROW + timedelta(days=5))
    set_for_class(session, group, sooner, DAY, TOMORROW)
    note_stop(session, group, begun, 3, DAY)
    save_plan(session, group.year, {planned.id: 2})
    found = coming(session, group, lessons)
    assert [one.lesson for one in found][:4] == [sooner, later, begun, planned]
    assert {one.lesson.id for one in found[4:]} == {one.id for one in rest}
    first, _, third, fourth, fifth, *_ = found
    assert first.is_set and first.due_on == TOMORROW and first.stopped is None
    assert third.stopped and third.stopped.place == 3 and not third.is_set
    assert fourth.is_planned and not fifth.is_planned


def test_what_is_done_comes_last_until_it_is_set_anew(
    session: Session, group: ClassGroup, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    set_for_class(session, group, upstander, DAY, TOMORROW)
    done(session, group, upstander)
    assert coming(session, group, lessons)[-1].lesson == upstander
    set_for_class(session, group, upstander, DAY, None)
    assert coming(session, group, lessons)[-1].is_done
    session.query(LessonTaught).update({"taught_on": DAY - timedelta(days=3)})
    assert coming(session, group, lessons)[0].lesson == upstander


def test_what_is_set_for_some_or_retired_is_not_what_the_class_does_next(
    session: Session, group: ClassGroup, lessons: Mapping[str, Lesson]
) -> None:
    older = next(one for one in lessons.values() if not one.is_for(group))
    set_lesson_for_some(session, group, older, DAY, TOMORROW, [group.pupils[0].id])
    assert older not in [one.lesson for one in coming(session, group, lessons)]
    set_for_class(session, group, older, DAY, TOMORROW)
    assert coming(session, group, lessons)[0].lesson == older
    retired = {**lessons, older.id: replace(older, status="retired")}
    assert older.id not in [one.lesson.id for one in coming(session, group, retired)]


@on_sqlite
def test_it_says_what_a_lesson_holds_in_each_language(app: Flask, lessons: Mapping[str, Lesson]) -> None:
    site = site_of(app)
    lesson = lessons["ks2-bullying-upstander"]
    held = holds(site, lesson, site.config.language_list)
    assert held.read_by_somebody == () and "en" in held.simpler and held.pictured
    script = script_of(site, lesson.id, "en")
    assert script
    lines = {line.digest: "a file" for line in script.lines}
    read = replace(site, in_use=replace(site.in_use, voices={spoken_id(lesson.id, "en"): lines}))
    assert holds(read, lesson, ("en", "ur")).read_by_somebody == ("en",)
    lines.popitem()
    assert holds(read, lesson, ("en", "ur")).read_by_somebody == (), "never half a voice"


@on_sqlite
def test_no_lesson_holds_words_of_a_translation_that_children_do_not_meet(
    app: Flask, lessons: Mapping[str, Lesson]
) -> None:
    site = site_of(app)
    shut = next(one for one in lessons.values() if one.guarded and "ur" in one.translations)
    unapproved = replace(site, in_use=replace(site.in_use, approved=frozenset()))
    assert "ur" not in holds(unapproved, shut, ("en", "ur")).simpler


@on_sqlite
def test_the_page_says_day_minutes_who_approved_what_to_charge_and_who_helps(
    app: Flask,
    session: Session,
    reports_session: Session,
    teacher: StaffMember,
    group: ClassGroup,
    upstander: Lesson,
) -> None:
    make_staff(session, Role.NETWORK, name="Mr Ohm")
    make_reader(reports_session, "dsl", name="Ms Osei")
    reports_session.commit()
    set_for_class(session, group, upstander, site_of(app).today(), site_of(app).today())
    session.commit()
    page = Page(staff_browser(app, teacher).get(f"/staff/classes/{group.id}/ready").text)
    said = " ".join(page.text.split())
    assert page.heading.startswith("Ready for ") and "next lesson" not in page.heading
    plan = upstander.teaching
    assert plan
    inside = upstander.minutes - plan.joining - plan.goodbye
    for one in (
        upstander.title,
        f"{upstander.minutes} minutes: {plan.joining} until everybody is in, {inside} for the lesson",
        "Approved for this school.",
        "4 tablets, charged",
        "4 children have no key yet",
        "Ms Osei",
        "Mrs Adeyemi",
        "Mr Ohm",
    ):
        assert one in said
    assert page.link("Teacher's page") == f"/staff/lessons/{upstander.id}/teacher"
    assert page.button("Print the cover sheet").attrs["type"] == "button"


@on_sqlite
def test_a_draft_is_said_and_leads_to_who_approves_it(
    app: Flask, session: Session, teacher: StaffMember, group: ClassGroup, lessons: Mapping[str, Lesson]
) -> None:
    change_site(app, in_use=replace(site_of(app).in_use, approved=frozenset()))
    shut = next(one for one in lessons.values() if one.quiet and one.is_for(group))
    page = Page(staff_browser(app, teacher).get(f"/staff/classes/{group.id}/ready?lesson={shut.id}").text)
    assert "Draft: shut to children until" in page.text
    assert page.link("Who approved it") == f"/staff/approve/lesson/{shut.id}"
    assert "Have a second adult within reach." in page.text


@on_sqlite
def test_where_the_class_stopped_is_said_with_the_minutes_from_there(
    app: Flask, session: Session, teacher: StaffMember, group: ClassGroup, upstander: Lesson
) -> None:
    note_stop(session, group, upstander, 4, site_of(app).today())
    session.commit()
    said = words(staff_browser(app, teacher).get(f"/staff/classes/{group.id}/ready").text)
    assert upstander.teaching
    left = upstander.minutes_from(4) + upstander.teaching.joining
    assert "Stopped at step 4 on" in said and f"about {left} minutes, with joining" in said


@on_sqlite
def test_whoever_covers_reads_it_with_adjustments_and_whoever_looks_after_computers_without(
    app: Flask, session: Session, group: ClassGroup
) -> None:
    colleague = make_staff(session, name="Mr Silva")
    network = make_staff(session, Role.NETWORK)
    amira = session.get_one(Pupil, group.pupils[0].id)
    set_adjustments(session, amira, Adjustments(simpler=True, aloud=True), 0)
    session.commit()
    address = f"/staff/classes/{group.id}/ready"
    browser = staff_browser(app, colleague)
    assert browser.get(address).status_code == 404
    take_cover(session, at_the_machine(), colleague, group, site_of(app).today())
    session.commit()
    page = Page(browser.get(address).text)
    (adjustments,) = (one for one in page.all("section") if one.attrs.get("id") == "adjustments")
    assert amira.first_name in adjustments.text and "Simpler text" in adjustments.text
    others = words(staff_browser(app, network).get(address).text)
    assert amira.first_name not in others and "Simpler text" not in others


@on_sqlite
def test_the_cover_sheet_is_the_same_whatever_is_set_for_children_and_names_none(
    app: Flask, session: Session, teacher: StaffMember, group: ClassGroup
) -> None:
    browser = staff_browser(app, teacher)
    before = sheet_of(Page(browser.get(f"/staff/classes/{group.id}/ready").text))
    for pupil in session.query(Pupil).filter_by(class_group_id=group.id):
        assert pupil.first_name not in before
        set_adjustments(session, pupil, Adjustments(larger=True, beside=True), 0)
    session.commit()
    page = Page(browser.get(f"/staff/classes/{group.id}/ready").text)
    assert sheet_of(page) == before
    (adjustments,) = (one for one in page.all("section") if one.attrs.get("id") == "adjustments")
    assert "Larger text" in adjustments.text


@on_sqlite
def test_the_cover_sheet_of_every_lesson_has_first_words_what_to_do_and_what_if_a_child_tells(
    app: Flask, session: Session, teacher: StaffMember, group: ClassGroup, lessons: Mapping[str, Lesson]
) -> None:
    for lesson in lessons.values():
        set_for_class(session, group, lesson, site_of(app).today(), None)
    session.commit()
    browser = staff_browser(app, teacher)
    for lesson in lessons.values():
        plan = lesson.teaching
        sheet = sheet_of(Page(browser.get(f"/staff/classes/{group.id}/ready?lesson={lesson.id}").text))
        assert plan and "Your phone is the remote." in sheet
        for one in (plan.open, plan.close):
            assert " ".join(Page(f"<p>{one}</p>").text.split()) in sheet, lesson.id
        assert site_of(app).notices.get("telling-staff").text["listen"] in sheet
        assert ("Tablets:" in sheet) == bool(plan.joining)


@on_sqlite
def test_a_lesson_that_is_not_of_this_class_or_not_there_is_not_found(
    app: Flask, teacher: StaffMember, group: ClassGroup, lessons: Mapping[str, Lesson]
) -> None:
    browser = staff_browser(app, teacher)
    others = next(one.id for one in lessons.values() if not one.is_for(group))
    for asked in (others, "nothing", ".."):
        assert browser.get(f"/staff/classes/{group.id}/ready?lesson={asked}").status_code == 404


@on_sqlite
def test_where_nothing_is_left_it_says_so(app: Flask, teacher: StaffMember, group: ClassGroup) -> None:
    change_site(app, lessons={})
    said = words(staff_browser(app, teacher).get(f"/staff/classes/{group.id}/ready").text)
    assert "No lesson is next" in said


@on_sqlite
def test_it_is_reached_from_the_first_page_and_from_the_class(
    app: Flask, session: Session, teacher: StaffMember, group: ClassGroup
) -> None:
    address = f"/staff/classes/{group.id}/ready"
    browser = staff_browser(app, teacher)
    for there in ("/staff/", f"/staff/classes/{group.id}"):
        assert Page(browser.get(there).text).link("Before the bell") == address
    colleague = make_staff(session)
    take_cover(session, at_the_machine(), colleague, group, site_of(app).today())
    session.commit()
    assert Page(staff_browser(app, colleague).get("/staff/").text).link("Before the bell") == address


@on_sqlite
def test_a_class_of_thirty_asks_no_more_than_one_of_four(
    app: Flask, session: Session, teacher: StaffMember, group: ClassGroup
) -> None:
    more = fill_class(session, 30, teacher)
    session.commit()
    browser, counts = staff_browser(app, teacher), []
    for one in (group, group, more):
        with counted_queries(site_of(app).databases) as sent:
            assert browser.get(f"/staff/classes/{one.id}/ready").status_code == 200
        counts.append(len(sent))
    assert counts[1] == counts[2]
