"""Which call fails, with what, and from when on: at every write and sync of the way a report takes."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

INTAKE, REPORTS = STORES = ("intake.sqlite", "reports.sqlite")
ANYWHERE = ""


@dataclass(frozen=True)
class Plan:
    """The `at`-th call in one store fails, or every one from it on; others fail from the start."""

    at: int
    error: int
    place: str = ANYWHERE  # else one of the stores, whose calls alone are counted
    for_ever: bool = False
    broken: str = ""  # a store where everything fails

    def hits(self, place: str, count: int) -> bool:
        """Whether the call with this number fails."""
        if self.broken == place:
            return True
        return self.counts(place) and (count == self.at or (self.for_ever and count > self.at))

    def counts(self, place: str) -> bool:
        """Whether calls of this store are those that are numbered."""
        return self.place in {ANYWHERE, place}


@dataclass
class Faults:
    """Asked before each call on a store in one folder; counts them, and says which fails."""

    folder: Path
    plan: Plan | None = None
    counted: list[tuple[str, str]] = field(default_factory=list)  # the call, and the name of the file
    struck: int = 0
    fds: dict[int, str] = field(default_factory=dict)

    def strikes(self, name: str, path: str) -> int:
        """The error of this call, or 0 where it may go through."""
        if self.plan is None or not path.startswith(str(self.folder)):
            return 0
        file = Path(path).name
        place = next((store for store in STORES if file.startswith(store)), "")
        if not place:
            return 0
        if self.plan.counts(place):
            self.counted.append((name, file))
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
    """While it is open, what Python itself does with the stores asks too: it sets the times of their files."""
    real: Callable[..., None] = os.utime

    def utime(path: Any, *rest: Any, **named: Any) -> None:
        if not isinstance(path, int) and (number := faults.strikes("utime", os.fspath(path))):
            raise OSError(number, os.strerror(number), os.fspath(path))
        real(path, *rest, **named)

    with patch.object(os, "utime", utime):
        yield
