"""One right answer among two to four pictures, each with its words."""

from typing import ClassVar, Literal

from pydantic import model_validator
from pydantic.dataclasses import dataclass

from kiosk.bands import Band
from kiosk.quizzes.choosing import ChoosingOne
from kiosk.quizzes.options import STRICT


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PictureChoice(ChoosingOne):
    """A question of which one picture is right."""

    youngest: ClassVar = Band.KS1
    pictured: ClassVar = True

    type: Literal["picture-choice"]

    @model_validator(mode="after")
    def _all_pictured(self) -> "PictureChoice":
        for option in self.options:
            if not (option.picture or option.image):
                raise ValueError(f'option "{option.id}" has no picture')
        return self
