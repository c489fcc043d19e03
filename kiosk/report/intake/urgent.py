"""Alerts staff to urgent reports at once, even while the reports database is unavailable."""

import enum
import threading
import time
import uuid
from datetime import datetime
from random import SystemRandom

from kiosk.mail.outbox import CHUNK, send_alerts
from kiosk.report.access.sealed_report import SealedReport
from kiosk.report.intake.sealed_item import open_sealed_items
from kiosk.report.intake.transfer import HasIntake, ids_due, transfer_due
from kiosk.storage.db import Database
from kiosk.storage.outages import DATABASE_ERRORS

WAIT_SECONDS = 2.0  # how long to wait for another child's attempt; only one thread of a process waits longer
REST_SECONDS = 10.0  # after a failure; the worker goes on trying
MAIL_SECONDS = 5.0  # for each step with the mail server, and for all mails together

Mailed = dict[uuid.UUID, set[str]]  # which addresses had a mail of what is urgent; in memory alone


class UrgentProgress(enum.StrEnum):
    """What has happened to an urgent report by the time the child reads the page after sending."""

    MERGED = "merged"  # readers can open it
    MAILED = "mailed"  # readers were mailed, and can open it once the database is back
    NOT_YET = "not-yet"


class UrgentAlert:
    """Tells staff of urgent reports, for one process: one attempt at a time, with a rest after one that failed."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._merge_again = self._mail_again = 0.0  # seconds on the monotonic clock, which nobody can set
        self._mailed: Mailed = {}

    def reach_staff(self, site: HasIntake, reports: Database, id: uuid.UUID, now: datetime) -> UrgentProgress:
        """Alert staff to an urgent report in the intake; returns how far that came (`UrgentProgress`)."""
        if not self._turn.acquire(timeout=WAIT_SECONDS):
            return _progress_of(site, id)
        try:
            reached = _progress_of(site, id)
            if reached is UrgentProgress.NOT_YET:
                reached = self._transfer_urgent(site, reports, id, now)
            if reached is UrgentProgress.NOT_YET and self._mail_staff(site, id, now):
                reached = UrgentProgress.MAILED
            return reached
        finally:
            self._turn.release()

    def _transfer_urgent(
        self, site: HasIntake, reports: Database, id: uuid.UUID, now: datetime
    ) -> UrgentProgress:
        if time.monotonic() < self._merge_again:
            return UrgentProgress.NOT_YET
        try:
            transfer_due(site, reports, now, urgent_alone=True)
        except Exception:  # whatever the error: a mail is tried next
            self._merge_again = time.monotonic() + REST_SECONDS
            return UrgentProgress.NOT_YET
        return _progress_of(site, id)  # an item that the database refuses stays in the intake

    def _mail_staff(self, site: HasIntake, id: uuid.UUID, now: datetime) -> bool:
        if time.monotonic() < self._mail_again:
            return False
        try:
            reached = id in mail_urgent(site, now, self._mailed, first=id)
        except Exception:  # whatever the error: the child is told that nobody knows yet
            reached = False
        if not reached:
            self._mail_again = time.monotonic() + REST_SECONDS
        return reached


def _progress_of(site: HasIntake, id: uuid.UUID) -> UrgentProgress:
    """How far this report has come, if that can be read: it is stored, so no error may replace the child's page."""
    try:
        mailed = site.intake_store.mailed(id)
    except DATABASE_ERRORS:
        return UrgentProgress.NOT_YET
    if mailed is None:
        return UrgentProgress.MERGED
    return UrgentProgress.MAILED if mailed else UrgentProgress.NOT_YET


def mail_urgent(
    site: HasIntake, now: datetime, mailed: Mailed | None = None, first: uuid.UUID | None = None
) -> set[uuid.UUID]:
    """Send the usual alert to whom urgent things in the intake are for; returns those of which somebody was told.

    The addresses are those of the readers for whom they were sealed. Raises OSError or smtplib.SMTPException if the
    mail server cannot be reached. Addresses that it did not take are tried again; those in `mailed`, which is kept
    from one time to the next, have their mail. Of very many some are drawn by lot, and `first` is always among them:
    items for which nobody can be alerted must not block the rest each time.
    """
    unheard = [id for id, had_mail in ids_due(site, now, urgent_alone=True).items() if not had_mail]
    drawn = set(SystemRandom().sample(unheard, min(len(unheard), CHUNK)))
    if first in unheard:
        drawn.add(first)
    wanted = {
        one.id: set(one.alerts)
        for one in open_sealed_items(site.key, site.intake_store.get(drawn))
        if isinstance(one, SealedReport) and one.alerts
    }
    known = {} if mailed is None else mailed
    for gone in known.keys() - unheard:
        del known[gone]
    had = {id: known.setdefault(id, set()) for id in wanted}
    missing = set().union(*(addresses - had[id] for id, addresses in wanted.items()))
    took = (
        send_alerts(site.config, sorted(missing), MAIL_SECONDS) if missing and site.config.smtp_url else set()
    )
    for id, addresses in wanted.items():
        had[id] |= addresses & took
    done = {id for id, addresses in wanted.items() if addresses <= had[id]}
    if done:
        site.intake_store.mark_mailed(done)
    return {id for id in wanted if had[id]}
