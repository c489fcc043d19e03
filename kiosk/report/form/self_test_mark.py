"""The marks by which kiosk alone, with the site key, knows the reports that it sent itself (promise S8)."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from kiosk.calendar.school import SchoolCalendar
from kiosk.sealing.site_key import SiteKey

FIELD = "check"
NONCE_LETTERS = 32
# Whose readers get the mail: the head's, a grown-up's, the lead's, the coordinator's, each by a route of theirs.
FOR = ("head", "adult", "friend", "other")


def mark_of(key: SiteKey, day: date, readers: str) -> str:
    """The mark of a self-test for these readers whose mail leaves on this day; its first letters are its nonce."""
    return key.derive("self-test", f"{readers} {day.isoformat()}".encode()).hex()


def mail_day(calendar: SchoolCalendar, now: datetime, urgent: bool) -> date:
    """The day on which the mail leaves of what is sent now."""
    return now.astimezone(calendar.zone).date() if urgent else calendar.slot_of(now).day


def is_mark(key: SiteKey, mark: str, calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether a form came with a mark of now or of an hour ago: no self-test may be taken for a child's report."""
    days = {
        mail_day(calendar, now - ago, urgent)
        for ago in (timedelta(), timedelta(hours=1))
        for urgent in (True, False)
    }
    known = [mark_of(key, day, readers) for day in days for readers in FOR]
    return any(secrets.compare_digest(mark.encode(), one.encode()) for one in known)


def self_tests_of(key: SiteKey, days: Iterable[date]) -> dict[uuid.UUID, str]:
    """For whom the self-tests of these days would be, by the ids that their reports would have."""
    days = tuple(days)  # looked at once for each key
    return {
        one.report_id(mark_of(one, day, readers)[:NONCE_LETTERS], b""): readers
        for one in key.all
        for day in days
        for readers in FOR
    }
