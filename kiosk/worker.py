"""The worker: passes reports on, sends alerts, and tidies up; whatever breaks, it goes on."""

import logging
import smtplib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kiosk.accounts.windows import close_expired
from kiosk.calendar import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases, now_utc
from kiosk.incidents.passing import release, try_to_forget_order
from kiosk.incidents.readers import readers_differ, sync_readers
from kiosk.outbox import deliver
from kiosk.sessions import forget_old_sessions
from kiosk.term_dates.kept import KeptCalendar

TICK_SECONDS = 15  # somebody in danger now is alerted within two minutes (privacy.md A19)
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
    calendar: KeptCalendar | None = None

    def calendar_now(self, config: Config) -> SchoolCalendar:
        """The school's calendar; raises SettingError where the first file that is read is broken."""
        self.calendar = self.calendar or KeptCalendar(config)
        return self.calendar.look()


def run_worker(config: Config, databases: Databases, stop: threading.Event) -> None:
    """Go round until `stop` is set."""
    memory = Memory(calendar=KeptCalendar(config))
    while not stop.is_set():
        tick(config, databases, now_utc(), memory)
        stop.wait(TICK_SECONDS)


def tick(config: Config, databases: Databases, now: datetime, memory: Memory | None = None) -> None:
    """One round; a chore that breaks is noted by its kind of error alone and leaves the others be."""
    known = memory or Memory()
    chores: tuple[Callable[[], None], ...] = (
        lambda: _copy_readers(databases),
        lambda: _release(config, databases, known.calendar_now(config), now, known),
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


def _copy_readers(databases: Databases) -> None:
    """Whoever changed the roles, the report zone must know who reads."""
    with databases.school.session(write=False) as school:
        with databases.reports.session(write=False) as reports:
            if not readers_differ(school, reports):
                return
        with databases.reports.write() as reports:
            sync_readers(school, reports)


def _release(
    config: Config, databases: Databases, calendar: SchoolCalendar, now: datetime, memory: Memory
) -> None:
    """Pass on what is due, then forget the order; that also once a day where nothing was due (privacy.md A5)."""
    if release(databases, config, calendar, now):
        memory.tidied_on = None
    today = now.astimezone(calendar.zone).date()
    if memory.tidied_on != today and try_to_forget_order(databases):
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
