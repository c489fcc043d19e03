"""Finds the kinds in a folder: every module of it is one, so that a new one is listed nowhere."""

import importlib
import pkgutil
from collections.abc import Iterator
from inspect import isabstract
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def kinds_in(folder: ModuleType, base: type[T]) -> Iterator[type[T]]:
    """The kind of each module in the order of their names; raises TypeError as `kind_in` does."""
    for name in sorted(module.name for module in pkgutil.iter_modules(folder.__path__)):
        yield kind_in(importlib.import_module(f"{folder.__name__}.{name}"), base)


def kind_in(module: ModuleType, base: type[T]) -> type[T]:
    """The one kind that a module holds; raises TypeError for none, several, or an unfinished one."""
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise TypeError(f"{module.__name__} must hold one kind of {base.__name__}, not {len(found)}")
    (kind,) = found
    if isabstract(kind):
        missing: frozenset[str] = getattr(kind, "__abstractmethods__", frozenset())
        raise TypeError(f"{kind.__name__} leaves out {', '.join(sorted(missing))}")
    return kind
