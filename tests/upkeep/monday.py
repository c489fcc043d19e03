"""Monday, 23 November 2026, at a school: its moments, a child who tells, and what staff have of it."""

import secrets
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.report.access.keyring import read_keyring
from kiosk.report.form.answers import read
from kiosk.report.form.seal import seal_report
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.store import open_intake
from kiosk.report.models import Report, ReportState
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases

LONDON = ZoneInfo("Europe/London")


def at(hour: int, minute: int = 0, second: int = 0, day: int = 23) -> datetime:
    return datetime.combine(datetime(2026, 11, day, tzinfo=LONDON).date(), time(hour, minute, second), LONDON)


def put_into_intake(config: Config, databases: Databases, key: SiteKey, now: datetime, **given: str) -> None:
    """Put a report by a child into the intake."""
    form: MultiDict[str, str] = MultiDict({"nonce": secrets.token_urlsafe(24), "concern": "bullying"} | given)
    answers, _ = read(form, Band.KS3, "en")
    with databases.reports.session(write=False) as reports:
        ring = read_keyring(reports)
    keeper = open_intake(config)
    keeper.put(seal_report_item(key, seal_report(ring, key, SchoolCalendar(LONDON), answers, now).sealed))
    keeper.dispose()


def states(databases: Databases) -> list[ReportState]:
    with databases.reports.session(write=False) as reports:
        return list(reports.scalars(select(Report.state)))
