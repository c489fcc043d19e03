"""A disk that forgets: what its files may hold when the power goes between two operations."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from tests.faults.vfs import Change, Made, Removed, Resized, Synced, Wrote

SECTOR = 512
JOURNALS = ("-wal", "-journal")  # for a database itself SQLite syncs no folder
Image = dict[str, bytes]
Pending = Wrote | Resized


@dataclass
class _Inode:
    """What the disk has promised to hold of one file, and what it was only told."""

    held: bytes
    told: list[tuple[int, Pending]] = field(default_factory=list)
    in_folder: bool = False


@dataclass
class Disk:
    """Files as after a number of operations; a synced change is held, any other may be kept, lost or torn."""

    inodes: list[_Inode] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    held_names: dict[str, int] = field(default_factory=dict)
    told_names: list[tuple[str, int | None]] = field(default_factory=list)
    count: int = 0

    @classmethod
    def holding(cls, image: Image) -> "Disk":
        """A disk on which these files have long been."""
        disk = cls()
        for name, content in image.items():
            disk.names[name] = disk.held_names[name] = len(disk.inodes)
            disk.inodes.append(_Inode(content, in_folder=True))
        return disk

    def apply(self, change: Change) -> None:
        """Do what SQLite asked for."""
        self.count += 1
        match change:
            case Made(name):
                self.inodes.append(_Inode(b""))
                self._tell_name(name, len(self.inodes) - 1)
            case Removed(name, folder_too):
                self._tell_name(name, None)
                if folder_too:
                    self._hold_names()
            case Synced(name):
                self._hold(self.inodes[self.names[name]], folder_too=name.endswith(JOURNALS))
            case Wrote(name) | Resized(name):
                self.inodes[self.names[name]].told.append((self.count, change))

    def dropped(self, chance: Random | None = None) -> Image:
        """Everything that was not synced is gone."""
        return self._image([], 0)

    def kept(self, chance: Random | None = None) -> Image:
        """Nothing is lost: only the program ended."""
        return self._image(self._told(), len(self.told_names))

    def some(self, chance: Random) -> Image:
        """Each change is kept or lost by itself: a later one may be there and an earlier one not."""
        kept = [one for one in self._told() if chance.random() < 0.5]
        return self._image(kept, chance.randint(0, len(self.told_names)))

    def scattered(self, chance: Random) -> Image:
        """Each sector of each write is kept or lost by itself."""
        kept: list[tuple[int, int, Pending]] = []
        for inode, at, change in self._told():
            pieces = _sectors(change) if isinstance(change, Wrote) else [change]
            kept += [(inode, at, piece) for piece in pieces if chance.random() < 0.5]
        return self._image(kept, chance.randint(0, len(self.told_names)))

    def torn(self, chance: Random) -> Image:
        """All but the last write are there, and of that one only some first sectors."""
        told = self._told()
        if told and isinstance(told[-1][2], Wrote):
            inode, at, last = told.pop()
            assert isinstance(last, Wrote)
            pieces = _sectors(last)
            told += [(inode, at, piece) for piece in pieces[: chance.randrange(len(pieces))]]
        return self._image(told, len(self.told_names))

    def extended(self, chance: Random) -> Image:
        """Files have grown, but what was to stand in the new part has not come: zeros, or what lay there before."""
        grown: list[tuple[int, int, Pending]] = []
        for inode, at, change in self._told():
            if isinstance(change, Wrote):
                size = len(self.inodes[inode].held)
                start = max(change.offset, size)
                length = change.offset + len(change.content) - start
                if length > 0:
                    junk = bytes(length) if chance.random() < 0.5 else chance.randbytes(length)
                    grown.append((inode, at, Wrote(change.file, start, junk)))
        return self._image(grown, len(self.told_names))

    def _tell_name(self, name: str, inode: int | None) -> None:
        self.told_names.append((name, inode))
        if inode is None:
            self.names.pop(name)
        else:
            self.names[name] = inode

    def _hold(self, inode: _Inode, folder_too: bool) -> None:
        inode.held = _written(inode.held, [change for _, change in inode.told])
        inode.told = []
        if (
            folder_too and not inode.in_folder
        ):  # SQLite syncs the folder with the first sync of a journal it made
            inode.in_folder = True
            self._hold_names()

    def _hold_names(self) -> None:
        self.held_names = dict(self.names)
        self.told_names = []

    def _told(self) -> list[tuple[int, int, Pending]]:
        """Every change that is not held, in the order it was made."""
        told = [(number, at, change) for number, inode in enumerate(self.inodes) for at, change in inode.told]
        return sorted(told, key=lambda one: one[1])

    def _image(self, kept: list[tuple[int, int, Pending]], names_kept: int) -> Image:
        """The files with some changes; a folder keeps the order of its own, so it has the first few or all."""
        names = dict(self.held_names)
        for name, inode in self.told_names[:names_kept]:
            if inode is None:
                names.pop(name, None)
            else:
                names[name] = inode
        return {
            name: _written(self.inodes[number].held, [change for inode, _, change in kept if inode == number])
            for name, number in names.items()
        }


def _sectors(wrote: Wrote) -> list[Wrote]:
    """One write as a write for each sector it touches."""
    end = wrote.offset + len(wrote.content)
    cuts = [wrote.offset, *range((wrote.offset // SECTOR + 1) * SECTOR, end, SECTOR), end]
    return [
        Wrote(wrote.file, start, wrote.content[start - wrote.offset : stop - wrote.offset])
        for start, stop in pairwise(cuts)
    ]


def _written(held: bytes, changes: list[Pending]) -> bytes:
    if not changes:
        return held
    content = bytearray(held)
    for change in changes:
        size = change.size if isinstance(change, Resized) else change.offset
        if len(content) < size:
            content.extend(bytes(size - len(content)))
        if isinstance(change, Resized):
            del content[change.size :]
        else:
            content[change.offset : change.offset + len(change.content)] = change.content
    return bytes(content)


def crashes(disk: Disk, chance: Random, rounds: int, share: float = 1) -> Iterator[tuple[str, Image]]:
    """States that the power may leave behind here, each with its kind; random kinds `rounds` times.

    With a `share` below 1 each is left out by chance: a state costs time, above all a large one.
    """
    kinds = (Disk.some, Disk.scattered, Disk.torn, Disk.extended)
    for kind in (Disk.dropped, Disk.kept, *kinds * rounds):
        if chance.random() < share:
            yield kind.__name__, kind(disk, chance)
