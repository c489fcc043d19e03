"""What was acknowledged, written down before it counts, and when anything was."""

import itertools
import json
import os
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

ANSWER, REPORT, MAIL, LED = "answers", "reports", "mails", "steps"
ALLOWED = {200, 204, 302, 303, 503}


class Ledger:
    """Everything that people and programs were promised in one run."""

    def __init__(self, path: Path) -> None:
        self._file, self._lock = path.open("a", encoding="ascii"), threading.Lock()
        self.acknowledged: dict[str, Counter[str]] = defaultdict(Counter)
        self.moments: dict[str, list[float]] = defaultdict(list)
        self.odd: Counter[str] = Counter()
        self.lost_at_once: list[str] = []  # what a page itself showed to be lost

    def note(self, kind: str, what: str) -> None:
        """This is about to be sent: it stands on disk before it is."""
        with self._lock:
            self._file.write(f"{json.dumps([kind, what])}\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def acknowledge(self, kind: str, what: str) -> None:
        """It was acknowledged now."""
        with self._lock:
            self.acknowledged[kind][what] += 1
            self.moments[kind].append(time.monotonic())

    def answered(self, status: int, path: str) -> None:
        """A page was answered with this status."""
        if status not in ALLOWED:
            with self._lock:
                self.odd[f"{status} {path}"] += 1

    def gap(self, kind: str, since: float) -> float:
        """The longest time since a moment in which nothing of a kind was acknowledged."""
        with self._lock:
            moments = [since, *(one for one in self.moments[kind] if one >= since), time.monotonic()]
        return max(after - before for before, after in itertools.pairwise(moments))

    def counted(self, kind: str) -> int:
        """How much of a kind was acknowledged."""
        with self._lock:
            return self.acknowledged[kind].total()
