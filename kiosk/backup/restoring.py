"""`kiosk restore`: a copy and its card become this machine's school, or everything stays as it was.

The whole copy is checked, loaded beside what is there, compared row by row, migrated and looked at; only then does it
take the place of the old. `site.key` and the intake of a machine that has them are never touched.
"""

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from alembic import command
from sqlalchemy import Connection, delete, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct
from kiosk.audit.verify import verify_log
from kiosk.backup.archive import Archive, ArchiveBroken
from kiosk.backup.card import RecoveryCard
from kiosk.backup.copying import CALENDAR, CONTENT, SETTINGS, TREES, VOICES, rows_of
from kiosk.backup.rows import RowsBroken, drop_tables, is_empty, known_revisions, load_rows
from kiosk.backup.switch import JOURNAL, KEPT, Switch, begin, complete, remove, sqlite_path, staged_beside
from kiosk.calendar.file import FILE_NAME, calendar_path
from kiosk.config import Config, SettingError
from kiosk.duties.lines import book_is_intact
from kiosk.host.copies import CopyNotes, read_notes, write_notes
from kiosk.host.files import make_private_folder, write_durably
from kiosk.incidents.case_log.audit_link import verify_cases
from kiosk.report.intake.store import FILE as INTAKE
from kiosk.sealing.key_fingerprint import shown_fingerprint, whole_site_key
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.storage.db import open_database
from kiosk.storage.outages import DatabaseNotSafe, kind_of
from kiosk.storage.schema import METADATA, SchemaNotCurrent, alembic_config
from kiosk.upkeep.missing_key import has_rows
from kiosk.upkeep.only_one import MAINTENANCE, single_process
from kiosk.upkeep.running import stopped
from kiosk.voices.files import put_file

LONGEST_HELD = timedelta(days=5)  # the longest that something waits in the intake
UNFINISHED = "the restore was interrupted; the next command of kiosk completes it or undoes it"


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
    """How many people a copy holds; how many reports and cases is for nobody who is no reader (promise A12)."""
    adults, children = (manifest["rows"]["school"].get(table, 0) for table in ("staff_member", "pupil"))
    return f"{adults} adults, {children} children, and all cases and reports that it held"


def check_copy(archive: Archive) -> dict[str, Any]:
    """The manifest of a copy that is whole and that this version can read; raises SettingError otherwise."""
    manifest = archive.check()
    for tree in TREES:
        if manifest["revisions"][tree] not in known_revisions(tree):
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
        elsewhere, begun = not config.file(INTAKE).exists(), False
        staged = list[Path]()
        try:
            with ExitStack() as stack:
                made = _Made(config, archive, replace, now, stack, staged)
                for tree in TREES:
                    made.load(tree)
                made.stage_files(has_key)
                made.say_root(manifest["readers_root_hash"])
                _end_sessions(config)
                begun = True
                begin(config, made.switch())
                commit_all(made.commits)
        except (OSError, SQLAlchemyError, RowsBroken, SchemaNotCurrent, DatabaseNotSafe) as error:
            if begun and config.file(JOURNAL).exists():
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
    _note_card(config, archive.card, today)
    return Restored(manifest, today, elsewhere, made.log_is_whole, tuple(made.notes))


def _note_card(config: Config, card: RecoveryCard, today: date) -> None:
    """Where no card is noted, the next copies are for this one, as somebody has just typed it."""
    with suppress(SettingError, OSError):  # all is restored; the nightly copy says what is wrong
        if not read_notes(config).card:
            mark = shown_fingerprint(card.site_key)
            notes = CopyNotes(card=card.public_key.hex(), card_checked=today, site_key=mark)
            write_notes(config, notes)


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
            self._check_free(lambda: not has_rows(url, tree), str(target))
            staged = self._stage(target)
            with _opened(f"sqlite:///{staged}") as connection:
                self._fill(connection, tree)
                connection.commit()
            # SQLite says nothing where all does not fit into the file itself.
            if Path(f"{staged}-wal").exists():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(staged))
            return
        connection = self._stack.enter_context(_opened(url))
        self._check_free(lambda: is_empty(connection, tree), f"the {tree} database")
        drop_tables(connection, tree)
        self._fill(connection, tree)
        connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{self._mark}'"))
        self._postgresql.append(url)
        self.commits.append(connection.commit)

    def stage_files(self, has_key: bool) -> None:
        """The calendar and the school's own content, and the site key where it is missing."""
        config = self._config
        if not has_key:
            self._write(config.key_path, self._key.as_text())
        staged: Path | None = None
        content = _place_for(config.content_dir, config.file("content"))
        for name, parts in self._archive.members():
            if name == CALENDAR and config.calendar_file and config.calendar_file.exists():
                self.notes.append(f"Left as it is: {config.calendar_file}.")
            elif name == CALENDAR:
                place = _place_for(config.calendar_file, config.file(FILE_NAME))
                self._write(place, b"".join(parts))
                if place != calendar_path(config):
                    self.notes.append(
                        f"LOOK  The calendar is in {place}; KIOSK_CALENDAR_FILE names another file."
                    )
            elif name.startswith(VOICES):
                with suppress(ValueError):  # no name of a recording
                    put_file(config, b"".join(parts), name.removeprefix(VOICES))  # never in place of another
            elif name.startswith(CONTENT) and not content.exists():
                staged = staged or self._stage(content)
                self._write_inside(staged, name.removeprefix(CONTENT), b"".join(parts))
            elif name.startswith(CONTENT) and (said := f"Left as it is: {content}.") not in self.notes:
                self.notes.append(said)
        if staged:
            self.notes.append(
                f"The school's own content is in {content}; KIOSK_CONTENT_DIR has to name that folder."
            )

    def say_root(self, root: str) -> None:
        """Children cannot send while the settings do not name the list of readers."""
        if root and root != self._config.readers_root_hash:
            self.notes.append(
                f'LOOK  Put readers_root_hash = "{root}" into the settings once you have compared it with a recovery '
                "sheet; until then children cannot send."
            )

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
                self.log_is_whole = not (
                    verify_log(session, key) or verify_cases(session, key) or not book_is_intact(session, key)
                )
                Acting(key, None, self._now).note(session, LogAct.RESTORED)

    def _check_free(self, is_free: Callable[[], bool], what: str) -> None:
        with suppress(SQLAlchemyError, DatabaseNotSafe):  # what nobody can read may be a school
            if self._replace or is_free():
                return
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

    def _write_inside(self, staged: Path, name: str, data: bytes) -> None:
        inside = PurePosixPath(name)
        if inside.is_absolute() or ".." in inside.parts:
            raise ArchiveBroken(f"{self._archive.path} names a file outside of its folder: {inside}")
        make_private_folder((staged / inside).parent)
        write_durably(staged / inside, data)


def _place_for(named: Path | None, otherwise: Path) -> Path:
    """Where the settings want it, unless that is not there and kiosk may not make it."""
    if named is None:
        return otherwise
    there = next(path for path in (named, *named.absolute().parents) if path.exists())
    return named if there == named or os.access(there, os.W_OK) else otherwise


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
