"""The table of strands and years: shares, what is not set, and years with few children."""

import csv
import io
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import set_lesson
from kiosk.oversight.coverage import Coverage, Square, SquareKind, coverage
from kiosk.roles import Role
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.oversight.school import DAY, counted_queries, fill_class, finish, table_rows
from tests.pages import Page


def squares(table: Coverage, strand: str) -> list[Square]:
    """The row of one strand."""
    return list(dict(table.rows)[strand])  # type: ignore[index]


def test_a_share_is_of_all_children_of_the_year(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    first, second = fill_class(session, 10), fill_class(session, 10)
    set_lesson(session, first, upstander, DAY)
    finish(session, list(first.pupils[:6]), upstander)
    table = coverage(session, [first, second], lessons)
    assert [column.years for column in table.columns] == [("5",)]
    assert squares(table, "bullying") == [Square(SquareKind.SHARE, 30)]
    assert table.gaps() == [("bullying", [table.columns[0]])]


def test_it_says_how_many_lessons_of_each_subject_are_set(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group = fill_class(session, 10)
    for_them = [one for one in lessons.values() if one.is_for(group)]
    in_maths = sum("maths" in one.subjects for one in for_them)
    set_lesson(session, group, upstander, DAY)
    found = {name: (is_set, there) for name, is_set, there in coverage(session, [group], lessons).subjects}
    assert found["pshe"] == found["computing"] == (1, len(for_them))
    assert in_maths and found["maths"] == (0, in_maths)
    assert "music" not in found, "there is no lesson of it for this year"


@pytest.mark.database("sqlite")
def test_the_page_says_it_in_one_sentence(app: Flask, session: Session) -> None:
    fill_class(session, 10)
    staff = make_staff(session, Role.PRINCIPAL)
    session.commit()
    page = Page(staff_browser(app, staff).get("/staff/coverage").text).text
    assert "Lessons that are set, by the subjects in which they can be taught: PSHE 0 of " in page


def test_a_lesson_that_is_not_set_and_one_that_is_not_written_are_told_apart(
    session: Session, lessons: Mapping[str, Lesson]
) -> None:
    table = coverage(session, [fill_class(session, 10)], lessons)
    assert squares(table, "bullying") == [Square(SquareKind.UNSET)]
    assert squares(table, "copyright") == [Square(SquareKind.UNWRITTEN)]
    assert table.gaps() == []
    written = {lesson.strand for lesson in lessons.values() if lesson.band == "ks2"}
    assert {strand for strand, _ in table.gaps(SquareKind.UNSET)} == written


def test_set_and_finished_by_nobody_is_nought_and_by_a_few_is_no_number(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group = fill_class(session, 10)
    set_lesson(session, group, upstander, DAY)
    assert squares(coverage(session, [group], lessons), "bullying") == [Square(SquareKind.SHARE, 0)]
    finish(session, list(group.pupils[:4]), upstander)
    assert squares(coverage(session, [group], lessons), "bullying") == [Square(SquareKind.FEW)]


def test_a_lesson_of_younger_children_does_not_count_unless_it_was_set(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group = fill_class(session, 10, band=Band.KS3, year="7")
    finish(session, list(group.pupils), upstander)
    assert squares(coverage(session, [group], lessons), "bullying")[0].kind is not SquareKind.SHARE
    set_lesson(session, group, upstander, DAY)
    assert squares(coverage(session, [group], lessons), "bullying") == [Square(SquareKind.SHARE, 100)]


def test_years_with_few_children_stand_with_their_neighbours(
    session: Session, lessons: Mapping[str, Lesson]
) -> None:
    classes = [
        fill_class(session, count, year=year, band=band)
        for year, band, count in (
            ("3", Band.KS2, 8),
            ("4", Band.KS2, 2),
            ("5", Band.KS2, 9),
            ("7", Band.KS3, 3),
        )
    ]
    table = coverage(session, classes, lessons)
    assert [(column.years, column.pupils) for column in table.columns] == [
        (("3", "4"), 10),
        (("5",), 9),
        (("7",), 3),
    ]
    assert table.bands == [(Band.KS2, 2), (Band.KS3, 1)]


def test_of_fewer_than_five_children_nothing_is_said(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group = fill_class(session, 4)
    set_lesson(session, group, upstander, DAY)
    finish(session, list(group.pupils), upstander)
    assert squares(coverage(session, [group], lessons), "bullying") == [Square(SquareKind.SMALL)]


def test_the_table_costs_the_same_for_one_class_and_for_many(
    session: Session, databases: Databases, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    classes = [fill_class(session, 6) for _ in range(3)]
    for group in classes:
        set_lesson(session, group, upstander, DAY)
        finish(session, list(group.pupils), upstander)
    counts = []
    for some in (classes[:1], classes):
        with counted_queries(databases) as sent:
            coverage(session, some, lessons)
        counts.append(len(sent))
    assert counts == [3, 3]


def test_the_chair_sees_the_school_and_no_class(app: Flask, session: Session, upstander: Lesson) -> None:
    chair = make_staff(session, Role.CHAIR, teaches=False)
    group = fill_class(session, 8, name="Herons")
    set_lesson(session, group, upstander, DAY)
    finish(session, list(group.pupils[:6]), upstander)
    session.commit()
    browser = staff_browser(app, chair)
    page = Page(browser.get("/staff/coverage").text)
    assert ["Bullying", "75"] in table_rows(page)
    assert "Herons" not in page.text
    assert browser.get(f"/staff/coverage?class={group.id.hex}").status_code == 404


def test_a_teachers_table_counts_only_the_own_classes(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    teacher = make_staff(session)
    own, other = fill_class(session, 6, teacher), fill_class(session, 6)
    for group in (own, other):
        set_lesson(session, group, upstander, DAY)
    finish(session, list(other.pupils), upstander)
    session.commit()
    page = Page(staff_browser(app, teacher).get("/staff/coverage").text)
    assert ["Bullying", "0"] in table_rows(page)
    assert "your classes" in page.text


def test_the_csv_holds_what_the_screen_shows(app: Flask, session: Session, upstander: Lesson) -> None:
    principal = make_staff(session, Role.PRINCIPAL)
    group = fill_class(session, 10)
    set_lesson(session, group, upstander, DAY)
    finish(session, list(group.pupils[:6]), upstander)
    session.commit()
    text = staff_browser(app, principal).get("/staff/coverage.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["Strand", "Year 5"]
    assert ["Bullying", "60"] in rows
    assert ["Copyright", "No lesson yet"] in rows


@pytest.mark.parametrize("path", ["coverage", "coverage.csv"])
def test_the_network_manager_sees_none_of_it(app: Flask, session: Session, path: str) -> None:
    network = make_staff(session, Role.NETWORK, teaches=False)
    session.commit()
    assert staff_browser(app, network).get(f"/staff/{path}").status_code == 403


def test_before_there_are_classes_the_page_says_so(app: Flask, session: Session, content: Content) -> None:
    dsl = make_staff(session, Role.DSL)
    session.commit()
    assert "There is nothing to show yet" in staff_browser(app, dsl).get("/staff/coverage").text
