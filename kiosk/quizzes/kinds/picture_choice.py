"""One right answer among two to four pictures, each with its words."""

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
class PictureChoice(Question):
    """Choose one picture."""

    type: Literal["picture-choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _one_correct_all_pictured(self) -> "PictureChoice":
        check_one_correct(self.options)
        for option in self.options:
            if not (option.picture or option.image):
                raise ValueError(f'option "{option.id}" has no picture')
        return self


def read_answer(question: PictureChoice, values: Values) -> Option:
    """The option chosen as `choice`; raises Unanswered."""
    return read_one(question.options, values)


def mark(_question: PictureChoice, answer: Option) -> Marked:
    """Right when the chosen picture is the correct one."""
    return mark_one(answer)
