"""What should be with staff by now, or cannot be opened, is found, and neither counted nor dated."""

from datetime import UTC, datetime

from kiosk.config import Config
from kiosk.report.keeper import FILE
from kiosk.sealing.site_key import SiteKey
from tests.upkeep.looked_at import LATE_INTAKE, LONG_AGO, bad, only, waits


def test_what_should_be_with_staff_by_now_is_found_and_not_counted(healthy: Config) -> None:
    for _ in range(2):
        waits(healthy, LONG_AGO)
    assert only(healthy) == LATE_INTAKE


def test_what_waits_for_the_end_of_its_slot_is_in_order(healthy: Config) -> None:
    waits(healthy, datetime.now(UTC))
    assert bad(healthy) == []


def test_what_this_site_key_does_not_open_is_found(healthy: Config) -> None:
    waits(healthy, datetime.now(UTC), SiteKey(b"o" * 32))
    assert only(healthy).startswith("intake: something cannot be opened: it was changed")


def test_an_intake_is_never_made_by_whoever_looks(healthy: Config) -> None:
    assert bad(healthy) == []
    assert not healthy.file(FILE).exists()


def test_an_intake_that_is_no_database_is_found(healthy: Config) -> None:
    healthy.file(FILE).write_bytes(b"no database at all " * 400)
    healthy.file(FILE).chmod(0o600)
    assert only(healthy).startswith("intake: ")
