"""Reports that kiosk sends through the real form, to check that children's reports can be opened (promise S8).

In their rows they look like those of children. Their ids follow from the site key, so kiosk finds them again.
"""

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import MOST_DAYS, SchoolCalendar
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.report.access.keyring import ZONE_ID, able_readers, read_keyring
from kiosk.report.access.opening import KeyNotGranted, Opener, ReportNotYours, opened_row
from kiosk.report.access.routes import ROUTES, readers_for
from kiosk.report.access.sealed_report import SELF_TEST
from kiosk.report.form.self_test_mark import self_tests_of
from kiosk.report.intake.store import IntakeStore
from kiosk.report.models import ImportedId, Report, ReportReader, Zone
from kiosk.report.release import WAITING
from kiosk.report.self_test.lots import LONG
from kiosk.report.setup import zone_of
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases

LATE_SCHOOL_DAYS = 2
DAY, WEEK = timedelta(days=1), timedelta(days=7)
_DAYS_THAT_WAIT = select(Report.day).where(Report.state.in_(WAITING)).distinct()


def waiting_self_tests(session: Session, key: SiteKey) -> dict[uuid.UUID, date]:
    """The self-tests that nobody has opened yet, with the day on which their slot ended."""
    sent = {  # a mail that left at once did so at most this long before its slot ended
        date.fromordinal(max(day.toordinal() - back, 1))  # whatever day somebody wrote there by hand
        for day in session.scalars(_DAYS_THAT_WAIT)
        for back in range(MOST_DAYS + 1)
    }
    rows = session.execute(select(Report.id, Report.day).where(Report.id.in_(self_tests_of(key, sent))))
    return {row.id: row.day for row in rows}


def open_self_tests(session: Session, opener: Opener, waiting: Collection[uuid.UUID]) -> bool:
    """Open and delete every self-test that this reader can open; returns whether there was one."""
    rows = session.scalars(
        select(Report)
        .join(ReportReader, ReportReader.report_id == Report.id)
        .where(Report.id.in_(waiting), ReportReader.reader_id == opener.id)
    ).all()
    opened = [row.id for row in rows if _can_open(session, row, opener)]
    if opened:
        session.execute(delete(Report).where(Report.id.in_(opened)))
    return bool(opened)


def waited_long(session: Session, intake: IntakeStore, key: SiteKey, today: date) -> bool:
    """Whether there has been no self-test for long, and none is on its way."""
    ids = self_tests_of(key, (today + on * DAY for on in range(-LONG.days, MOST_DAYS + 1)))
    came = session.scalar(select(ImportedId.id).where(ImportedId.id.in_(ids)).limit(1)) is not None
    return not (came or intake.get(ids))


def mails_that_were_tests(session: Session, key: SiteKey, person: uuid.UUID, today: date) -> int:
    """How many mails of this person were self-tests in the last week that is over; of this week nothing is said."""
    monday = today - today.weekday() * DAY
    sent = self_tests_of(key, (monday - back * DAY for back in range(1, WEEK.days + 1)))
    came = session.scalars(select(ImportedId.id).where(ImportedId.id.in_(sent))).all()
    able = able_readers(read_keyring(session, today=today).readers) if came else ()
    return sum(
        any(one.id == person and not one.absent for one in readers_for(ROUTES[sent[id]], able, ()))
        for id in came
    )


def failed_since(session: Session) -> date | None:
    """The day since which no self-test has come through; None while they do."""
    zone = session.get(Zone, ZONE_ID)
    return zone.test_failed_on if zone else None


def note_self_test(databases: Databases, works: bool, today: date) -> None:
    """Keep since when no self-test has come through, until one does."""
    with databases.reports.session(write=False) as reports:
        if works == (failed_since(reports) is None):
            return
    with databases.reports.write() as reports:
        zone_of(reports).test_failed_on = None if works else today


def self_test_is_stuck(intake: IntakeStore, key: SiteKey, today: date) -> bool:
    """Whether a self-test whose mail should have left in the last week is still in the intake."""
    return bool(intake.get(self_tests_of(key, (today - back * DAY for back in range(1, WEEK.days + 1)))))


def self_test_late(session: Session, key: SiteKey, calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether a self-test has waited for two school days, or none has come through since one failed that long ago.

    If so, perhaps nobody can open what children send, or the form does not work.
    """
    since = {failed_since(session), *waiting_self_tests(session, key).values()}
    return any(day is not None and _is_late(calendar, day, now) for day in since)


def sound_alarm(databases: Databases, key: SiteKey, calendar: SchoolCalendar, now: datetime) -> bool:
    """Alert every reader, once a day, if a self-test was not opened for two school days; returns whether they were."""
    today = now.astimezone(calendar.zone).date()
    with databases.reports.session(write=False) as reports:
        if not self_test_late(reports, key, calendar, now):
            return False
    with databases.reports.write() as reports:
        zone = zone_of(reports)
        if zone.alarmed_on == today:
            return False
        zone.alarmed_on = today
        queue_mail(reports, MailKind.LATE, [reader.email for reader in read_keyring(reports).readers])
    return True


def _is_late(calendar: SchoolCalendar, day: date, now: datetime) -> bool:
    opens = calendar.hours(day)[0]
    return now >= calendar.add_school_time(opens, LATE_SCHOOL_DAYS * calendar.school_day_minutes())


def _can_open(session: Session, row: Report, opener: Opener) -> bool:
    """Whether this reader can open it and its sealed text says that it is a self-test: no child's report is deleted."""
    try:
        return bool(opened_row(session, row, opener).body.get(SELF_TEST))
    except (ReportNotYours, KeyNotGranted, EnvelopeBroken):
        return False
