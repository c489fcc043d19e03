"""The office's page: visitors by day for twelve months, a list to take away by password, a wrong line taken out."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from kiosk.audit.log import LogAct, LogEntry
from kiosk.visitors import book
from kiosk.visitors.book import Signing
from tests.accounts.doors import rows, staff_browser
from tests.pages import Page
from tests.sites import site_of
from tests.visitors.desk import AFTER_SCHOOL, BOOK, SUNDAY, Reception, fill

pytestmark = pytest.mark.database("sqlite")
TODAY = date(2026, 12, 1)


def visited(reception: Reception, name: str, day: date = TODAY) -> None:
    with site_of(reception.app).databases.school.write() as session:
        book.sign(session, Signing(name, "Northgate Lifts", "Mr Novak", 3, "en"), name, day)


def test_the_office_whoever_stands_in_and_the_principal_see_the_book_and_nobody_else(
    reception: Reception,
) -> None:
    for person in (reception.office, reception.stand_in, reception.principal):
        assert "This is not the fire list." in reception.browser(person).get(BOOK).text
    for person in (reception.teacher, reception.lead):
        assert reception.browser(person).get(BOOK).status_code == 403
        assert reception.browser(person).post(f"{BOOK}/tablet").status_code == 403


def test_days_stand_newest_first_with_today_by_name_and_nothing_older_than_twelve_months(
    reception: Reception,
) -> None:
    for name, day in (
        *(("Bo Today", TODAY), ("Al Today", TODAY), ("Cy Earlier", TODAY - timedelta(days=30))),
        *(("Di Kept", date(2025, 12, 2)), ("Ed Gone", date(2025, 12, 1))),
    ):
        visited(reception, name, day)
    text = Page(reception.browser().get(BOOK).text).text
    assert "Ed Gone" not in text
    places = [text.index(word) for word in ("Today", "Al Today", "Bo Today", "Cy Earlier", "Di Kept")]
    assert places == sorted(places)


def test_a_long_year_stands_page_by_page(reception: Reception) -> None:
    for number in range(65):
        visited(reception, f"Visitor {number:02}", TODAY - timedelta(days=number))
    office = reception.browser()
    pages = [Page(office.get(f"{BOOK}?page={number}").text).text for number in (1, 2, 3)]
    assert [("Visitor 00" in one, "Visitor 45" in one, "Visitor 64" in one) for one in pages] == [
        *((True, False, False), (False, True, False), (False, False, True))
    ]
    assert "Visitor 00" in office.get(f"{BOOK}?page=all").text


@pytest.mark.parametrize("moment", [AFTER_SCHOOL, SUNDAY], ids=["school is over", "Sunday"])
def test_no_tablet_is_opened_while_there_is_no_school(reception: Reception, moment: datetime) -> None:
    reception.at(moment)
    office = reception.browser()
    assert "Open this device for visitors" not in office.get(BOOK).text
    answer = office.post(f"{BOOK}/tablet")
    assert (answer.status_code, answer.location) == (303, BOOK), "and whoever tried is still signed in"
    assert "A tablet is opened on a school day" in Page(office.get(BOOK).text).text
    assert office.get_cookie("kiosk-visitors", path="/visitors") is None


def test_the_list_is_taken_away_by_password_and_leaves_a_line(reception: Reception) -> None:
    visited(reception, "=Jo Marsh")
    late = staff_browser(reception.app, reception.office, timedelta(minutes=10))
    assert "/staff/confirm" in late.get(f"{BOOK}.csv").location
    answer = reception.browser().get(f"{BOOK}.csv")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines == [
        "Day,Name,From,Visiting,Code version,Language",
        "2026-12-01,'=Jo Marsh,Northgate Lifts,Mr Novak,3,en",
    ]
    log = rows(reception.app, select(LogEntry).where(LogEntry.act == LogAct.EXPORTED))
    assert [one.details for one in log] == ['{"of":"","what":"visitors"}']


def test_a_wrong_line_is_taken_out_and_the_log_of_powers_has_the_day_and_no_name(
    reception: Reception,
) -> None:
    visited(reception, "Jo Marsh")
    office, (line,) = reception.browser(), reception.written()
    address = f"{BOOK}/{line.id}/remove"
    assert address in office.get(BOOK).text
    assert office.post(address).status_code == 303
    assert reception.written() == [] and office.post(address).status_code == 404
    (log,) = rows(reception.app, select(LogEntry).where(LogEntry.act == LogAct.VISITOR_REMOVED))
    assert (log.by_id, log.details) == (reception.office.id, '{"visit":"2026-12-01"}')
    text = Page(reception.browser(reception.principal).get("/staff/log").text).text
    assert "Took a line out of the visitors’ book, of the day: " in text


def test_what_is_signed_on_the_tablet_stands_in_the_book_at_once(reception: Reception) -> None:
    tablet = reception.tablet()
    tablet.post("/visitors/", data=fill(tablet))
    text = Page(reception.browser().get(BOOK).text).text
    for words in ("Jo Marsh", "Northgate Lifts", "Mr Novak", "Code 3", "English"):
        assert words in text
