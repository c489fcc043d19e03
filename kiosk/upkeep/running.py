"""Who may work on a data folder now: servers and workers side by side, or one restore, update, move or new key alone.

Both hold one lock: `running.lock`, shared or for oneself. It ends with the last process that has it, however that ends.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.config import Config, SettingError
from kiosk.host.files import make_private_folder, open_lock, try_lock
from kiosk.start import NOT_WRITABLE, check_user, closing_databases
from kiosk.upkeep.upgrading import finish_upgrade, upgrade_unfinished

LOCK = "running.lock"


@contextmanager
def running(config: Config) -> Iterator[None]:
    """For the block kiosk runs here, as others may; raises SettingError while one of those works."""
    with _lock_file(config) as handle:
        if not try_lock(handle, shared=True):
            raise SettingError(
                f"KIOSK_DATA_DIR: {config.data_dir} is being restored, updated or moved, or gets a new key; start this "
                "when that has ended"
            )
        yield


@contextmanager
def stopped(config: Config) -> Iterator[None]:
    """For the block no `kiosk serve` or `kiosk worker` runs here, and none starts; raises SettingError if one does."""
    with _lock_file(config) as handle:
        if not try_lock(handle):
            raise SettingError(
                f"KIOSK_DATA_DIR: kiosk runs on {config.data_dir}, or is being restored, updated or moved, or gets a "
                "new key; stop `kiosk serve` and `kiosk worker` first"
            )
        yield


@contextmanager
def _lock_file(config: Config) -> Iterator[int]:
    check_user(config)
    try:
        make_private_folder(config.data_dir)
        handle = open_lock(config.file(LOCK))
    except OSError:
        raise SettingError(NOT_WRITABLE.format(config.data_dir)) from None
    try:
        if upgrade_unfinished(config) and try_lock(handle):
            with closing_databases(config) as databases:
                if said := finish_upgrade(config, databases):
                    print(f"kiosk: {said}", file=sys.stderr)  # noqa: T201 - whoever starts kiosk should know
        yield handle
    finally:
        os.close(handle)
