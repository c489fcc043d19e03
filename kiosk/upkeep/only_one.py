"""What only one process does in a data folder at a time: a second worker, say, would send every mail twice."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kiosk.config import Config, SettingError
from kiosk.host.files import open_lock, try_lock

WORKER, MAINTENANCE = "worker", "maintenance"
_REFUSALS = {
    WORKER: "another `kiosk worker` works on {folder} already{process}; one is enough",
    MAINTENANCE: "a copy, drill, restore, update, new card or key is at work on {folder}{process}; wait for its end",
}


@contextmanager
def single_process(what: str, config: Config) -> Iterator[None]:
    """For the block nobody else does the same in this data folder; raises SettingError, in one line, if one does.

    The file stays; the lock on it ends with the process, however that ends.
    """
    handle = open_lock(config.file(f"{what}.lock"))
    try:
        if not try_lock(handle):
            raise _refusal_words(handle, what, config)
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _refusal_words(handle: int, what: str, config: Config) -> SettingError:
    other = ""
    with suppress(OSError):
        other = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
    process = f" (process {other})" if other else ""
    return SettingError(f"KIOSK_DATA_DIR: {_REFUSALS[what].format(folder=config.data_dir, process=process)}")
