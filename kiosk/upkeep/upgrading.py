"""Updating the databases so that they are all new or all as they were, whatever happens in between (promise D13).

Before anything is changed, the rows of every database that will be are written down in the data folder, for as long as
it takes; then a file that says so. Whoever finds that file later finds an update that did not end, and puts back what
had been committed. Of sessions nothing is written down: staff sign in once more. What was written down goes at the end,
as it would outlive what kiosk deletes.

Where another node goes on meanwhile nothing may be put back, as what it wrote would be lost. So there either the
release before runs on whatever an update leaves, half-way too, and nothing is written down; or the other node is
stopped (ADR 48).
"""

import json
import os
import shutil
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from kiosk.backup.rows import drop_tables, frozen, load_rows, make_schema, revision_of, write_rows
from kiosk.config import Config, SettingError
from kiosk.host.files import make_private_file, make_private_folder, sync_folder, write_durably
from kiosk.storage.db import Databases
from kiosk.storage.schema import SchemaNotCurrent, changing, each_database, is_behind, leaves_all, upgrade
from kiosk.upkeep.lease import lease_is_held

FOLDER = "before-upgrade"
BEGUN = "begun.json"  # the revision of each database that is being updated
DONE = "done.json"  # what stood in each database when its update had ended: there is still a way back
KEPT_FOR = timedelta(hours=1)
NOT_KEPT = "sessions"
OTHER_NODE_SECONDS = 3.0
PUT_BACK = "an update did not end; the databases are as they were before it"


@contextmanager
def upgraded(config: Config, databases: Databases, *, keep: bool = False) -> Iterator[list[str]]:
    """For the block every database has the newest schema, with the names of those that changed; if it raises, none has,
    or, with a second node, the release before runs on what each has.

    Whoever calls this holds `kiosk.upkeep.running.stopped`. Raises SchemaNotCurrent, or what went wrong, with all as it
    was. `keep`: for an hour there is a way back (`go_back`).
    """
    folder = config.file(FOLDER)
    finish_upgrade(config, databases)
    _forget(folder)
    goes_on = config.keeper_addresses is not None and leaves_all(databases)
    if not goes_on:
        _refuse_another_node(config, databases)
    try:
        yield upgrade(databases, lambda begun: None if goes_on else _write_down(folder, begun))
        if keep and folder.exists():
            write_durably(folder / DONE, json.dumps(_digests(databases)).encode())
    except BaseException:
        _put_back(folder, databases)
        raise
    if not keep:
        _forget(folder)


def upgrade_unfinished(config: Config) -> bool:
    """Whether an update of the databases has begun and neither ended nor been put back."""
    return config.file(FOLDER).exists() and not config.file(f"{FOLDER}/{DONE}").exists()


def finish_upgrade(config: Config, databases: Databases) -> str:
    """End an update that a kill or a power cut interrupted: all stays new, or all is put back, which it says."""
    if not upgrade_unfinished(config):
        return ""
    if _all_new(databases):
        _forget(config.file(FOLDER))
        return ""
    return PUT_BACK if _put_back(config.file(FOLDER), databases) else ""


def go_back(config: Config, databases: Databases) -> bool:
    """Put the databases back as they were before an update that ended; False where the last one changed none of them.

    Raises SettingError, and changes nothing, where anything was written since: going back would lose it.
    """
    done = config.file(f"{FOLDER}/{DONE}")
    if not done.exists():
        return False
    _refuse_another_node(config, databases)
    if json.loads(done.read_bytes()) != _digests(databases):
        raise SettingError(
            "the school was used since the update, and going back would lose what was written; stay with this version, "
            "or restore a copy (docs/deploy/copies.md)"
        )
    done.unlink()  # from here on it is an update that has to be put back, also after a kill
    sync_folder(done.parent)
    return _put_back(done.parent, databases)


def forget_way_back(config: Config, now: datetime) -> None:
    """Delete what an update wrote down, an hour after it: kiosk deletes what is over, and no copy may outlive that."""
    done = config.file(f"{FOLDER}/{DONE}")
    if done.exists() and abs(now.timestamp() - done.stat().st_mtime) > KEPT_FOR.total_seconds():
        _forget(done.parent)


def _refuse_another_node(config: Config, databases: Databases) -> None:
    """Raise SettingError while the other node of a school runs: whatever it writes meanwhile could be lost."""
    if config.keeper_addresses is None:
        return
    host, _, port = config.keeper_addresses[1].rpartition(":")
    answers = lease_is_held(
        databases.school
    )  # where the other node has the database, and this one does not reach it
    with suppress(OSError), socket.create_connection((host, int(port)), OTHER_NODE_SECONDS):
        answers = True
    if answers:
        raise SettingError(
            "KIOSK_KEEPERS: this changes what the release on the other node needs, and a worker has run in the last "
            "minutes; stop `kiosk serve` and `kiosk worker` on both nodes, wait for two minutes, then do this again"
        )


def _digests(databases: Databases) -> dict[str, str]:
    """What stands in each database, but for sessions."""
    found = {}
    for tree, database in each_database(databases):
        if tree != NOT_KEPT:
            with frozen(database) as connection:
                digest = sha256()
                for lines in write_rows(connection, tree):
                    digest.update(lines)
            found[tree] = digest.hexdigest()
    return found


def _all_new(databases: Databases) -> bool:
    try:
        return not any(is_behind(*one) for one in each_database(databases))
    except SchemaNotCurrent:  # this is the version before, which does not know what the newer one made
        return False


def _write_down(folder: Path, begun: dict[str, Connection]) -> None:
    make_private_folder(folder)
    for tree, connection in begun.items():
        if tree != NOT_KEPT and revision_of(connection):
            _write_lines(_rows_of(folder, tree), write_rows(connection, tree))
    sync_folder(folder)
    revisions = {tree: revision_of(connection) for tree, connection in begun.items()}
    write_durably(folder / BEGUN, json.dumps(revisions).encode())


def _write_lines(path: Path, lines: Iterable[bytes]) -> None:
    make_private_file(path)
    with path.open("wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def _put_back(folder: Path, databases: Databases) -> bool:
    """Bring every database back to what was written down, unless it still is that; whether one had to be."""
    if not (folder / BEGUN).exists():  # nothing had been changed yet
        _forget(folder)
        return False
    before, changed = json.loads((folder / BEGUN).read_bytes()), False
    for tree, database in each_database(databases):
        if tree not in before:
            continue
        with changing(database) as connection:
            if revision_of(connection) == before[tree]:
                continue
            drop_tables(connection, tree)
            if before[tree] and tree == NOT_KEPT:
                make_schema(connection, tree, before[tree])
            elif before[tree]:
                with _rows_of(folder, tree).open("rb") as lines:
                    load_rows(connection, lines, tree)
            connection.commit()
            changed = True
    _forget(folder)
    return changed


def _forget(folder: Path) -> None:
    if folder.exists():
        (folder / BEGUN).unlink(missing_ok=True)
        (folder / DONE).unlink(missing_ok=True)
        sync_folder(folder)
        shutil.rmtree(folder)
        sync_folder(folder.parent)


def _rows_of(folder: Path, tree: str) -> Path:
    return folder / f"{tree}.rows"
