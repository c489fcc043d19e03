"""A school with two terms listed, and hands that fill in the forms of its calendar."""

from datetime import date, time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.calendar.file import read_calendar, write_calendar
from kiosk.calendar.written import CalendarFile, HalfDay, Holiday, Term
from kiosk.config import Config
from kiosk.roles import Role
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.pages import Page

AUTUMN = Term(first=date(2026, 9, 2), last=date(2026, 12, 18), name="Autumn")
SPRING = Term(first=date(2027, 1, 5), last=date(2027, 3, 25), name="Spring")
HALF_TERM = Holiday(first=date(2026, 10, 26), last=date(2026, 10, 30), name="Half-term")
LAST_DAY = HalfDay(day=date(2026, 12, 18), closes=time(12, 30), name="Last day of term")
YEAR = CalendarFile(terms=(AUTUMN, SPRING), holidays=(HALF_TERM,), half_days=(LAST_DAY,))


def principal_browser(app: Flask, session: Session, config: Config) -> FlaskClient:
    """The principal's browser, at a school with a calendar."""
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


def now_written(config: Config) -> CalendarFile:
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
