"""Whether every file of kiosk belongs to its user, and nobody else may read it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from kiosk.config import Config, SettingError
from kiosk.report.file_times import BESIDE

OTHERS = stat.S_IRWXG | stat.S_IRWXO
MOST_NAMED = 5


def check_private(config: Config) -> str:
    """Raise SettingError, in one line that says what to do, if others may read a file or own one."""
    found = list(_files(config))
    owner = config.data_dir.stat().st_uid
    opened = [path for path in found if stat.S_IMODE(path.lstat().st_mode) & OTHERS]
    if opened:
        raise SettingError(f"others may read {_named(opened)}; run chmod -R go= {_places(config, opened)}")
    strange = [path for path in found if path.lstat().st_uid != owner]
    if strange or os.geteuid() not in {0, owner}:
        whose = f"{_named(strange)} belong to" if strange else f"{config.data_dir} belongs to"
        raise SettingError(f"{whose} another user than kiosk runs as; run chown -R on {config.data_dir}")
    return "0600 and 0700, and nobody else's"


def _files(config: Config) -> Iterator[Path]:
    """The data folder and all in it, and databases that the settings put elsewhere; the key has a check of its own."""
    seen = {config.key_path.resolve()}
    inside = [config.data_dir, *config.data_dir.rglob("*")]
    for path in (*inside, *_databases(config)):
        there = path.is_symlink() or path.exists()
        if there and not path.is_symlink() and path.resolve() not in seen:
            seen.add(path.resolve())
            yield path


def _databases(config: Config) -> Iterator[Path]:
    for address in (config.school_url, config.reports_url, config.sessions_store_url):
        url = make_url(address)
        if url.get_backend_name() == "sqlite" and url.database:
            yield from (Path(f"{url.database}{end}") for end in BESIDE)


def _named(paths: list[Path]) -> str:
    more = f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
    return ", ".join(str(path) for path in paths[:MOST_NAMED]) + more


def _places(config: Config, paths: list[Path]) -> str:
    elsewhere = [path for path in paths if config.data_dir not in (path, *path.parents)]
    inside = [config.data_dir] if len(elsewhere) < len(paths) else []
    return " ".join(str(path) for path in (*inside, *elsewhere))
