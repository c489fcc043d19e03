"""Setting up the report zone: a tested recovery key, two readers with keys, then opening the page (promise S6)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.report.access.keyring import ZONE_ID, Keyring, able_readers, proven_recovery, read_keyring
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.access.routes import ROUTES, has_enough
from kiosk.report.models import RecoveryKey, Zone
from kiosk.sealing.recovery import Recovery, SharesWrong, opens_proof, recover_secret

FEWEST_TO_OPEN = 2


class NotReady(Exception):
    """The report page cannot be opened to children yet; `head`: too few could read a report about the head."""

    def __init__(self, head: bool = False) -> None:
        self.head = head
        super().__init__()


def zone_of(session: Session, for_update: bool = False) -> Zone:
    """The settings of the zone; a writing session makes the row if it is missing.

    `for_update`: as they are now, and nobody else opens the page or begins another list until the transaction ends.
    """
    zone = session.get(Zone, ZONE_ID, with_for_update=for_update or None, populate_existing=for_update)
    if zone is None:
        zone = Zone(id=ZONE_ID, staff_promise=False)
        session.add(zone)
        session.flush()
    return zone


def add_recovery_key(session: Session, recovery: Recovery, today: date) -> None:
    """Store the public key of a new recovery key; it is used once two of its sheets have opened the proof."""
    session.add(
        RecoveryKey(
            public_key=recovery.public_key,
            verify_key=recovery.verify_key,
            proof=recovery.proof,
            made_on=today,
        )
    )
    session.flush()


def prove_recovery(session: Session, sheets: Sequence[str], today: date) -> RecoveryKey:
    """Activate the recovery key that two typed sheets open; raises SharesWrong."""
    secret = recover_secret(sheets)
    for row in session.scalars(select(RecoveryKey)):
        # readers sign what the sheets give, whatever the row says
        stored = (row.public_key, row.verify_key)
        if stored == (secret.public_key, secret.verify_key) and opens_proof(secret.private_key, row.proof):
            row.proven_on = today
            session.flush()
            return row
    raise SharesWrong


def head_can_be_told_about(recipients: Keyring) -> bool:
    """Whether two readers of reports about the head neither are nor deputise for the principal (promise G1)."""
    return has_enough(ROUTES["head"], able_readers(recipients.readers))


def publish(session: Session, today: date) -> None:
    """Open the report page to children; raises NotReady. The page is never closed again, so that no report is refused
    later.

    It needs a first list that two readers have signed, with a recovery key that two sheets have opened.
    """
    recipients = read_keyring(session, today=today)
    if not recipients.chain or recipients.recovery != proven_recovery(session):
        raise NotReady
    if not head_can_be_told_about(recipients):
        raise NotReady(head=True)
    zone = zone_of(session)
    zone.published_on = zone.published_on or today


def opened_on(session: Session) -> date | None:
    """The day on which the report page was opened to children; None before.

    Two readers sign the first list when they open it. So a list that counts says it too, whatever stands in the row.
    """
    zone = session.get(Zone, ZONE_ID)
    if zone is not None and zone.published_on is not None:
        return zone.published_on
    chain = verified_chain(session)
    return chain[0].day if chain else None


def is_published(session: Session) -> bool:
    """Whether children can use the report page."""
    return opened_on(session) is not None
