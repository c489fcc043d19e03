"""Several right answers; the stem says how many."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from markupsafe import Markup
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.bands import Band, BandLimits
from kiosk.quizzes.choosing import Answer, ChoosingAll
from kiosk.quizzes.options import STRICT, Option, check_ids
from kiosk.quizzes.question import Size
from kiosk.wording.messages import N_


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MultiChoice(ChoosingAll):
    """A question with several right options to tick."""

    youngest: ClassVar = Band.KS3
    nothing_ticked: ClassVar = N_("Tick what fits. You can tick: I'm not sure.")

    type: Literal["multi-choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=3)]

    @model_validator(mode="after")
    def _some_correct(self) -> "MultiChoice":
        check_ids(self.options)
        if not 0 < sum(option.correct for option in self.options) < len(self.options):
            raise ValueError("at least one option must be correct, and at least one not")
        return self

    def answers(self) -> Sequence[Answer]:
        """The options."""
        return self.options

    def why_right(self, ticked: Sequence[Answer]) -> Markup:
        """Why the first ticked option is right."""
        return ticked[0].feedback

    def size(self, limits: BandLimits) -> Size | None:
        """As many options as choices suit the band."""
        return Size("options", len(self.options), limits.choices)
