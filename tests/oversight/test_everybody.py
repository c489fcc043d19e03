"""Children of a year or of the whole school: found, narrowed, by the page, and only those whom one may see."""

import csv
import io
import uuid
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import every_class
from kiosk.accounts.sign_in.current_pupil import PupilClass
from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import set_lesson, start_lesson
from kiosk.oversight.completion import Cell
from kiosk.oversight.everybody import PupilFilter, search_children
from kiosk.oversight.paging import ON_A_PAGE
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.factories import make_class_group, make_pupil, make_staff
from tests.lessons.learner import browser_of, make_learner
from tests.oversight.school import DAY, counted_queries, decide, fill_class, finish, table_rows
from tests.pages import Page

ADDRESS = "/staff/completion/pupils"


def found_by(session: Session, lessons: Mapping[str, Lesson], **asked: object) -> list[str]:
    """First names of everybody in the school who fits."""
    narrowing = PupilFilter(**asked)  # type: ignore[arg-type]
    return [
        child.name for child in search_children(session, every_class(session), lessons, narrowing).children
    ]


def names_on(page: Page) -> list[str]:
    """First names in every table of a page."""
    tables = range(len(page.all("table")))
    return [
        row[0] for table in tables for row in table_rows(page, table) if len(row) > 1 and row[0] != "Pupil"
    ]


@pytest.mark.parametrize("typed", ["zoe", "ZO", " zoë ", "oe k"])
def test_a_name_is_found_by_a_few_letters_without_capitals_or_accents(
    session: Session, lessons: Mapping[str, Lesson], typed: str
) -> None:
    group = make_class_group(session)
    make_pupil(session, group, first_name="Zoë K")
    make_pupil(session, group, first_name="Adam")
    assert found_by(session, lessons, name=typed) == ["Zoë K"]


