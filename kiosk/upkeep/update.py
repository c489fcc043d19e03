"""`kiosk update`: the data of a school moves to this version, all of it or nothing; one line a step.

The code is replaced by whoever installs kiosk, before this (`git pull`, or the package's own script).
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from kiosk.accounts.models import ClassWindow
from kiosk.backup.copying import NoCard, make_copy
from kiosk.config import Config, SettingError
from kiosk.host.copies import read_notes
from kiosk.sealing.key_fingerprint import compare_site_key
from kiosk.site import Content
from kiosk.start import closing_databases, read_content
from kiosk.storage.db import Database, Databases, now_utc
from kiosk.storage.schema import each_database, is_behind
from kiosk.upkeep.doctor.checks import Finding, check_log, check_private
from kiosk.upkeep.missing_key import school_found
from kiosk.upkeep.only_one import MAINTENANCE, single_process
from kiosk.upkeep.running import stopped
from kiosk.upkeep.upgrading import go_back, upgraded
from kiosk.wsgi import create_wsgi

TIMES_AS_MUCH = 3  # what was written down, and what SQLite writes before it replaces
AT_LEAST_FREE = 100 * 1024**2


def update_data(
    config: Config, *, even_in_class: bool = False, read: Callable[[Config], Content] | None = None
) -> Iterator[Finding]:
    """Each step in a line, as it is done; raises as `upgraded` does if one of them fails. `read`: as `read_content`."""
    with stopped(config), closing_databases(config) as databases:
        yield Finding(True, f"stopped: nothing runs on {config.data_dir}")
        if not config.key_path.exists() and not school_found(config):
            yield Finding(True, "school: there is none yet, so nothing had to be done; `kiosk init` makes it")
            return
        due = [tree for tree, database in each_database(databases) if is_behind(tree, database)]
        yield Finding(
            True, f"databases: {', '.join(due)} to update" if due else "databases: of this version already"
        )
        content = (read or read_content)(config)
        yield Finding(True, f"before: {_check_before(config, databases)}")
        if not even_in_class:
            yield Finding(True, f"classes: {check_classes(databases)}")
        yield Finding(True, f"disk: {_check_space(config, databases)}")
        if due:
            yield _copy(config, databases)
        with single_process(MAINTENANCE, config), upgraded(config, databases, keep=True) as changed:
            yield Finding(True, f"updated: {', '.join(changed) or 'nothing had to be'}")
            # this version starts, and what was signed and chained before is as kiosk wrote it
            create_wsgi(config, databases, content)
            log = check_log(config, databases)
            yield Finding(True, f"after: this version starts, and the log of powers is {log}")


def put_data_back(config: Config) -> str:
    """Undo the last update as far as it changed the data, if nothing was written since; what was done, in a line."""
    with stopped(config), closing_databases(config) as databases, single_process(MAINTENANCE, config):
        back = go_back(config, databases)
    return "the databases are as they were before the update" if back else "no update changed the databases"


def _check_before(config: Config, databases: Databases) -> str:
    """What this version needs besides content, whatever the databases are like."""
    check_private(config)
    return f"content, files and site key are in order ({compare_site_key(config, databases.school)})"


def check_classes(databases: Databases) -> str:
    """Raise SettingError while a class is open; asks databases of earlier versions too."""
    with databases.school.session(write=False) as session:
        until = session.scalar(select(func.max(ClassWindow.closes_at)))
    if until and until > now_utc():
        raise SettingError(f"a class is open until {until:%H:%M} UTC; wait for its end, or say --now")
    return "none is open"


def _check_space(config: Config, databases: Databases) -> str:
    needed = AT_LEAST_FREE + TIMES_AS_MUCH * sum(_size(one) for _, one in each_database(databases))
    free = shutil.disk_usage(config.data_dir).free
    if free < needed:
        raise SettingError(
            f"{config.data_dir} has {free // 1024**2} MB free, and an update may need {needed // 1024**2}; make room"
        )
    return f"{free // 1024**2} MB free, {needed // 1024**2} wanted"


def _size(database: Database) -> int:
    if database.engine.name == "sqlite":
        return Path(str(make_url(database.engine.url).database)).stat().st_size
    with database.engine.connect() as connection:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def _copy(config: Config, databases: Databases) -> Finding:
    """A copy that a recovery card opens, where there is one; without it the update has its own way back alone."""
    if not read_notes(config).card_checked or config.backup_dir is None:
        return Finding(
            False, "copy: none was made: no KIOSK_BACKUP_DIR, or no card typed back (docs/deploy/copies.md)"
        )
    try:
        made = make_copy(config, databases, now_utc())
    except NoCard as why:
        return Finding(False, f"copy: none was made: {why}")
    return Finding(True, f"copy: {', '.join(str(path) for path in made.paths)}, read back")
