"""What the register asks does not grow with the cases on its other pages."""

import pytest
from flask import Flask

from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.export import register
from kiosk.incidents.export.views import register as register_page
from kiosk.incidents.models import IS_ABOUT_STAFF
from tests.incidents.closed_copies import copy_closed
from tests.incidents.queue.test_many_cases import close_many
from tests.incidents.queue.test_queue_price import statements
from tests.incidents.school import School
from tests.pages import Page
from tests.rows_fetched import Fetched, rows_fetched

pytestmark = pytest.mark.database("sqlite")
FEW, MANY, SHOWN = 5, 200, 3
REGISTER = "/staff/incidents/register"


@pytest.mark.parametrize("who", ["principal", "chair"])
def test_the_register_reads_what_it_shows_however_much_is_closed(
    school: School, app: Flask, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    for module in (register, register_page):
        monkeypatch.setattr(module, "PAGE_ROWS", SHOWN)
    of_lead, of_coordinator = (
        close_many(school, school.dsl, 1),
        close_many(school, school.coordinator, 1, "site"),
    )
    browser, found = school.browser(app, school.people[who]), list[Fetched]()
    for count in (FEW - 1, MANY - FEW):
        for report_id in (*of_lead, *of_coordinator):
            copy_closed(school, report_id, count)
        assert browser.get(REGISTER).status_code == 200
        with rows_fetched(school.databases.school, school.databases.reports) as fetched:
            page = Page(browser.get(REGISTER).text)
        found.append(fetched)
        assert len(page.all("tr")) == (1 + SHOWN if who == "principal" else 0)
    assert found[0] == found[1]
    if who == "principal":
        assert f"{2 * MANY} lines to counter-sign" in page.text


def test_the_register_goes_through_an_index_in_its_order(school: School, app: Flask) -> None:
    """The plan of SQLite: no case is read to be counted, nor to find those about a grown-up at school."""
    close_many(school, school.dsl, 1)
    engine, browser = school.databases.school.engine, school.browser(app, school.principal)
    browser.get(REGISTER)
    sent = statements([engine], lambda: browser.get(REGISTER))
    asked = [one for one in sent if "FROM incident" in one[0]]
    assert len(asked) >= 3
    with engine.connect() as connection:
        for words, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values).all()
            steps = [str(one[3]) for one in plan]
            assert "SCAN incident" not in steps and "USE TEMP B-TREE FOR ORDER BY" not in steps, (
                words,
                steps,
            )


def test_the_index_of_cases_about_a_grown_up_is_of_those_kinds() -> None:
    assert str(IS_ABOUT_STAFF) == f"route IN {ABOUT_STAFF}"
