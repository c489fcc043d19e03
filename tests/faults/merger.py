"""Everything of a school that takes part in merging, opened over one folder: intake, reports database, key."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.report.intake.store import FILE, IntakeStore
from kiosk.report.intake.transfer import transfer_due
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.storage.db import Database, now_utc, open_database

LATER = timedelta(days=500)  # by then every slot of today has ended


@dataclass(frozen=True)
class Merger:
    """Puts and merges as kiosk does, without the content of a whole school."""

    config: Config
    reports: Database
    intake: Database
    intake_store: IntakeStore
    key: SiteKey
    calendar: SchoolCalendar

    def merge_all(self) -> bool:
        """Merge whatever waits, whether its slot has ended or not; raises where a database is away."""
        return transfer_due(self, self.reports, now_utc() + LATER)

    def merge_urgent(self) -> bool:
        """Merge what is urgent alone, as the sending process does."""
        return transfer_due(self, self.reports, now_utc(), urgent_alone=True)

    def held(self) -> set[uuid.UUID]:
        """What waits in the intake."""
        return {id for slot in self.intake_store.slots() for id in self.intake_store.ids(slot)}

    def dispose(self) -> None:
        """Close every connection; the next one is made anew."""
        self.intake.engine.dispose()
        self.reports.engine.dispose()


@contextmanager
def merger_of(config: Config, reports: Database | None = None) -> Iterator[Merger]:
    """What merges in this school for the block, over a reports database that is open already or its own."""
    intake = open_database(f"sqlite:///{config.data_dir.resolve()}/{FILE}")
    opened = reports or open_database(config.reports_url)
    key, calendar = read_site_key(config.key_path), SchoolCalendar(config.zone)
    merger = Merger(config, opened, intake, IntakeStore(intake), key, calendar)
    try:
        yield merger
    finally:
        merger.dispose()
