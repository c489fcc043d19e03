"""The worker: passes reports on, sends alerts, and tidies up; whatever breaks, it goes on."""

import logging
import smtplib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kiosk.accounts.windows import close_expired
from kiosk.app import read_content
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.watcher import KeptCalendar
from kiosk.config import Config
from kiosk.db import Databases, now_utc
from kiosk.outbox import deliver
from kiosk.readers.copying import copy_keys
from kiosk.report.passing import release, try_to_forget_order
from kiosk.report.reading_routes import SELF_TEST
from kiosk.report.self_test import self_test_sent, sound_alarm
from kiosk.report.send_self_test import send_self_test
from kiosk.report.setup import is_published
from kiosk.report.spool import bring_in
from kiosk.report.way_back import end_old_threads
from kiosk.sealing.site_key import read_site_key
from kiosk.server import leave_no_core
from kiosk.sessions import forget_old_sessions

TICK_SECONDS = 15  # somebody in danger now is alerted within two minutes (promise A19)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)

log = logging.getLogger(__name__)


@dataclass
class Wait:
    """How long a mail server, or one address of it, is left alone after it would not take a mail."""

    until: datetime
    length: timedelta = FIRST_WAIT

    def longer(self, now: datetime) -> "Wait":
        """The wait after one more refusal: twice as long, up to a quarter of an hour."""
        length = min(self.length * 2, LONGEST_WAIT)
        return Wait(now + length, length)


@dataclass
class Memory:
    """What the worker knows from one round to the next; in memory only, so nothing of it is a trace."""

    server: Wait | None = None
    addresses: dict[str, Wait] = field(default_factory=dict)
    tidied_on: date | None = None
    self_test_on: date | None = None
    calendar: KeptCalendar | None = None

    def calendar_now(self, config: Config) -> SchoolCalendar:
        """The school's calendar; raises SettingError where the first file that is read is broken."""
        self.calendar = self.calendar or KeptCalendar(config)
        return self.calendar.look()


def run_worker(config: Config, databases: Databases, stop: threading.Event) -> None:
    """Go round until `stop` is set."""
    leave_no_core()
    memory = Memory(calendar=KeptCalendar(config))
    while not stop.is_set():
        tick(config, databases, now_utc(), memory)
        stop.wait(TICK_SECONDS)


def tick(config: Config, databases: Databases, now: datetime, memory: Memory | None = None) -> None:
    """One round; a chore that breaks is noted by its kind of error alone and leaves the others be."""
    known = memory or Memory()
    chores: tuple[Callable[[], None], ...] = (
        lambda: _bring_in(config, databases),
        lambda: copy_keys(databases, config, read_site_key(config.key_path), _today(config, now)),
        lambda: _release(config, databases, known.calendar_now(config), now, known),
        lambda: _send_self_test(config, databases, known.calendar_now(config), now, known),
        lambda: _alarm(databases, known.calendar_now(config), now),
        lambda: _send_alerts(config, databases, now, known),
        lambda: _close_windows(databases, now),
        lambda: _forget_sessions(databases, now),
    )
    for chore in chores:
        try:
            chore()
        except (
            Exception
        ) as error:  # an address or a word could stand in the message, so only its kind is kept
            log.error("the worker could not finish a chore: %s", type(error).__name__)


def _bring_in(config: Config, databases: Databases) -> None:
    """What no database took while it was away is brought in as soon as one does (promise D3)."""
    if bring_in(databases.reports, config.spool_path):
        log.warning("reports that had been put aside are in the database now")


def _send_self_test(
    config: Config, databases: Databases, calendar: SchoolCalendar, now: datetime, memory: Memory
) -> None:
    """Every school morning a report of the machine's own goes through the form (promise S8).

    Tried once a day: where it fails, nothing is opened, and that is what the alarm hears.
    """
    today = now.astimezone(calendar.zone).date()
    if not calendar.is_open(now) or memory.self_test_on == today:
        return
    with databases.reports.session(write=False) as reports:
        if not is_published(reports) or self_test_sent(reports, today):
            return
    memory.self_test_on = today
    key = read_site_key(config.key_path)
    send_self_test(config, databases.reports, key, read_content(config), SELF_TEST, now)


def _alarm(databases: Databases, calendar: SchoolCalendar, now: datetime) -> None:
    if sound_alarm(databases, calendar, now):
        log.error("nobody has opened the morning's test report for two school days")


def _today(config: Config, now: datetime) -> date:
    return now.astimezone(config.zone).date()


def _release(
    config: Config, databases: Databases, calendar: SchoolCalendar, now: datetime, memory: Memory
) -> None:
    """Pass on what is due, then forget the order; that also once a day where nothing was due (promise A5)."""
    if release(databases, config, calendar, now):
        memory.tidied_on = None
    today = now.astimezone(calendar.zone).date()
    if memory.tidied_on == today:
        return
    with databases.reports.write() as reports:
        end_old_threads(reports, today)
    if try_to_forget_order(databases):
        memory.tidied_on = today


def _send_alerts(config: Config, databases: Databases, now: datetime, memory: Memory) -> None:
    """Send what may leave. Without a mail server it waits, and the staff pages say so."""
    if not config.smtp_url or (memory.server and now < memory.server.until):
        return
    memory.addresses = {
        address: wait for address, wait in memory.addresses.items() if wait.until + LONGEST_WAIT * 2 > now
    }
    resting = [address for address, wait in memory.addresses.items() if now < wait.until]
    try:
        delivery = deliver(databases.reports, config, skip=resting)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server was not reached, trying again later: %s", type(error).__name__)
        memory.server = _after(memory.server, now)
        return
    memory.server = None
    for address in delivery.refused:
        memory.addresses[address] = _after(memory.addresses.get(address), now)
    if delivery.refused:
        log.warning("the mail server would not take an alert, trying again later")


def _after(wait: Wait | None, now: datetime) -> Wait:
    return wait.longer(now) if wait else Wait(now + FIRST_WAIT)


def _close_windows(databases: Databases, now: datetime) -> None:
    with databases.school.write() as school:
        close_expired(school, now)


def _forget_sessions(databases: Databases, now: datetime) -> None:
    with databases.sessions.write() as store:
        forget_old_sessions(store, now)
