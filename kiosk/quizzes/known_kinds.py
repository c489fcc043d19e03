"""The kinds of question there are: every module of kinds/ is one, so that a new one is listed nowhere."""

import functools
import importlib
import operator
import pkgutil
from collections.abc import Mapping
from inspect import isabstract
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Annotated, TypeAlias, get_args

from pydantic import Field

from kiosk.quizzes import kinds
from kiosk.quizzes.question import Question


def kind_of(module: ModuleType) -> tuple[str, type[Question]]:
    """The one kind that a module holds, by its type; raises TypeError for none, several, or an unfinished one."""
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Question) and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise TypeError(f"{module.__name__} must hold one kind of question, not {len(found)}")
    (kind,) = found
    if isabstract(kind):
        raise TypeError(f"{kind.__name__} leaves out {', '.join(sorted(kind.__abstractmethods__))}")
    names = get_args(kind.__dataclass_fields__["type"].type)
    if not names:
        raise TypeError(f'{kind.__name__} does not say its type as Literal["..."]')
    return names[0], kind


def _every_kind() -> Mapping[str, type[Question]]:
    modules = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
    return MappingProxyType(
        dict(kind_of(importlib.import_module(f"{kinds.__name__}.{name}")) for name in modules)
    )


KINDS = _every_kind()

# What a quiz file may hold as a question; once read, it is a Question like any other.
if TYPE_CHECKING:
    AnyQuestion: TypeAlias = Question
else:
    AnyQuestion = Annotated[functools.reduce(operator.or_, KINDS.values()), Field(discriminator="type")]
