"""`kiosk doctor`: checks whether this school's kiosk is in order, one line for each check."""

import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk.calendar.file import load_calendar
from kiosk.calendar.school import SchoolCalendar
from kiosk.clock import CLOCK
from kiosk.config import Config, SettingError
from kiosk.content.problem import ContentError
from kiosk.db import Databases, now_utc, ping
from kiosk.heartbeat import check_clock, check_worker, clock_words, last_beat
from kiosk.incidents.chained import verify_cases
from kiosk.key_fits import compare_site_key
from kiosk.log_proof import verify
from kiosk.outages import DatabaseNotSafe
from kiosk.report.clear_columns import altered_by_hand
from kiosk.report.keyring import ZONE_ID, able_readers, read_keyring, root_of
from kiosk.report.models import ReaderList, RecoveryKey, Zone
from kiosk.report.self_test import self_test_late
from kiosk.report.setup import FEWEST_TO_OPEN
from kiosk.report.tracking import check_tracking, is_on_postgresql
from kiosk.schema import check_current, each_database
from kiosk.sealing.site_key import read_site_key
from kiosk.start import read_content
from kiosk.upkeep.finding import BROKEN, Finding, checked, in_one_line
from kiosk.upkeep.intake_check import check_intake
from kiosk.upkeep.mail_check import check_alerts, check_mail_server
from kiosk.upkeep.private_files import check_private

LEAST_FREE_BYTES = 500 * 1024 * 1024
ASK_READERS = "it was changed by hand, or an old copy was put back; two readers should look at /staff/keys"
UNSET = "not yet; /staff/keys says what is missing"
NOTHING_CHANGED = "no change by hand is known"
LATE = ", and nobody has opened one for two school days"
NO_START = "kiosk would not start with it"
LISTED_AHEAD = timedelta(days=30)


def examine(config: Config, open_databases: Callable[[Config], Databases]) -> Iterator[Finding]:
    """Every finding in turn; never raises because something is wrong, and looks at the rest all the same."""
    key = checked("site key", lambda: _check_key(config))
    yield key
    yield checked("clock", lambda: _check_clock(config))
    yield checked("calendar", lambda: _check_calendar(config))
    yield checked("content", lambda: _check_content(config))
    yield checked("contact for weaknesses", lambda: _check_contact(config))
    yield from _stores(config, open_databases, key.good)
    yield checked("files", lambda: check_private(config))
    yield checked("worker", lambda: check_worker(config, CLOCK.now()))
    yield checked("alerts", lambda: check_alerts(last_beat(config), _calendar(config), CLOCK.now()))
    yield checked("mail server", lambda: check_mail_server(config))
    yield _free_space(config)


def _stores(
    config: Config, open_databases: Callable[[Config], Databases], has_key: bool
) -> Iterator[Finding]:
    try:
        databases = open_databases(config)
    except (DatabaseNotSafe, SQLAlchemyError, OSError) as error:
        yield Finding(False, f"databases: {in_one_line(error)}")
        return
    for tree, database in each_database(databases):
        yield checked(f"{tree} database", lambda database=database: ping(database))  # type: ignore[misc]
    yield checked("schema", lambda: check_current(databases))
    if is_on_postgresql(databases.reports):
        yield checked("what PostgreSQL notes", lambda: check_tracking(databases.reports))
    if has_key:
        yield checked("key of this school", lambda: compare_site_key(config, databases.school))
        yield checked("log of powers", lambda: _check_log(config, databases))
    try:
        yield from _sealing(config, databases)
    except BROKEN as error:
        yield Finding(False, f"reports: {in_one_line(error)}")
    yield checked("intake", lambda: check_intake(config, has_key))
    databases.dispose()


def _check_key(config: Config) -> None:
    read_site_key(config.key_path)
    if config.key_path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingError(f"others may read {config.key_path}; run chmod 600 on it")


def _check_clock(config: Config) -> str:
    last = last_beat(config)
    if last and last.jumped:
        raise SettingError(clock_words(last.jumped))
    check_clock(config)
    return ""


