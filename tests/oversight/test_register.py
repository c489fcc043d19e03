"""The register narrowed: by who signs, class, Code, version, decision, day and name; page by page."""

import csv
import io
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import Decision
from kiosk.conduct.signing import sign_as_staff
from kiosk.oversight.paging import ON_A_PAGE
from kiosk.roles import Role
from tests.accounts.doors import staff_browser
from tests.factories import make_pupil, make_staff
from tests.oversight.school import DAY, decide, fill_class, table_rows
from tests.pages import Page

ADDRESS = "/staff/signatures"


def names(page: Page) -> list[str]:
    """Everybody in the table of a page."""
    if not page.all("table"):
        return []
    return [row[0] for row in table_rows(page) if len(row) > 1 and row[0] != "Name"]


@pytest.fixture
def register(session: Session, codes: Codes, code: Code) -> StaffMember:
    """A class in which three decided and one was never asked; a class of ks3; staff of whom one has signed."""
    lead = make_staff(session, Role.DSL, name="Ms Lead")
    group = fill_class(session, 4, name="5 Owls")
    decide(session, group.pupils[0], code, decided_on=DAY)
    decide(session, group.pupils[1], code, Decision.QUESTION, decided_on=DAY.replace(day=2))
    decide(session, group.pupils[2], code, code_version=code.version - 1, decided_on=DAY.replace(day=9))
    fill_class(session, 1, year="8", band=Band.KS3)
    sign_as_staff(session, lead, codes["staff", "en"], "en", DAY)
    session.commit()
    return lead


@pytest.fixture
def browser(app: Flask, register: StaffMember) -> FlaskClient:
    """The lead's browser, with that register."""
    return staff_browser(app, register)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("decision=agreed", ["A00", "Ms Lead"]),
        ("decision=question", ["B01"]),
        ("decision=changed", ["C02"]),
        ("decision=none&who=pupil", ["D03", "A00"]),
        ("decision=unsigned&who=pupil", ["B01", "C02", "D03", "A00"]),
        ("show=unsigned&code=ks2", ["B01", "C02", "D03"]),
        ("who=staff", ["Ms Lead"]),
        ("code=staff", ["Ms Lead"]),
        ("code=ks3", ["A00"]),
        ("name=c0", ["C02"]),
        ("name=LEAD", ["Ms Lead"]),
        ("since=2026-11-09&who=pupil", ["A00", "C02"]),
        ("until=2026-11-09", ["B01", "C02"]),
        ("since=2026-11-03&until=2026-11-10", ["C02"]),
        ("since=never&version=x&decision=%00&who=x&name=b01", ["B01"]),
        ("code=nothing", []),
    ],
)
def test_the_register_is_narrowed(browser: FlaskClient, query: str, expected: list[str]) -> None:
    assert names(Page(browser.get(f"{ADDRESS}?{query}").text)) == expected


def test_a_version_is_found_by_its_number(browser: FlaskClient, session: Session, code: Code) -> None:
    group = fill_class(session, 1, name="6 Jays")
    decide(session, group.pupils[0], code, code_version=7)
    session.commit()
    page = Page(browser.get(f"{ADDRESS}?version=7").text)
    assert names(page) == ["A00"]
    assert "6 Jays" in page.text


@pytest.mark.parametrize(
    ("who", "page", "words"),
    [
        ("parent", "/home/code/ks2", "Parents sign on paper"),
        ("visitor", "/home/code/visitor", "Visitors sign at reception"),
    ],
)
def test_no_parent_and_no_visitor_stands_in_the_register_and_the_page_says_where_they_sign(
    browser: FlaskClient, who: str, page: str, words: str
) -> None:
    answer = Page(browser.get(f"{ADDRESS}?who={who}").text)
    assert words in answer.text
    assert answer.link("The page to print") == page
    assert names(answer) == []


