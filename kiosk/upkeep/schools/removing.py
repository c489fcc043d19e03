"""Removing a school for good, with a certificate of what was destroyed (promise M5).

A note beside the school's file says what is to be destroyed, with digests taken before. From then on the school is
served nowhere here; whoever is killed leaves the note, by which `remove` goes on. The certificate comes last.
"""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import exists, select, text

from kiosk.backup.archive import digest_of
from kiosk.backup.rows import drop_tables, frozen, write_rows
from kiosk.backup.switch import remove, sqlite_path
from kiosk.backup.whole_export import README
from kiosk.config import Config, SettingError
from kiosk.host.files import sync_folder, write_durably
from kiosk.incidents.models import Incident
from kiosk.report.intake.store import open_intake
from kiosk.report.models import Report
from kiosk.school_files import read_school
from kiosk.sealing.key_fingerprint import shown_fingerprint
from kiosk.sealing.site_key import read_site_key
from kiosk.start import closing_databases
from kiosk.storage.db import Databases
from kiosk.storage.read_only import without_password
from kiosk.storage.schema import each_database
from kiosk.upkeep.running import stopped

NOTE = ".removing"
STOP_SECONDS = 60.0  # in which servers and worker notice that the file is gone, and finish what they began
LOOK_AGAIN_SECONDS = 0.5
KEPT = (
    "{}: something of this school may have to be kept: a case or report whose time is not over, or what waits in the "
    "intake. Readers hand it on first (docs/case-file.md); to destroy it all the same, say --with-what-must-be-kept"
)
CERTIFICATE = """CERTIFICATE OF REMOVAL of {school} ({host})
Removed on {day:%-d %B %Y} by {by}, with kiosk {version}.
Destroyed:
{destroyed}
{kept}
Recovery cards, recovery sheets and copies in other places are the school's to destroy.
"""


@dataclass(frozen=True)
class Removal:
    """What somebody has said about a removal."""

    by: str
    with_what_must_be_kept: bool = False
    keep_copies: bool = False
    only_this_node: bool = False
    export: Path | None = None


def remove_school(path: Path, said: Removal, now: datetime) -> Path:
    """Destroy everything of the school of this file, or of it on this node; returns where the certificate stands.

    Raises SettingError where something must be kept and it was not said that it goes too; then all is as it was.
    """
    note = path.with_name(f"{path.stem}{NOTE}")
    if not note.exists():
        config = read_school(path)
        _check_keeping(path, config, said)
        held = {
            "settings": path.read_text(encoding="utf-8"),
            "certificate": _certificate(path, config, said, now),
        }
        write_durably(
            note, json.dumps(held | {"node": said.only_this_node, "copies": said.keep_copies}).encode()
        )
    held = json.loads(note.read_text(encoding="utf-8"))
    config = read_school(path, held["settings"])
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
    with _once_stopped(config):
        if config.key_path.exists():  # what came in since the note was written
            try:
                _check_keeping(path, config, said)
            except SettingError:
                write_durably(path, held["settings"].encode())
                note.unlink()
                raise
        _destroy(config, only_this_node=held["node"], keep_copies=held["copies"])
    certificate = path.with_name(f"{path.stem}.removed-{now:%Y-%m-%d}.txt")
    write_durably(certificate, held["certificate"].encode())
    note.unlink()
    sync_folder(path.parent)
    return certificate


def _check_keeping(path: Path, config: Config, said: Removal) -> None:
    """Raise SettingError where something has to be kept; in one sentence, so that nobody learns what of it there is."""
    store = open_intake(config)
    try:
        if said.only_this_node:
            if not config.keeper_addresses or store.to_copy(1):
                raise SettingError(
                    f"{path}: the other node has not everything yet; look at `kiosk doctor` there"
                )
            return
        if said.with_what_must_be_kept:
            return
        waits = bool(store.slots())
    finally:
        store.dispose()
    with closing_databases(config) as databases:
        for database, table in ((databases.school, Incident), (databases.reports, Report)):
            with database.rows(write=False) as connection:
                waits = bool(connection.scalar(select(exists(select(1).select_from(table))))) or waits
    if waits:
        raise SettingError(KEPT.format(path))


