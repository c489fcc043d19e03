"""Every module of a folder of kinds holds one whole kind, or the start is refused with a line that says why."""

from abc import ABC, abstractmethod
from types import ModuleType

import pytest

from kiosk.content.kinds import kind_in


class Base(ABC):
    """What every kind has to do."""

    @abstractmethod
    def act(self) -> None: ...


def module(**holds: type) -> ModuleType:
    """A module of kinds that holds these classes as its own."""
    made = ModuleType("kinds.made")
    for name, value in holds.items():
        value.__module__ = made.__name__
        setattr(made, name, value)
    return made


def whole(name: str) -> type:
    return type(name, (Base,), {"act": lambda self: None})


def test_the_one_kind_of_a_module_is_found_beside_what_it_imports() -> None:
    one = whole("One")
    made = module(One=one)
    made.Base = Base  # type: ignore[attr-defined]  # imported from elsewhere
    assert kind_in(made, Base) is one  # type: ignore[type-abstract]


@pytest.mark.parametrize("holds", [{}, {"One": whole("One"), "Two": whole("Two")}], ids=["none", "two"])
def test_a_module_without_one_kind_is_refused(holds: dict[str, type]) -> None:
    with pytest.raises(TypeError, match=f"kinds.made must hold one kind of Base, not {len(holds)}"):
        kind_in(module(**holds), Base)  # type: ignore[type-abstract]


def test_an_unfinished_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="Half leaves out act"):
        kind_in(module(Half=type("Half", (Base,), {})), Base)  # type: ignore[type-abstract]
