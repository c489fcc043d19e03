"""What an address may name, with the things that exist and those that do not, and who may know of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.incidents.case.views.acting import STEPS

STEP = f"<any({STEPS}):step>"


@dataclass(frozen=True)
class Thing:
    """What an address may name: a word for it, what stands in the hole, and who may know that it exists."""

    word: str
    values: Mapping[str, Any]
    known_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """An address with its things; `sealed` where a reader needs an open key to learn anything of any of them."""

    method: str
    rule: str
    there: tuple[Thing, ...]
    not_there: tuple[Thing, ...]
    sealed: bool = False
    sent: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        """The row of the table."""
        step = next((str(one.values["step"]) for one in self.there if "step" in one.values), "")
        return f"{self.method} {self.rule.replace(STEP, step)}"


def things(some: Iterable[tuple[str, Any, Iterable[str]]], **more: Any) -> tuple[Thing, ...]:
    return tuple(
        Thing(word, {"number" if isinstance(value, int) else "id": value, **more}, frozenset(known))
        for word, value, known in some
    )


def named(things: Iterable[Thing], name: str) -> tuple[Thing, ...]:
    return tuple(Thing(one.word, {name: one.values["id"]}, one.known_to) for one in things)
