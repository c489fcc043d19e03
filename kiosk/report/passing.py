"""Passing reports on to staff when their slot has ended, done by a page or by the worker, whichever is first."""

import logging
import sqlite3
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import OperationalError

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases
from kiosk.report.release import due_reports, forget_order, release_due
from kiosk.report.spool import bring_in

log = logging.getLogger(__name__)


def release_moment(config: Config, calendar: SchoolCalendar, now: datetime) -> datetime:
    """The moment by which a slot must have ended for its reports to be passed on.

    In the demo that is the end of the present slot, so that visitors see a report arrive.
    """
    return calendar.slot_end(calendar.slot_of(now)) if config.demo else now


def pass_on(databases: Databases, config: Config, calendar: SchoolCalendar, now: datetime) -> bool:
    """Release what is due, also what the spool held, and forget in which order it came; whether anything was released.

    While the worker stands still nobody else looks into the spool, and the child was thanked (promise D3).
    """
    with suppress(
        Exception
    ):  # it stays in the spool, `kiosk doctor` says so, and the page shows what there is
        bring_in(databases.reports, config.spool_path)
    released = release(databases, config, calendar, now)
    if released:
        try_to_forget_order(databases)
    return released


def release(databases: Databases, config: Config, calendar: SchoolCalendar, now: datetime) -> bool:
    """Release what is due; whether anything was. The order is still to be forgotten."""
    moment = release_moment(config, calendar, now)
    with databases.reports.session(write=False) as session:
        if not due_reports(session, calendar, moment):
            return False
    with databases.reports.write() as session:
        return bool(release_due(session, calendar, moment))


def try_to_forget_order(databases: Databases) -> bool:
    """Rewrite the reports database; False if it is busy, and then the worker tries again later."""
    try:
        forget_order(databases.reports.engine)
    except (sqlite3.OperationalError, OperationalError):
        log.warning("the reports database was busy; the order of reports is removed later")
        return False
    return True
