"""Looks at every byte and every time of the files of a PostgreSQL server for moments of a short while."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

UNIX, POSTGRESQL = 0, 946_684_800  # where seconds are counted from
MICRO = 1_000_000
LOW_BYTES = 3  # of a number of microseconds: they go round in 17 seconds, the five above them stand still


@dataclass(frozen=True)
class While:
    """Whole seconds: the first one, and the first one that is no longer meant."""

    begins: int
    ends: int

    def __contains__(self, moment: float) -> bool:
        return self.begins <= moment < self.ends

    def seconds(self) -> range:
        """Each of them."""
        return range(self.begins, self.ends)


def wait_for(second: int) -> None:
    """Return shortly after a second has begun; the clock of files may be some milliseconds behind."""
    time.sleep(max(0.0, second + 0.05 - time.time()))


def moments_in(folder: Path, meant: While) -> list[str]:
    """Each moment of this while that stands in a file below the folder, or is one of its own times."""
    found = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        held, known = path.read_bytes(), path.stat()
        kinds = [*in_bytes(held, meant)]
        kinds += [name for name in ("st_mtime", "st_ctime") if getattr(known, name) in meant]
        found += [f"{path.relative_to(folder)}: {kind}" for kind in kinds]
    return found


def in_bytes(held: bytes, meant: While) -> Iterator[str]:
    """Each moment of this while as PostgreSQL, or anybody else, writes it down."""
    yield from ("microseconds" for _ in _microseconds(held, meant))
    for second in meant.seconds():
        numbers = [(second - since).to_bytes(4, "little") for since in (UNIX, POSTGRESQL)]
        moment = datetime.fromtimestamp(second, UTC)
        words = {f"{one:%H:%M:%S}" for one in (moment, moment.astimezone())} | {str(second)}
        yield from ("seconds" for _ in range(sum(map(held.count, numbers))))
        yield from ("words" for _ in range(sum(held.count(one.encode()) for one in words)))


def _microseconds(held: bytes, meant: While) -> Iterator[int]:
    """Eight bytes, at whichever place, that are a moment as PostgreSQL counts it."""
    first, last = ((second - POSTGRESQL) * MICRO for second in (meant.begins, meant.ends))
    for above in range(first >> 8 * LOW_BYTES, (last >> 8 * LOW_BYTES) + 1):
        mark = above.to_bytes(8 - LOW_BYTES, "little")
        place = held.find(mark, LOW_BYTES)
        while place >= 0:
            moment = int.from_bytes(held[place - LOW_BYTES : place + len(mark)], "little")
            if first <= moment < last:
                yield moment
            place = held.find(mark, place + 1)
