"""A clock of the tests' own, for what is slow on purpose."""

from dataclasses import dataclass


@dataclass
class Clock:
    """A clock that only waiting moves."""

    now: float = 1000.0
    waited: float = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.now += seconds
        self.waited += seconds
