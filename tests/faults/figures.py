"""How often each trial is run: a few times in `make test`, as often as a release asks in `make faults`."""

import os

FULL = os.environ.get("FAULTS") == "full"


def trials(small: int, full: int) -> int:
    """The number for this run; FAULTS=full asks for the figures of a release."""
    return full if FULL else small


def reached(what: str, figure: str) -> None:
    """Print a figure that this run reached, so that it can be written down (docs/privacy.md)."""
    print(f"reached: {what}: {figure}")  # noqa: T201 - `make faults` shows what was measured
