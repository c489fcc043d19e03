"""What `kiosk doctor` finds at a school, and something that waits in its intake."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from kiosk.calendar.file import load_calendar
from kiosk.config import Config
from kiosk.host.copies import CopyNotes, Drill, write_drill, write_notes
from kiosk.report.access.keyring import read_keyring
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.store import open_intake
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.start import open_databases
from kiosk.upkeep.doctor import checks
from tests.report.sealed import sealed_report

LONG_AGO = datetime(2026, 11, 23, 10, 17, tzinfo=UTC)
LATE_INTAKE = "intake: something waits that should be with staff by now; is the reports database there?"


@contextmanager
def reports_of(config: Config) -> Iterator[Session]:
    """A writing session of this school's reports database."""
    databases = open_databases(config)
    with databases.reports.write() as session:
        yield session
    databases.dispose()


def failed_checks(config: Config) -> list[str]:
    """What has to be looked at."""
    return [finding.text for finding in checks.examine(config, open_databases) if not finding.good]


def single_finding(config: Config) -> str:
    """The only failed check, as one line."""
    (found,) = failed_checks(config)
    assert "\n" not in found
    return found


def waits(config: Config, told: datetime, key: SiteKey | None = None) -> None:
    """Something that was told then waits in the intake."""
    with reports_of(config) as session:
        sealed = sealed_report(read_keyring(session), concern="bullying")
    calendar = load_calendar(config)
    slot = calendar.slot_of(told)
    told_then = replace(sealed, day=slot.day, slot=slot.minute, due=calendar.slot_end(slot))
    held = seal_report_item(key or read_site_key(config.key_path), told_then)
    keeper = open_intake(config)
    keeper.put(held)
    keeper.dispose()


def proven_today(config: Config) -> None:
    """Last night's copy is whole, and a drill has opened it."""
    today = datetime.now(config.zone).date()
    write_notes(config, CopyNotes(card_checked=today, copied_on=today, copy="kiosk.kioskbackup"))
    write_drill(config, Drill(today, today, "kiosk.kioskbackup", "proven"))
