"""The completion grid: states, totals, CSV, who may see it, and what it costs."""

import csv
import io
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.conduct.code import Code
from kiosk.conduct.models import Decision
from kiosk.conduct.signing import DecisionState
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import set_lesson, start_lesson
from kiosk.oversight.completion import Cell, completion
from kiosk.oversight.everybody import PupilFilter, progress_sheets, search_children
from kiosk.roles import Role
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.wording.csv import csv_name
from tests.accounts.doors import staff_browser
from tests.factories import make_class_group, make_pupil, make_staff
from tests.oversight.school import DAY, counted_queries, decide, fill_class, finish, table_rows
from tests.pages import Page
from tests.sites import site_of


def test_each_child_has_a_state_for_each_lesson_that_was_set(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson, code: Code
) -> None:
    group = make_class_group(session)
    done, begun, _none = (make_pupil(session, group, first_name=name) for name in ("Ada", "Ben", "Cem"))
    set_lesson(session, group, upstander, DAY)
    finish(session, [done], upstander)
    start_lesson(session, begun, upstander, DAY)
    grid = completion(session, group, lessons, code)
    assert [(row.name, row.cells[0]) for row in grid.rows] == [
        ("Ada", Cell.FINISHED),
        ("Ben", Cell.STARTED),
        ("Cem", Cell.OPEN),
    ]
    assert grid.columns[0].title == upstander.title
    assert grid.columns[0].finished == 1


def test_what_is_due_each_term_is_open_again_in_the_grid_and_in_the_list_of_everybody(
    session: Session, upstander: Lesson, content: Content
) -> None:
    group, telling = fill_class(session, 2), replace(upstander, id="telling", each_term=True)
    lessons = {one.id: one for one in (upstander, telling)}
    for lesson in lessons.values():
        set_lesson(session, group, lesson, DAY)
        finish(session, list(group.pupils[:1]), lesson)
    began = DAY + timedelta(days=30)
    for term_began, state in ((DAY, Cell.FINISHED), (began, Cell.OPEN)):
        first = completion(session, group, lessons, None, term_began).rows[0]
        assert sorted(first.cells) == sorted([Cell.FINISHED, state]), "the other lesson stays finished"
        found = search_children(
            session, [group], lessons, PupilFilter(lesson_id=telling.id, state=state), term_began
        )
        assert group.pupils[0].first_name in {child.name for child in found.children}
        (sheet,) = progress_sheets(session, found, found.children[:1], content.codes)
        assert state in sheet.classes[0][1][0].cells


def test_a_lesson_of_the_age_group_that_was_not_set_is_a_dash_and_still_shows_who_did_it(
    session: Session, upstander: Lesson, code: Code
) -> None:
    group = make_class_group(session)
    eager, _other = (make_pupil(session, group, first_name=name) for name in ("Ada", "Ben"))
    finish(session, [eager], upstander)
    grid = completion(session, group, {upstander.id: upstander}, code)
    assert not grid.columns[0].is_set
    assert [row.cells[0] for row in grid.rows] == [Cell.FINISHED, Cell.UNSET]
    assert grid.columns[0].total == "1"


def test_lessons_stand_in_the_order_they_were_set_and_one_that_is_gone_keeps_its_column(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson, code: Code
) -> None:
    group = fill_class(session, 1)
    set_lesson(session, group, upstander, DAY.replace(day=20))
    set_lesson(session, group, replace(upstander, id="ks2-bullying-old"), DAY.replace(day=2))
    grid = completion(session, group, lessons, code)
    assert [column.title for column in grid.columns if column.is_set] == ["ks2-bullying-old", upstander.title]


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (Decision.AGREE, DecisionState.AGREED),
        (Decision.QUESTION, DecisionState.QUESTION),
        (Decision.NOT_YET, DecisionState.NOT_YET),
    ],
)
def test_the_code_column_says_what_a_child_decided(
    session: Session, lessons: Mapping[str, Lesson], code: Code, decision: Decision, state: DecisionState
) -> None:
    group = fill_class(session, 2)
    decide(session, group.pupils[0], code, decision)
    grid = completion(session, group, lessons, code)
    assert [row.code for row in grid.rows] == [state, DecisionState.NONE]
    assert grid.agreed == (1 if state is DecisionState.AGREED else 0)


def test_the_last_decision_counts_and_an_older_version_has_to_be_agreed_to_anew(
    session: Session, lessons: Mapping[str, Lesson], code: Code
) -> None:
    group = fill_class(session, 2)
    first, second = group.pupils
    decide(session, first, code, Decision.NOT_YET, decided_on=DAY.replace(day=2))
    decide(session, first, code, Decision.AGREE, decided_on=DAY.replace(day=9))
    decide(session, second, code, code_version=code.version)
    newer = replace(code, version=code.version + 1)
    assert [row.code for row in completion(session, group, lessons, code).rows] == [DecisionState.AGREED] * 2
    assert [row.code for row in completion(session, group, lessons, newer).rows] == [
        DecisionState.CHANGED
    ] * 2


