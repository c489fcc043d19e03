"""The progress of setting up sealed reports: five steps (promise S6)."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.staff.roles import held_roles, problems_of
from kiosk.audit.log import Acting, LogAct, canonical, lines
from kiosk.config import Config
from kiosk.readers.signed_list.holders import KeyState, ReaderLine
from kiosk.readers.signed_list.versions import Signer, is_founded, sign_first
from kiosk.report.access.keyring import ZONE_ID
from kiosk.report.access.reader_chain import read_signatures
from kiosk.report.models import ReaderList, RecoveryKey, Zone
from kiosk.report.setup import FEWEST_TO_OPEN, NotReady, is_published, opened_on, publish, zone_of
from kiosk.sealing.list_statements import ListBroken, Version, read
from kiosk.sealing.reader_key import fingerprint


class SecondNeeded(Exception):
    """The first list needs the signature of another reader."""


class SetupStep(enum.StrEnum):
    """What has to be done once, in this order."""

    ROLES = "roles"
    READERS = "readers"
    SHEETS = "sheets"
    PROVEN = "proven"
    OPENED = "opened"


@dataclass(frozen=True)
class Setup:
    """The steps done so far and what comes next; `first` is the first list of readers, signed or not."""

    done: frozenset[SetupStep]
    recovery: RecoveryKey | None  # the active recovery key
    unproven: RecoveryKey | None  # the newest one that nobody has typed back yet
    published_on: date | None
    staff_promise: bool
    first: Version | None = None

    @property
    def next_step(self) -> SetupStep | None:
        """The first step that is not done; None if all are."""
        return next((step for step in SetupStep if step not in self.done), None)

    @property
    def can_open(self) -> bool:
        """Whether the page can be opened to children now."""
        needed = {SetupStep.READERS, SetupStep.PROVEN}
        return needed <= self.done and SetupStep.OPENED not in self.done


def setup_state(school: Session, reports: Session, readers: Sequence[ReaderLine]) -> Setup:
    """How far this school has come with setting up."""
    zone = reports.get(Zone, ZONE_ID)
    keys = list(reports.scalars(select(RecoveryKey).order_by(RecoveryKey.made_on.desc(), RecoveryKey.id)))
    first = first_list(reports)
    # the last of them is in use: see proven_recovery
    proven = [row for row in keys if row.proven_on is not None]
    recovery = max(proven, key=lambda row: (row.proven_on, -row.id.int), default=None)
    typed = {one.details for one in lines(school, acts=[LogAct.SHEETS_PROVEN])}
    # the details by which the log names a recovery key whose sheets were typed back
    details = {row.id: canonical({"mark": fingerprint(row.public_key)}) for row in keys}
    newer = [row for row in keys if row.proven_on is None and details[row.id] not in typed]
    newer = [row for row in newer if recovery is None or row.made_on >= recovery.made_on]
    published_on = opened_on(reports)
    facts = {
        SetupStep.ROLES: not problems_of(held_roles(school)),
        SetupStep.READERS: sum(one.state is not KeyState.NONE for one in readers) >= FEWEST_TO_OPEN,
        SetupStep.SHEETS: first is not None and bool(keys),
        SetupStep.PROVEN: recovery is not None,
        SetupStep.OPENED: published_on is not None,
    }
    return Setup(
        done=frozenset(step for step, done in facts.items() if done),
        recovery=recovery,
        unproven=newer[0] if newer else None,
        published_on=published_on,
        staff_promise=zone is not None and zone.staff_promise,
        first=first,
    )


def was_opened(school: Session, reports: Session) -> bool:
    """Whether readers have ever opened the page; the log says so too, if somebody emptied the reports database."""
    return is_published(reports) or bool(lines(school, acts=[LogAct.PAGE_OPENED], limit=1))


def first_list(reports: Session) -> Version | None:
    """The first list of readers, also while only one reader has signed it."""
    row = reports.get(ReaderList, 1)
    try:
        return read(row.statement, read_signatures(row.signatures)) if row else None
    except ListBroken:
        return None


def root_is_set(config: Config, first: Version | None) -> bool:
    """Whether the settings name this first list; without that no child could send, whoever opens the page."""
    return first is not None and config.readers_root == first.hash


def open_page(
    school: Session,
    reports: Session,
    acting: Acting,
    by: Signer,
    promise: bool,
    today: date,
) -> Version | None:
    """Sign the first list and open the report page to children; returns the list, or None if the page was open.

    Raises SecondNeeded where no other reader has signed yet, NotReady where something else is missing.
    """
    zone = zone_of(reports, for_update=True)
    if is_published(reports):
        return None
    first = first_list(reports)
    if first is None:
        raise NotReady
    try:
        signed = sign_first(reports, first, by.person.id, by.secret)
    except ListBroken:
        raise NotReady from None
    if not is_founded(signed):
        raise SecondNeeded
    publish(reports, today)
    zone.staff_promise = zone.staff_promise or promise
    reports.flush()
    acting.note(school, LogAct.PAGE_OPENED, mark=fingerprint(signed.hash))
    return signed
