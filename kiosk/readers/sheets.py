"""Recovery sheets: shown once, tested by typing two back, used when nobody can open reports any more (promise S6)."""

import re
from collections.abc import Collection, Sequence
from datetime import date

from shamir_mnemonic.share import Share
from shamir_mnemonic.utils import MnemonicError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import KeyAct, ReaderKey, StaffMember
from kiosk.accounts.reader_keys import activate, add_event
from kiosk.messages import N_, Message
from kiosk.outbox import queue_alarm
from kiosk.report.keyring import proven_recovery, read_keyring
from kiosk.report.models import KeyDue, RecoveryKey, Report, ReportState
from kiosk.report.setup import add_recovery_key, is_published, prove_recovery
from kiosk.sealing.recovery import Recovery, SharesWrong, clean, new_recovery, opens_proof, recover
from kiosk.sealing.site_key import SiteKey

WORDS = 20
LETTERS = re.compile(r"[^\W\d_]+")
TOGETHER = Message(
    N_("These two sheets do not belong together. Compare the date and the fingerprint on both.")
)


def make_sheets(
    school: Session, reports: Session, site_key: SiteKey, by: StaffMember, today: date
) -> Recovery:
    """A new recovery key on three sheets, shown only once; the old one stays active until this one is tested."""
    recovery = new_recovery()
    add_recovery_key(reports, recovery, today)
    add_event(school, site_key, KeyAct.SHEETS_MADE, None, by, recovery.public_key, today)
    return recovery


def problems_of_sheets(sheets: Sequence[str]) -> dict[int, Message]:
    """What has to be corrected on each of two typed sheets, by place; a wrong word is named."""
    found: dict[int, Message] = {}
    shares: list[Share] = []
    for place, typed in enumerate(sheets):
        try:
            shares.append(_read(typed))
        except _SheetProblem as problem:
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
    school: Session, reports: Session, site_key: SiteKey, by: StaffMember, sheets: Sequence[str], today: date
) -> RecoveryKey:
    """Activate the recovery key of two typed sheets; raises SharesWrong.

    If other sheets were active and children use the page already, readers are told, and open reports are moved
    to these sheets. The active ones can be tested at any time without any effect.
    """
    before = proven_recovery(reports)
    row = prove_recovery(reports, sheets, today)
    reports.execute(update(RecoveryKey).where(RecoveryKey.id != row.id).values(proven_on=None))
    add_event(school, site_key, KeyAct.SHEETS_PROVEN, None, by, row.public_key, today)
    if is_published(reports) and row.public_key != before:
        known = set(reports.scalars(select(KeyDue.report_id)))
        at_work = set(reports.scalars(select(Report.id).where(Report.state != ReportState.CLOSED)))
        reports.add_all(KeyDue(report_id=report_id) for report_id in at_work - known)
        queue_alarm(reports, [reader.email for reader in read_keyring(reports).readers])
    reports.flush()
    return row


def recovered_key(reports: Session, sheets: Sequence[str]) -> tuple[bytes, RecoveryKey]:
    """The private key from two typed sheets of this school, with its row; raises SharesWrong."""
    private_key = recover(sheets)
    for row in reports.scalars(select(RecoveryKey)):
        if opens_proof(private_key, row.proof):
            return private_key, row
    raise SharesWrong


def note_recovery(
    school: Session,
    site_key: SiteKey,
    by: StaffMember,
    row: RecoveryKey,
    waiting: Collection[ReaderKey],
    today: date,
) -> None:
    """Record that sheets were used, and activate the keys that they approve."""
    add_event(school, site_key, KeyAct.RECOVERED, None, by, row.public_key, today)
    for key in waiting:
        activate(school, site_key, key, today, today)


class _SheetProblem(Exception):
    """A typed sheet has a mistake; `message` says which."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__()


def _read(typed: str) -> Share:
    words = LETTERS.findall(typed)
    if not words:
        raise _SheetProblem(Message(N_("Type the twenty words of this sheet.")))
    try:
        cleaned = clean(typed)
    except SharesWrong as wrong:
        place = [word.lower() for word in words].index(wrong.word) + 1
        text = N_("Word %(place)s, “%(word)s”, is not a word that sheets use. Look at it again.")
        raise _SheetProblem(Message(text, {"place": place, "word": wrong.word})) from None
    if len(words) != WORDS:
        text = N_(
            "A sheet has %(wanted)s words, but you typed %(count)s. See which word is missing or typed twice."
        )
        raise _SheetProblem(Message(text, {"wanted": WORDS, "count": len(words)}))
    try:
        return Share.from_mnemonic(cleaned)
    except (MnemonicError, ValueError):
        text = N_("All these words exist, but together they are not a valid sheet. Compare them one by one.")
        raise _SheetProblem(Message(text)) from None
