"""A small invented school for tests of incidents: everybody who can be a reader, and children who tell."""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.db import Databases, now_utc
from kiosk.readers.ring import sync_readers
from kiosk.report.form import read
from kiosk.report.intake import take_report
from kiosk.report.release import release_due
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from tests.accounts.doors import staff_browser
from tests.factories import list_readers, make_staff, open_zone

LAST_WEEK = timedelta(days=7)


@dataclass
class School:
    """Databases with a holder and a deputy for every role, and a teacher."""

    databases: Databases
    calendar: SchoolCalendar
    key: SiteKey
    people: dict[str, StaffMember] = field(default_factory=dict)

    def __getattr__(self, name: str) -> StaffMember:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def tell(self, concern: str = "bullying", at: datetime | None = None, **given: Any) -> uuid.UUID:
        """A child tells, a week ago if nothing else is said; returns the report's id."""
        form: MultiDict[str, str] = MultiDict(
            {"nonce": secrets.token_urlsafe(24), "concern": concern, "danger": "no"}
        )
        for name, value in given.items():
            form.setlist(name, value if isinstance(value, list) else [value])
        with self.databases.reports.write() as reports:
            answers, errors = read(form, Band.KS3, "pl")
            assert not errors
            taken = take_report(reports, self.key, self.calendar, answers, at or now_utc() - LAST_WEEK)
        return taken.sealed.id

    def told(self, concern: str = "bullying", **given: Any) -> uuid.UUID:
        """A child told a week ago, and it has been passed on since; returns the report's id."""
        report_id = self.tell(concern, **given)
        with self.databases.reports.write() as reports:
            release_due(reports, self.calendar, now_utc())
        return report_id

    def browser(self, app: Flask, person: StaffMember) -> FlaskClient:
        """A browser in which this person has signed in."""
        return staff_browser(app, person)


def fill_school(school: School) -> None:
    """Holders `dsl`, `coordinator`, `principal`, `chair`, `network`, their deputies (`dsl2`...), and `teacher`."""
    with school.databases.school.write() as session:
        for role in (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR, Role.NETWORK):
            for name in (role.value, f"{role.value}2"):
                school.people[name] = make_staff(
                    session, role, name=f"Ms {name}", email=f"{name}@school.example"
                )
        school.people["teacher"] = make_staff(session, name="Ms teacher", email="teacher@school.example")
    sync(school.databases)


def sync(databases: Databases) -> None:
    """Tell the report zone who reads."""
    with databases.school.session(write=False) as session, databases.reports.write() as reports:
        open_zone(reports)
        sync_readers(session, reports, now_utc().date())
        list_readers(reports)
