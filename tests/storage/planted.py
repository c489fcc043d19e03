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
from alembic import op
revision, down_revision, branch_labels, depends_on = "9000", "{head}", None, None
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


def make_newer(folder: Path, **more: str) -> Path:
    """The migrations of a newer version; `more` is what that of a database does besides."""
    shutil.copytree(MIGRATIONS_DIR, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for tree in METADATA:
        head = ScriptDirectory.from_config(alembic_config(tree)).get_current_head()
        made = MIGRATION.format(head=head, words=NEW_WORDS[tree], more=more.get(tree, "pass"))
        (folder / tree / "versions/9000_planted.py").write_text(made)
    return folder


@contextmanager
def version(folder: Path) -> Iterator[None]:
    """For the block kiosk is the version with these migrations."""
    with patch.object(schema, "MIGRATIONS_DIR", folder):
        yield


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
