"""Transfers due items from the intake to the reports database, in the order of random ids (promise A5). Whichever
process comes first does it: the one that received something urgent, a reader's page, the worker. A process killed in
between loses nothing: the next one repeats the work, and `brought_in` says what is there already.
"""

import logging
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.mail.outbox import chunks
from kiosk.report.access.keyring import Keyring, read_keyring
from kiosk.report.access.sealed_report import SealedReport, store_report
from kiosk.report.intake.rewrite import blur_times, files_of, is_on_postgresql, rewrite_file
from kiosk.report.intake.sealed_item import DiscardedReplies, open_sealed_items
from kiosk.report.intake.store import IntakeStore
from kiosk.report.models import ImportedId, Reply, Thread, Zone
from kiosk.report.release import is_due
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Database
from kiosk.storage.outages import LogThrottle, is_away, kind_of
from kiosk.storage.upsert import insert_if_new

# For so long, deleted items cannot come back from an intake that was unavailable for a while.
IMPORTED_IDS_KEPT = timedelta(days=60)
MOST_FOR_A_PAGE = 200  # the worker transfers the rest within seconds

log = logging.getLogger(__name__)
_once = LogThrottle()
# Two transactions with the same ids could deadlock.
_ONE_AT_A_TIME = text("LOCK TABLE brought_in IN SHARE ROW EXCLUSIVE MODE")
_LOOK_THROUGH = update(Zone).values(noted_version=0)
_THROWN = select(Thread.thrown).where(Thread.id == bindparam("of")).with_for_update()
_THROW = update(Thread).where(Thread.id == bindparam("of")).values(thrown=bindparam("boxes"))


class HasIntake(Protocol):
    """What the intake and the transfer need of a school; only sealing needs the calendar."""

    @property
    def config(self) -> Config: ...
    @property
    def key(self) -> SiteKey: ...
    @property
    def calendar(self) -> SchoolCalendar: ...
    @property
    def intake_store(self) -> IntakeStore: ...


def transfer_quietly(site: HasIntake, reports: Database, now: datetime) -> None:
    """Transfer some of what is due, for a reader's page; whatever goes wrong, the page shows what there is."""
    with suppress(Exception):  # the item stays in the intake, and `kiosk doctor` reports it
        transfer_due(site, reports, now, most=MOST_FOR_A_PAGE)


def transfer_due(
    site: HasIntake, reports: Database, now: datetime, urgent_alone: bool = False, most: int | None = None
) -> bool:
    """Transfer what is due, and say whether anything was. Raises the error of a database that is away: nothing is lost.

    As long as much is held the file is not rewritten, as that costs more then.
    """
    due = ids_due(site, now, urgent_alone)
    wanted = sorted(list(due)[:most])
    merged = [kind for ids in chunks(wanted) for kind in _transfer_items(site, reports, ids, due, now)]
    if DiscardedReplies in merged:
        rewrite_file(reports)  # nothing is left of replies that a child discarded (promise C5)
    if merged and not urgent_alone and len(wanted) == len(due):
        site.intake_store.remove_traces()
    return bool(merged)


def ids_due(site: HasIntake, now: datetime, urgent_alone: bool = False) -> dict[uuid.UUID, bool]:
    """The ids of items to transfer now, and whether staff were mailed about each; urgent ones first, then by slot."""
    found: dict[uuid.UUID, bool] = {}
    for held in site.intake_store.slots():
        # In the demo nothing waits, so that visitors see a report arrive.
        if (held.urgent or not urgent_alone) and (site.config.demo or is_due(held.urgent, held.due, now)):
            found |= site.intake_store.ids(held)
    return found


def forget_imported_ids(session: Session, today: date) -> None:
    """Delete the ids of items that were transferred long ago."""
    session.execute(delete(ImportedId).where(ImportedId.day < today - IMPORTED_IDS_KEPT))


def _transfer_items(
    site: HasIntake,
    reports: Database,
    ids: Sequence[uuid.UUID],
    mailed: Mapping[uuid.UUID, bool],
    now: datetime,
) -> list[type[SealedReport | DiscardedReplies]]:
    """Transfer these items, except those that cannot be read or are refused; returns the kind of each."""
    found = [
        replace(one, alerts=()) if isinstance(one, SealedReport) and mailed[one.id] else one
        for one in open_sealed_items(site.key, site.intake_store.get(ids))
    ]
    if not found:
        return []
    try:
        _store_all(site, reports, found, now)
    except Exception as error:
        if is_away(error):
            raise
        found = [one for one in found if _transfer_alone(site, reports, one, now)]
    blur_times(files_of(reports))
    site.intake_store.forget([one.id for one in found])
    return [type(one) for one in found]


def _transfer_alone(
    site: HasIntake, reports: Database, one: SealedReport | DiscardedReplies, now: datetime
) -> bool:
    """Whether this item was transferred: whatever is wrong with it, the others must not wait."""
    try:
        _store_all(site, reports, [one], now)
    except Exception as error:
        if is_away(error):
            raise
        if _once.allows(kind_of(error)):
            log.error("something in the intake could not be merged: %s", kind_of(error))
        return False
    return True


def _store_all(
    site: HasIntake, reports: Database, found: Sequence[SealedReport | DiscardedReplies], now: datetime
) -> None:
    """Write these in one transaction, each once."""
    today = now.astimezone(site.config.zone).date()
    recipients = _readers_of(site, reports, today)
    with reports.rows(write=True) as connection:
        if is_on_postgresql(reports):
            connection.execute(_ONE_AT_A_TIME)
        for one in found:
            # An urgent report that came on a Saturday has the Monday as its day here, as in its own row.
            day = one.day if isinstance(one, SealedReport) else one.due.astimezone(site.config.zone).date()
            new = insert_if_new(connection, ImportedId, {"id": one.id, "day": day})
            if isinstance(one, DiscardedReplies):
                # in any case: rows that somebody restored are deleted again
                _discard_replies(connection, one)
            elif new:
                _add_report(connection, one, recipients)


def _readers_of(site: HasIntake, reports: Database, today: date) -> Keyring | None:
    """The present recipients; None if they cannot be read, which is no reason to keep a report from staff."""
    try:
        with reports.rows(write=False) as connection:
            return read_keyring(connection, site.config.readers_root, today)
    except Exception as error:
        if is_away(error):
            raise
        return None


def _add_report(connection: Connection, sealed: SealedReport, recipients: Keyring | None) -> None:
    """Add a report; nobody who has left since gets a mail, and readers who changed since are looked at again.

    Who has left is what a list says that counts: a damaged one must not silence the alerts.
    """
    if recipients is not None and (recipients.chain or not recipients.published):
        present = {reader.email for reader in recipients.readers}
        sealed = replace(sealed, alerts=tuple(one for one in sealed.alerts if one in present))
    store_report(connection, sealed)
    if recipients is None or sealed.ring_mark != recipients.mark:
        connection.execute(_LOOK_THROUGH)


def _discard_replies(connection: Connection, thrown: DiscardedReplies) -> None:
    """Delete the replies that a child discarded, and store the child's statement for readers; twice is once."""
    before = connection.execute(_THROWN, {"of": thrown.thread_id}).scalar()
    if before is None:
        return  # the thread had expired
    if thrown.statement not in before:
        connection.execute(_THROW, {"of": thrown.thread_id, "boxes": before + thrown.statement})
    for ids in chunks(thrown.replies):
        connection.execute(delete(Reply).where(Reply.id.in_(ids)))
