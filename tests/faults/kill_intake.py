"""The one place of these trials that calls the verbs of a report: seal what a child gave, and keep it."""

from datetime import datetime

from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.report.form import read
from kiosk.report.intake import prepare
from kiosk.report.keyring import Keyring
from kiosk.report.writer import Writer
from kiosk.sealing.site_key import SiteKey


def keep(
    writer: Writer,
    ring: Keyring,
    key: SiteKey,
    calendar: SchoolCalendar,
    given: dict[str, str],
    now: datetime,
) -> None:
    """Take a report as the page does; when this returns, it is durable."""
    values: MultiDict[str, str] = MultiDict({"danger": "no"} | given)
    answers, errors = read(values, Band.KS3, "en")
    assert not errors, errors
    writer.keep(prepare(ring, key, calendar, answers, now).sealed)
