"""A statement, and two answers such as Yes and No."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from kiosk.bands import Band, BandLimits
from kiosk.quizzes.choosing import ChoosingOne
from kiosk.quizzes.options import STRICT, Option
from kiosk.quizzes.question import Size


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TrueFalse(ChoosingOne):
    """A question with two answers, such as Yes and No."""

    youngest: ClassVar = Band.KS1
    mixing: ClassVar = "never"  # Yes before No

    type: Literal["true-false"]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=2)]

    def size(self, limits: BandLimits) -> Size | None:
        """None: there are always two options, so no band limits their number."""
        return None
