"""The kinds of thing to do there are: every module of kinds/ is one, so that a new one is listed nowhere."""

import importlib
import pkgutil
from collections.abc import Mapping
from inspect import isabstract
from types import MappingProxyType, ModuleType

from kiosk.lessons import kinds
from kiosk.lessons.activity import Activity


def kind_of(module: ModuleType) -> type[Activity]:
    """The one kind that a module holds; raises TypeError for none, several, or an unfinished one."""
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Activity) and value.__module__ == module.__name__
    ]
    if len(found) != 1 or isabstract(found[0]):
        raise TypeError(f"{module.__name__} must hold one whole kind of thing to do")
    return found[0]


def _every_kind() -> Mapping[str, type[Activity]]:
    names = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
    found = [kind_of(importlib.import_module(f"{kinds.__name__}.{name}")) for name in names]
    return MappingProxyType({kind.kind: kind for kind in found})


KINDS = _every_kind()
