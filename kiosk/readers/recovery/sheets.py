"""Recovery sheets: shown once, tested by typing two back, used when nobody can open reports any more (promise S6)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from shamir_mnemonic.share import Share
from shamir_mnemonic.utils import MnemonicError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, ReaderKey, StaffMember
from kiosk.accounts.staff.reader_keys import keys_of_present_staff
from kiosk.audit.log import Acting, LogAct
from kiosk.readers.proposals.approval import approve, why_cannot_approve
from kiosk.readers.proposals.proposals import propose_sheets
from kiosk.readers.signed_list.versions import Signer, draft_first, entry_for
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.models import RecoveryKey
from kiosk.report.setup import add_recovery_key, is_published, prove_recovery, zone_of
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import ListedReader, Recoverer, Version
from kiosk.sealing.reader_key import ReaderSecret, fingerprint, six_words
from kiosk.sealing.recovery import (
    Recovery,
    RecoverySecret,
    SharesWrong,
    clean_sheet,
    new_recovery,
    opens_proof,
    recover_secret,
)
from kiosk.wording.messages import N_, Message, Refused

WORDS = 20
LETTERS = re.compile(r"[^\W\d_]+")
TOGETHER = Message(
    N_("These two sheets do not belong together. Compare the date and the fingerprint on both.")
)


@dataclass(frozen=True)
class MadeSheets:
    """New sheets, and the hash of the first list of readers, which is printed on each of them."""

    recovery: Recovery
    root: bytes


def make_sheets(
    school: Session, reports: Session, acting: Acting, by: StaffMember, secret: ReaderSecret, today: date
) -> MadeSheets:
    """A new recovery key on three sheets, shown only once; the old one stays active until this one is tested.

    The first sheets begin the list of readers: it holds everybody who has keys now. Raises TooFew.
    """
    zone_of(reports, for_update=True)  # or this could replace the list that opens the page just now
    recovery = new_recovery()
    add_recovery_key(reports, recovery, today)
    if is_published(reports):
        root = verified_chain(reports)[0].hash
    else:
        recoverer = Recoverer(recovery.public_key, recovery.verify_key)
        root = draft_first(school, reports, by, secret, recoverer, today).hash
    acting.note(school, LogAct.SHEETS_MADE, mark=fingerprint(recovery.public_key))
    return MadeSheets(recovery, root)


def problems_of_sheets(sheets: Sequence[str]) -> dict[int, Message]:
    """What has to be corrected on each of two typed sheets, by place; a wrong word is named."""
    found: dict[int, Message] = {}
    shares: list[Share] = []
    for place, typed in enumerate(sheets):
        try:
            shares.append(_read_sheet(typed))
        except Refused as problem:
            found[place] = problem.message
    if found:
        return found
    first, second = shares
    if first.identifier != second.identifier:
        return {1: TOGETHER}
    if first.index == second.index:
        return {1: Message(N_("This is the same sheet as the first one. Type another of the three."))}
    return {}


def prove_sheets(
    school: Session,
    reports: Session,
    acting: Acting,
    secret: ReaderSecret | None,
    sheets: Sequence[str],
    today: date,
) -> Proposal | None:
    """Test two typed sheets; raises SharesWrong. New ones count at once until the page is open to children.

    After that a second reader has to confirm them: the proposal is returned. The active ones can be tested at any
    time without any effect.
    """
    row = prove_recovery(reports, sheets, today)
    acting.note(school, LogAct.SHEETS_PROVEN, mark=fingerprint(row.public_key))
    if not is_published(reports):
        reports.execute(update(RecoveryKey).where(RecoveryKey.id != row.id).values(proven_on=None))
        return None
    chain = verified_chain(reports)
    if row.public_key == chain[-1].recovery.public_key:
        return None
    by = school.get_one(StaffMember, acting.by)
    proposal = propose_sheets(school, by, Recoverer(row.public_key, row.verify_key), today)
    if secret is not None and not why_cannot_approve(school, chain, proposal, by, today):
        # Whoever typed two of the sheets has read on them what the six words say.
        heard = " ".join(six_words(row.public_key, row.verify_key))
        approve(school, chain, proposal, Signer(by, secret), today, heard)
    return proposal


def recovered_secret(reports: Session, sheets: Sequence[str]) -> tuple[RecoverySecret, RecoveryKey]:
    """What two typed sheets of this school give, with the row of their key; raises SharesWrong."""
    secret = recover_secret(sheets)
    for row in reports.scalars(select(RecoveryKey)):
        if opens_proof(secret.private_key, row.proof):
            return secret, row
    raise SharesWrong


def recovered_list(
    school: Session, chain: Sequence[Version], chosen: Collection[ReaderKey], today: date
) -> dict[str, ListedReader]:
    """The readers that two sheets put into the list: those who are in it with their keys, and those chosen."""
    listed = {}
    for key in keys_of_present_staff(school):
        old = chain[-1].listed(today).get(key.staff_id.hex) if chain else None
        if key in chosen or (old and (old.public_key, old.verify_key) == (key.public_key, key.verify_key)):
            reads_from = old.reads_from if old else date.min
            entry = entry_for(key, recovered_roles(chain, key, today), today, reads_from)
            # a hand-over that is planned stays so
            listed[key.staff_id.hex] = replace(entry, to_day=old.to_day, heir=old.heir) if old else entry
    return listed


def recovered_roles(chain: Sequence[Version], key: ReaderKey, today: date) -> frozenset[Role]:
    """The roles with which two sheets put somebody into the list: those of the list for everybody who is in it.

    Rows of roles count for newcomers alone, whose roles the page shows: or else whoever edits rows has others signed.
    """
    old = chain[-1].listed(today).get(key.staff_id.hex) if chain else None
    return frozenset(map(Role, old.roles)) if old else READING_ROLES & key.staff.roles


def _read_sheet(typed: str) -> Share:
    words = LETTERS.findall(typed)
    if not words:
        raise Refused(N_("Type the twenty words of this sheet."))
    try:
        cleaned = clean_sheet(typed)
    except SharesWrong as wrong:
        place = [word.lower() for word in words].index(wrong.word) + 1
        text = N_("Word %(place)s, “%(word)s”, is not a word that sheets use. Look at it again.")
        raise Refused(text, place=place, word=wrong.word) from None
    if len(words) != WORDS:
        text = N_(
            "A sheet has %(wanted)s words, but you typed %(count)s. See which word is missing or typed twice."
        )
        raise Refused(text, wanted=WORDS, count=len(words))
    try:
        return Share.from_mnemonic(cleaned)
    except (MnemonicError, ValueError):
        text = N_("All these words exist, but together they are not a valid sheet. Compare them one by one.")
        raise Refused(text) from None