def _calendar(config: Config) -> SchoolCalendar:
    """The school's calendar; where its file is broken, which has a line of its own, weekdays of ordinary hours."""
    try:
        return load_calendar(config)
    except SettingError:
        return SchoolCalendar(config.zone)


def _check_calendar(config: Config) -> str:
    calendar, now = load_calendar(config), now_utc()
    if calendar.ends_on and calendar.ends_on < (now + LISTED_AHEAD).date():
        raise SettingError(f"no term is listed after {calendar.ends_on:%-d %B %Y}; add the next ones")
    return f"school opens next {calendar.next_opening(now):%A %H:%M}"


def _check_contact(config: Config) -> str:
    if config.security_expires is None:
        return "none (KIOSK_SECURITY_CONTACT)"
    if config.security_expires < now_utc().date():
        raise SettingError(
            f"KIOSK_SECURITY_EXPIRES was {config.security_expires}; look at it and move the day"
        )
    return f"{config.security_contact} until {config.security_expires}"


def _check_log(config: Config, databases: Databases) -> str:
    with databases.school.session(write=False) as session:
        key = read_site_key(config.key_path)
        if verify(session, key) or verify_cases(session, key):
            raise SettingError("a line is not as kiosk wrote it; `kiosk log verify` says which")
    return "as kiosk wrote it"


def _sealing(config: Config, databases: Databases) -> Iterator[Finding]:
    """Checks whether somebody can open what children send, without saying how much there is."""
    with databases.reports.session(write=False) as session:
        ring, zone = read_keyring(session, root_of(config)), session.get(Zone, ZONE_ID)
        stored = session.scalar(select(func.count()).select_from(ReaderList)) or 0
        proven_on = session.scalar(select(func.max(RecoveryKey.proven_on)))
        late = _check_is_late(config, session)
        altered = altered_by_hand(session)
    whole = stored == len(ring.chain) and bool(ring.chain)
    if ring.published and not whole:
        yield Finding(False, f"list of readers: {len(ring.chain)} of {stored} versions count; {ASK_READERS}")
    able = len(able_readers(ring.readers))
    yield Finding(able >= FEWEST_TO_OPEN, f"readers with an active key: {able} of {len(ring.readers)}")
    proven = f"two sheets opened it on {proven_on:%-d %B %Y}" if proven_on else UNSET
    yield Finding(ring.recovery is not None, f"recovery key: {proven}")
    yield Finding(ring.published, "report page: " + ("open to children" if ring.published else UNSET))
    checked = zone.checked_on if zone else None
    last = f"last opened on {checked:%-d %B %Y}" if checked else "not opened yet"
    yield Finding(not late, f"morning's test report: {last}" + (LATE if late else ""))
    changed = (
        "changed by hand; kiosk put it back, and whoever may read it sees what"
        if altered
        else NOTHING_CHANGED
    )
    yield Finding(not altered, f"what stands in clear about reports: {changed}")


def _check_is_late(config: Config, session: Session) -> bool:
    """Whether the morning's test report has waited too long; unknown where no calendar can be read."""
    try:
        return self_test_late(session, load_calendar(config), now_utc())
    except SettingError:
        return False


def _check_content(config: Config) -> str:
    """Everything that a start reads; a kiosk that runs goes on with what it read when it started."""
    try:
        facts = read_content(config).facts
    except ContentError as error:
        first, *more = error.problems
        others = f", and {len(more)} more" if more else ""
        raise SettingError(f"{first}{others}; `kiosk content check` lists them, and {NO_START}") from None
    overdue = facts.overdue(date.today())  # noqa: DTZ011 - the computer's own date
    if overdue:
        raise SettingError("past their review date: " + ", ".join(one.id for one in overdue))
    return "facts and helplines are within their review dates"


def _free_space(config: Config) -> Finding:
    folder = config.data_dir.resolve()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    return Finding(free > LEAST_FREE_BYTES, f"disk: {free // 1024**2} MB free")
