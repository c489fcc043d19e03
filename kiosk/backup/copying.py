"""`kiosk backup`: one encrypted copy of a school that may be running, whole or not at all, and old ones deleted.

It holds the rows of the school's and the reports database, calendar, settings, own content and recordings;
never the site key, a session or a byte of the intake.
"""

import json
import os
import re
import shutil
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from kiosk.backup.archive import MANIFEST, Members, digest_of, write_archive
from kiosk.backup.rows import RowsBroken, count_rows, frozen, revision_of, write_rows
from kiosk.calendar.file import calendar_path
from kiosk.config import Config, SettingError
from kiosk.host.copies import CopyNotes, read_notes, write_notes
from kiosk.host.files import UNFINISHED, sync_folder
from kiosk.sealing.key_fingerprint import compare_site_key, shown_fingerprint
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.storage.db import Databases
from kiosk.storage.outages import kind_of
from kiosk.upkeep.only_one import MAINTENANCE, single_process
from kiosk.voices.files import read_all

TREES = ("school", "reports")
CALENDAR, SETTINGS, CONTENT, VOICES = "calendar.toml", "settings.toml", "content/", "voices/"
DAILY, WEEKLY, MONTHLY = 7, 5, 12
# Of the newest days every copy stays, not only the last: one made before something went wrong.
ALL_OF_DAYS = 2
STAMP, ENDING = "%Y-%m-%d-%H%M", ".kioskbackup"
_NAME = re.compile(r"kiosk-(\d{4}-\d\d-\d\d)-\d{4}\.kioskbackup")
ASK_FOR_CARD = "make a recovery card first: `kiosk backup card`"
ASK_FOR_CHECK = "type the recovery card back first: `kiosk backup card --check`"
OTHER_KEY = (
    "the recovery card has another site key than this machine: `kiosk backup card --new`, then `--check`"
)


@dataclass(frozen=True)
class Copied:
    """Copies that are whole and were read back, one in each folder."""

    paths: tuple[Path, ...]
    size: int
    deleted: int


class NoCopy(SettingError):
    """No copy was made, or not in every folder; the text says why and what to do."""


class NoCard(NoCopy):
    """No copy can be made before there is another card, or before it was typed back."""


def make_copy(config: Config, databases: Databases, now: datetime, *, new_folder: bool = False) -> Copied:
    """Copy the school into the folders of the settings and note how it went; raises NoCopy.

    Where one folder is missing, the other has its copy, and it is said all the same. Old copies are deleted only
    beside a new one that is whole. `new_folder`: a folder may be without the copies that it had.
    """
    day = now.astimezone(config.zone).date()
    with single_process(MAINTENANCE, config):
        notes, made, troubles, deleted = read_notes(config), list[Path](), list[str](), 0
        try:
            _check_card(config, notes)
        except NoCard as why:
            if notes.card:  # doctor says it from the first night on, not once the last copy is old
                write_notes(config, replace(notes, trouble=str(why), trouble_on=day))
            raise
        for folder in _folders(config):
            try:
                _check_folder(config, folder, "" if new_folder else notes.folders)
                path = folder / f"kiosk-{now.astimezone(config.zone):{STAMP}}{ENDING}"
                if made:
                    _put(path, partial(_copy_file, made[0]))
                else:
                    _put(path, partial(_write_school, config, databases, bytes.fromhex(notes.card), day))
                made.append(path)
                deleted += delete_old(folder, path)
            except (SettingError, OSError, RowsBroken, SQLAlchemyError) as error:
                troubles.append(_words_of(folder, error))
        notes = read_notes(config)  # somebody may have typed the card back meanwhile
        if made:
            folders = {*notes.folders.split("\n"), *(str(path.parent) for path in made)} - {""}
            notes = replace(notes, copied_on=day, copy=made[0].name, folders="\n".join(sorted(folders)))
        notes = replace(notes, trouble="; ".join(troubles), trouble_on=day if troubles else None)
        try:
            write_notes(config, notes)
        except OSError as error:
            troubles.append(f"how it went could not be noted: {error.strerror}")
    if troubles:
        raise NoCopy("; ".join(troubles))
    return Copied(tuple(made), made[0].stat().st_size, deleted)


def copies_in(folder: Path) -> dict[Path, date]:
    """The copies in a folder with their days, the newest first."""
    found = {}
    for path in sorted(folder.iterdir(), reverse=True):
        with suppress(ValueError):
            if named := _NAME.fullmatch(path.name):
                found[path] = date.fromisoformat(named[1])
    return found


