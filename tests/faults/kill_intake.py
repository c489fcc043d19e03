"""The one place of these trials that calls the verb of a report: what a child gave, sealed and committed."""

from datetime import datetime

from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.calendar import SchoolCalendar
from kiosk.db import Database
from kiosk.report.form import read
from kiosk.report.intake import all_readers, take_report
from kiosk.sealing.site_key import SiteKey


def keep(
    reports: Database, key: SiteKey, calendar: SchoolCalendar, given: dict[str, str], now: datetime
) -> None:
    """Take a report as the page does; when this returns, it is durable."""
    with reports.write() as session:
        ids = [reader.id.hex for reader in all_readers(session)]
        answers, errors = read(MultiDict({"danger": "no"} | given), Band.KS3, "en", ids)
        assert not errors, errors
        take_report(session, key, calendar, answers, now)
