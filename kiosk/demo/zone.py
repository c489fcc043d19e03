"""The demo school's report zone, set up as a real school does it by hand."""

from datetime import date

from sqlalchemy.orm import Session

from kiosk.incidents.readers import sync_readers
from kiosk.report.setup import add_recovery_key, prove_recovery, publish, zone_of
from kiosk.sealing.recovery import NEEDED, new_recovery


def open_zone(school: Session, reports: Session, today: date) -> list[str]:
    """Readers with keys, a proven recovery key, the staff's promise; returns the words of the three sheets."""
    sync_readers(school, reports)
    recovery = new_recovery()
    add_recovery_key(reports, recovery, today)
    prove_recovery(reports, recovery.sheets[:NEEDED], today)
    zone_of(reports).staff_promise = True
    publish(reports, today)
    return list(recovery.sheets)
