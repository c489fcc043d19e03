"""Term dates out of a file: everything found is shown, only what a person chose is written, nothing typed is lost."""

import io
from datetime import date, time, timedelta
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.calendar.file import calendar_path, read_calendar, write_calendar
from kiosk.calendar.written import MOST_LISTED, CalendarFile, HalfDay, Holiday, Term
from kiosk.config import Config
from kiosk.roles import Role
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.pages import Page
from tests.term_dates.files import all_day, ics

pytestmark = pytest.mark.database("sqlite")  # the calendar lies in a file: the database has no part in it

LISTED = Term(first=date(2026, 9, 2), last=date(2026, 12, 18), name="Autumn")
SPRING = Term(first=date(2027, 1, 4), last=date(2027, 3, 25), name="Spring term")
HALF_TERM = Holiday(first=date(2027, 2, 15), last=date(2027, 2, 19), name="Half-term")
HALF_DAY = HalfDay(day=date(2027, 3, 25), closes=time(13), name="School closes at 1pm")
FILE = ics(
    all_day("Spring term", "20270104", "20270326"),
    all_day("Half-term", "20270215", "20270220"),
    all_day("School closes at 1pm", "20270325"),
    all_day("Book <b>fair</b>", "20270301"),
)


@pytest.fixture
def browser(app: Flask, session: Session, config: Config) -> FlaskClient:
    """The network manager's, at a school with one term listed."""
    manager = make_staff(session, Role.NETWORK)
    session.commit()
    write_calendar(config, CalendarFile(opens=time(8, 45), terms=(LISTED,)))
    return staff_browser(app, manager)


def upload(browser: FlaskClient, content: bytes) -> tuple[int, Page]:
    """Choose a file and have it shown."""
    answer = browser.post("/staff/settings/import", data={"file": (io.BytesIO(content), "terms.ics")})
    return answer.status_code, Page(answer.text)


def sent(page: Page) -> dict[str, str]:
    """What the page would send as it stands."""
    form = page.all("main")[0].find_all("form")[0]
    found = {
        one.attrs["name"]: one.attrs.get("value", "")
        for one in form.find_all("input")
        if one.attrs.get("type") != "checkbox" or "checked" in one.attrs
    }
    for one in form.find_all("select"):
        chosen = [option.attrs["value"] for option in one.find_all("option") if "selected" in option.attrs]
        found[one.attrs["name"]] = chosen[0] if chosen else ""
    return found


def confirm(browser: FlaskClient, page: Page, **changes: str) -> tuple[int, Page]:
    """Save what is chosen."""
    answer = browser.post("/staff/settings/import/confirm", data=sent(page) | changes)
    return answer.status_code, Page(answer.text)


def now_written(config: Config) -> CalendarFile:
    """What the file says now."""
    return read_calendar(config)[0]


def test_a_file_is_shown_first_and_written_only_then(browser: FlaskClient, config: Config) -> None:
    before = calendar_path(config).read_bytes()
    status, page = upload(browser, FILE)
    assert status == 200
    for words in ("3 events that say when school is open", "1 event that is left out", "Line 4: Spring term"):
        assert words in page.text
    assert "Book <b>fair</b>" in page.text, "a name is text and never markup"
    assert calendar_path(config).read_bytes() == before
    assert confirm(browser, page)[0] == 303
    written = now_written(config)
    assert written.terms == (LISTED, SPRING)
    assert (written.holidays, written.half_days) == ((HALF_TERM,), (HALF_DAY,))
    assert written.opens == time(8, 45), "hours are not in such a file"


def test_a_person_may_take_an_event_otherwise_or_leave_it_out(browser: FlaskClient, config: Config) -> None:
    _, page = upload(browser, FILE)
    fair = next(name for name, value in sent(page).items() if value == "Book <b>fair</b>").split("-")[1]
    half_term = next(name for name, value in sent(page).items() if value == "Half-term").split("-")[1]
    changes = {f"kind-{fair}": "holidays", f"name-{fair}": "A day off", f"kind-{half_term}": ""}
    assert confirm(browser, page, **changes)[0] == 303
    assert now_written(config).holidays == (
        Holiday(first=date(2027, 3, 1), last=date(2027, 3, 1), name="A day off"),
    )


def test_what_is_listed_may_be_replaced(browser: FlaskClient, config: Config) -> None:
    _, page = upload(browser, FILE)
    assert confirm(browser, page, in_place="yes")[0] == 303
    assert now_written(config).terms == (SPRING,)


