"""A version of kiosk that is newer by one migration in each database, and a school that it updates."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Pool, event

from kiosk.backup.rows import frozen, revision_of, write_rows
from kiosk.config import Config
from kiosk.migrations.schema_range import READS
from kiosk.start import closing_databases
from kiosk.storage import schema
from kiosk.storage.db import Databases
from kiosk.storage.schema import METADATA, MIGRATIONS_DIR, alembic_config, each_database, upgrade
from kiosk.upkeep.running import stopped
from kiosk.upkeep.upgrading import upgraded
from tests.storage.filling import fill

NEW_WORDS = {
    "school": "UPDATE staff_member SET name = 'New'",
    "reports": "UPDATE reader SET name = 'New'",
    "sessions": "UPDATE staff_session SET content = 'New'",
}
MIGRATION = '''"""planted"""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{number}", "{head}", None, None
def upgrade():
    """Planted."""
    op.execute("{words}")
    {more}
'''
State = dict[str, tuple[str | None, bytes]]


@dataclass(frozen=True)
class OldSchool:
    """A school before an update: its settings, what stands in it, and how it is made anew."""

    config: Config
    before: State
    anew: Callable[[], None]


def make_newer(folder: Path, like_before: bool = False, **more: str) -> Path:
    """The migrations of a newer version; `more` is what that of a database does besides.

    `like_before`: they take nothing away, by their numbers, so that this version runs on what they leave.
    """
    shutil.copytree(MIGRATIONS_DIR, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for tree in METADATA:
        head = scripts_of(tree).get_current_head()
        number = f"{int(str(head)) + 1:04}" if like_before else "9000"
        words, does = NEW_WORDS[tree], more.get(tree, "pass")
        made = MIGRATION.format(number=number, head=head, words=words, more=does)
        (folder / tree / f"versions/{number}_planted.py").write_text(made)
    return folder


@contextmanager
def version(folder: Path) -> Iterator[None]:
    """For the block kiosk is the version with these migrations; it needs the newest ones."""
    with patch.object(schema, "MIGRATIONS_DIR", folder):
        newest = {tree: str(scripts_of(tree).get_current_head()) for tree in METADATA}
        reads = {tree: (head, f"{head[:2]}99") for tree, head in newest.items()}
        with patch.object(schema, "READS", reads if folder != MIGRATIONS_DIR else READS):
            yield


def scripts_of(tree: str) -> ScriptDirectory:
    """The migrations of one database, of the version that kiosk is now."""
    return ScriptDirectory.from_config(alembic_config(tree))


def fill_school(config: Config) -> State:
    """A school of this version with rows everywhere; what stands in it."""
    with closing_databases(config) as databases:
        upgrade(databases)
        for tree, database in each_database(databases):
            with database.rows(write=True) as connection:
                fill(connection, METADATA[tree])
        return state(databases)


def state(databases: Databases) -> State:
    """Revision and rows of each database; of sessions only the revision, as they may be ended."""
    found: State = {}
    for tree, database in each_database(databases):
        with frozen(database) as connection:
            rows = b"" if tree == "sessions" else b"".join(write_rows(connection, tree))
            found[tree] = (revision_of(connection), rows)
    return found


def state_after(config: Config) -> State:
    """What the next command finds when it has begun."""
    with stopped(config), closing_databases(config) as databases:
        return state(databases)


def update(config: Config) -> None:
    """What `kiosk db upgrade` does."""
    with stopped(config), closing_databases(config) as databases, upgraded(config, databases):
        pass


def in_a_process(work: Callable[[], object], kill_after: float | None = None) -> int:
    """Do something in a process of its own and wait for its end, or kill it after some seconds; how it ended."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def dies_at(number: int, work: Callable[[], object], told: Path | None = None) -> Callable[[], None]:
    """Work that kills its own process at a moment, counted from 1: before a statement or commit, after a transaction.

    At its end it writes down how many there were.
    """
    passed = 0

    def count(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def die() -> None:
        event.listen(Engine, "before_cursor_execute", count)
        event.listen(Engine, "commit", count)
        event.listen(Pool, "checkin", count)
        work()
        if told:
            told.write_text(str(passed))

    return die
