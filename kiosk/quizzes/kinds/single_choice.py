"""One right answer among a few worded options."""

from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass

from kiosk.bands import Band
from kiosk.quizzes.choosing import ChoosingOne
from kiosk.quizzes.options import STRICT


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SingleChoice(ChoosingOne):
    """A question of which one worded option is right."""

    youngest: ClassVar = Band.KS2

    type: Literal["single-choice"]