def test_the_same_file_twice_lists_nothing_twice(browser: FlaskClient, config: Config) -> None:
    for _ in range(2):
        _, page = upload(browser, FILE)
        assert confirm(browser, page)[0] == 303
    assert now_written(config).terms == (LISTED, SPRING)
    assert now_written(config).holidays == (HALF_TERM,)


def test_what_cannot_be_saved_is_named_by_the_field_with_all_that_was_typed(
    browser: FlaskClient, config: Config
) -> None:
    _, page = upload(browser, FILE)
    number = next(name for name, value in sent(page).items() if value == "2027-01-04").split("-")[1]
    status, again = confirm(browser, page, **{f"last-{number}": "soon", f"name-{number}": "Long one"})
    assert status == 422
    (control,) = again.inputs(f"last-{number}")
    assert control.attrs["aria-invalid"] == "true"
    assert control.attrs["value"] == "soon"
    assert "Give the last day. Where" in again.text
    assert again.value(f"name-{number}") == "Long one"
    assert "Line 4: Spring term" in again.text, "where it was found is still told"
    assert now_written(config).terms == (LISTED,)
    assert confirm(browser, again, **{f"last-{number}": "2027-03-25"})[0] == 303


def test_a_term_that_overlaps_with_a_listed_one_is_told(browser: FlaskClient, config: Config) -> None:
    _, page = upload(browser, ics(all_day("Autumn term", "20260901", "20261219")))
    status, again = confirm(browser, page)
    assert status == 422
    assert "overlaps with a listed one" in again.text
    assert now_written(config).terms == (LISTED,)
    assert confirm(browser, again, in_place="yes")[0] == 303


def test_nothing_chosen_saves_nothing(browser: FlaskClient, config: Config) -> None:
    _, page = upload(browser, ics(all_day("Book fair", "20270301")))
    status, again = confirm(browser, page)
    assert (status, "Nothing is chosen yet." in again.text) == (422, True)


def test_an_older_preview_saves_nothing(browser: FlaskClient, config: Config) -> None:
    _, page = upload(browser, FILE)
    write_calendar(config, CalendarFile(terms=(LISTED,), closes=time(16)))
    status, again = confirm(browser, page)
    assert status == 409
    assert "Somebody changed the calendar" in again.text
    assert now_written(config).closes == time(16)
    assert now_written(config).holidays == ()


def test_a_calendar_that_would_be_too_long_is_told(browser: FlaskClient, config: Config) -> None:
    days = [date(2028, 1, 1) + timedelta(days=2 * number) for number in range(MOST_LISTED)]
    many = tuple(Holiday(first=day, last=day) for day in days)
    write_calendar(config, CalendarFile(terms=(LISTED,), holidays=many))
    _, page = upload(browser, FILE)
    assert confirm(browser, page)[0] == 422
    assert now_written(config).holidays == many


def test_a_disk_that_is_full_is_told_and_nothing_typed_is_lost(browser: FlaskClient, config: Config) -> None:
    _, page = upload(browser, FILE)
    with patch("kiosk.calendar.file.os.fsync", side_effect=OSError(28, "No space left on device")):
        status, again = confirm(browser, page)
    assert status == 503
    assert "No space left on device" in again.text
    assert sent(again) == sent(page)


@pytest.mark.parametrize(
    ("uploaded", "said"),
    [
        (b"", "Choose a file first."),
        (b"PK\x03\x04 no calendar", "does not start with BEGIN:VCALENDAR"),
        (ics(), "There is no event in this file."),
        (ics("SUMMARY\r\n"), "Line 4 cannot be read: SUMMARY"),
    ],
)
def test_a_bad_file_is_told_beside_the_field(browser: FlaskClient, uploaded: bytes, said: str) -> None:
    status, page = upload(browser, uploaded)
    assert status == 422
    assert said in page.text
    assert page.inputs("file")[0].attrs["aria-invalid"] == "true"


def test_a_made_up_form_is_no_way_round(browser: FlaskClient, config: Config) -> None:
    for rows in ("", "-1", "9" * 12, "\u0663", "1.5"):
        status = browser.post(
            "/staff/settings/import/confirm", data={"rows": rows, "kind-0": "weeks", "first-0": "\x00"}
        ).status_code
        assert status == 409
    assert now_written(config).terms == (LISTED,)
