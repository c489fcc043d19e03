"""A school's reception in tests: people of the office, and the tablet that they open, at an hour of a school day."""

from datetime import UTC, datetime
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.roles import Role
from kiosk.visitors.models import Visitor
from tests.accounts.doors import new_browser, rows, staff_browser
from tests.factories import make_staff
from tests.pages import Page

MORNING = datetime(2026, 12, 1, 9, tzinfo=UTC)  # a Tuesday of a term
AFTER_SCHOOL = datetime(2026, 12, 1, 19, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 12, 2, 9, tzinfo=UTC)
SUNDAY = datetime(2026, 12, 6, 9, tzinfo=UTC)
JO = {"name": "Jo Marsh", "organisation": "Northgate Lifts", "visiting": "Mr Novak"}
FORM, BOOK = "/visitors/", "/staff/visitors"
CLOCKS = ("kiosk.site", "kiosk.visitors.views.reception", "kiosk.visitors.views.office")


class Reception:
    """The office's people and a tablet."""

    def __init__(self, app: Flask, session: Session, clock: pytest.MonkeyPatch) -> None:
        self.app, self._clock = app, clock
        self.office = make_staff(session, Role.OFFICE, name="Ms Ellis", teaches=False)
        self.stand_in = make_staff(session, Role.OFFICE, name="Mr Reed")
        self.principal = make_staff(session, Role.PRINCIPAL, name="Mrs Hartley")
        self.teacher = make_staff(session, name="Ms Green")
        self.lead = make_staff(session, Role.DSL, name="Mrs Adeyemi")
        session.commit()
        self.at(MORNING)

    def at(self, moment: datetime) -> None:
        """It is this moment."""
        for module in CLOCKS:
            self._clock.setattr(f"{module}.now_utc", lambda: moment)

    def browser(self, who: StaffMember | None = None) -> FlaskClient:
        """A browser in which somebody signed in."""
        return staff_browser(self.app, who or self.office)

    def tablet(self, who: StaffMember | None = None) -> FlaskClient:
        """A tablet that somebody opened for visitors."""
        browser = self.browser(who)
        answer = browser.post(f"{BOOK}/tablet")
        assert answer.status_code == 303 and answer.location == FORM, answer.text
        return browser

    def stranger(self) -> FlaskClient:
        """A browser of nobody."""
        return new_browser(self.app)

    def written(self) -> list[Visitor]:
        """The lines of the book."""
        return rows(self.app, select(Visitor).order_by(Visitor.day, Visitor.name))


def fields(answer: Page) -> dict[str, str]:
    """What stands in the visitor's form now, as a browser would send it without a tick."""
    (form,) = [one for one in answer.all("form") if one.attrs.get("id") == "visit"]
    inputs = [one.attrs for one in form.find_all("input")]
    return {
        one["name"]: one.get("value", "") for one in inputs if one["type"] != "checkbox" or "checked" in one
    }


def fill(tablet: FlaskClient, lang: str = "en", **said: str) -> dict[str, str]:
    """A form that was opened and filled in."""
    opened = fields(Page(tablet.get(f"{FORM}?lang={lang}").text))
    return {**opened, **JO, "agree": "yes", **said}


def cookies_set(headers: list[str]) -> dict[str, dict[str, str]]:
    """The cookies that an answer sets, with what it says of each."""
    found: dict[str, dict[str, str]] = {}
    for header in headers:
        for name, morsel in SimpleCookie(header).items():
            found[name] = {"value": morsel.value, **dict(morsel.items())}
    return found
