"""The demo school's report zone, set up as a real school does it on the page of keys, and a change that waits."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ReaderKey, RoleHolder, StaffMember
from kiosk.audit.log import Acting, LogAct
from kiosk.config import Config
from kiosk.demo.names import MAIL_DOMAIN
from kiosk.demo.people import Secrets, WrappingKeys, sign_in_readers
from kiosk.readers.proposals.approval import approve
from kiosk.readers.proposals.proposals import RoleChange, propose_role
from kiosk.readers.recovery.setup import SecondNeeded, open_page
from kiosk.readers.recovery.sheets import MadeSheets, make_sheets, prove_sheets
from kiosk.readers.signed_list.holders import words_of
from kiosk.readers.signed_list.recipients import sync_readers
from kiosk.readers.signed_list.versions import Signer
from kiosk.report.access.reader_chain import verified_chain
from kiosk.roles import Role
from kiosk.sealing.recovery import NEEDED
from kiosk.sealing.site_key import SiteKey

FOUNDED_BEFORE = timedelta(days=60)
THIRD_READER = "kowalska"
WHY = "Mr Bright teaches off site on Thursdays. A third person should be there."


def open_zone(
    school: Session, reports: Session, config: Config, key: SiteKey, wrapping: WrappingKeys, now: datetime
) -> tuple[MadeSheets, Secrets]:
    """Readers with keys, a first list that two have signed and a proven recovery key, since two months.

    Returns the sheets with the hash of that list, and the readers' keys. The staff promise is not given, as not all
    staff have signed.
    """
    then = now - FOUNDED_BEFORE
    day = then.astimezone(config.zone).date()
    secrets = sign_in_readers(school, key, wrapping, then)
    sync_readers(school, reports, day)
    head, lead = _role_holder(school, Role.PRINCIPAL), _role_holder(school, Role.DSL)
    made = make_sheets(school, reports, Acting(key, head.id, then), head, secrets[head.email], day)
    prove_sheets(school, reports, Acting(key, lead.id, then), None, made.recovery.sheets[:NEEDED], day)
    for person in (lead, head):
        try:
            acting = Acting(key, person.id, then)
            open_page(
                school, reports, acting, Signer(person, secrets[person.email]), promise=False, today=day
            )
        except SecondNeeded:
            continue
    return made, secrets


def propose_third_reader(
    school: Session, reports: Session, config: Config, key: SiteKey, wrapping: WrappingKeys, now: datetime
) -> None:
    """The safeguarding lead has proposed a second deputy and has heard the six words; another reader has to confirm."""
    today = now.astimezone(config.zone).date()
    lead = _role_holder(school, Role.DSL)
    third = school.scalars(select(StaffMember).where(StaffMember.email == THIRD_READER + MAIL_DOMAIN)).one()
    proposal = propose_role(school, lead, RoleChange(Role.DSL, True, third, None, WHY), today)
    Acting(key, lead.id, now).note(school, LogAct.CHANGE_PROPOSED, third.id)
    secrets = sign_in_readers(school, key, wrapping, now)
    heard = " ".join(words_of(school.get_one(ReaderKey, third.id)))
    approve(school, verified_chain(reports), proposal, Signer(lead, secrets[lead.email]), today, heard)


def _role_holder(school: Session, role: Role) -> StaffMember:
    return school.scalars(
        select(StaffMember)
        .join(RoleHolder, RoleHolder.staff_id == StaffMember.id)
        .where(RoleHolder.role == role, ~RoleHolder.deputy)
    ).one()