def test_a_state_of_one_lesson_finds_whoever_is_there(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group, unset = fill_class(session, 3), make_class_group(session)
    make_pupil(session, unset, first_name="Elsewhere")
    set_lesson(session, group, upstander, DAY)
    finish(session, [group.pupils[0]], upstander)
    start_lesson(session, group.pupils[1], upstander, DAY)
    by_state = {state: found_by(session, lessons, lesson_id=upstander.id, state=state) for state in Cell}
    assert by_state == {
        Cell.FINISHED: ["A00"],
        Cell.STARTED: ["B01"],
        Cell.OPEN: ["C02"],
        Cell.OVERDUE: [],
        Cell.UNSET: ["Elsewhere"],
    }


def test_a_state_without_a_lesson_means_in_any_lesson_that_was_set(
    session: Session, lessons: Mapping[str, Lesson], upstander: Lesson
) -> None:
    group = fill_class(session, 2)
    other = next(one for one in lessons.values() if one.band == group.band and one.id != upstander.id)
    set_lesson(session, group, upstander, DAY)
    finish(session, [group.pupils[0]], upstander)
    finish(session, [group.pupils[1]], other)
    assert found_by(session, lessons, state=Cell.OPEN) == ["B01"]
    assert found_by(session, lessons, state=Cell.FINISHED) == ["A00"]


def test_a_page_holds_thirty_and_the_next_one_the_rest(app: Flask, session: Session) -> None:
    lead = make_staff(session, Role.DSL)
    for _ in range(2):
        fill_class(session, 20, year="5")
    fill_class(session, 3, year="6")
    session.commit()
    browser = staff_browser(app, lead)
    first = Page(browser.get(f"{ADDRESS}?year=5").text)
    assert len(names_on(first)) == ON_A_PAGE
    assert "Page 1 of 2" in first.text
    second = Page(browser.get(first.link("Next page")).text)
    assert len(names_on(second)) == 10
    beyond = Page(browser.get(f"{ADDRESS}?year=5&page=999").text)
    assert names_on(beyond) == names_on(second)
    together = Page(browser.get(first.link("All on one page, to print")).text)
    assert names_on(together) == names_on(first) + names_on(second)


def test_classes_of_two_age_groups_have_a_table_each_with_their_own_lessons(
    app: Flask, session: Session, lessons: Mapping[str, Lesson]
) -> None:
    lead = make_staff(session, Role.COORDINATOR)
    fill_class(session, 2, year="2", band=Band.KS1)
    fill_class(session, 2, year="7", band=Band.KS3)
    session.commit()
    page = Page(staff_browser(app, lead).get(ADDRESS).text)
    heads = [set(table_rows(page, number)[0][1:-1]) for number in range(len(page.all("table")))]
    for group in (PupilClass(uuid.uuid4(), Band.KS1, "2"), PupilClass(uuid.uuid4(), Band.KS3, "7")):
        assert {lesson.title for lesson in lessons.values() if lesson.is_for(group)} in heads


def test_the_file_holds_everybody_and_is_named_by_what_and_by_the_day(
    app: Flask, session: Session, upstander: Lesson, code: Code
) -> None:
    lead = make_staff(session, Role.PRINCIPAL)
    group = fill_class(session, 35, name="4 Swifts", year="4")
    make_pupil(session, group, first_name='=HYPERLINK("x")')
    fill_class(session, 1, year="9", band=Band.KS3)
    finish(session, [group.pupils[0]], upstander)
    decide(session, group.pupils[0], code)
    session.commit()
    browser = staff_browser(app, lead)
    page = Page(browser.get(f"{ADDRESS}?year=4").text)
    answer = browser.get(page.link("Download CSV"))
    name = answer.headers["Content-Disposition"]
    assert name.startswith('attachment; filename="completion-year-4-20')
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert len(rows) == 37
    first = dict(zip(rows[0], next(row for row in rows if row[2] == "A00"), strict=True))
    assert (first["Class"], first["Year"], first[upstander.title], first["Code"]) == (
        "4 Swifts",
        "4",
        "Finished",
        "Agreed",
    )
    assert '\'=HYPERLINK("x")' in [row[2] for row in rows]


def test_teachers_find_nobody_outside_their_own_classes_by_no_address_and_no_word(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    teacher = make_staff(session)
    fill_class(session, 2, teacher, year="5")
    other = make_class_group(session, year="6")
    same_year = make_class_group(session, year="5")
    for group in (other, same_year):
        make_pupil(session, group, first_name="Hidden")
    set_lesson(session, other, upstander, DAY)
    session.commit()
    browser = staff_browser(app, teacher)
    for ending in ("", ".csv"):
        for query in (
            "",
            "?year=5",
            "?name=hid",
            "?name=Hidden&year=5",
            f"?lesson={upstander.id}",
            "?state=open",
        ):
            answer = browser.get(f"{ADDRESS}{ending}{query}")
            assert answer.status_code == 200
            assert "Hidden<" not in answer.text
            assert ",Hidden," not in answer.text
            assert same_year.name not in answer.text
        for query in ("year=6", f"class={other.id.hex}", f"class={uuid.uuid4().hex}", "class=x", "year=99"):
            refused = browser.get(f"{ADDRESS}{ending}?{query}")
            assert refused.status_code == 404
            assert "Hidden" not in refused.text


@pytest.mark.parametrize("role", [Role.NETWORK, Role.CHAIR])
def test_whoever_may_see_no_progress_finds_nobody(app: Flask, session: Session, role: Role) -> None:
    fill_class(session, 2)
    person = make_staff(session, role, teaches=False)
    session.commit()
    browser = staff_browser(app, person)
    for address in (ADDRESS, f"{ADDRESS}.csv"):
        assert browser.get(address).status_code == 403


def test_a_child_on_a_tablet_is_sent_to_sign_in(
    app: Flask, session: Session, lessons: Mapping[str, Lesson]
) -> None:
    child = browser_of(app, make_learner(session, lessons))
    for address in (ADDRESS, f"{ADDRESS}.csv"):
        answer = child.get(address)
        assert answer.status_code == 302
        assert "/staff/sign-in" in answer.headers["Location"]


def test_a_larger_school_costs_no_more_queries(
    app: Flask, session: Session, databases: Databases, upstander: Lesson, code: Code
) -> None:
    lead = make_staff(session, Role.DSL)
    counts = []
    for size in (3, 12, 35):
        for year, band in (("5", Band.KS2), ("9", Band.KS3)):
            group = fill_class(session, size, year=year, band=band)
            set_lesson(session, group, upstander, DAY)
            finish(session, list(group.pupils), upstander)
            for pupil in group.pupils:
                decide(session, pupil, code)
        session.commit()
        browser = staff_browser(app, lead)
        with counted_queries(databases) as sent:
            assert browser.get(f"{ADDRESS}?state=finished").status_code == 200
        counts.append(len(sent))
    assert len(set(counts)) == 1
    assert counts[0] <= 11


def test_where_nobody_fits_the_page_says_what_to_do(app: Flask, session: Session) -> None:
    lead, new = make_staff(session, Role.DSL), make_staff(session)
    fill_class(session, 2)
    session.commit()
    assert "Nobody was found" in staff_browser(app, lead).get(f"{ADDRESS}?name=nobody").text
    assert "Nobody is here yet" in staff_browser(app, new).get(ADDRESS).text


def test_nobody_who_left_is_found(app: Flask, session: Session) -> None:
    lead = make_staff(session, Role.DSL)
    group = fill_class(session, 1)
    make_pupil(session, group, first_name="Gone", left_on=DAY)
    session.commit()
    assert "Gone" not in staff_browser(app, lead).get(f"{ADDRESS}?name=gone").text.replace('value="gone"', "")
