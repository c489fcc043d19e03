"""`kiosk doctor`: checks whether this school's kiosk is in order, one line for each check."""

import os
import shutil
import stat
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk.accounts.staff.roles import held_roles, problems_of
from kiosk.audit.verify import verify_log
from kiosk.calendar.file import load_calendar
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config, SettingError
from kiosk.content.problem import ContentError
from kiosk.duties.lines import book_is_intact
from kiosk.host.clock import CLOCK
from kiosk.host.heartbeat import LATE, check_clock, check_worker, clock_words, last_beat
from kiosk.incidents.case_log.audit_link import verify_cases
from kiosk.report.access.integrity_columns import altered_by_hand
from kiosk.report.access.keyring import able_readers, read_keyring
from kiosk.report.intake.keepers import check_keepers
from kiosk.report.intake.rewrite import BESIDE, check_tracking, is_on_postgresql
from kiosk.report.intake.sealed_item import SealedItemBroken, open_sealed_item
from kiosk.report.intake.store import FILE, IntakeStore, open_intake
from kiosk.report.models import ReaderList, RecoveryKey
from kiosk.report.release import is_due
from kiosk.report.self_test.report import self_test_late
from kiosk.report.setup import FEWEST_TO_OPEN
from kiosk.sealing.key_fingerprint import compare_site_key
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.shared_files import check_shared
from kiosk.site import Content
from kiosk.start import read_content
from kiosk.storage.db import Databases, now_utc, ping
from kiosk.storage.outages import DatabaseNotSafe
from kiosk.storage.schema import SchemaNotCurrent, check_schemas_current, each_database
from kiosk.upkeep.doctor.certificate import check_certificate
from kiosk.upkeep.doctor.copies import check_drill, check_last_copy
from kiosk.upkeep.doctor.mail_check import check_alerts, check_mail_server
from kiosk.upkeep.upgrading import upgrade_unfinished

LEAST_FREE_BYTES = 500 * 1024 * 1024
ASK_READERS = "it was changed by hand, or an old copy was put back; two readers should look at /staff/keys"
UNSET = "not yet; /staff/keys says what is missing"
NOTHING_CHANGED = "no change by hand is known"
UNOPENED = "none has come through and been opened for two school days"
NO_START = "kiosk would not start with it"
NO_NATION = "KIOSK_NATION is not set, so pages leave out what does not hold in all of the United Kingdom"
LISTED_AHEAD = timedelta(days=30)
BROKEN = (SettingError, ContentError, SchemaNotCurrent, DatabaseNotSafe, SQLAlchemyError, OSError)
OTHERS = stat.S_IRWXG | stat.S_IRWXO
MOST_NAMED = 5
NOTHING_WAITS = "nothing waits that should be with staff by now"
OTHER_KEY = (
    "it was changed, or sealed with another site.key; put that key back, or keep the file and ask for help"
)


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    good: bool
    text: str


def run_check(name: str, look: Callable[[], object]) -> Finding:
    """Whether a check went well, with what it says; whatever it raises is what has to be looked at."""
    try:
        said = look()
    except BROKEN as error:
        return Finding(False, f"{name}: {in_one_line(error)}")
    return Finding(True, f"{name}: {said or 'in order'}")


def in_one_line(error: Exception) -> str:
    """What is wrong, without the statement and the values that a database's error carries along."""
    plain = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return " ".join(str(plain).split()) or type(plain).__name__


def examine(
    config: Config,
    open_databases: Callable[[Config], Databases],
    read: Callable[[Config], Content] = read_content,
) -> Iterator[Finding]:
    """Every finding in turn; never raises because something is wrong, and continues with the other checks."""
    key = run_check("site key", lambda: _check_key(config))
    yield key
    yield run_check("clock", lambda: _check_clock(config))
    yield run_check("calendar", lambda: _check_calendar(config))
    yield run_check("content", lambda: _check_content(config, read))
    yield run_check("contact for weaknesses", lambda: _check_contact(config))
    yield from _check_stores(config, open_databases, key.good)
    yield run_check("keepers", lambda: check_keepers(config))
    yield run_check("files", lambda: check_private(config))
    yield run_check("copies", lambda: check_last_copy(config, _today(config)))
    yield run_check("drill", lambda: check_drill(config, _calendar(config), _today(config)))
    yield run_check("worker", lambda: check_worker(config, CLOCK.now()))
    yield run_check("alerts", lambda: check_alerts(last_beat(config), _calendar(config), CLOCK.now()))
    yield run_check("mail server", lambda: check_mail_server(config))
    yield run_check("certificate", lambda: check_certificate(config, CLOCK.now()))
    yield _free_space(config)


