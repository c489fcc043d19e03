"""The worker: passes reports on, sends alerts, and deletes old data; it continues if a chore fails."""

import enum
import logging
import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta

from kiosk.accounts.classes.windows import close_expired, open_window_ids
from kiosk.accounts.staff.links import mailed_link, text_address
from kiosk.approving.approval import note_lapses
from kiosk.approving.yearly import items_now
from kiosk.audit.log import Acting
from kiosk.backup.switch import delete_left
from kiosk.classroom.leading import forget_closed, known_windows
from kiosk.classroom.would_you_tell import close_rounds
from kiosk.duties.keeping import keep_book
from kiosk.filtering.desk import release_addresses
from kiosk.host.clock import CLOCK
from kiosk.host.heartbeat import EVERY, clock_words, last_beat, write_heartbeat
from kiosk.host.log_lines import EVERY_HOST
from kiosk.mail.outbox import any_mail_waits, deliver
from kiosk.oversight.term_figures import keep_figures
from kiosk.readers.proposals.publish import publish_readers
from kiosk.report.intake.rewrite import blur_times, files_of, look_first, rewrite_file
from kiosk.report.intake.transfer import transfer_due
from kiosk.report.intake.urgent import mail_urgent
from kiosk.report.self_test.lots import draw_person_and_answers, lot_falls
from kiosk.report.self_test.report import (
    failed_since,
    note_self_test,
    self_test_is_stuck,
    sound_alarm,
    waited_long,
)
from kiosk.report.self_test.send import send_self_test
from kiosk.report.setup import is_published
from kiosk.report.site import report_site_of
from kiosk.roles import Role
from kiosk.server.serving import leave_no_core
from kiosk.shared_files import meet
from kiosk.site import Hosts, Site
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import now_utc
from kiosk.storage.outages import DATABASE_ERRORS, LogThrottle, is_away, is_transient, kind_of
from kiosk.upkeep.chores.all_well import queue_all_well, queue_machine
from kiosk.upkeep.chores.escalation import escalate_reports
from kiosk.upkeep.chores.late_cases import tell_of_late_cases
from kiosk.upkeep.chores.retention import delete_expired, forget_slips
from kiosk.upkeep.chores.verify_audit_log import audit_log_is_intact
from kiosk.upkeep.doctor.mail_check import takes_mail
from kiosk.upkeep.memory import LONGEST_WAIT, WorkerMemory, wait_after
from kiosk.upkeep.new_site_key import end_earlier_keys
from kiosk.upkeep.upgrading import forget_way_back
from kiosk.visitors.book import purge
from kiosk.voices.recordings import forget_changed, remove_unnamed
from kiosk.web.sessions import forget_old_sessions


class Where(enum.Enum):
    """Who does a chore where several nodes have a worker."""

    ONE_NODE = "whoever has the lease"
    EVERY_NODE = "each, as it is about its own machine"


REWRITE_SECONDS = 15 * 60
TICK_SECONDS = 15  # somebody in danger now is alerted within two minutes (promise A19)
LOOK_AGAIN_SECONDS = 5
ASK_MAIL_EVERY = timedelta(minutes=5)
ASK_MAIL_SECONDS = 3.0  # for each step: a server that hangs keeps no alert waiting for long
ESCALATE_EVERY = timedelta(minutes=1)
COORDINATOR_AFTER = timedelta(hours=2)
ONE_NODE, EVERY_NODE = Where.ONE_NODE, Where.EVERY_NODE

log = logging.getLogger(__name__)


def wait_for_databases(
    check: Callable[[], None], stop: threading.Event, meanwhile: Callable[[], object] = lambda: None
) -> None:
    """Return when `check` finds every database there, or `stop` is set; raises what waiting does not end.

    A machine that starts with its databases still away must not be left without a worker. A file that is no database,
    or a database that could lose what it confirmed, is for a person to look at. Each time `meanwhile` is called.
    """
    once = LogThrottle()
    while not stop.is_set():
        try:
            check()
        except DATABASE_ERRORS as error:
            if not is_transient(error):
                raise
            if once.allows(kind_of(error)):
                log.error("the worker waits for a database: %s", kind_of(error))
        else:
            return
        with suppress(Exception):  # whatever the error, the next attempt may succeed
            meanwhile()
        stop.wait(LOOK_AGAIN_SECONDS)


