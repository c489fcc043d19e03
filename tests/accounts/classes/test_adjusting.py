"""Adjustments as staff set them: by whoever may open the class, seen by nobody else, gone with the child."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.adjusting import A_TERM, adjusted_pupils, forget_adjustments, set_adjustments
from kiosk.accounts.classes.cover import end_cover, take_cover
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.accounts.roster.importing import apply_plan, export_roster, plan_import, read_roster
from kiosk.adjustments import NONE_SET, Adjustments, read_adjustments
from kiosk.audit.log import LogEntry
from kiosk.roles import Role
from kiosk.site import Content
from tests.accounts.doors import new_browser, rows, staff_browser
from tests.factories import SITE_KEY, at_the_machine, make_class_group, make_pupil, make_staff
from tests.lessons.learner import browser_of, counted, make_learner
from tests.pages import Page
from tests.sites import site_of

on_sqlite = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both
EVERYTHING = {"set": list(Adjustments._fields)}


@pytest.fixture
def group(session: Session, group: ClassGroup) -> ClassGroup:
    """With a classmate."""
    make_pupil(session, group, first_name="Ben")
    session.commit()
    return group


def set_now(app: Flask, name: str = "Amira") -> Adjustments:
    (pupil,) = rows(app, select(Pupil).where(Pupil.first_name == name))
    return read_adjustments(pupil.adjustments)


def pupil_named(app: Flask, name: str) -> Pupil:
    (pupil,) = rows(app, select(Pupil).where(Pupil.first_name == name))
    return pupil


def form_of(app: Flask, group: ClassGroup, name: str = "Amira") -> str:
    return f"/staff/classes/{group.id}/pupils/{pupil_named(app, name).id}/adjustments"


def ticked(page: Page) -> list[str]:
    return [box.attrs["value"] for box in page.inputs("set") if "checked" in box.attrs]


def test_what_is_set_is_kept_and_taken_off(session: Session, group: ClassGroup) -> None:
    amira = adjusted_pupils(session, group)[0].pupil
    assert set_adjustments(session, amira, Adjustments(aloud=True, beside=True), amira.adjustments)
    session.commit()
    session.expire_all()
    found = {one.pupil.first_name: one.adjustments for one in adjusted_pupils(session, group)}
    assert found == {"Amira": Adjustments(aloud=True, beside=True), "Ben": NONE_SET}
    assert not set_adjustments(session, amira, Adjustments(larger=True), NONE_SET.number), (
        "a colleague was quicker"
    )
    assert amira.adjustments == Adjustments(aloud=True, beside=True).number
    assert set_adjustments(session, amira, NONE_SET, amira.adjustments)
    assert [one.adjustments for one in adjusted_pupils(session, group)] == [NONE_SET, NONE_SET]


def test_those_for_whom_something_is_set_stand_first(session: Session, group: ClassGroup) -> None:
    ben = adjusted_pupils(session, group)[1].pupil
    set_adjustments(session, ben, Adjustments(symbols=True), ben.adjustments)
    assert [one.pupil.first_name for one in adjusted_pupils(session, group)] == ["Ben", "Amira"]


def test_who_left_the_school_has_nothing_set_after_a_term(session: Session) -> None:
    file = "first_name,last_name,class,year,staff_id\n{}Ben,Okoro,5B,5,\n"
    things = ("kite", "drum", "sun")

    def read_in(more: str) -> None:
        roster = read_roster(file.format(more).encode(), date(2026, 9, 1))
        plan = plan_import(session, roster, SITE_KEY)
        apply_plan(session, plan, date(2026, 9, 1), SITE_KEY, things)

    read_in("Amira,Khan,5B,5,\n")
    for pupil in session.scalars(select(Pupil)):
        pupil.adjustments = Adjustments(larger=True).number
    session.flush()
    read_in("")
    kept = {pupil.first_name: pupil.adjustments for pupil in session.scalars(select(Pupil))}
    assert kept == {"Amira": Adjustments(larger=True).number, "Ben": Adjustments(larger=True).number}
    forget_adjustments(session, date(2026, 9, 1) + A_TERM)
    session.expire_all()
    kept = {pupil.first_name: pupil.adjustments for pupil in session.scalars(select(Pupil))}
    assert kept == {"Amira": 0, "Ben": Adjustments(larger=True).number}


def test_a_list_of_the_school_says_nothing_of_it(session: Session, group: ClassGroup) -> None:
    before = export_roster(session)
    for one in adjusted_pupils(session, group):
        set_adjustments(
            session, one.pupil, Adjustments(*(True for _ in Adjustments._fields)), one.pupil.adjustments
        )
    assert export_roster(session) == before


@on_sqlite
def test_the_way_there_stands_beside_each_child_and_is_the_same_for_all(
    app: Flask, browser: FlaskClient, group: ClassGroup
) -> None:
    before = browser.get(f"/staff/classes/{group.id}").text
    assert before.count('aria-label="Adjustments for ') == 2
    browser.post(form_of(app, group), data=EVERYTHING)
    browser.get(f"/staff/classes/{group.id}/adjustments")  # says that it is saved
    assert browser.get(f"/staff/classes/{group.id}").text == before, "this page may stand on the board"


@on_sqlite
def test_a_teacher_ticks_boxes_reads_that_it_is_saved_and_takes_them_off(
    app: Flask, browser: FlaskClient, group: ClassGroup
) -> None:
    address = form_of(app, group)
    assert ticked(Page(browser.get(address).text)) == []
    saved = Page(browser.post(address, data={"set": ["aloud", "larger"]}, follow_redirects=True).text)
    assert "Saved for Amira: Read aloud, Larger text." in saved.text
    assert "Something is set for 1 child" in saved.text
    assert set_now(app) == Adjustments(aloud=True, larger=True)
    assert set_now(app, "Ben") == NONE_SET
    form = Page(browser.get(address).text)
    assert ticked(form) == ["aloud", "larger"]
    assert form.button("Take everything off")
    off = Page(browser.post(address, data={"shown": form.value("shown")}, follow_redirects=True).text)
    assert "Saved. Nothing is set for Amira now." in off.text
    assert "Nothing is set for anybody yet" in off.text
    assert set_now(app) == NONE_SET


@on_sqlite
def test_it_says_of_each_lesson_of_these_years_which_adjustments_it_holds(
    app: Flask, browser: FlaskClient, group: ClassGroup
) -> None:
    site, address = site_of(app), f"/staff/classes/{group.id}/adjustments"
    own = [lesson for lesson in site.open_lessons.values() if lesson.is_for(group)]
    (table,) = (
        part for part in Page(browser.get(address).text).all("div") if part.attrs.get("id") == "lessons"
    )
    rows_shown = {row.find_all("th")[0].text: row.text for row in table.find_all("tr")[1:]}
    assert own and set(rows_shown) == {lesson.title for lesson in own}
    for lesson in own:
        quiz = site.quizzes.get(lesson.quiz)
        in_english = lesson.in_fewer_words and (quiz is None or quiz.in_fewer_words)
        assert ("English" in rows_shown[lesson.title]) == in_english
        assert "Read by the tablet" in rows_shown[lesson.title]
    assert Page(browser.get(form_of(app, group)).text).link("Which lessons have it") == f"{address}#lessons"


@on_sqlite
def test_who_saves_what_a_colleague_has_changed_meanwhile_sees_that_first_and_ticks_nothing_again(
    app: Flask, session: Session, browser: FlaskClient, group: ClassGroup
) -> None:
    head = make_staff(session, Role.PRINCIPAL)
    session.commit()
    other, address = staff_browser(app, head), form_of(app, group)
    shown = Page(other.get(address).text).value("shown")
    browser.post(address, data={"shown": shown, "set": "beside"})
    answer = other.post(address, data={"shown": shown, "set": "larger"})
    again = Page(answer.text)
    assert answer.status_code == 409
    assert "Now is set: Signs with an adult." in again.text
    assert ticked(again) == ["larger"]
    assert set_now(app) == Adjustments(beside=True)
    for nonsense in ("", "x", "²", "9" * 5000):
        assert other.post(address, data={"shown": nonsense, "set": "larger"}).status_code == 409
    again_sent = {"shown": again.value("shown"), "set": ["beside", "larger"]}
    for _press in range(2):
        assert other.post(address, data=again_sent).status_code == 303
    assert set_now(app) == Adjustments(beside=True, larger=True)


@on_sqlite
def test_the_form_has_no_room_for_a_reason(app: Flask, browser: FlaskClient, group: ClassGroup) -> None:
    page = Page(browser.get(form_of(app, group)).text)
    assert page.all("textarea") == []
    kinds = {field.attrs.get("type") for form in page.all("form") for field in form.find_all("input")}
    assert kinds <= {"checkbox", "hidden"}
    browser.post(form_of(app, group), data={"set": ["larger", "dyslexia"], "reason": "dyslexia"})
    (row,) = rows(app, select(Pupil).where(Pupil.first_name == "Amira"))
    assert "dyslexia" not in repr(vars(row))
    assert set_now(app) == Adjustments(larger=True)


@on_sqlite
def test_what_is_set_stands_in_no_log_and_on_no_paper(
    app: Flask, browser: FlaskClient, group: ClassGroup
) -> None:
    lines = len(rows(app, select(LogEntry)))
    browser.post(form_of(app, group), data=EVERYTHING)
    assert len(rows(app, select(LogEntry))) == lines
    page = Page(browser.get(f"/staff/classes/{group.id}/adjustments").text)
    shown = [part for part in page.all("section") if "Amira" in part.text]
    assert shown and all("no-print" in part.attrs["class"] for part in shown)


@on_sqlite
@pytest.mark.parametrize("role", [Role.TEACHER, Role.DSL, Role.CHAIR, Role.NETWORK])
def test_nobody_else_of_the_staff_sees_or_sets_anything(
    app: Flask, session: Session, group: ClassGroup, role: Role
) -> None:
    staff = make_staff(session, role)
    session.commit()
    other = staff_browser(app, staff)
    assert other.get(f"/staff/classes/{group.id}/adjustments").status_code == 404
    assert other.get(form_of(app, group)).status_code == 404
    assert other.post(form_of(app, group), data=EVERYTHING).status_code == 404
    assert set_now(app) == NONE_SET
    assert "Adjustments" not in other.get(f"/staff/classes/{group.id}").text


@on_sqlite
def test_who_looks_after_computers_and_teaches_sees_the_own_class_alone(
    app: Flask, session: Session, group: ClassGroup
) -> None:
    both = make_staff(session, Role.NETWORK, teaches=True)
    own = make_class_group(session, teacher=both, name="6C")
    session.commit()
    browser = staff_browser(app, both)
    assert browser.get(f"/staff/classes/{own.id}/adjustments").status_code == 200
    assert browser.get(f"/staff/classes/{group.id}/adjustments").status_code == 404


@on_sqlite
def test_a_teacher_who_no_longer_has_the_class_sets_nothing(
    app: Flask, browser: FlaskClient, session: Session, group: ClassGroup
) -> None:
    address = form_of(app, group)
    assert browser.get(address).status_code == 200
    session.get_one(ClassGroup, group.id).teachers = []
    session.commit()
    assert browser.post(address, data=EVERYTHING).status_code == 404
    assert set_now(app) == NONE_SET


@on_sqlite
def test_who_covers_the_class_today_reads_the_list_and_changes_nothing(
    app: Flask, session: Session, group: ClassGroup
) -> None:
    colleague = make_staff(session, name="Mr Silva")
    (first, *_) = adjusted_pupils(session, group)
    set_adjustments(session, first.pupil, Adjustments(larger=True), 0)
    today = site_of(app).today()
    take_cover(session, at_the_machine(), colleague, group, today)
    session.commit()
    address, cover = f"/staff/classes/{group.id}/adjustments", staff_browser(app, colleague)
    assert Page(cover.get(f"/staff/classes/{group.id}").text).link("Adjustments") == address
    page = Page(cover.get(address).text)
    assert "Larger text" in page.text
    assert "Change" not in page.text
    assert cover.get(form_of(app, group)).status_code == 404
    assert cover.post(form_of(app, group)).status_code == 404
    assert set_now(app) == Adjustments(larger=True)
    end_cover(session, at_the_machine(), session.get_one(ClassGroup, group.id), colleague.id, today)
    session.commit()
    assert cover.get(address).status_code == 404


@on_sqlite
def test_a_child_neither_sees_nor_sets_them(app: Flask, session: Session, content: Content) -> None:
    learner = make_learner(session, content.lessons)
    child = browser_of(app, learner)
    address = f"/staff/classes/{learner.class_group.id}/pupils/{learner.pupil.id}/adjustments"
    for one in (child, new_browser(app)):
        assert one.get(address).headers["Location"].startswith("/staff/sign-in")
        one.post(address, data=EVERYTHING)
        assert set_now(app) == NONE_SET
    child.post("/learn/look", data={"set": ["larger"], "size": "1"})
    assert set_now(app) == NONE_SET


@on_sqlite
def test_a_child_of_another_class_is_not_reached_by_the_own_class(
    app: Flask, browser: FlaskClient, session: Session, group: ClassGroup
) -> None:
    stranger = make_pupil(session, make_class_group(session, name="9Z"), first_name="Cem")
    gone = make_pupil(session, group, first_name="Dina", left_on=date(2026, 7, 1))
    session.commit()
    for pupil in (stranger, gone):
        address = f"/staff/classes/{group.id}/pupils/{pupil.id}/adjustments"
        assert browser.get(address).status_code == 404
        assert browser.post(address, data=EVERYTHING).status_code == 404
        assert set_now(app, pupil.first_name) == NONE_SET


@on_sqlite
def test_a_list_of_thirty_asks_no_more_than_one_of_two(
    app: Flask, browser: FlaskClient, session: Session, group: ClassGroup
) -> None:
    address = f"/staff/classes/{group.id}/adjustments"

    def asked() -> int:
        with counted(site_of(app).databases.school.engine) as sent:
            assert browser.get(address).status_code == 200
        return len(sent)

    asked()
    few = asked()
    for number in range(28):
        make_pupil(session, session.get_one(ClassGroup, group.id), first_name=f"Child {number}")
    session.commit()
    assert asked() == few
