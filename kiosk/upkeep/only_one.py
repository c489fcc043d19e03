"""What only one process does in a data folder at a time: a second worker, say, would rewrite the same files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.config import Config, SettingError
from kiosk.host.files import open_lock, try_lock

WORKER, MAINTENANCE = "worker", "maintenance"
NAMES = 8  # of whoever did it last: one that is killed before it looked leaves what those before it left
LONGEST_NOTE = 400
_REFUSALS = {
    WORKER: "another `kiosk worker` works on {folder} already{process}; one is enough",
    MAINTENANCE: "a copy, drill, restore, update, new card or key is at work on {folder}{process}; wait for its end",
}


@contextmanager
def single_process(what: str, config: Config, name: str = "") -> Iterator[str]:
    """For the block nobody else does the same in this data folder; raises SettingError, in one line, if one does.

    Yields the names of those who did it last, with spaces between them; they have ended, as the lock on the file ends
    with its process.
    """
    handle = open_lock(config.file(f"{what}.lock"))
    try:
        if not try_lock(handle):
            raise _refusal_words(handle, what, config)
        _, earlier = _read_note(handle)
        os.truncate(handle, 0)
        names = " ".join([name, *earlier.split()][:NAMES]).strip()
        os.pwrite(handle, f"{os.getpid()} {names}\n".encode(), 0)
        yield earlier
    finally:
        os.close(handle)


def _read_note(handle: int) -> tuple[str, str]:
    """Process and name of whoever holds the lock, or held it last; empty where that cannot be read."""
    try:
        process, _, name = os.pread(handle, LONGEST_NOTE, 0).decode("ascii", "replace").strip().partition(" ")
    except OSError:
        return "", ""
    return process, name


def _refusal_words(handle: int, what: str, config: Config) -> SettingError:
    other, _ = _read_note(handle)
    process = f" (process {other})" if other else ""
    return SettingError(f"KIOSK_DATA_DIR: {_REFUSALS[what].format(folder=config.data_dir, process=process)}")
