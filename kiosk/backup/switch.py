"""Old or new, never neither: what a restore has made beside the old files takes their place as a whole (promise D14).

A journal is written durably first, when everything new is whole. Whatever is killed after that, the next command reads
the journal and completes the switch; where databases of PostgreSQL take part, it does what they did. Two of PostgreSQL
cannot be committed in one instant: where a kill fell between them, nothing starts until a restore has ended.
"""

import json
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from kiosk.config import Config, SettingError
from kiosk.host.files import make_private_folder, sync_folder, write_durably
from kiosk.storage.db import open_database
from kiosk.upkeep.only_one import MAINTENANCE, single_process
from kiosk.upkeep.running import stopped

JOURNAL = "restore.journal"
KEPT = "before-restore-"
BESIDE = ("-wal", "-shm", "")  # a database's own files go with it, so that none is left beside the new one
MARK = text("SELECT obj_description(to_regclass('alembic_version'))")
LEFT = (".*.restoring*", ".drill-*")  # what is made beside the school, with names in clear
TORN = (
    "a restore was killed between the two databases of PostgreSQL; run `kiosk restore FILE --replace` again, with the "
    "same copy, before anything else"
)
UNREADABLE = (
    "{} cannot be read, so nobody can tell how far a restore came; run `kiosk restore FILE --replace` again, with the "
    "same copy, before anything else"
)


@dataclass(frozen=True)
class Switch:
    """What takes the place of what: `staged` files and folders, and databases that carry `mark` once they are new.

    `torn`: what it replaces is of two restores, as an earlier one was killed between two commits.
    """

    mark: str
    kept: str
    moves: tuple[tuple[str, str], ...]
    postgresql: tuple[str, ...] = ()
    torn: bool = False


def staged_beside(target: Path) -> Path:
    """Where the new one is made, on the same disk."""
    return target.with_name(f".{target.name}.restoring")


def begin(config: Config, switch: Switch) -> None:
    """From now on the switch will be completed, whatever happens."""
    for folder in {Path(staged).parent for staged, _ in switch.moves}:
        sync_folder(folder)
    torn = config.file(JOURNAL).exists()  # only that of an unfinished restore is left until now
    write_durably(config.file(JOURNAL), json.dumps(asdict(replace(switch, torn=torn))).encode())


def complete(config: Config, switch: Switch) -> None:
    """Move the old aside and the new into its place; it can be repeated from any point. Older ones moved aside go."""
    targets = [Path(target) for _, target in switch.moves]
    for staged, target in switch.moves:
        if Path(staged).exists():
            _set_aside(Path(target), switch.kept)
            Path(staged).rename(target)
    for folder in {target.parent for target in targets}:
        sync_folder(folder)
        for old in folder.glob(f"{KEPT}*"):
            if old.name != switch.kept:
                shutil.rmtree(old, ignore_errors=True)
    _end(config)


def undo(config: Config, switch: Switch) -> None:
    """Leave the old as it is and take away what was made beside it."""
    remove(Path(staged) for staged, _ in switch.moves)
    _end(config)


def complete_interrupted(config: Config, *, restoring: bool = False) -> str:
    """Complete or undo what was killed; what was done, in one line, or nothing.

    Raises SettingError while a restore works, and where one was killed between two commits of PostgreSQL: only the end
    of another restore ends that, so that the journal stays when one is to begin (`restoring`).
    """
    if not config.file(JOURNAL).exists():
        return ""
    with stopped(config):
        try:
            switch = _read(config)
        except FileNotFoundError:
            return ""
        except (ValueError, TypeError, KeyError):  # by a disk that lost it: nobody can tell what is there
            return _unfinished(UNREADABLE.format(config.file(JOURNAL)), restoring=restoring)
        new = {_is_marked(url, switch.mark) for url in switch.postgresql} or {True}
        if new == {True}:
            complete(config, switch)
            return "A restore that was interrupted is complete now."
        if len(new) > 1 or switch.torn:
            return _unfinished(TORN, restoring=restoring)
        undo(config, switch)
        return "A restore that was interrupted was undone: everything is as it was."


def delete_left(config: Config) -> None:
    """Delete what a restore or a drill that was killed has left beside the school, unless one is at work now."""
    targets = [path for url in (config.school_url, config.reports_url) if (path := sqlite_path(url))]
    folders = {config.data_dir, config.key_path.parent, *(path.parent for path in targets)}
    if not any(path for folder in folders for what in LEFT for path in folder.glob(what)):
        return
    with suppress(SettingError), single_process(MAINTENANCE, config):
        if not config.file(JOURNAL).exists():
            remove([path for folder in folders for what in LEFT for path in folder.glob(what)])


def remove(paths: Iterable[Path]) -> None:
    """Take away what was made beside the old, with what a database has beside it."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        for end in BESIDE:
            with suppress(OSError):
                Path(f"{path}{end}").unlink(missing_ok=True)


def _set_aside(target: Path, kept: str) -> None:
    for end in BESIDE:
        old = Path(f"{target}{end}")
        if old.exists():
            make_private_folder(target.parent / kept)
            old.rename(target.parent / kept / old.name)


def _read(config: Config) -> Switch:
    held = json.loads(config.file(JOURNAL).read_text(encoding="utf-8"))
    moves = tuple((str(staged), str(target)) for staged, target in held["moves"])
    return Switch(held["mark"], held["kept"], moves, tuple(held["postgresql"]), held.get("torn", False))


def _unfinished(why: str, *, restoring: bool) -> str:
    if not restoring:
        raise SettingError(why)
    return "An earlier restore did not end: kiosk starts only once this one has."


def _end(config: Config) -> None:
    config.file(JOURNAL).unlink()
    sync_folder(config.data_dir)


def _is_marked(url: str, mark: str) -> bool:
    database = open_database(url)
    try:
        with database.engine.connect() as connection:
            return bool(connection.scalar(MARK) == mark)
    finally:
        database.engine.dispose()


def sqlite_path(url: str) -> Path | None:
    """The file of a database; None for PostgreSQL."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