def _certificate(path: Path, config: Config, said: Removal, now: datetime) -> str:
    key = shown_fingerprint(read_site_key(config.key_path))
    lines = [] if said.only_this_node else [*_database_lines(config)]
    lines += [f"- the site key with the fingerprint {key}, on this node", f"- the folder {config.data_dir}"]
    copies = [str(one) for one in (config.backup_dir, config.backup_second_dir) if one]
    kept = []
    if copies and not (said.keep_copies or said.only_this_node):
        lines.append(f"- the copies in {' and '.join(copies)}")
    elif copies:
        kept.append(f"Copies stay in {' and '.join(copies)}.")
    if said.only_this_node:
        kept.append("The school goes on at its other node, with its databases.")
    elif said.export:
        kept.append(f"The school has an export, {said.export}, SHA-256 {_digest_of_export(said.export)}.")
    else:
        kept.append("No export was named: of what is listed nothing is left for the school.")
    if said.with_what_must_be_kept and not said.only_this_node:
        kept.append(f"{said.by} said that it goes even if something of it had to be kept.")
    return CERTIFICATE.format(
        school=config.school_name,
        host=path.stem,
        day=now.astimezone(config.zone),
        by=said.by,
        version=version("kiosk"),
        destroyed="\n".join(lines),
        kept="\n".join(kept),
    )


def _database_lines(config: Config) -> Iterator[str]:
    """Each database by its address and a digest of all rows; how many there were is for nobody (promise A12)."""
    with closing_databases(config) as databases:
        for (tree, database), url in zip(each_database(databases), config.database_urls, strict=True):
            digest = sha256()
            with frozen(database) as connection:
                for part in write_rows(connection, tree):
                    digest.update(part)
            yield f"- the {tree} database {without_password(url)}, SHA-256 of its rows {digest.hexdigest()}"


def _digest_of_export(folder: Path) -> str:
    if not (folder / README).is_file():
        raise SettingError(f"{folder} holds no whole export of a school: its {README} is missing")
    digest = sha256()
    for one in sorted(file for file in folder.rglob("*") if file.is_file()):
        with one.open("rb") as file:
            digest.update(f"{one.relative_to(folder)}\n".encode() + digest_of(file))
    return digest.hexdigest()


def _once_stopped(config: Config) -> ExitStack:
    """Nothing of kiosk runs for this school until it is closed; SettingError where something goes on for too long."""
    ends = time.monotonic() + STOP_SECONDS
    while True:
        try:
            with ExitStack() as stack:
                stack.enter_context(stopped(config))
                return stack.pop_all()
        except SettingError:
            if time.monotonic() > ends:
                raise
        time.sleep(LOOK_AGAIN_SECONDS)


def _destroy(config: Config, *, only_this_node: bool, keep_copies: bool) -> None:
    """The key first: what it sealed opens no more, whatever of the rest is still there."""
    remove([config.key_path])
    if not only_this_node:
        with closing_databases(config) as databases:
            _empty(databases)
        remove(file for url in config.database_urls if (file := sqlite_path(url)))
    shutil.rmtree(config.data_dir, ignore_errors=True)
    if not (only_this_node or keep_copies):
        for folder in (config.backup_dir, config.backup_second_dir):
            if folder:
                shutil.rmtree(folder, ignore_errors=True)
    left = [one for one in (config.key_path, config.data_dir) if one.exists()]
    if left:
        raise SettingError(f"{left[0]} could not be removed; see who owns it, and run this again")


def _empty(databases: Databases) -> None:
    for tree, database in each_database(databases):
        if database.engine.name == "postgresql":
            with database.engine.execution_options(write=True, long=True).begin() as connection:
                drop_tables(connection, tree)
                connection.execute(text("DROP TABLE IF EXISTS left_for"))
