"""Copying who may read, with the public keys that are active, into the report zone."""

from datetime import date

from kiosk.accounts.reader_keys import activate_all_keys, present_keys
from kiosk.config import Config
from kiosk.db import Databases
from kiosk.outbox import queue_alarm
from kiosk.readers.ring import readers_differ, sync_readers
from kiosk.readers.tampering import changed_copies, key_events
from kiosk.report.keyring import COPY_NAME, read_keyring, write_copy
from kiosk.report.setup import is_published
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
            activate_all_keys(school, site_key, today)
    with databases.school.session(write=False) as school:
        with databases.reports.session(write=False) as reports:
            behind = readers_differ(school, reports)
            changed = behind and changed_copies(reports, site_key, key_events(school))
        if behind:
            with databases.reports.write() as reports:
                sync_readers(school, reports)
                if changed:  # mended now, so that nothing more is sealed for a stranger; and said aloud
                    queue_alarm(reports, [reader.email for reader in read_keyring(reports).readers])
    with databases.reports.session(write=False) as reports:
        write_copy(config.data_dir / COPY_NAME, read_keyring(reports), site_key)
