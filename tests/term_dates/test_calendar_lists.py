"""Terms, holidays and half days line by line: what cannot be is named by the field, and nothing typed is lost."""

from datetime import date, time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.calendar.file import FILE_NAME, calendar_path, write_calendar
from kiosk.calendar.written import CalendarFile, HalfDay, Holiday, Term
from kiosk.config import Config
from kiosk.shared_files import SharedFile, share
from tests.pages import Page
from tests.sites import change_site, site_of
from tests.term_dates.calendar_forms import (
    SPRING,
    YEAR,
    change,
    error_of,
    fields,
    now_written,
    principal_browser,
)

pytestmark = pytest.mark.database("sqlite")  # the calendar lies in a file: the database has no part in it


@pytest.fixture
def browser(app: Flask, session: Session, config: Config) -> FlaskClient:
    """The principal's, at a school with two terms listed."""
    return principal_browser(app, session, config)


def test_a_term_is_added_on_an_empty_line_and_another_is_taken_away(
    browser: FlaskClient, config: Config
) -> None:
    new = {"name-2": "Summer", "first-2": "2027-04-12", "last-2": "2027-07-20", "drop-0": "yes"}
    assert change(browser, "terms", **new).status_code == 303
    summer = Term(first=date(2027, 4, 12), last=date(2027, 7, 20), name="Summer")
    assert now_written(config).terms == (SPRING, summer)


def test_a_line_that_was_emptied_is_taken_away(browser: FlaskClient, config: Config) -> None:
    assert change(browser, "terms", **{"name-0": "", "first-0": "", "last-0": ""}).status_code == 303
    assert now_written(config).terms == (SPRING,)


def test_a_holiday_of_one_day_needs_no_last_day(browser: FlaskClient, config: Config) -> None:
    assert change(browser, "holidays", **{"first-1": "2027-02-08"}).status_code == 303
    assert now_written(config).holidays[1] == Holiday(first=date(2027, 2, 8), last=date(2027, 2, 8))
    page = Page(browser.get("/staff/settings/holidays").text)
    assert page.value("last-1") == ""


def test_a_half_day_is_added(browser: FlaskClient, config: Config) -> None:
    assert change(browser, "half-days", **{"first-1": "2027-03-25", "closes-1": "13:15"}).status_code == 303
    assert now_written(config).half_days[1] == HalfDay(day=date(2027, 3, 25), closes=time(13, 15))


@pytest.mark.parametrize(
    ("path", "typed", "field", "said"),
    [
        ("terms", {"first-2": "2027-02-30", "last-2": "2027-04-01"}, "first-2", "like 2026-09-02"),
        ("terms", {"first-2": "2027-04-12"}, "last-2", "like 2026-12-18"),
        ("terms", {"first-2": "2027-07-20", "last-2": "2027-04-12"}, "last-2", "before the first"),
        ("terms", {"first-2": "2027-04-12", "last-2": "2037-07-20"}, "last-2", "longer than a year"),
        ("terms", {"first-2": "2027-03-25", "last-2": "2027-07-20"}, "first-2", "before the one before it"),
        (
            "terms",
            {"name-2": "x" * 61, "first-2": "2027-04-12", "last-2": "2027-07-20"},
            "name-2",
            "60 letters",
        ),
        ("holidays", {"name-1": "Easter"}, "first-1", "like 2026-09-02"),
        ("holidays", {"first-1": "12027-04-02"}, "first-1", "like 2026-09-02"),
        ("holidays", {"first-1": "2027-04-02", "last-1": "soon"}, "last-1", "like 2026-12-18"),
        ("half-days", {"first-1": "2027-03-25"}, "closes-1", "like 12:30"),
        ("half-days", {"first-1": "2027-03-25", "closes-1": "08:30"}, "closes-1", "after 08:30"),
        ("half-days", {"first-1": "2027-03-25", "closes-1": "15:31"}, "closes-1", "not after 15:30"),
        ("half-days", {"first-1": "2026-12-18", "closes-1": "12:00"}, "first-1", "listed twice"),
    ],
)
def test_a_line_that_cannot_be_is_named_by_the_field_and_stays_typed(
    browser: FlaskClient, config: Config, path: str, typed: dict[str, str], field: str, said: str
) -> None:
    answer = change(browser, path, **typed)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert said in error_of(page, field)
    for name, value in typed.items():
        assert page.value(name) == value
    assert page.value("first-0"), "what was there before is there still"
    assert now_written(config) == YEAR


def test_more_lines_lose_nothing_that_was_typed_and_save_nothing(
    browser: FlaskClient, config: Config
) -> None:
    answer = change(browser, "holidays", **{"name-1": "Easter", "more": "yes"})
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.value("name-1") == "Easter"
    assert int(page.value("rows")) == 7
    assert now_written(config) == YEAR


def test_a_page_that_is_older_than_the_calendar_saves_nothing(browser: FlaskClient, config: Config) -> None:
    for path, typed in (("terms", {"name-2": "Summer"}), ("hours", {"opens": "10:00"})):
        page = Page(browser.get(f"/staff/settings/{path}").text)
        changed = CalendarFile(opens=time(7), terms=(SPRING,))
        write_calendar(config, changed)
        answer = browser.post(f"/staff/settings/{path}", data=fields(page) | typed)
        assert answer.status_code == 409
        assert "Somebody changed the calendar" in answer.text
        assert next(iter(typed.values())) in answer.text
        assert now_written(config) == changed
        write_calendar(config, YEAR)


def test_nothing_is_saved_over_what_was_saved_on_the_other_node_and_the_other_node_gets_what_is_saved_here(
    app: Flask, browser: FlaskClient, config: Config, session: Session
) -> None:
    pair = config.model_copy(update={"keepers": "127.0.0.1:9001,127.0.0.1:9002"})
    change_site(app, config=pair)
    assert change(browser, "terms", **{"name-0": "Michaelmas"}).status_code == 303
    saved = session.execute(select(SharedFile.body)).scalar_one()
    assert saved == calendar_path(config).read_bytes()
    assert b"Michaelmas" in saved
    share(session, pair, site_of(app).key, FILE_NAME, b"opens = 07:00:00")
    session.commit()
    answer = change(browser, "terms", **{"name-0": "Lent"})
    assert answer.status_code == 409
    assert "Somebody changed the calendar" in answer.text
    assert "Lent" in answer.text
    assert b"Michaelmas" in calendar_path(config).read_bytes()


def test_terms_that_would_leave_children_waiting_for_years_are_not_taken(
    browser: FlaskClient, config: Config
) -> None:
    answer = change(browser, "terms", **{"first-2": "2030-04-12", "last-2": "2030-07-20"})
    assert answer.status_code == 422
    assert "Children would wait too long" in answer.text
    assert Page(answer.text).value("first-2") == "2030-04-12"
    assert now_written(config) == YEAR
