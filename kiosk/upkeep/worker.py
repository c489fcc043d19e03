"""The worker: passes reports on, sends alerts, and deletes old data; it goes on if a chore fails."""

import logging
import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kiosk.accounts.windows import close_expired
from kiosk.calendar.school import Slot
from kiosk.clock import CLOCK
from kiosk.db import now_utc
from kiosk.outages import DATABASE_ERRORS, OnceAMinute, is_away, kind_of, may_come_back
from kiosk.outbox import any_mail_waits, deliver
from kiosk.readers.copying import copy_keys
from kiosk.report.file_times import blur_times, files_of
from kiosk.report.first_word import Mailed, mail_urgent
from kiosk.report.merging import forget_brought_in, merge_due
from kiosk.report.reading_routes import SELF_TEST
from kiosk.report.self_test import self_test_sent, sound_alarm
from kiosk.report.send_self_test import send_self_test
from kiosk.report.setup import is_published
from kiosk.report.site import report_site_of
from kiosk.report.tidying import rewrite
from kiosk.report.tracking import vacuum
from kiosk.report.way_back import end_old_threads
from kiosk.server.serving import leave_no_core
from kiosk.sessions import forget_old_sessions
from kiosk.site import Hosts, Site
from kiosk.upkeep.anchors import anchor_words, queue_anchor
from kiosk.heartbeat import EVERY, beat, clock_words, last_beat
from kiosk.upkeep.proving import log_is_whole

TIDY_SECONDS = 15 * 60
TICK_SECONDS = 15  # somebody in danger now is alerted within two minutes (promise A19)
LOOK_AGAIN_SECONDS = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
EVERY_HOST = ""  # a round belongs to no request: one worker serves one school

log = logging.getLogger(__name__)


@dataclass
class Wait:
    """How long to wait before trying a mail server or an address again after it refused a mail."""

    until: datetime
    length: timedelta = FIRST_WAIT

    def longer(self, now: datetime) -> "Wait":
        """The wait after another refusal: twice as long, up to a quarter of an hour."""
        length = min(self.length * 2, LONGEST_WAIT)
        return Wait(now + length, length)


@dataclass
class Memory:
    """What the worker remembers from one round to the next; only in memory, so that it leaves no trace."""

    server: Wait | None = None
    addresses: dict[str, Wait] = field(default_factory=dict)
    mailed: Mailed = field(default_factory=dict)  # of what is urgent, while the reports database is away
    tidied: float | None = None  # the beat of TIDY_SECONDS that was done last
    ended_on: date | None = None
    log_proven_on: date | None = None
    self_test_on: date | None = None
    anchor_failed_on: date | None = None
    beat_at: datetime | None = None
    unsent_since: Slot | None = None
    clock_is_wrong: bool = False
    once: OnceAMinute = field(default_factory=OnceAMinute)


def wait_for_databases(
    check: Callable[[], None], stop: threading.Event, meanwhile: Callable[[], object] = lambda: None
) -> None:
    """Return when `check` finds every database there, or `stop` is set; raises what waiting does not end.

    A machine that starts with its databases still away must not be left without a worker. A file that is no database,
    or a database that could lose what it confirmed, is for a person to look at. Each time `meanwhile` is called.
    """
    once = OnceAMinute()
    while not stop.is_set():
        try:
            check()
        except DATABASE_ERRORS as error:
            if not may_come_back(error):
                raise
            if once.passes(kind_of(error)):
                log.error("the worker waits for a database: %s", kind_of(error))
        else:
            return
        with suppress(Exception):  # whatever it is: the next time may be better
            meanwhile()
        stop.wait(LOOK_AGAIN_SECONDS)


def run_worker(hosts: Hosts[Site], stop: threading.Event) -> None:
    """Run rounds until `stop` is set."""
    leave_no_core()
    memory = Memory()
    while not stop.is_set():
        tick(hosts, now_utc(), memory)
        stop.wait(TICK_SECONDS)


def tick(hosts: Hosts[Site], now: datetime, memory: Memory | None = None) -> None:
    """One round; if a chore fails, only the kind of error is logged and the others still run."""
    known, site = memory or Memory(), hosts.find(EVERY_HOST)
    chores: tuple[Callable[[], None], ...] = (
        lambda: copy_keys(site.databases, site.config, site.key, site.local(now).date()),
        lambda: _pass_on(site, now, known),
        lambda: _send_self_test(site, now, known),
        lambda: _alarm(site, now),
        lambda: _prove_log(site, now, known),
        lambda: _send_anchor(site, now, known),
        lambda: _send_alerts(site, now, known),
        lambda: _tidy_intake(site, now, known),
        lambda: _beat(site, now, known),
        lambda: _close_windows(site, now),
        lambda: _forget_sessions(site, now),
        lambda: _clear_up(site, now, known),
    )
    for chore in chores:
        try:
            chore()
        except Exception as error:
            # An address or a word could stand in the message, so only its kind is kept.
            kind = kind_of(error) if is_away(error) else type(error).__name__
            if known.once.passes(kind):
                log.error("the worker could not finish a chore: %s", kind)


def _send_self_test(site: Site, now: datetime, memory: Memory) -> None:
    """Send the self-test through the form, once every school morning (promise S8).

    It is tried once a day: if it fails, no self-test is opened, and that raises the alarm.
    """
    today = site.local(now).date()
    if not site.calendar.is_open(now) or memory.self_test_on == today:
        return
    with site.databases.reports.session(write=False) as reports:
        if not is_published(reports) or self_test_sent(reports, today):
            return
    memory.self_test_on = today
    send_self_test(report_site_of(site), SELF_TEST, now)


