"""A file layer for SQLite that notes every change of a file, in order, before the real one carries it out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw

LAYER = "kiosk-recorder"
BELOW = "unix"  # the same layer as the sqlite3 module uses, shared memory included
# Only these outlive their connection; SQLite removes every other file of its own by itself.
LASTING = apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL


@dataclass(frozen=True)
class Made:
    """A file came into its folder."""

    file: str


@dataclass(frozen=True)
class Wrote:
    """Bytes were handed to the operating system, which may keep them in memory as long as it likes."""

    file: str
    offset: int
    content: bytes


@dataclass(frozen=True)
class Resized:
    """A file was cut to a size."""

    file: str
    size: int


@dataclass(frozen=True)
class Synced:
    """The disk has said that it holds everything of a file."""

    file: str


@dataclass(frozen=True)
class Removed:
    """A file left its folder; `folder_too` if the disk has said so."""

    file: str
    folder_too: bool


Change = Made | Wrote | Resized | Synced | Removed


class RecordingLayer(apsw.VFS):
    """Opens every file through the layer below and notes what is done to those that last."""

    def __init__(self, log: list[object]) -> None:
        super().__init__(LAYER, BELOW)
        self.log = log

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        """The file; if it was not there before, that is noted."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        new = path is not None and not Path(path).exists()
        file = _RecordingFile(name, flags, self.log, Path(path).name if path else None)
        if file.name and new:
            self.log.append(Made(file.name))
        return file

    def xDelete(self, path: str, syncdir: bool) -> None:
        """Note it once it has been done."""
        super().xDelete(path, syncdir)
        self.log.append(Removed(Path(path).name, syncdir))


class _RecordingFile(apsw.VFSFile):
    def __init__(
        self, name: str | apsw.URIFilename | None, flags: list[int], log: list[object], short: str | None
    ) -> None:
        super().__init__(BELOW, name, flags)
        self.log = log
        self.name = short if flags[0] & LASTING else None

    def xWrite(self, content: bytes, offset: int) -> None:
        super().xWrite(content, offset)
        if self.name:
            self.log.append(Wrote(self.name, offset, bytes(content)))

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        if self.name:
            self.log.append(Resized(self.name, size))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        if self.name:
            self.log.append(Synced(self.name))


@contextmanager
def recording() -> Iterator[list[object]]:
    """While it is open, connections with `vfs=LAYER` note their changes in the list it gives."""
    log: list[object] = []
    layer = RecordingLayer(log)
    try:
        yield log
    finally:
        layer.unregister()
