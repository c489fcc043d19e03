"""`kiosk restore`: a copy and its card become this machine's school, or everything stays as it was.

The whole copy is checked, loaded beside what is there, compared row by row, migrated and looked at; only then does it
take the place of the old. `site.key` and the intake of a machine that has them are never touched.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, delete, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct
from kiosk.audit.verify import verify_log
from kiosk.backup.archive import Archive, ArchiveBroken
from kiosk.backup.copying import CALENDAR, CONTENT, MAINTENANCE, SETTINGS, TREES, rows_of
from kiosk.backup.rows import RowsBroken, drop_tables, is_empty, load_rows
from kiosk.backup.switch import JOURNAL, KEPT, Switch, begin, complete, remove, sqlite_path, staged_beside
from kiosk.calendar.file import calendar_path
from kiosk.config import Config, SettingError
from kiosk.host.files import make_private_folder, write_durably
from kiosk.incidents.case_log.audit_link import verify_cases
from kiosk.report.intake.store import FILE as INTAKE
from kiosk.sealing.key_fingerprint import shown_fingerprint, whole_site_key
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.storage.db import open_database
from kiosk.storage.outages import DatabaseNotSafe, kind_of
from kiosk.storage.schema import METADATA, SchemaNotCurrent, alembic_config
from kiosk.upkeep.only_one import single_process
from kiosk.upkeep.running import stopped

LONGEST_HELD = timedelta(days=5)  # the longest that something waits in the intake
UNFINISHED = "the restore was interrupted; the next command of kiosk completes it or undoes it"
COUNTED = (("school", "staff_member"), ("school", "pupil"), ("school", "incident"), ("reports", "report"))


class NotRestored(SettingError):
    """Nothing was restored, and everything is as it was; the text says why."""


@dataclass(frozen=True)
class Restored:
    """What has come back, for saying it."""

    manifest: dict[str, Any]
    today: date
    elsewhere: bool  # on a machine without the intake of the old one
    log_is_whole: bool
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """What is there now, what is gone, and what readers will see."""
        made_on = date.fromisoformat(self.manifest["made_on"])
        yield f"Restored: {self.manifest['school']}, as it was on {made_on:%-d %B %Y}: {counted(self.manifest)}."
        yield from self.notes
        if self.elsewhere:
            since = made_on - LONGEST_HELD
            yield (
                f"GONE  Everything that children sent after the copy was made on {made_on:%-d %B %Y}, until today, "
                f"{self.today:%-d %B %Y}. Of what they sent before, what had not reached its readers when the copy was "
                f"made is gone too: that is of {since:%-d %B %Y} at the earliest. Tell the readers, and tell children "
                "in every class to send again what nobody has answered."
            )
        else:
            yield (
                f"GONE  What was done since the copy was made on {made_on:%-d %B %Y}: reports that had reached their "
                "readers since, cases, answers, people, signatures. Reports that wait in this machine's intake are "
                "kept, and reach their readers as always."
            )
        yield (
            "Readers will see: whoever has signed in since the copy is told once that a line of the log is gone. If "
            "who reads was changed since, their keys stay shut until two recovery sheets sign the list at "
            "/staff/keys/recover. Tell them before they sign in. Everybody signs in again."
        )
        if not self.log_is_whole:
            yield "LOOK  The log in the copy is not as kiosk wrote it; `kiosk log verify` says where."
        yield "Start `kiosk serve` and `kiosk worker`, then run `kiosk doctor`."


def counted(manifest: dict[str, Any]) -> str:
    """How many people, cases and reports a copy holds."""
    adults, children, cases, reports = (manifest["rows"][tree].get(table, 0) for tree, table in COUNTED)
    return f"{adults} adults, {children} children, {cases} cases, {reports} reports"


def check_copy(archive: Archive) -> dict[str, Any]:
    """The manifest of a copy that is whole and that this version can read; raises SettingError otherwise."""
    manifest = archive.check()
    for tree in TREES:
        known = [one.revision for one in ScriptDirectory.from_config(alembic_config(tree)).walk_revisions()]
        if manifest["revisions"][tree] not in known:
            raise ArchiveBroken(
                f"{archive.path} was made by kiosk {manifest['kiosk']}, and this is {version('kiosk')}, which does "
                "not know its tables; install that version"
            )
    return manifest


def restore(config: Config, archive: Archive, *, replace: bool, now: datetime) -> Restored:
    """Put a copy in the place of what is here; raises NotRestored, or what says why the copy or card is no good.

    `replace`: even where there is a school already, which must be that of the card.
    """
    manifest = check_copy(archive)
    with stopped(config), single_process(MAINTENANCE, config):
        has_key = _has_key(config, archive.card.site_key)
        elsewhere = not config.file(INTAKE).exists()
        staged = list[Path]()
        try:
            with ExitStack() as stack:
                made = _Made(config, archive, replace, now, stack, staged)
                for tree in TREES:
                    made.load(tree)
                made.stage_files(has_key)
                _end_sessions(config)
                begin(config, made.switch())
                commit_all(made.commits)
        except (OSError, SQLAlchemyError, RowsBroken, SchemaNotCurrent, DatabaseNotSafe) as error:
            if config.file(JOURNAL).exists():
                raise NotRestored(f"{UNFINISHED}: {_words_of(error)}") from None
            remove(staged)
            raise NotRestored(
                f"nothing was restored, and everything is as it was: {_words_of(error)}"
            ) from None
        except SettingError:
            remove(staged)
            raise
        complete(config, made.switch())
    today = now.astimezone(config.zone).date()
    return Restored(manifest, today, elsewhere, made.log_is_whole, tuple(made.notes))


def _words_of(error: Exception) -> str:
    if isinstance(error, SQLAlchemyError):
        return f"a database refused ({kind_of(error)}); is the disk full, or the server away?"
    if isinstance(error, OSError):
        return f"{error.strerror} ({error.filename or 'no file named'})"
    return str(error)


def _has_key(config: Config, key: SiteKey) -> bool:
    """Whether this machine has the site key; raises NotRestored where it is not that of the card."""
    if config.key_path.exists():
        here = read_site_key(config.key_path)
        if here.raw != key.raw:
            raise NotRestored(
                f"the site key of this machine ({shown_fingerprint(here)}) is not that of the card "
                f"({shown_fingerprint(key)}); restore into an empty folder, or take the card of this school"
            )
        return True
    if config.file(INTAKE).exists():
        raise NotRestored(
            f"{config.key_path} is missing beside an intake in which reports may wait; put the key back first, from "
            "the card or from the safe"
        )
    return False


def fill(connection: Connection, tree: str, archive: Archive) -> None:
    """Make an empty database hold what the copy has of it, compared row by row, at this version's schema."""
    load_rows(connection, archive.lines(rows_of(tree)), tree)
    command.upgrade(alembic_config(tree, connection), "head")


