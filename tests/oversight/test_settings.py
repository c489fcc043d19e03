"""The school calendar on a page: who may change it, what it says, and that nothing typed is lost."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.accounts.models import Role
from kiosk.config import Config
from kiosk.term_dates.file import calendar_path, read_calendar, write_calendar
from kiosk.term_dates.written import HalfDay, Holiday, Term, Written
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.pages import Page

NOW = datetime(2026, 11, 25, 11, 10, tzinfo=UTC)  # a Wednesday
AUTUMN = Term(first=date(2026, 9, 2), last=date(2026, 12, 18), name="Autumn")
SPRING = Term(first=date(2027, 1, 5), last=date(2027, 3, 25), name="Spring")
HALF_TERM = Holiday(first=date(2026, 10, 26), last=date(2026, 10, 30), name="Half-term")
LAST_DAY = HalfDay(day=date(2026, 12, 18), closes=time(12, 30), name="Last day of term")
YEAR = Written(terms=(AUTUMN, SPRING), holidays=(HALF_TERM,), half_days=(LAST_DAY,))
PAGES = ("", "/hours", "/terms", "/holidays", "/half-days", "/import")


@pytest.fixture
def backend() -> str:
    """The calendar lies in a file: the database has no part in it."""
    return "sqlite"


@pytest.fixture
def browser(app: Flask, session: Session, config: Config) -> FlaskClient:
    """The principal's, at a school with two terms listed."""
    principal = make_staff(session, Role.PRINCIPAL)
    session.commit()
    write_calendar(config, YEAR)
    return staff_browser(app, principal)


def fields(page: Page) -> dict[str, str]:
    """What the form of a page would send as it stands; of ticks and buttons nothing."""
    form = page.all("main")[0].find_all("form")[0]
    return {
        one.attrs["name"]: one.attrs.get("value", "")
        for one in form.find_all("input")
        if one.attrs.get("type") not in ("checkbox", "file")
    }


def change(browser: FlaskClient, path: str, **changes: str | list[str]) -> TestResponse:
    """Open a form, change some fields, send it."""
    page = Page(browser.get(f"/staff/settings/{path}").text)
    sent: dict[str, str | list[str]] = dict(fields(page))
    ticked = [one.attrs["value"] for one in page.inputs("weekdays") if "checked" in one.attrs]
    if ticked:
        sent["weekdays"] = ticked
    return browser.post(f"/staff/settings/{path}", data=sent | changes)


def now_written(config: Config) -> Written:
    """What the file says now."""
    return read_calendar(config)[0]


def error_of(page: Page, field: str) -> str:
    """The words beside a field, which its control names."""
    (control,) = page.inputs(field)
    assert control.attrs["aria-invalid"] == "true"
    named = control.attrs["aria-describedby"].split()
    (found,) = [one.text for one in page.all("p") if one.attrs.get("id") in named]
    assert any(link.attrs["href"] == f"#{control.attrs['id']}" for link in page.all("a")), (
        "it is in the summary"
    )
    return found


def test_the_page_says_what_follows_from_the_calendar(browser: FlaskClient) -> None:
    with patch("kiosk.oversight.views.settings.now_utc", return_value=NOW):
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
        with patch("kiosk.oversight.views.settings.now_utc", return_value=moment):
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
    assert app.extensions["kiosk.calendar"].closes == time(16, 15)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"opens": "half nine"}, "opens", "like 08:30"),
        ({"opens": "04:59"}, "opens", "05:00 or later"),
        ({"closes": ""}, "closes", "like 15:30"),
        ({"closes": "23:30"}, "closes", "23:00 or earlier"),
        ({"opens": "15:00"}, "closes", "open for an hour"),
        ({"closes": "12:00"}, "closes", "half day that is listed closes at 12:30"),
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
        changed = Written(opens=time(7), terms=(SPRING,))
        write_calendar(config, changed)
        answer = browser.post(f"/staff/settings/{path}", data=fields(page) | typed)
        assert answer.status_code == 409
        assert "Somebody changed the calendar" in answer.text
        assert next(iter(typed.values())) in answer.text
        assert now_written(config) == changed
        write_calendar(config, YEAR)


def test_terms_that_would_leave_children_waiting_for_years_are_not_taken(
    browser: FlaskClient, config: Config
) -> None:
    answer = change(browser, "terms", **{"first-2": "2030-04-12", "last-2": "2030-07-20"})
    assert answer.status_code == 422
    assert "children would wait too long" in answer.text
    assert Page(answer.text).value("first-2") == "2030-04-12"
    assert now_written(config) == YEAR


def test_a_file_that_cannot_be_written_is_told_in_plain_words(browser: FlaskClient, config: Config) -> None:
    with patch.object(Path, "replace", side_effect=PermissionError(13, "Permission denied")):
        answer = change(browser, "hours", opens="09:00")
    assert answer.status_code == 503
    page = Page(answer.text)
    assert f"could not write {calendar_path(config)} (Permission denied)" in page.text
    assert page.value("opens") == "09:00"
    assert now_written(config) == YEAR


def test_where_the_folder_is_closed_the_page_says_so_before_anybody_types(browser: FlaskClient) -> None:
    with patch("kiosk.oversight.views.settings.can_be_written", return_value=False):
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
    write_calendar(config, Written(terms=(SPRING.model_copy(update={"name": odd}),)))
    text = browser.get(f"/staff/settings{path}").text
    assert "<b>Spring" not in text


def test_the_first_page_of_whoever_may_leads_here(browser: FlaskClient) -> None:
    assert Page(browser.get("/staff/").text).link("School calendar") == "/staff/settings"
