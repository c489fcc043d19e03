"""The demo school's report zone, set up as a real school does it on the page of keys."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.readers.ring import sync_readers
from kiosk.readers.setup import open_page
from kiosk.readers.sheets import make_sheets, prove_sheets
from kiosk.roles import Role
from kiosk.sealing.recovery import NEEDED
from kiosk.sealing.site_key import SiteKey


def open_zone(school: Session, reports: Session, key: SiteKey, today: date) -> list[str]:
    """Readers with keys and a proven recovery key; returns the words of the three sheets.

    Nothing is promised of the staff: not all of them have signed.
    """
    sync_readers(school, reports)
    lead = _holder(school, Role.DSL)
    recovery = make_sheets(school, reports, key, _holder(school, Role.PRINCIPAL), today)
    prove_sheets(school, reports, key, lead, recovery.sheets[:NEEDED], today)
    open_page(school, reports, key, lead, promise=False, today=today)
    return list(recovery.sheets)


def _holder(school: Session, role: Role) -> StaffMember:
    return school.scalars(
        select(StaffMember)
        .join(RoleHolder, RoleHolder.staff_id == StaffMember.id)
        .where(RoleHolder.role == role, ~RoleHolder.deputy)
    ).one()
