"""Which call fails, with what, and from when on: at every write and sync of the way a report takes."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

REPORTS = "reports.sqlite"
DATABASE, SPOOL = "database", "spool"  # the spool with the folder around it
ON_PATHS = ("open", "mkdir", "rename", "replace", "unlink", "utime")
ON_HANDLES = ("write", "pwrite", "fsync", "fdatasync", "ftruncate", "posix_fallocate")


@dataclass(frozen=True)
class Plan:
    """The `at`-th call in one place fails, or every one from it on; others fail from the start."""

    at: int
    error: int
    place: str = ""  # empty: database and spool
    for_ever: bool = False
    broken: str = ""  # a place where everything fails

    def hits(self, place: str, count: int) -> bool:
        """Whether the call with this number fails."""
        if self.broken == place:
            return True
        return self.place in {"", place} and (count == self.at or (self.for_ever and count > self.at))


@dataclass
class Faults:
    """Asked before each call on a file of one folder; counts them, and says which fails."""

    folder: Path
    plan: Plan | None = None
    counted: list[tuple[str, str]] = field(default_factory=list)
    struck: int = 0
    fds: dict[int, str] = field(default_factory=dict)

    def strikes(self, name: str, path: str) -> int:
        """The error of this call, or 0 where it may go through."""
        if self.plan is None or not path.startswith(str(self.folder)):
            return 0
        place = DATABASE if Path(path).name.startswith(REPORTS) else SPOOL
        if self.plan.place in {"", place}:
            self.counted.append((name, path))
        if not self.plan.hits(place, len(self.counted)):
            return 0
        self.struck += 1
        return self.plan.error

    @contextmanager
    def planned(self, plan: Plan) -> Iterator[None]:
        """Let calls fail as planned, for one request."""
        self.plan, self.counted, self.struck = plan, [], 0
        try:
            yield
        finally:
            self.plan = None


@contextmanager
def python_calls(faults: Faults) -> Iterator[None]:
    """While it is open, what Python itself does with files asks too: that is how the spool is written."""
    with ExitStack() as stack:
        for name in (*ON_PATHS, *ON_HANDLES):
            if hasattr(os, name):
                stack.enter_context(patch.object(os, name, _asking(faults, name, getattr(os, name))))
        yield


def _asking(faults: Faults, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(first: Any, *rest: Any, **named: Any) -> Any:
        path = faults.fds.get(first, "") if isinstance(first, int) else os.fspath(first)
        if number := faults.strikes(name, str(path)):
            if name == "write":  # a full disk often takes a part
                real(first, rest[0][: len(rest[0]) // 2])
            raise OSError(number, os.strerror(number), str(path))
        answer = real(first, *rest, **named)
        if name == "open":
            faults.fds[answer] = str(path)
        return answer

    return call