def _check_card(config: Config, notes: CopyNotes) -> None:
    """Raise NoCard unless there is a card that was typed back, and it has the site key of today."""
    if not notes.card_checked:
        raise NoCard(ASK_FOR_CHECK if notes.card else ASK_FOR_CARD)
    if notes.site_key != shown_fingerprint(read_site_key(config.key_path)):
        raise NoCard(OTHER_KEY)


def _folders(config: Config) -> list[Path]:
    if config.backup_dir is None:
        raise NoCopy("KIOSK_BACKUP_DIR: say in which folder copies lie, or give one with --to")
    return [path.resolve() for path in (config.backup_dir, config.backup_second_dir) if path]


def _check_folder(config: Config, folder: Path, had_copies: str) -> None:
    """Raise NoCopy where a folder is missing, or is empty although it had copies."""
    if not folder.is_dir():
        raise NoCopy(f"there is no folder {folder}; make it, or mount its disk or share")
    if config.data_dir.resolve() in (folder, *folder.parents):
        raise NoCopy(f"{folder} lies in the data folder and would be lost with it; choose another")
    if str(folder) in had_copies.split("\n") and not copies_in(folder):
        raise NoCopy(
            f"{folder} had copies and has none now; mount its disk or share, or say with --new-folder that it is new"
        )


def _words_of(folder: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        said = error.strerror or type(error).__name__
    elif isinstance(error, SQLAlchemyError):
        said = f"a database does not answer ({kind_of(error)})"
    else:
        said = str(error)
    return f"no copy was made in {folder}: {said}"


def _put(path: Path, fill: Callable[[BinaryIO], bytes]) -> None:
    """Put a file in its place once it is whole: written, forced to the disk, read back and compared with its digest."""
    for left in path.parent.glob(f".kiosk-*{UNFINISHED}"):  # of a copy that was killed
        left.unlink(missing_ok=True)
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    try:
        handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(handle, "r+b") as file:  # noqa: PTH123 - a handle, so that nobody else may ever read it
            digest = fill(file)
            file.flush()
            os.fsync(handle)
            if hasattr(os, "posix_fadvise"):  # what is read back comes from the disk
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            file.seek(0)
            if digest_of(file) != digest:
                raise NoCopy("what was read back is not what was written; look at the disk")
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def _copy_file(source: Path, out: BinaryIO) -> bytes:
    with source.open("rb") as file:
        shutil.copyfileobj(file, out)
        file.seek(0)
        return digest_of(file)


def _write_school(config: Config, databases: Databases, card_key: bytes, day: date, out: BinaryIO) -> bytes:
    key = read_site_key(config.key_path)
    compare_site_key(config, databases.school)
    with ExitStack() as stack:
        # Two moments side by side: between them lies at most what a crash between two commits leaves as well.
        seen = {tree: stack.enter_context(frozen(getattr(databases, tree))) for tree in TREES}
        return write_archive(out, card_key, key, _members(config, key, day, seen))


def _members(config: Config, key: SiteKey, day: date, seen: dict[str, Connection]) -> Members:
    manifest = {
        "kiosk": version("kiosk"),
        "school": config.school_name,
        "made_on": day.isoformat(),
        "site_key": shown_fingerprint(key),
        "readers_root_hash": config.readers_root_hash,
        "revisions": {tree: revision_of(connection) for tree, connection in seen.items()},
        "rows": {tree: count_rows(connection, tree) for tree, connection in seen.items()},
    }
    yield MANIFEST, [json.dumps(manifest).encode()]
    for tree, connection in seen.items():
        yield rows_of(tree), write_rows(connection, tree)
    if (calendar := calendar_path(config)).is_file():
        yield CALENDAR, [calendar.read_bytes()]
    if settings := os.environ.get("KIOSK_CONFIG"):
        yield SETTINGS, [Path(settings).read_bytes()]
    for file, data in read_all(config):
        yield VOICES + file, [data]
    if config.content_dir:
        for path in sorted(config.content_dir.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield CONTENT + path.relative_to(config.content_dir).as_posix(), [path.read_bytes()]


def rows_of(tree: str) -> str:
    """The name of the member with the rows of a database."""
    return f"{tree}.rows"


def delete_old(folder: Path, new: Path) -> int:
    """Delete the copies beside a new one that are none of the daily, weekly and monthly ones; returns how many."""
    copies = copies_in(folder)
    kept = {new} | {
        path for path, day in copies.items() if day in sorted(set(copies.values()))[-ALL_OF_DAYS:]
    }
    for most, period in ((DAILY, "%Y-%m-%d"), (WEEKLY, "%G-%V"), (MONTHLY, "%Y-%m")):
        newest: dict[str, Path] = {}
        for path, day in copies.items():
            newest.setdefault(f"{day:{period}}", path)
        kept.update(list(newest.values())[:most])
    old = copies.keys() - kept
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