def test_the_file_holds_what_was_found_and_is_named_by_class_and_day(
    browser: FlaskClient, session: Session, code: Code
) -> None:
    group = fill_class(session, 1, name="6 Élan")
    decide(session, make_pupil(session, group, first_name="@SUM(A1)"), code, Decision.NOT_YET)
    session.commit()
    page = Page(browser.get(f"{ADDRESS}?class={group.id.hex}&decision=not_yet").text)
    answer = browser.get(page.link("Download CSV"))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="signatures-6-elan-20')
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert [row[1] for row in rows] == ["Name", "'@SUM(A1)"]


def test_a_page_holds_thirty_lines_with_the_heading_of_their_class(app: Flask, session: Session) -> None:
    lead = make_staff(session, Role.DSL)
    first, second = fill_class(session, 25, name="3 A"), fill_class(session, 25, name="3 B")
    session.commit()
    browser = staff_browser(app, lead)
    one = Page(browser.get(f"{ADDRESS}?who=pupil").text)
    assert len(names(one)) == ON_A_PAGE
    two = Page(browser.get(one.link("Next page")).text)
    assert len(names(two)) == 20
    assert second.name in two.text
    assert not any(row[0].startswith(first.name) for row in table_rows(two) if len(row) == 1)
    assert len(names(Page(browser.get(one.link("All on one page, to print")).text))) == 50


@pytest.mark.parametrize(
    "query", ["", "decision=agreed", "decision=unsigned&who=pupil", "name=a", "until=2026-11-24"]
)
def test_page_after_page_is_what_stands_on_one_page(
    app: Flask, session: Session, code: Code, query: str
) -> None:
    lead = make_staff(session, Role.DSL, name="Ms Lead")
    for number, size in enumerate((30, 7, 65, 1, 22)):
        group = fill_class(session, size, name=f"Class {number}")
        for place, pupil in enumerate(group.pupils if number % 3 else []):
            decide(session, pupil, code, (Decision.AGREE, Decision.QUESTION, Decision.NOT_YET)[place % 3])
    session.commit()
    browser = staff_browser(app, lead)
    whole = Page(browser.get(f"{ADDRESS}?{query}&page=all").text)
    lines = [row for row in table_rows(whole)[1:] if len(row) > 1]
    assert f"{len(lines)} lines found" in whole.text
    pages = [
        Page(browser.get(f"{ADDRESS}?{query}&page={number + 1}").text)
        for number in range(-(-len(lines) // 30))
    ]
    assert [row for page in pages for row in table_rows(page)[1:] if len(row) > 1] == lines
    assert {row[0] for page in pages for row in table_rows(page) if len(row) == 1} == {
        row[0] for row in table_rows(whole) if len(row) == 1
    }


def test_what_was_decided_last_year_stands_there_as_last_years(
    app: Flask, session: Session, code: Code
) -> None:
    lead = make_staff(session, Role.DSL)
    group = fill_class(session, 1)
    decide(session, group.pupils[0], code, lapsed_on=DAY)
    session.commit()
    page = Page(staff_browser(app, lead).get(f"{ADDRESS}?who=pupil").text)
    head, *rows = table_rows(page)
    found = dict(zip(head, next(row for row in rows if row[0] == "A00"), strict=True))
    assert (found["State"], found["Version"], found["Date"]) == (
        "Not asked this year",
        str(code.version),
        "24 November 2026",
    )


def test_a_teacher_finds_no_staff_and_no_child_of_others_by_any_filter(
    app: Flask, session: Session, code: Code
) -> None:
    teacher = make_staff(session, name="Ms Own")
    fill_class(session, 1, teacher)
    other = fill_class(session, 1)
    decide(session, make_pupil(session, other, first_name="Hidden"), code)
    session.commit()
    browser = staff_browser(app, teacher)
    for ending in ("", ".csv"):
        for query in ("", "who=staff", "code=staff", "decision=agreed", "name=hidden", "version=1"):
            text = browser.get(f"{ADDRESS}{ending}?{query}").text
            assert "Hidden" not in text
            assert other.name not in text
            assert "Ms Own," not in text
        for asked in (other.id.hex, uuid.uuid4().hex):
            assert browser.get(f"{ADDRESS}{ending}?class={asked}&name=hidden").status_code == 404
