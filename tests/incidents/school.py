"""A small invented school for tests of incidents: everybody who can be a reader, and children who tell."""

import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.readers.signed_list.recipients import sync_readers
from kiosk.report.access.keyring import read_keyring
from kiosk.report.form.answers import read
from kiosk.report.form.groups import Group
from kiosk.report.form.seal import seal_report
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.store import IntakeStore, open_intake
from kiosk.report.intake.transfer import transfer_due
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import staff_browser
from tests.factories import list_readers, make_staff, open_zone
from tests.incidents.filled import Filled, is_untouched

LAST_WEEK = timedelta(days=7)


@dataclass
class School:
    """Databases with a holder and a deputy for every role, and a teacher."""

    databases: Databases
    calendar: SchoolCalendar
    key: SiteKey
    config: Config
    people: dict[str, StaffMember] = field(default_factory=dict)
    codes: dict[str, tuple[int, ...]] = field(default_factory=dict)  # pictures, by the nonce of the form

    @cached_property
    def intake_store(self) -> IntakeStore:
        """The intake of this school."""
        return open_intake(self.config)

    def __getattr__(self, name: str) -> StaffMember:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def tell(
        self,
        concern: str = "bullying",
        at: datetime | None = None,
        is_self_test: bool = False,
        band: Group = Band.KS3,
        **given: Any,
    ) -> uuid.UUID:
        """A child tells, a week ago if nothing else is said, and it waits to be merged; returns the report's id."""
        form: MultiDict[str, str] = MultiDict(
            {"nonce": secrets.token_urlsafe(24), "concern": concern, "danger": "no"}
        )
        for name, value in given.items():
            form.setlist(name, value if isinstance(value, list) else [value])
        answers, errors = read(form, band, "pl")
        assert not errors
        with self.databases.reports.session(write=False) as reports:
            ring = read_keyring(reports)
        taken = seal_report(ring, self.key, self.calendar, answers, at or now_utc() - LAST_WEEK, is_self_test)
        self.codes[answers.nonce] = taken.code
        self.intake_store.put(seal_report_item(self.key, taken.sealed))
        return taken.sealed.id

    def merge(self, now: datetime) -> bool:
        """Whatever is due is merged, as by the worker; whether there was anything."""
        return transfer_due(self, self.databases.reports, now)

    def told(self, concern: str = "bullying", **given: Any) -> uuid.UUID:
        """A child told a week ago, and it has been passed on since; returns the report's id."""
        report_id = self.tell(concern, **given)
        self.merge(now_utc())
        return report_id

    def browser(self, app: Flask, person: StaffMember) -> FlaskClient:
        """A browser in which this person has signed in."""
        return staff_browser(app, person)


_filled: dict[date, Filled] = {}  # a school of this worker, by the day on which it was filled


def fill_school(school: School) -> None:
    """Holders `dsl`, `coordinator`, `principal`, `chair`, `network`, their deputies (`dsl2`...), and `teacher`."""
    today = now_utc().date()
    if today in _filled:
        with suppress(IntegrityError):  # something of it is there already
            school.people |= _filled[today].put_into(school.databases)
            return
    empty = is_untouched(school.databases)
    _fill(school)
    if empty:
        _filled[today] = Filled.read(school.databases, school.people)


def _fill(school: School) -> None:
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
