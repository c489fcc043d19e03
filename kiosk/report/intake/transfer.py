"""Merging: what is due leaves the intake for the reports database, in the order of random ids (promise A5).

Whoever comes first does it: the process that took something urgent, a reader's page, the worker. Whoever is killed
in the middle has lost nothing: the next one does the same work, and `brought_in` says what is there already.
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
from kiosk.report.access.keyring import Keyring, read_keyring, root_of
from kiosk.report.access.sealed_report import SealedReport, store
from kiosk.report.intake.rewrite import blur_times, files_of, is_on_postgresql, rewrite
from kiosk.report.intake.sealed_item import Thrown, read_all
from kiosk.report.intake.store import Keeper
from kiosk.report.models import BroughtIn, Reply, Thread, Zone
from kiosk.report.release import is_due, release_moment
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Database
from kiosk.storage.outages import OnceAMinute, is_away, kind_of
from kiosk.storage.upsert import insert_or_keep

KNOWN_FOR = timedelta(days=60)  # what was deleted since does not come back from an intake that was away

log = logging.getLogger(__name__)
_once = OnceAMinute()
# Two that held ids of one form could wait for each other.
_ONE_AT_A_TIME = text("LOCK TABLE brought_in IN SHARE ROW EXCLUSIVE MODE")
_LOOK_THROUGH = update(Zone).values(noted_version=0)
_THROWN = select(Thread.thrown).where(Thread.id == bindparam("of")).with_for_update()
_THROW = update(Thread).where(Thread.id == bindparam("of")).values(thrown=bindparam("boxes"))


class HasIntake(Protocol):
    """What merging needs of a school."""

    @property
    def config(self) -> Config: ...
    @property
    def key(self) -> SiteKey: ...
    @property
    def calendar(self) -> SchoolCalendar: ...
    @property
    def keeper(self) -> Keeper: ...


def pass_on(site: HasIntake, reports: Database, now: datetime) -> None:
    """Merge what is due, for a reader's page; whatever goes wrong, the page shows what there is."""
    with suppress(Exception):  # it stays in the intake, and `kiosk doctor` says so
        merge_due(site, reports, now)


def merge_due(site: HasIntake, reports: Database, now: datetime, urgent_alone: bool = False) -> bool:
    """Merge what is due; whether anything was. Raises the error of a database that is away: nothing is lost then.

    After something urgent alone the file is not rewritten, as that costs more the more is held.
    """
    due = due_ids(site, now, urgent_alone)
    merged = [kind for ids in chunks(sorted(due)) for kind in _merge(site, reports, ids, due, now)]
    if Thrown in merged:
        rewrite(reports)  # nothing is left of answers that a child threw away (promise C5)
    if merged and not urgent_alone:
        site.keeper.tidy()
    return bool(merged)


def due_ids(site: HasIntake, now: datetime, urgent_alone: bool = False) -> dict[uuid.UUID, bool]:
    """What is to be merged, and whether staff had a mail of it."""
    moment = release_moment(site.config, site.calendar, now)
    found: dict[uuid.UUID, bool] = {}
    for held in site.keeper.slots():
        if held.urgent or (not urgent_alone and is_due(False, held.slot, site.calendar, moment)):
            found |= site.keeper.ids(held)
    return found


def forget_brought_in(session: Session, today: date) -> None:
    """Forget what was merged long ago."""
    session.execute(delete(BroughtIn).where(BroughtIn.day < today - KNOWN_FOR))


def _merge(
    site: HasIntake,
    reports: Database,
    ids: Sequence[uuid.UUID],
    mailed: Mapping[uuid.UUID, bool],
    now: datetime,
) -> list[type[SealedReport | Thrown]]:
    """Merge these, as far as they can be read and are not refused; what each of them was."""
    found = [
        replace(one, alerts=()) if isinstance(one, SealedReport) and mailed[one.id] else one
        for one in read_all(site.key, site.keeper.get(ids))
    ]
    if not found:
        return []
    try:
        _bring_in(site, reports, found, now)
    except Exception as error:
        if is_away(error):
            raise
        found = [one for one in found if _comes_in_alone(site, reports, one, now)]
    blur_times(files_of(reports))
    site.keeper.forget([one.id for one in found])
    return [type(one) for one in found]


def _comes_in_alone(site: HasIntake, reports: Database, one: SealedReport | Thrown, now: datetime) -> bool:
    """Whether this one was merged: whatever is wrong with it, the others must not wait."""
    try:
        _bring_in(site, reports, [one], now)
    except Exception as error:
        if is_away(error):
            raise
        if _once.passes(kind_of(error)):
            log.error("something in the intake could not be merged: %s", kind_of(error))
        return False
    return True


def _bring_in(
    site: HasIntake, reports: Database, found: Sequence[SealedReport | Thrown], now: datetime
) -> None:
    """Write these in one transaction, each once."""
    today = now.astimezone(site.config.zone).date()
    # What is urgent is merged at once: of one that came on a Saturday this is the Monday, as in the report itself.
    day = site.calendar.slot_of(now).day
    ring = _readers_of(site, reports, today)
    with reports.rows(write=True) as connection:
        if is_on_postgresql(reports):
            connection.execute(_ONE_AT_A_TIME)
        for one in found:
            new = insert_or_keep(connection, BroughtIn, {"id": one.id, "day": day})
            if isinstance(one, Thrown):
                _throw(connection, one)  # new or not: rows that somebody has put back go again
            elif new:
                _add(connection, one, ring)


def _readers_of(site: HasIntake, reports: Database, today: date) -> Keyring | None:
    """Who reads now; None where that cannot be read, which is no reason to keep a report from staff."""
    try:
        with reports.rows(write=False) as connection:
            return read_keyring(connection, root_of(site.config), today)
    except Exception as error:
        if is_away(error):
            raise
        return None


def _add(connection: Connection, sealed: SealedReport, ring: Keyring | None) -> None:
    """Add a report; nobody who has left since gets a mail, and readers who changed since are looked at again.

    Who has left is what a list says that counts: a damaged one must not silence the alerts.
    """
    if ring is not None and (ring.chain or not ring.published):
        present = {reader.email for reader in ring.readers}
        sealed = replace(sealed, alerts=tuple(one for one in sealed.alerts if one in present))
    store(connection, sealed)
    if ring is None or sealed.ring_mark != ring.mark:
        connection.execute(_LOOK_THROUGH)


def _throw(connection: Connection, thrown: Thrown) -> None:
    """Delete the answers that a child threw away, and note the child's statement where readers look; twice is once."""
    before = connection.execute(_THROWN, {"of": thrown.thread_id}).scalar()
    if before is None:
        return  # its time was over
    if thrown.statement not in before:
        connection.execute(_THROW, {"of": thrown.thread_id, "boxes": before + thrown.statement})
    for ids in chunks(thrown.replies):
        connection.execute(delete(Reply).where(Reply.id.in_(ids)))