def test_a_child_who_left_is_in_no_row_and_in_no_total(
    session: Session, upstander: Lesson, code: Code
) -> None:
    group = fill_class(session, 2)
    finish(session, list(group.pupils), upstander)
    group.pupils[1].left_on = DAY
    session.flush()
    grid = completion(session, group, {upstander.id: upstander}, code)
    assert [row.name for row in grid.rows] == ["A00"]
    assert grid.columns[0].finished == 1


def test_the_csv_holds_what_the_screen_shows(
    app: Flask, session: Session, lessons: Mapping[str, Lesson], upstander: Lesson, code: Code
) -> None:
    teacher = make_staff(session)
    group = fill_class(session, 6, teacher)
    set_lesson(session, group, upstander, DAY)
    finish(session, list(group.pupils[:3]), upstander)
    start_lesson(session, group.pupils[4], upstander, DAY)
    decide(session, group.pupils[0], code)
    decide(session, group.pupils[1], code, Decision.QUESTION)
    session.commit()
    browser = staff_browser(app, teacher)
    screen = table_rows(Page(browser.get(f"/staff/completion/{group.id}").text))
    answer = browser.get(f"/staff/completion/{group.id}.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    name = csv_name("completion", group.name, day=site_of(app).today())
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))) == screen
    first, last = (dict(zip(screen[0], row, strict=True)) for row in (screen[1], screen[-1]))
    assert (first[upstander.title], first["Code"]) == ("Finished", "Agreed")
    assert (screen[-1][0], last[upstander.title], last["Code"]) == ("Finished", "3", "1 of 6")


def test_a_name_that_a_spreadsheet_would_run_arrives_as_words(app: Flask, session: Session) -> None:
    teacher = make_staff(session)
    group = make_class_group(session, teacher=teacher)
    make_pupil(session, group, first_name='=HYPERLINK("x")')
    session.commit()
    text = staff_browser(app, teacher).get(f"/staff/completion/{group.id}.csv").data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline="")))[1][0] == '\'=HYPERLINK("x")'


def test_a_class_of_35_costs_the_same_queries_as_one_of_5(
    app: Flask, session: Session, databases: Databases, upstander: Lesson, code: Code
) -> None:
    dsl = make_staff(session, Role.DSL)
    counts = {}
    for size in (5, 35):
        group = fill_class(session, size)
        set_lesson(session, group, upstander, DAY)
        finish(session, list(group.pupils), upstander)
        for pupil in group.pupils:
            decide(session, pupil, code)
        session.commit()
        browser = staff_browser(app, dsl)
        with counted_queries(databases) as sent:
            assert browser.get(f"/staff/completion/{group.id}").status_code == 200
        counts[size] = len(sent)
    assert counts[35] == counts[5]
    assert counts[35] <= 12


def test_nobody_is_ranked_and_no_child_has_a_total(app: Flask, session: Session, upstander: Lesson) -> None:
    teacher = make_staff(session)
    group = fill_class(session, 3, teacher)
    finish(session, [group.pupils[2]], upstander)
    session.commit()
    page = Page(staff_browser(app, teacher).get(f"/staff/completion/{group.id}").text)
    assert [row[0] for row in table_rows(page)[1:-1]] == ["A00", "B01", "C02"]
    head = table_rows(page)[0]
    titles = {lesson.title for lesson in site_of(app).lessons.values() if lesson.band == group.band}
    assert (head[0], set(head[1:-1]), head[-1]) == ("Pupil", titles, "Code")


def test_a_class_of_somebody_else_cannot_be_told_from_one_that_is_not_there(
    app: Flask, session: Session
) -> None:
    group = fill_class(session, 3, make_staff(session))
    other = make_staff(session)
    session.commit()
    browser = staff_browser(app, other)
    for address in (group.id, uuid.uuid4()):
        for ending in ("", ".csv"):
            answer = browser.get(f"/staff/completion/{address}{ending}")
            assert answer.status_code == 404
            assert "A00" not in answer.text


@pytest.mark.parametrize("role", [Role.NETWORK, Role.CHAIR])
def test_whoever_runs_the_network_and_the_chair_see_no_childs_progress(
    app: Flask, session: Session, role: Role
) -> None:
    group = fill_class(session, 3)
    person = make_staff(session, role, teaches=False)
    session.commit()
    browser = staff_browser(app, person)
    for path in (f"completion/{group.id}", f"completion/{group.id}.csv", "completion/", "signatures"):
        answer = browser.get(f"/staff/{path}")
        assert answer.status_code == 403
        assert "A00" not in answer.text


def test_a_class_without_children_and_one_without_lessons_say_what_to_do(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    teacher = make_staff(session)
    nobody, unset = make_class_group(session, teacher=teacher), fill_class(session, 2, teacher)
    session.commit()
    browser = staff_browser(app, teacher)
    assert "Nobody is in this class yet" in browser.get(f"/staff/completion/{nobody.id}").text
    page = Page(browser.get(f"/staff/completion/{unset.id}").text)
    assert "No lesson is set for this class yet." in page.text
    assert page.link("Choose a lesson to set") == "/staff/lessons/"
    row = table_rows(page)[1]
    assert (row[0], set(row[1:-1]), row[-1]) == ("A00", {"Not set yet"}, "Not asked")
