"""The school calendar on a page: what it says, its hours, and what happens where its file is broken or locked."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.calendar.file import calendar_path, write_calendar
from kiosk.calendar.written import CalendarFile
from kiosk.config import Config
from kiosk.roles import Role
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.pages import Page
from tests.sites import site_of
from tests.term_dates.calendar_forms import SPRING, YEAR, change, error_of, now_written, principal_browser

pytestmark = pytest.mark.database("sqlite")  # the calendar lies in a file: the database has no part in it

NOW = datetime(2026, 11, 25, 11, 10, tzinfo=UTC)  # a Wednesday
PAGES = ("", "/hours", "/terms", "/holidays", "/half-days", "/import")


@pytest.fixture
def browser(app: Flask, session: Session, config: Config) -> FlaskClient:
    """The principal's, at a school with two terms listed."""
    return principal_browser(app, session, config)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.PRINCIPAL, 200),
        (Role.NETWORK, 200),
        (Role.DSL, 200),
        (Role.COORDINATOR, 403),
        (Role.CHAIR, 403),
        (Role.TEACHER, 403),
    ],
)
def test_the_calendar_is_changed_by_three_roles(
    app: Flask, session: Session, role: Role, status: int
) -> None:
    staff = make_staff(session, role)
    session.commit()
    browser = staff_browser(app, staff)
    for path in PAGES:
        assert browser.get(f"/staff/settings{path}").status_code == status
        if path:
            sent = browser.post(f"/staff/settings{path}").status_code
            assert sent == status if status == 403 else sent in {409, 422}


def test_the_page_says_what_follows_from_the_calendar(browser: FlaskClient) -> None:
    with patch("kiosk.term_dates.views.calendar.now_utc", return_value=NOW):
        text = Page(browser.get("/staff/settings").text).text
    assert "Wednesday 25 November 2026, 11:10 (Europe/London); open until 15:30" in text
    assert "Thursday 26 November 2026, 8:30 to 15:30" in text
    assert (
        "A report sent on Saturday 28 November 2026, 12:00 reaches its readers on Monday 30 November 2026, 8:30. "
        "They are to read it by Monday 30 November 2026, 15:30."
    ) in text
    assert "Terms are listed until Thursday 25 March 2027." in text
    assert "List the next terms" not in text


def test_sixty_days_before_the_last_term_ends_the_page_warns(browser: FlaskClient) -> None:
    for days, warned in ((60, False), (59, True)):
        moment = datetime.combine(SPRING.last, time(12), UTC) - timedelta(days=days)
        with patch("kiosk.term_dates.views.calendar.now_utc", return_value=moment):
            assert ("List the next terms" in browser.get("/staff/settings").text) is warned


def test_without_terms_the_page_says_that_every_week_counts(browser: FlaskClient, config: Config) -> None:
    calendar_path(config).unlink()
    assert "No terms are listed" in browser.get("/staff/settings").text


def test_hours_are_changed_and_children_are_told_by_them_at_once(
    app: Flask, browser: FlaskClient, config: Config
) -> None:
    answer = change(browser, "hours", opens="09:00", closes="16:15", weekdays=["monday", "saturday"])
    assert answer.status_code == 303
    written = now_written(config)
    assert (written.opens, written.closes, written.weekdays) == (
        time(9),
        time(16, 15),
        ("monday", "saturday"),
    )
    assert written.terms == YEAR.terms, "nothing else has changed"
    page = Page(browser.get("/staff/settings").text)
    assert "Saved." in page.text
    assert "9:00 to 16:15" in page.text
    assert site_of(app).calendar.closes == time(16, 15)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"opens": "half nine"}, "opens", "like 08:30"),
        ({"opens": "04:59"}, "opens", "05:00 or later"),
        ({"closes": ""}, "closes", "like 15:30"),
        ({"closes": "23:30"}, "closes", "23:00 or earlier"),
        ({"opens": "15:00"}, "closes", "open for at least an hour"),
        ({"closes": "12:00"}, "closes", "listed half day closes at 12:30"),
    ],
)
def test_hours_that_cannot_be_are_named_by_the_field_and_stay_typed(
    browser: FlaskClient, config: Config, typed: dict[str, str], field: str, said: str
) -> None:
    answer = change(browser, "hours", **typed)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert said in error_of(page, field)
    for name, value in typed.items():
        assert page.value(name) == value
    assert now_written(config) == YEAR


def test_a_week_without_days_is_not_taken(browser: FlaskClient, config: Config) -> None:
    answer = change(browser, "hours", weekdays=[])
    assert answer.status_code == 422
    assert "at least one day" in answer.text
    assert now_written(config) == YEAR


def test_a_file_that_cannot_be_written_is_told_in_plain_words(browser: FlaskClient, config: Config) -> None:
    with patch.object(Path, "replace", side_effect=PermissionError(13, "Permission denied")):
        answer = change(browser, "hours", opens="09:00")
    assert answer.status_code == 503
    page = Page(answer.text)
    assert f"the file {calendar_path(config)} could not be written (Permission denied)" in page.text
    assert page.value("opens") == "09:00"
    assert now_written(config) == YEAR


def test_where_the_folder_is_closed_the_page_says_so_before_anybody_types(browser: FlaskClient) -> None:
    with patch("kiosk.term_dates.views.calendar.can_be_written", return_value=False):
        assert "This page cannot save" in browser.get("/staff/settings").text
    assert "This page cannot save" not in browser.get("/staff/settings").text


def test_a_broken_file_is_told_with_the_last_good_calendar_and_mended_by_saving(
    browser: FlaskClient, config: Config
) -> None:
    browser.get("/staff/settings")
    calendar_path(config).write_text("opens = [")
    page = Page(browser.get("/staff/settings").text)
    assert "The calendar file is broken" in page.text
    assert f"KIOSK_CALENDAR_FILE: {calendar_path(config)}" in page.text
    assert "Terms are listed until Thursday 25 March 2027." in page.text
    assert change(browser, "hours", opens="09:00").status_code == 303
    assert now_written(config).terms == YEAR.terms


@pytest.mark.parametrize("path", PAGES)
def test_a_name_is_shown_as_it_is_written(browser: FlaskClient, config: Config, path: str) -> None:
    odd = '<b>Spring & "half"</b>'
    write_calendar(config, CalendarFile(terms=(SPRING.model_copy(update={"name": odd}),)))
    text = browser.get(f"/staff/settings{path}").text
    assert "<b>Spring" not in text


def test_the_first_page_says_what_to_do_about_the_calendar(browser: FlaskClient, config: Config) -> None:
    with patch("kiosk.staff.views.home.now_utc", return_value=NOW):
        assert "The listed terms end soon" not in browser.get("/staff/").text
    with patch("kiosk.staff.views.home.now_utc", return_value=NOW + timedelta(days=100)):
        assert "The listed terms end soon" in browser.get("/staff/").text
    calendar_path(config).write_text("opens = [")
    assert "The calendar file has a mistake" in browser.get("/staff/").text
    calendar_path(config).unlink()
    assert "No terms are listed" in browser.get("/staff/").text


def test_the_first_page_of_whoever_may_leads_here(browser: FlaskClient) -> None:
    assert Page(browser.get("/staff/").text).link("School calendar") == "/staff/settings"
