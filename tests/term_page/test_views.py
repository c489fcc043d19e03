"""The term page in a browser: two copies and a table, who drafts, signs and reads, and where old addresses lead."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.oversight.models import TermFigures
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.term_page.models import TermPage
from tests.accounts.doors import rows, staff_browser
from tests.factories import make_class_group, make_pupil, make_staff
from tests.oversight.school import counted_queries
from tests.pages import Page
from tests.staff.costs import cost_of_home

pytestmark = pytest.mark.database("sqlite")
PLACE = "/staff/term-pages/"
ROLES = (Role.DSL, Role.PRINCIPAL, Role.CHAIR, Role.COORDINATOR, Role.NETWORK, Role.TEACHER)


@pytest.fixture
def staff(session: Session) -> dict[Role, StaffMember]:
    found = {role: make_staff(session, role, name=f"Ms {role.value}") for role in ROLES}
    group = make_class_group(session, name="Herons")
    for number in range(6):
        make_pupil(session, group, first_name=f"Xanthe{number}")
    values = {
        "step": 5,
        "between": 10,
        "online": 5,
        "other": 0,
        "days": 70,
        "days_two": 68,
        "days_tested": 69,
    }
    session.add(
        TermFigures(began=date(2026, 1, 5), until=date(2026, 4, 15), fixed_on=date(2026, 4, 15), **values)
    )
    session.commit()
    return found


def browser(app: Flask, staff: dict[Role, StaffMember], role: Role) -> FlaskClient:
    return staff_browser(app, staff[role])


def drafted(app: Flask, staff: dict[Role, StaffMember], said: str = "") -> str:
    """The address of the page that the lead drafts."""
    answer = browser(app, staff, Role.DSL).post(PLACE, data={"said": said})
    assert answer.status_code == 302
    return str(answer.location)


def issued(app: Flask, staff: dict[Role, StaffMember], said: str = "") -> str:
    """The address of the page that the principal signs then."""
    address = drafted(app, staff, said)
    head = browser(app, staff, Role.PRINCIPAL)
    (seen,) = rows(app, select(TermPage.digest))
    assert head.post(f"{address}/sign", data={"seen": seen}).status_code == 302
    return address


def test_the_lead_drafts_the_principal_signs_and_the_chair_reads(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    address = drafted(app, staff, "We tried the spare line.")
    head, chair = browser(app, staff, Role.PRINCIPAL), browser(app, staff, Role.CHAIR)
    assert "Sign it: it is issued" in head.get(address).text
    assert "A term page waits for you" in head.get("/staff/").text
    assert chair.get(address).status_code == 404
    address = issued(app, staff, "We tried the spare line.")
    assert "Sign it" not in head.get(address).text
    assert "A term page waits for you" in chair.get("/staff/").text
    assert "Governors have read it" in chair.get(address).text
    for _ in range(2):
        assert chair.post(f"{address}/read").status_code == 302
    assert "Governors have read it" not in chair.get(address).text
    text = Page(chair.get(address).text).text
    assert "counter-signed by Ms principal" in text and "We tried the spare line." in text


def test_the_copy_for_anybody_has_no_cases_and_no_gap(app: Flask, staff: dict[Role, StaffMember]) -> None:
    address = issued(app, staff)
    governors = Page(browser(app, staff, Role.CHAIR).get(address).text).text
    assert "10 to 14" in governors and "15 to 27" in governors and "Spring 2026" in governors
    for role in (Role.TEACHER, Role.NETWORK, Role.CHAIR):
        text = Page(browser(app, staff, role).get(f"{address}/open").text).all("article")[0].text
        assert "10 to 14" not in text and "ases that began" not in text and "grown-up at school" not in text
    for role in (Role.TEACHER, Role.NETWORK):
        assert browser(app, staff, role).get(address).status_code == 403
        assert "For governors" not in browser(app, staff, role).get(PLACE).text


def test_the_table_has_what_this_person_may_read(app: Flask, staff: dict[Role, StaffMember]) -> None:
    address = issued(app, staff)
    chair, teacher = (
        browser(app, staff, one).get(f"{address}/table.csv") for one in (Role.CHAIR, Role.TEACHER)
    )
    assert "10 to 14" in chair.text and "10 to 14" not in teacher.text
    assert "How to tell somebody" in teacher.text and teacher.mimetype == "text/csv"


def test_no_child_and_no_class_stands_on_it(app: Flask, staff: dict[Role, StaffMember]) -> None:
    text = browser(app, staff, Role.DSL).get(issued(app, staff)).text
    assert "Xanthe" not in text and "Herons" not in text


@pytest.mark.parametrize("old", ["/staff/evidence", "/staff/statistics"])
def test_old_addresses_lead_to_it(app: Flask, staff: dict[Role, StaffMember], old: str) -> None:
    answer = browser(app, staff, Role.TEACHER).get(old)
    assert (answer.status_code, answer.location) == (302, PLACE)


def test_whoever_may_not_is_told_so_and_nothing_changes(app: Flask, staff: dict[Role, StaffMember]) -> None:
    for role in (Role.PRINCIPAL, Role.CHAIR, Role.TEACHER):
        assert browser(app, staff, role).post(PLACE).status_code == 409
    address = drafted(app, staff)
    assert browser(app, staff, Role.TEACHER).post(f"{address}/sign").status_code == 404
    stale = browser(app, staff, Role.PRINCIPAL).post(f"{address}/sign", data={"seen": "another"})
    assert stale.status_code == 409 and "drafted again while you read it" in Page(stale.text).text
    address = issued(app, staff)
    for end in ("sign", "read"):
        assert browser(app, staff, Role.TEACHER).post(f"{address}/{end}").status_code == 409
    (page,) = rows(app, select(TermPage))
    assert page.read_on is None and page.issued_by_id == staff[Role.PRINCIPAL].id


def test_what_was_typed_stays_where_the_draft_is_refused(app: Flask, staff: dict[Role, StaffMember]) -> None:
    answer = browser(app, staff, Role.DSL).post(PLACE, data={"said": "See https://example.com"})
    assert answer.status_code == 409 and "See https://example.com" in answer.text
    assert not rows(app, select(TermPage))


def test_a_page_that_was_changed_by_hand_says_so_to_whoever_reads_it(
    app: Flask, staff: dict[Role, StaffMember], databases: Databases
) -> None:
    address = issued(app, staff)
    with databases.school.write() as session:
        session.scalars(select(TermPage)).one().content = rows(app, select(TermPage.content))[0].replace(
            "none", "all"
        )
    text = Page(browser(app, staff, Role.CHAIR).get(f"{address}/open").text).text
    assert "This page is not as it was issued" in text


@pytest.mark.parametrize("address", ["2026-01-05", "2026-01-05/open", "soon", "soon/table.csv"])
def test_a_page_that_is_not_there_is_not_found(
    app: Flask, staff: dict[Role, StaffMember], address: str
) -> None:
    assert browser(app, staff, Role.DSL).get(PLACE + address).status_code == 404


def test_twenty_pages_cost_what_one_does_and_less_than_the_first_page_of_staff(
    app: Flask, staff: dict[Role, StaffMember], session: Session, databases: Databases
) -> None:
    address = issued(app, staff)
    chair, most = browser(app, staff, Role.CHAIR), cost_of_home(app, staff[Role.CHAIR], databases)

    def costs() -> list[int]:
        found = []
        for one in (PLACE, address, f"{address}/open"):
            with counted_queries(databases) as sent:
                chair.get(one)
            found.append(len(sent))
        return found

    before = costs()
    (page,) = rows(app, select(TermPage))
    values = {name: getattr(page, name) for name in TermPage.__table__.columns.keys()}  # noqa: SIM118
    for number in range(20):
        session.add(TermPage(**values | {"began": date(2000 + number, 9, 1), "number": number}))
    session.commit()
    assert costs() == before
    assert max(before) <= 1.5 * most