def _alarm(site: Site, now: datetime) -> None:
    if sound_alarm(site.databases, site.calendar, now):
        log.error("nobody has opened the morning's test report for two school days")


def _pass_on(site: Site, now: datetime, memory: Memory) -> None:
    """Merge what is due; while the reports database is away, whoever is to read urgent things gets a mail all the same.

    Reports stay in the intake until then: every child was thanked truthfully (promise D3).
    """
    try:
        merge_due(site, site.databases.reports, now)
    finally:  # also of what the database refused, and nobody else would ever hear of
        if not memory.server or now >= memory.server.until:
            mail_urgent(site, now, memory.mailed)


def _tidy_intake(site: Site, now: datetime, memory: Memory) -> None:
    """Rewrite the intake on a fixed beat, whether anything was held or not: its file's times say nothing then.

    Those of the reports database say nothing of the last urgent report then, nor of what staff did.
    """
    beat_of_now = now.timestamp() // TIDY_SECONDS
    if memory.tidied != beat_of_now and site.keeper.tidy():
        blur_times(files_of(site.databases.reports))
        memory.tidied = beat_of_now


def _clear_up(site: Site, now: datetime, memory: Memory) -> None:
    """Once a day, after everything for which somebody waits, end what is over."""
    today = site.local(now).date()
    if memory.ended_on == today:
        return
    with site.databases.reports.write() as reports:
        end_old_threads(reports, today)
        forget_brought_in(reports, today)
    vacuum(site.databases.reports)
    rewrite(site.databases.reports)
    memory.ended_on = today


def _send_alerts(site: Site, now: datetime, memory: Memory) -> None:
    """Send the alerts that are due; without a mail server they wait, and the staff pages say so."""
    if not site.config.smtp_url or (memory.server and now < memory.server.until):
        return
    memory.addresses = {
        address: wait for address, wait in memory.addresses.items() if wait.until + LONGEST_WAIT * 2 > now
    }
    resting = [address for address, wait in memory.addresses.items() if now < wait.until]
    try:
        delivery = deliver(
            site.databases.reports,
            site.config,
            skip=resting,
            anchor=lambda: anchor_words(site.databases),
            last=memory.addresses,
        )
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server could not be reached, trying again later: %s", type(error).__name__)
        memory.server = _after(memory.server, now)
        return
    # A server that takes nothing and breaks off is as good as away. One that took something may take the rest now.
    memory.server = _after(memory.server, now) if delivery.cut_short and not delivery.sent else None
    for address in delivery.refused:
        memory.addresses[address] = _after(memory.addresses.get(address), now)
    if delivery.refused:
        log.warning("the mail server refused an alert, trying again later")


def _prove_log(site: Site, now: datetime, memory: Memory) -> None:
    """Read the whole log once a day, and when the worker starts; pages look at its end alone (promise Q2)."""
    today = site.local(now).date()
    if memory.log_proven_on == today:
        return
    memory.log_proven_on = today
    with _again_if_away(memory, "log_proven_on"):
        whole = log_is_whole(site.databases, site.key, now)
    if not whole:
        log.error("a line of the log of powers is not as kiosk wrote it; `kiosk log verify` says which")


def _send_anchor(site: Site, now: datetime, memory: Memory) -> None:
    """Without a mail server the anchor stands on the page of evidence alone.

    If no line can be added that it was sent, it is tried once a day, or else a forged line would send it each round.
    """
    today = site.local(now).date()
    if not site.config.smtp_url or memory.anchor_failed_on == today:
        return
    memory.anchor_failed_on = today
    with _again_if_away(memory, "anchor_failed_on"):
        queue_anchor(site.databases, site.key, now)
    memory.anchor_failed_on = None


def _beat(site: Site, now: datetime, memory: Memory) -> None:
    """Once a minute say that the worker runs, what the clock does and since which slot an alert cannot leave.

    With the reports database away it says what was known last: the worker runs all the same.
    """
    if memory.beat_at and timedelta() <= now - memory.beat_at < EVERY:
        return
    _look_at_clock(memory)
    last = None if memory.beat_at else last_beat(site.config)
    if last:
        memory.unsent_since = last.unsent_since
    try:
        with site.databases.reports.session(write=False) as reports:
            waits = any_mail_waits(reports)
        memory.unsent_since = (memory.unsent_since or site.calendar.slot_of(now)) if waits else None
    finally:
        beat(site.config, now, memory.unsent_since)
        memory.beat_at = now


def _look_at_clock(memory: Memory) -> None:
    jumped = CLOCK.jumped()
    if bool(jumped) != memory.clock_is_wrong:
        log.error("%s", clock_words(jumped) if jumped else "the computer's clock is right again")
    memory.clock_is_wrong = bool(jumped)


@contextmanager
def _again_if_away(memory: Memory, done_on: str) -> Iterator[None]:
    """What is tried once a day is tried again the same day where it failed because a database was away."""
    try:
        yield
    except DATABASE_ERRORS as error:
        if is_away(error):
            setattr(memory, done_on, None)
        raise


def _after(wait: Wait | None, now: datetime) -> Wait:
    return wait.longer(now) if wait else Wait(now + FIRST_WAIT)


def _close_windows(site: Site, now: datetime) -> None:
    with site.databases.school.write() as school:
        close_expired(school, now)


def _forget_sessions(site: Site, now: datetime) -> None:
    with site.databases.sessions.write() as store:
        forget_old_sessions(store, now)
