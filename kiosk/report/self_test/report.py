"""Reports that kiosk sends through the real form, to check that children's reports can be opened (promise S8)."""

from datetime import date, datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.mail.outbox import queue_alarm
from kiosk.report.access.keyring import ZONE_ID, read_keyring
from kiosk.report.access.opening import KeyNotGranted, Opener, ReportNotYours, opened_row
from kiosk.report.access.routes import PRACTICE, SELF_TEST
from kiosk.report.models import Report, ReportReader, ReportState, Zone
from kiosk.report.setup import opened_on, zone_of
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.storage.db import Databases

LATE_SCHOOL_DAYS = 2
# Naming every state lets the index answer this; otherwise each reader's page would scan all envelopes.
_SELF_TESTS = select(Report.route).where(Report.state.in_(list(ReportState)), Report.route == SELF_TEST)
_SELF_TEST_WAITS = select(_SELF_TESTS.exists())


def open_self_tests(session: Session, opener: Opener, today: date) -> bool:
    """Open and delete every self-test that this reader can open; returns whether there was one."""
    rows = session.scalars(
        select(Report)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(Report.route == SELF_TEST, ReportReader.reader_id == opener.id)
    ).all()
    opened = [row.id for row in rows if _opens(session, row, opener)]
    if opened:
        session.execute(delete(Report).where(Report.id.in_(opened)))
        zone_of(session).checked_on = today
    return bool(opened)


def self_test_waits(session: Session) -> bool:
    """Whether there is a self-test that nobody has opened yet."""
    return bool(session.scalar(_SELF_TEST_WAITS))


def self_test_sent(session: Session, today: date) -> bool:
    """Whether today's self-test was sent, opened or not."""
    there = select(exists().where(Report.route == SELF_TEST, Report.day >= today))
    zone = session.get(Zone, ZONE_ID)
    return bool(session.scalar(there)) or (zone is not None and zone.checked_on == today)


def self_test_late(session: Session, calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether a self-test has waited for two school days, or none was opened since the last one that long ago.

    If so, perhaps nobody can open what children send, or the form does not work.
    """
    days = session.scalars(select(Report.day).where(Report.route == SELF_TEST).distinct())
    zone = session.get(Zone, ZONE_ID)
    last = (zone.checked_on if zone else None) or opened_on(session)
    waited = any(_is_late(calendar, day, now, LATE_SCHOOL_DAYS) for day in days)
    return waited or (last is not None and _is_late(calendar, last, now, LATE_SCHOOL_DAYS + 1))


def sound_alarm(databases: Databases, calendar: SchoolCalendar, now: datetime) -> bool:
    """Alert every reader, once a day, if a self-test was not opened for two school days; returns whether they were."""
    today = now.astimezone(calendar.zone).date()
    with databases.reports.session(write=False) as reports:
        if not self_test_late(reports, calendar, now):
            return False
    with databases.reports.write() as reports:
        zone = zone_of(reports)
        if zone.alarmed_on == today:
            return False
        zone.alarmed_on = today
        queue_alarm(reports, [reader.email for reader in read_keyring(reports).readers])
    return True


def practice_report_is_unopened(session: Session) -> bool:
    """Whether a practice report has not been opened yet."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Report.route == PRACTICE, Report.state.in_([ReportState.NEW, ReportState.RELEASED])
                )
            )
        )
    )


def _is_late(calendar: SchoolCalendar, day: date, now: datetime, school_days: int) -> bool:
    opens = calendar.hours(day)[0]
    return now >= calendar.add_school_time(opens, school_days * calendar.school_day_minutes())


def _opens(session: Session, row: Report, opener: Opener) -> bool:
    """Whether this reader can open it, and it is a self-test inside as well: no child's report is deleted here."""
    try:
        opened = opened_row(session, row, opener)
    except (ReportNotYours, KeyNotGranted, EnvelopeBroken):
        return False
    return opened.route.id == SELF_TEST
