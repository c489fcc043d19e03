"""What keeps readers able to read: keys are copied to the report zone, renewed, and tried every school morning."""

from datetime import date, datetime

from kiosk.accounts.reader_keys import let_in_all, present_keys
from kiosk.calendar import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases
from kiosk.incidents.key_log import changed_copies, key_events
from kiosk.incidents.readers import readers_differ, sync_readers
from kiosk.outbox import put_alarm
from kiosk.report.access import keys_due, renew_due
from kiosk.report.keyring import COPY_NAME, read_keyring, write_copy
from kiosk.report.opening import Opener
from kiosk.report.rehearsal import canary_late, canary_waits, open_canaries
from kiosk.report.setup import is_published, zone_of
from kiosk.sealing.site_key import SiteKey


def copy_keys(databases: Databases, config: Config, site_key: SiteKey, today: date) -> None:
    """Bring the report zone's copy of readers up to date, and the signed copy of that.

    Until the page opens to children, keys are in use as they are made: nobody is there yet to let others in.
    """
    with databases.reports.session(write=False) as reports:
        setting_up = not is_published(reports)
    with databases.school.session(write=False) as school:
        waiting = setting_up and any(not row.approved for row in present_keys(school))
    if waiting:
        with databases.school.write() as school:
            let_in_all(school, site_key, today)
    with databases.school.session(write=False) as school:
        with databases.reports.session(write=False) as reports:
            behind = readers_differ(school, reports)
            changed = behind and changed_copies(reports, site_key, key_events(school))
        if behind:
            with databases.reports.write() as reports:
                sync_readers(school, reports)
                if changed:  # mended now, so that nothing more is sealed for a stranger; and said aloud
                    put_alarm(reports, [reader.email for reader in read_keyring(reports).readers])
    with databases.reports.session(write=False) as reports:
        write_copy(config.data_dir / COPY_NAME, read_keyring(reports), site_key)


def tend(databases: Databases, opener: Opener, today: date) -> None:
    """Do with a reader's key what only a reader can: open the morning's canary, and renew the keys that are due."""
    with databases.reports.session(write=False) as reports:
        if not (canary_waits(reports) or keys_due(reports)):
            return
    with databases.reports.write() as reports:
        open_canaries(reports, opener, today)
        renew_due(reports, opener)


def sound_alarm(databases: Databases, calendar: SchoolCalendar, now: datetime) -> bool:
    """Tell every reader, once a day, that a canary was not opened for two school days; whether they were told."""
    today = now.astimezone(calendar.zone).date()
    with databases.reports.session(write=False) as reports:
        if not canary_late(reports, calendar, now):
            return False
    with databases.reports.write() as reports:
        zone = zone_of(reports)
        if zone.alarmed_on == today:
            return False
        zone.alarmed_on = today
        put_alarm(reports, [reader.email for reader in read_keyring(reports).readers])
    return True
