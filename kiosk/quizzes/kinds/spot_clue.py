"""A message in parts, some of which should make a reader stop and check."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from markupsafe import Markup
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.bands import Band, BandLimits
from kiosk.content.source import Identifier
from kiosk.quizzes.choosing import Answer, ChoosingAll
from kiosk.quizzes.options import STRICT
from kiosk.quizzes.question import Question, Size
from kiosk.quizzes.rows import SheetRow
from kiosk.wording.facts import Prose
from kiosk.wording.messages import N_


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MessagePart:
    """One part of the message; `misconception` is shown by taking a harmless part for a clue."""

    id: Identifier
    text: Prose
    clue: bool
    feedback: Prose
    misconception: str = ""

    @property
    def correct(self) -> bool:
        """Whether this part is a clue, which has to be ticked."""
        return self.clue

    def row(self) -> SheetRow:
        """The row for it on the question's page."""
        return SheetRow(self.id, self.text)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Message:
    """An invented message: who it says it is from, and its parts."""

    sender: Annotated[Prose, Field(alias="from")]
    parts: Annotated[tuple[MessagePart, ...], Field(min_length=3)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SpotClue(ChoosingAll):
    """A question in which the clues of a message have to be ticked."""

    youngest: ClassVar = Band.KS3
    mixing: ClassVar = "never"  # a message reads as it was sent
    names_beliefs: ClassVar = False
    words: ClassVar = {**Question.words, "text": "message", "from": "message"}
    field: ClassVar = "part"
    nothing_ticked: ClassVar = N_("Tick what you spot. You can tick: I'm not sure.")

    type: Literal["spot-clue"]
    message: Message

    @model_validator(mode="after")
    def _clues_and_others(self) -> "SpotClue":
        ids = [part.id for part in self.message.parts]
        if len(set(ids)) < len(ids) or "unsure" in ids:
            raise ValueError('every part has its own id, and none is "unsure"')
        if not 0 < sum(part.clue for part in self.message.parts) < len(ids):
            raise ValueError("at least one part must be a clue, and at least one not")
        return self

    def answers(self) -> Sequence[Answer]:
        """The parts of the message."""
        return self.message.parts

    def why_right(self, ticked: Sequence[Answer]) -> Markup:
        """The author's reasons why the ticked parts are clues."""
        return Markup(" ").join(part.feedback for part in ticked)

    def size(self, limits: BandLimits) -> Size | None:
        """Any size: a message can have any number of parts."""
        return None