def run_worker(
    hosts: Hosts[Site],
    stop: threading.Event,
    memory: WorkerMemory,
    turn: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> None:
    """Run rounds until `stop` is set, each of them in a `turn`; another node's worker goes on then."""
    leave_no_core()
    while not stop.is_set():
        with turn():
            run_round(hosts, now_utc(), memory)
        stop.wait(TICK_SECONDS)
    memory.lease.give_back(hosts.find(EVERY_HOST).databases.school, memory.claims)


def run_round(hosts: Hosts[Site], now: datetime, memory: WorkerMemory | None = None) -> None:
    """One round; if a chore fails, only the kind of error is logged and the others still run.

    Where several nodes have a worker, all look after what lies on their own machine, and one does the rest.
    """
    known, site = memory or WorkerMemory(), hosts.find(EVERY_HOST)
    chores: tuple[tuple[Where, Callable[[], None]], ...] = (
        (ONE_NODE, lambda: publish_readers(site.databases, site.config, site.local(now).date())),
        (EVERY_NODE, lambda: _transfer_due(site, now, known)),
        (ONE_NODE, lambda: _send_self_test(site, now, known)),
        (ONE_NODE, lambda: _alarm_readers(site, now)),
        (EVERY_NODE, lambda: _verify_audit_log(site, now, known)),
        (ONE_NODE, lambda: _escalate_each_minute(site, now, known)),
        (EVERY_NODE, lambda: _ask_mail_server(site, now, known)),
        (ONE_NODE, lambda: _say_all_well(site, now, known)),
        (ONE_NODE, lambda: _send_alerts(site, now, known)),
        (EVERY_NODE, lambda: _tidy_intake(site, now, known)),
        (EVERY_NODE, lambda: _write_heartbeat(site, now, known)),
        (EVERY_NODE, lambda: meet(site.config, site.key, site.databases.school, known.files)),
        (ONE_NODE, lambda: _close_windows(site, now)),
        (ONE_NODE, lambda: _forget_sessions(site, now)),
        (EVERY_NODE, lambda: forget_way_back(site.config, now)),
        (ONE_NODE, lambda: _clear_up(site, now, known)),
        (EVERY_NODE, lambda: _clear_folder(site, now, known)),
        (ONE_NODE, lambda: _keep_figures(site, now, known)),
        (ONE_NODE, lambda: _keep_book(site, now, known)),
    )
    for where, chore in chores:
        try:
            if where is EVERY_NODE or known.lease.is_mine(site.databases.school, known.claims):
                chore()
        except Exception as error:
            # An address or a word could stand in the message, so only its kind is kept.
            kind = kind_of(error) if is_away(error) else type(error).__name__
            if known.once.allows(kind):
                log.error("the worker could not finish a chore: %s", kind)


def _send_self_test(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Send a self-test through the form if a lot falls, or once a day after one that failed (promise S8).

    Lots are drawn for the time since the last heartbeat, so that a worker that is started again draws none twice and
    leaves none out.
    """
    today, beat = site.local(now).date(), last_beat(site.config)
    passed = now - (memory.drawn_at or (beat.at if beat else now))
    memory.drawn_at = now
    with site.databases.reports.session(write=False) as reports:
        if not is_published(reports):
            return
        again = failed_since(reports) and memory.form_failed_on != today
        long = waited_long(reports, site.intake_store, site.key, today)
    if not (again or lot_falls(passed, site.calendar.is_open(now), long)):
        return
    memory.form_failed_on = today
    try:
        send_self_test(report_site_of(site), now, draw_person_and_answers())
    except Exception:  # whatever the error: a child's report would have failed in the same way
        note_self_test(site.databases, False, today)
        raise
    memory.form_failed_on = None
    note_self_test(site.databases, not self_test_is_stuck(site.intake_store, site.key, today), today)


def _alarm_readers(site: Site, now: datetime) -> None:
    today = site.local(now).date()
    if self_test_is_stuck(site.intake_store, site.key, today):
        note_self_test(site.databases, False, today)
    if sound_alarm(site.databases, site.key, site.calendar, now):
        log.error("no test report has come through and been opened for two school days")


def _transfer_due(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Transfer what is due; while the reports database is away, the readers of urgent reports are mailed all the same.

    Reports stay in the intake until then, so what the children were told stays true (promise D3).
    """
    try:
        transfer_due(site, site.databases.reports, now)
        look_first(site.databases.reports)
    finally:  # also for items that the database refused: nobody else would be alerted to them
        if not memory.server or now >= memory.server.until:
            mail_urgent(site, now, memory.mailed)


def _tidy_intake(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Rewrite the intake on a fixed beat, whether anything was held or not: its file's times say nothing then.

    Those of the reports database say nothing of the last urgent report then, nor of what staff did; and the log of the
    sessions no longer says what each child of a class tapped (promise A21).
    """
    beat_of_now = now.timestamp() // REWRITE_SECONDS
    if memory.tidied != beat_of_now and site.intake_store.remove_traces():
        blur_times(files_of(site.databases.reports))
        rewrite_file(site.databases.sessions)
        memory.tidied = beat_of_now


def _clear_up(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Once a day, after everything for which somebody waits, end what is over."""
    today = site.local(now).date()
    if memory.ended_on != today:
        delete_expired(site.databases, site.key, today)
        forget_slips(site.databases.school, site.calendar, today)
        with site.databases.school.write() as school:
            note_lapses(school, Acting(site.key, None, now), items_now(site, today, school), today)
            purge(school, Acting(site.key, None, now), today)
            forget_changed(school, site)
        memory.ended_on = today


def _clear_folder(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Once a day, end what is over in the data folder of this machine."""
    today = site.local(now).date()
    if memory.folder_cleared_on != today:
        end_earlier_keys(site.config, site.databases, today)
        delete_left(site.config)
        with site.databases.school.session(write=False) as school:
            remove_unnamed(school, site.config)
        memory.folder_cleared_on = today


def _keep_figures(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Once a school day, and never by a clock that jumped: what is fixed by a wrong day stays so."""
    today = site.local(now).date()
    if memory.figures_on != today and site.calendar.is_open(now) and not CLOCK.jumped():
        keep_figures(site.databases, site.key, site.calendar, site.config.readers_root, now)
        memory.figures_on = today


def _keep_book(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Once an hour while the school is open, and never by a clock that jumped: a line of the book stays."""
    hour = site.local(now).replace(minute=0, second=0, microsecond=0)
    if memory.book_at != hour and site.calendar.is_open(now) and not CLOCK.jumped():
        keep_book(site, ALL_SOURCES, now)
        memory.book_at = hour


def _send_alerts(site: Site, now: datetime, memory: WorkerMemory) -> None:
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
            last=memory.addresses,
            now=now,
            link_for=lambda address: mailed_link(site.databases.school, site.config, site.key, address),
            text_for=lambda address: text_address(site.databases.school, site.config, address),
            claims=memory.claims,
        )
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server could not be reached, trying again later: %s", type(error).__name__)
        memory.server = wait_after(memory.server, now)
        return
    # A server that accepts nothing and disconnects counts as unavailable. One that accepted something may accept the
    # rest now.
    memory.server = wait_after(memory.server, now) if delivery.cut_short and not delivery.sent else None
    for address in delivery.refused:
        memory.addresses[address] = wait_after(memory.addresses.get(address), now)
    if delivery.refused:
        log.warning("the mail server refused an alert, trying again later")


def _verify_audit_log(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Read the whole log once a day, and when the worker starts; pages look at its end alone (promise Q2)."""
    today = site.local(now).date()
    if memory.log_verified_on == today:
        return
    memory.log_verified_on = today
    with _again_if_away(memory, "log_verified_on"):
        memory.log_changed = not audit_log_is_intact(site.databases, site.key, now)
    if memory.log_changed:
        log.error("a line of the log of powers is not as kiosk wrote it; `kiosk log verify` says which")


def _escalate_each_minute(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Once a minute tell the next people of what nobody has read in time, and of cases whose next step is late; and
    give what is for the filter once its hour has come."""
    if memory.escalated_at and timedelta() <= now - memory.escalated_at < ESCALATE_EVERY:
        return
    release_addresses(site.databases, site.calendar, now)
    escalate_reports(site.databases, site.calendar, site.config.readers_root, now, memory.seen)
    tell_of_late_cases(site.databases, site.calendar, site.config.readers_root, now)
    memory.escalated_at = now


def _ask_mail_server(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """On a fixed beat, whether a mail waits or not: its reported state must not depend on what children sent."""
    if not memory.mail_asked_at or not timedelta() <= now - memory.mail_asked_at < ASK_MAIL_EVERY:
        memory.mail_asked_at = now
        memory.mail_away = bool(site.config.smtp_url) and not takes_mail(site.config, ASK_MAIL_SECONDS)


def _say_all_well(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Once every school morning, and if something is not well then, as soon as it is; else there is no such mail."""
    today = site.local(now).date()
    if not site.config.smtp_url or not site.calendar.is_open(now) or memory.well_on == today:
        return
    if CLOCK.jumped() or memory.mail_away or memory.form_failed_on == today:
        _say_machine(site, now, memory)
        return
    memory.not_working_since = None
    if memory.log_verified_on == today and not memory.log_changed:
        queued = queue_all_well(site.databases, site.key, site.calendar, site.config.readers_root, now)
        memory.well_on = today if queued else None


def _say_machine(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Tell the network manager that the computer needs a look, and the Coordinator two hours later; once a day."""
    memory.not_working_since = since = memory.not_working_since or now
    for role, wait in ((Role.NETWORK, timedelta()), (Role.COORDINATOR, COORDINATOR_AFTER)):
        today = site.local(now).date()
        if now >= since + wait and memory.machine_told.get(role) != today:
            queue_machine(site.databases, role)
            memory.machine_told[role] = today


def _write_heartbeat(site: Site, now: datetime, memory: WorkerMemory) -> None:
    """Once a minute say that the worker runs, what the clock does and since which slot an alert cannot leave.

    With the reports database away it says what was known last: the worker runs all the same.
    """
    if memory.beat_at and timedelta() <= now - memory.beat_at < EVERY:
        return
    _look_at_clock(memory)
    last = None if memory.beat_at else last_beat(site.config)
    if last:
        memory.unsent_since = last.unsent_since
        memory.log_changed |= last.log_changed and memory.log_verified_on is None
    try:
        with site.databases.reports.session(write=False) as reports:
            waits = any_mail_waits(reports)
        memory.unsent_since = (memory.unsent_since or site.calendar.slot_of(now)) if waits else None
    finally:
        write_heartbeat(site.config, now, memory.unsent_since, memory.mail_away, memory.log_changed)
        memory.beat_at = now


def _look_at_clock(memory: WorkerMemory) -> None:
    jumped = CLOCK.jumped()
    if bool(jumped) != memory.clock_is_wrong:
        log.error("%s", clock_words(jumped) if jumped else "the computer's clock is right again")
    memory.clock_is_wrong = bool(jumped)


@contextmanager
def _again_if_away(memory: WorkerMemory, done_on: str) -> Iterator[None]:
    """What is tried once a day is tried again the same day where it failed because a database was away."""
    try:
        yield
    except DATABASE_ERRORS as error:
        if is_away(error):
            setattr(memory, done_on, None)
        raise


def _close_windows(site: Site, now: datetime) -> None:
    with site.databases.sessions.rows(write=False) as rows:
        known = known_windows(rows)
    with site.databases.school.write() as school:
        close_expired(school, now)
        closed = known - open_window_ids(school)
    with site.databases.sessions.rows(write=True) as rows:
        close_rounds(rows, site.key, closed)
        forget_closed(rows, closed)


def _forget_sessions(site: Site, now: datetime) -> None:
    with site.databases.sessions.write() as store:
        forget_old_sessions(store, now)
