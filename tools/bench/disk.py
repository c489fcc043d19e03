"""What it takes to have a page of a database on the disk, as every commit does before anybody is told (promise D1)."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PAGE = b"k" * 4096
WRITES = 100
IN_MEMORY_MILLISECONDS = 0.01  # no disk is as quick; a folder in memory needs a tenth of it


@dataclass(frozen=True)
class SyncedWrite:
    """Milliseconds from asking until the page is on the disk, and how much processor time of them."""

    waiting: float
    processor: float

    @property
    def in_memory(self) -> bool:
        """Whether the folder can only be kept in memory, so that what writes measures better than on a disk."""
        return self.waiting < IN_MEMORY_MILLISECONDS


def write_synced(folder: Path) -> SyncedWrite:
    """The median of some writes into a file of this folder that has its full length already, as a log in use has."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        file.write(PAGE * WRITES)
        os.fsync(file)
        waited, used = [], []
        for number in range(WRITES):
            start, began = time.process_time(), time.perf_counter()
            os.pwrite(file.fileno(), PAGE, number * len(PAGE))
            os.fsync(file)
            waited.append(time.perf_counter() - began)
            used.append(time.process_time() - start)
    return SyncedWrite(median(waited) * 1000, median(used) * 1000)