def commit_all(commits: list[Callable[[], None]]) -> None:
    """End the open transactions of PostgreSQL, one right after the other."""
    for commit in commits:
        commit()


class _Made:
    """What a restore has made beside the old until the two are switched."""

    def __init__(
        self,
        config: Config,
        archive: Archive,
        replace: bool,
        now: datetime,
        stack: ExitStack,
        staged: list[Path],
    ) -> None:
        self._config, self._archive, self._replace, self._now = config, archive, replace, now
        self._stack, self._staged = stack, staged
        self._mark, self._targets = f"restored {secrets.token_hex(8)}", list[Path]()
        self._postgresql = list[str]()
        self.commits = list[Callable[[], None]]()
        self.notes, self.log_is_whole = list[str](), True
        self._key = archive.card.site_key

    def load(self, tree: str) -> None:
        """Load one database: into a file of its own, or in a transaction that is still open."""
        url = self._config.school_url if tree == "school" else self._config.reports_url
        if target := sqlite_path(url):
            self._check_free(not target.exists(), str(target))
            staged = self._stage(target)
            with _opened(f"sqlite:///{staged}") as connection:
                self._fill(connection, tree)
                connection.commit()
            return
        connection = self._stack.enter_context(_opened(url))
        self._check_free(is_empty(connection), f"the {tree} database")
        drop_tables(connection)
        self._fill(connection, tree)
        connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{self._mark}'"))
        self._postgresql.append(url)
        self.commits.append(connection.commit)

    def stage_files(self, has_key: bool) -> None:
        """The calendar and the school's own content, and the site key where it is missing."""
        config, names = self._config, self._archive.names()
        if not has_key:
            self._write(config.key_path, self._key.as_text())
        if CALENDAR in names:
            if config.calendar_file and config.calendar_file.exists():
                self.notes.append(f"Left as it is: {config.calendar_file}.")
            else:
                self._write(calendar_path(config), b"".join(self._archive.member(CALENDAR)))
        if own := [name for name in names if name.startswith(CONTENT)]:
            folder = config.content_dir or config.file("content")
            if folder.exists():
                self.notes.append(f"Left as it is: {folder}.")
            else:
                self._write_content(folder, own)
                self.notes.append(f"The school's own content is in {folder}; KIOSK_CONTENT_DIR names it.")

    def switch(self) -> Switch:
        """What is to take the place of what."""
        moves = tuple((str(staged_beside(target)), str(target)) for target in self._targets)
        kept = f"{KEPT}{self._now.astimezone(self._config.zone):%Y-%m-%d-%H%M%S}"
        return Switch(self._mark, kept, moves, tuple(self._postgresql))

    def _fill(self, connection: Connection, tree: str) -> None:
        fill(connection, tree, self._archive)
        if tree == "school":
            with Session(connection, join_transaction_mode="create_savepoint") as session, session.begin():
                key = self._key = whole_site_key(session, self._archive.card.site_key)
                self.log_is_whole = not (verify_log(session, key) or verify_cases(session, key))
                Acting(key, None, self._now).note(session, LogAct.RESTORED)

    def _check_free(self, is_free: bool, what: str) -> None:
        if not is_free and not self._replace:
            raise NotRestored(f"{what} holds a school already; with --replace the copy takes its place")

    def _stage(self, target: Path) -> Path:
        make_private_folder(target.parent)
        staged = staged_beside(target)
        remove([staged])
        self._staged.append(staged)
        self._targets.append(target)
        return staged

    def _write(self, target: Path, data: bytes) -> None:
        write_durably(self._stage(target), data)

    def _write_content(self, folder: Path, names: list[str]) -> None:
        staged = self._stage(folder)
        for name in names:
            inside = PurePosixPath(name.removeprefix(CONTENT))
            if inside.is_absolute() or ".." in inside.parts:
                raise ArchiveBroken(f"{self._archive.path} names a file outside of its folder: {inside}")
            make_private_folder((staged / inside).parent)
            write_durably(staged / inside, b"".join(self._archive.member(name)))


@contextmanager
def _opened(url: str) -> Iterator[Connection]:
    """A connection for one long transaction, which the caller commits."""
    database = open_database(url)
    try:
        with database.engine.connect().execution_options(write=True, long=True) as connection:
            connection.begin()
            yield connection
    finally:
        database.engine.dispose()


def _end_sessions(config: Config) -> None:
    """Everybody signs in again: sessions know people as they were."""
    with _opened(config.sessions_store_url) as connection:
        command.upgrade(alembic_config("sessions", connection), "head")
        for table in reversed(METADATA["sessions"].sorted_tables):
            connection.execute(delete(table))
        connection.commit()


def settings_of(archive: Archive) -> bytes:
    """The file of settings in a copy; empty where the school had none."""
    return b"".join(archive.member(SETTINGS))
