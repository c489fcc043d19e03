"""What was acknowledged, written down before it was sent, and how long people waited."""

import json
import os
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

ANSWER, TICK, REPORT, STEP, MAIL = "answers", "ticks", "reports", "steps", "mails"
WAITS = (PAGE, TOLD, LED, DIRECT) = ("children's pages", "telling", "leading", "patroni")
ALLOWED = {200, 204, 302, 303, 503}


class Ledger:
    """Everything that people and programs were promised in one run."""

    def __init__(self, path: Path) -> None:
        self._file, self._lock = path.open("a", encoding="ascii"), threading.Lock()
        self.acknowledged: dict[str, Counter[str]] = defaultdict(Counter)
        self._waits: dict[str, list[tuple[float, float]]] = defaultdict(list)
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

    def until_now(self, kind: str) -> Counter[str]:
        """What was acknowledged until now, while people go on."""
        with self._lock:
            return Counter(self.acknowledged[kind])

    def waited(self, kind: str, began: float) -> None:
        """Somebody has now what they wanted since then."""
        with self._lock:
            self._waits[kind].append((time.monotonic(), time.monotonic() - began))

    def longest_wait(self, kind: str, since: float) -> float:
        """The longest time that anybody waited of whom one ended after a moment."""
        with self._lock:
            return max((waited for ended, waited in self._waits[kind] if ended >= since), default=0.0)

    def answered(self, status: int, path: str, otherwise: str = "") -> None:
        """A page was answered with this status, or not as it had to be."""
        if status not in ALLOWED or otherwise:
            with self._lock:
                self.odd[f"{status} {path} {otherwise}"] += 1

    def counted(self, kind: str) -> int:
        """How much of a kind was acknowledged."""
        with self._lock:
            return self.acknowledged[kind].total()