def _check_stores(
    config: Config, open_databases: Callable[[Config], Databases], has_key: bool
) -> Iterator[Finding]:
    try:
        databases = open_databases(config)
    except (DatabaseNotSafe, SQLAlchemyError, OSError) as error:
        yield Finding(False, f"databases: {in_one_line(error)}")
        return
    for tree, database in each_database(databases):
        yield run_check(f"{tree} database", lambda database=database: ping(database))  # type: ignore[misc]
    yield run_check("schema", lambda: _check_schemas(config, databases))
    if is_on_postgresql(databases.reports):
        yield run_check("what PostgreSQL notes", lambda: check_tracking(databases.reports))
    if has_key:
        yield run_check("key of this school", lambda: compare_site_key(config, databases.school))
        yield run_check("log of powers", lambda: check_log(config, databases))
        yield run_check("files of both nodes", lambda: _check_shared(config, databases))
    try:
        yield from _check_sealing(config, databases)
        yield from _check_roles(databases)
    except BROKEN as error:
        yield Finding(False, f"reports: {in_one_line(error)}")
    yield run_check("intake", lambda: check_intake(config, has_key))
    databases.dispose()


def _check_schemas(config: Config, databases: Databases) -> None:
    if upgrade_unfinished(config):
        raise SettingError(
            "an update of the databases did not end; `kiosk update`, or the next start, puts it right"
        )
    check_schemas_current(databases)


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
    """The school's calendar; if its file is broken, which is reported separately, ordinary weekdays are assumed."""
    try:
        return load_calendar(config)
    except SettingError:
        return SchoolCalendar(config.zone)


def _today(config: Config) -> date:
    return CLOCK.now().astimezone(config.zone).date()


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


def check_log(config: Config, databases: Databases) -> str:
    """Raise SettingError, in one line, if a line of the audit log or of a case is not as kiosk wrote it."""
    with databases.school.session(write=False) as session:
        key = read_site_key(config.key_path)
        if verify_log(session, key) or verify_cases(session, key) or not book_is_intact(session, key):
            raise SettingError("a line is not as kiosk wrote it; `kiosk log verify` says which")
    return "as kiosk wrote it"


def _check_shared(config: Config, databases: Databases) -> str:
    return check_shared(config, read_site_key(config.key_path), databases.school)


def _check_sealing(config: Config, databases: Databases) -> Iterator[Finding]:
    """Checks whether somebody can open what children send, without saying how much there is."""
    with databases.reports.session(write=False) as session:
        recipients = read_keyring(session, config.readers_root)
        stored = session.scalar(select(func.count()).select_from(ReaderList)) or 0
        proven_on = session.scalar(select(func.max(RecoveryKey.proven_on)))
        late = _check_is_late(config, session)
        altered = altered_by_hand(session)
    whole = stored == len(recipients.chain) and bool(recipients.chain)
    if recipients.published and not whole:
        yield Finding(
            False, f"list of readers: {len(recipients.chain)} of {stored} versions count; {ASK_READERS}"
        )
    able = len(able_readers(recipients.readers))
    yield Finding(able >= FEWEST_TO_OPEN, f"readers with an active key: {able} of {len(recipients.readers)}")
    proven = f"two sheets opened it on {proven_on:%-d %B %Y}" if proven_on else UNSET
    yield Finding(recipients.recovery is not None, f"recovery key: {proven}")
    yield Finding(
        recipients.published, "report page: " + ("open to children" if recipients.published else UNSET)
    )
    yield Finding(not late, f"test reports: {UNOPENED if late else 'none waits for too long'}")
    changed = (
        "changed by hand; kiosk put it back, and whoever may read it sees what"
        if altered
        else NOTHING_CHANGED
    )
    yield Finding(not altered, f"what stands in clear about reports: {changed}")


def _check_roles(databases: Databases) -> Iterator[Finding]:
    """Roles that nobody may hold together, which a school may have from before this was refused."""
    with databases.school.session(write=False) as session:
        found = [one for one in problems_of(held_roles(session)) if one.places]
    for one in found:
        yield Finding(False, f"roles: {one.message} Propose it at /staff/roles")


