"""Writing a file that must last: whole or not at all, and still there after a power cut; locks between processes."""

import contextlib
import os
import secrets
import sys
from pathlib import Path

UNFINISHED = ".part"


if sys.platform != "win32":
    import fcntl


def open_lock(path: Path) -> int:
    """The handle of a file to lock, which is made if it is not there; closing it frees the lock."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(handle: int, *, shared: bool = False) -> bool:
    """Whether the lock is ours now, `shared` with others who share it; False if another has it. Not on Windows."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_durably(
    path: Path, data: bytes, mode: int = 0o600, *, new: bool = False, times: tuple[float, float] | None = None
) -> None:
    """Put a file in its place at once and for good; raises OSError where that cannot be promised.

    Until then what stood there stays, and no piece of the new one is left behind. A `new` file never takes the
    place of another (FileExistsError). `times` are those of last reading and writing that the file is to show.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        _write_unfinished(unfinished, data, mode, times)
        if new:
            os.link(unfinished, path)  # in one step, as a rename would replace an existing file
        else:
            unfinished.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        error.filename = str(path)  # nobody named the unfinished one
        raise
    if new:
        unfinished.unlink()
    sync_folder(path.parent)  # a file name is durable only after its folder was synced


def make_private_folder(folder: Path) -> None:
    """Make a folder and those missing above it, for its owner alone; one that exists stays (promise D8)."""
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
        missing.chmod(0o700)  # the umask may have removed the owner's own rights


def make_private_file(path: Path) -> None:
    """Make an empty file that only its owner may read, whatever the umask; one that exists stays as it is.

    Made by root, as by `kiosk doctor`, it belongs to whose folder it is in, who could not open it otherwise.
    """
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.fchmod(handle, 0o600)
            if os.geteuid() == 0:
                os.fchown(handle, path.parent.stat().st_uid, -1)
        finally:
            os.close(handle)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk; raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_unfinished(path: Path, data: bytes, mode: int, times: tuple[float, float] | None) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        left = memoryview(data)
        while left:  # write() may write only a part
            left = left[os.write(handle, left) :]
        if times is not None:
            os.utime(handle, times)
        os.fchmod(handle, mode)  # the umask may have removed the owner's own rights
        os.fsync(handle)
    finally:
        os.close(handle)
