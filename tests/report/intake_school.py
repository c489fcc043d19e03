"""A school that merges: its intake, its readers, and what is told at a moment of Monday, 23 November 2026."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow
from kiosk.report.access.keyring import Keyring, read_keyring
from kiosk.report.access.sealed_report import SealedReport
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.store import IntakeStore, open_intake
from kiosk.report.intake.transfer import transfer_due
from kiosk.report.models import Report
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.report.sealed import CALENDAR, KEY, MONDAY_TEN, sealed_report
from tests.sites import held_by

BEFORE_ITS_END = MONDAY_TEN.replace(hour=10, minute=59)
AFTER_ITS_END = MONDAY_TEN.replace(hour=11, minute=1)


@dataclass
class Intake:
    """One school as merging knows it."""

    config: Config
    databases: Databases
    key: SiteKey = KEY
    calendar: SchoolCalendar = CALENDAR

    @cached_property
    def intake_store(self) -> IntakeStore:
        """Its intake."""
        return open_intake(self.config)

    @property
    def ring(self) -> Keyring:
        """Who reads now."""
        with self.databases.reports.session(write=False) as session:
            return read_keyring(session)

    def tell(self, **given: Any) -> SealedReport:
        """Something told in the slot from ten, waiting in the intake."""
        sealed = sealed_report(self.ring, **given)
        self.intake_store.put(seal_report_item(self.key, sealed))
        return sealed

    def merge(self, now: datetime = AFTER_ITS_END, urgent_alone: bool = False) -> bool:
        """Merge what is due."""
        return transfer_due(self, self.databases.reports, now, urgent_alone)

    def merged(self) -> Sequence[Report]:
        """Every report that staff have, by id."""
        with self.databases.reports.session(write=False) as session:
            return session.scalars(select(Report).order_by(Report.id)).all()

    def count(self, table: Any) -> int:
        """How many rows of the reports database a table has."""
        with self.databases.reports.session(write=False) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def alerts(self) -> list[str]:
        """To whom mail waits."""
        with self.databases.reports.session(write=False) as session:
            return sorted(session.scalars(select(OutboxRow.address)))

    def held(self) -> int:
        """How much waits in the intake."""
        return held_by(self.intake_store)


def made(config: Config, databases: Databases) -> Iterator[Intake]:
    """For a fixture."""
    intake = Intake(config, databases)
    yield intake
    intake.intake_store.dispose()