def _check_is_late(config: Config, session: Session) -> bool:
    """Whether a test report has waited too long; unknown where no calendar can be read."""
    try:
        return self_test_late(session, read_site_key(config.key_path), load_calendar(config), now_utc())
    except SettingError:
        return False


def _check_content(config: Config, read: Callable[[Config], Content]) -> str:
    """Everything that a start reads; a kiosk that runs goes on with what it read when it started."""
    try:
        facts = read(config).facts
    except ContentError as error:
        first, *more = error.problems
        others = f", and {len(more)} more" if more else ""
        raise SettingError(f"{first}{others}; `kiosk content check` lists them, and {NO_START}") from None
    overdue = facts.overdue(date.today())  # noqa: DTZ011 - the computer's own date
    if overdue:
        raise SettingError("past their review date: " + ", ".join(one.id for one in overdue))
    within = "facts and helplines are within their review dates"
    return within if config.nation else f"{within}; {NO_NATION}"


def _free_space(config: Config) -> Finding:
    folder = config.data_dir.resolve()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    return Finding(free > LEAST_FREE_BYTES, f"disk: {free // 1024**2} MB free")


def check_private(config: Config) -> str:
    """Raise SettingError, in one line that says what to do, if others may read a file or own one."""
    found = list(_files_to_check(config))
    owner = config.data_dir.stat().st_uid
    opened = [path for path in found if stat.S_IMODE(path.lstat().st_mode) & OTHERS]
    if opened:
        raise SettingError(f"others may read {_names_of(opened)}; run chmod -R go= {_places(config, opened)}")
    strange = [path for path in found if path.lstat().st_uid != owner]
    if strange or os.geteuid() not in {0, owner}:
        whose = f"{_names_of(strange)} belong to" if strange else f"{config.data_dir} belongs to"
        raise SettingError(f"{whose} another user than kiosk runs as; run chown -R on {config.data_dir}")
    return "0600 and 0700, and nobody else's"


def _files_to_check(config: Config) -> Iterator[Path]:
    """The data folder and all in it, and databases that the settings put elsewhere; the key has a check of its own."""
    seen = {config.key_path.resolve()}
    inside = [config.data_dir, *config.data_dir.rglob("*")]
    for path in (*inside, *_databases(config)):
        there = path.is_symlink() or path.exists()
        if there and not path.is_symlink() and path.resolve() not in seen:
            seen.add(path.resolve())
            yield path


def _databases(config: Config) -> Iterator[Path]:
    for address in config.database_urls:
        url = make_url(address)
        if url.get_backend_name() == "sqlite" and url.database:
            yield from (Path(f"{url.database}{end}") for end in BESIDE)


def _names_of(paths: list[Path]) -> str:
    more = f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
    return ", ".join(str(path) for path in paths[:MOST_NAMED]) + more


def _places(config: Config, paths: list[Path]) -> str:
    elsewhere = [path for path in paths if config.data_dir not in (path, *path.parents)]
    inside = [config.data_dir] if len(elsewhere) < len(paths) else []
    return " ".join(str(path) for path in (*inside, *elsewhere))


def check_intake(config: Config, has_key: bool) -> str:
    """Raise SettingError, in one line, if something should have been passed on by now, or cannot be opened."""
    if not config.file(FILE).exists():  # not created here, as it would belong to whoever runs doctor
        return NOTHING_WAITS
    keeper = open_intake(config)
    try:
        keeper.check()
        return _check_waiting(keeper, read_site_key(config.key_path) if has_key else None)
    finally:
        keeper.dispose()


def _check_waiting(keeper: IntakeStore, key: SiteKey | None) -> str:
    now, late = CLOCK.now(), False
    for held in keeper.slots():
        late |= is_due(held.urgent, held.due, now) and not now - LATE < held.due <= now
        if key:
            _open_all(key, keeper, list(keeper.ids(held)))
    if late:
        raise SettingError("something waits that should be with staff by now; is the reports database there?")
    return NOTHING_WAITS


def _open_all(key: SiteKey, keeper: IntakeStore, ids: list[uuid.UUID]) -> None:
    for id in ids:
        for sealed in keeper.get([id]).values():
            try:
                open_sealed_item(key, id, sealed)
            except SealedItemBroken:
                raise SettingError(f"something cannot be opened: {OTHER_KEY}") from None
