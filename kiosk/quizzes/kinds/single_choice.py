"""One right answer among a few worded options."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.quizzes.kinds.question import (
    STRICT,
    Marked,
    Option,
    Question,
    Values,
    check_one_correct,
    mark_one,
    read_one,
)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SingleChoice(Question):
    """Choose one."""

    type: Literal["single-choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _one_correct(self) -> "SingleChoice":
        check_one_correct(self.options)
        return self


def read_answer(question: SingleChoice, values: Values) -> Option:
    """The option chosen as `choice`; raises Unanswered."""
    return read_one(question.options, values)


def mark(_question: SingleChoice, answer: Option) -> Marked:
    """Right when the chosen option is the correct one."""
    return mark_one(answer)
