"""Copies the readers and their active public keys into the report zone."""

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
    """Update the report zone's copy of readers, and the signed file with the same content.

    Until the page opens to children, new keys are activated at once, because nobody could approve them yet.
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
                if (
                    changed
                ):  # corrected now, so that nothing more is sealed for a stranger, and every reader is told
                    queue_alarm(reports, [reader.email for reader in read_keyring(reports).readers])
    with databases.reports.session(write=False) as reports:
        write_copy(config.data_dir / COPY_NAME, read_keyring(reports), site_key)
