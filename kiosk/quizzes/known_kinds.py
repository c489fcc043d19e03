"""The kinds of question there are, by their names in a quiz file."""

import functools
import operator
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, TypeAlias, get_args

from pydantic import Field

from kiosk.content.kinds import kinds_in
from kiosk.quizzes import kinds
from kiosk.quizzes.question import Question


def name_of_kind(kind: type[Question]) -> str:
    """The name of a kind in a quiz file; raises TypeError where it has none."""
    names = get_args(kind.__dataclass_fields__["type"].type)
    if not names:
        raise TypeError(f'{kind.__name__} does not say its type as Literal["..."]')
    return str(names[0])


# mypy allows no abstract class as a type to look for, though that is all it is here.
KINDS: Mapping[str, type[Question]] = MappingProxyType(
    {name_of_kind(kind): kind for kind in kinds_in(kinds, Question)}  # type: ignore[type-abstract]
)

# What a quiz file may hold as a question; once read, it is a Question like any other.
if TYPE_CHECKING:
    AnyQuestion: TypeAlias = Question
else:
    AnyQuestion = Annotated[functools.reduce(operator.or_, KINDS.values()), Field(discriminator="type")]
