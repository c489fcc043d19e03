"""Every file below a folder, line by line, also where it is compressed; what cannot be read is said."""

import bz2
import gzip
import lzma
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LONGEST_LINE = 1024 * 1024  # more in one piece is looked at in pieces
# How a packed file begins, whatever its name is.
PACKED: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
NOT_READ_HERE = (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"PK\x03\x04", b"7z\xbc\xaf")  # zstd, lz4, zip, 7z
LONGEST_MARK = 6


class Unreadable(Exception):
    """A file or folder that cannot be looked into, and why."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}")


def files_below(folder: Path) -> Iterator[Path | Unreadable]:
    """Every ordinary file, links not followed; a folder that may not be opened comes as Unreadable."""
    shut: list[Unreadable] = []

    def note(error: OSError) -> None:
        shut.append(_unreadable(Path(error.filename), error))

    for place, folders, names in os.walk(folder, onerror=note):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            try:
                ordinary = stat.S_ISREG(path.lstat().st_mode)
            except FileNotFoundError:  # it went while we looked
                continue
            if ordinary:
                yield path
    yield from shut


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a file, unpacked if its beginning says that it is packed; raises Unreadable."""
    try:
        with path.open("rb") as plain:
            begins = plain.read(LONGEST_MARK)
        if begins.startswith(NOT_READ_HERE):
            raise Unreadable(path, "it is packed in a way that is not read here")
        opener = next((one for mark, one in PACKED.items() if begins.startswith(mark)), open)
        with opener(path, "rb") as file:
            while line := file.readline(LONGEST_LINE):
                yield line
    except FileNotFoundError:  # it went while we looked
        return
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> Unreadable:
    if isinstance(error, PermissionError):
        return Unreadable(path, "it may not be read by this user (run this as root)")
    if isinstance(error, FileNotFoundError):
        return Unreadable(path, "there is no such folder")
    return Unreadable(path, f"it cannot be read ({getattr(error, 'strerror', None) or type(error).__name__})")
