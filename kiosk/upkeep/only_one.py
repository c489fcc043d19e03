"""One worker for one data folder: a second would send every mail twice."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kiosk.config import Config, SettingError

if sys.platform != "win32":
    import fcntl

WORKER = "worker"


@contextmanager
def the_only(what: str, config: Config) -> Iterator[None]:
    """For the block no other `kiosk WHAT` runs on this data folder; raises SettingError, in one line, if one does.

    The file stays; the lock on it ends with the process, however that ends.
    """
    handle = os.open(config.data_dir / f"{what}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(handle, what, config)
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, what: str, config: Config) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = ""
        with suppress(OSError):
            other = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
        raise SettingError(
            f"KIOSK_DATA_DIR: another `kiosk {what}` works on {config.data_dir} already"
            + (f" (process {other})" if other else "")
            + "; one is enough"
        ) from None
