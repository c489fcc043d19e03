"""A sentence to debate: whoever takes a side reads its best argument, and what the other side answers."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.lessons.activity import Activity, AddressParameters, Headed, View, check_once, id_in_address, texts
from kiosk.wording.facts import Prose


class Side(Schema):
    """One side of a debate, its best argument, and the other side's answer to that."""

    id: Identifier
    label: Prose
    because: Prose
    then: Prose


class Debate(Headed):
    """Both sides have a good argument; the other side can be read as well."""

    kind: ClassVar = "debate"
    asks: ClassVar = ("side",)
    words_of: ClassVar = {**Activity.words_of, "claim": "told", "because": "told"}

    words: Prose | None = None
    scene: str = ""
    claim: Prose
    sides: Annotated[tuple[Side, ...], Field(min_length=2, max_length=2)]
    ask: Prose | None = None
    after: Prose | None = None  # the heading once a side is taken

    @model_validator(mode="after")
    def _check_ids_once(self) -> "Debate":
        check_once(self.sides)
        return self

    @property
    def pictured(self) -> bool:
        """Whether a scene shows what it is about."""
        return bool(self.scene)

    def done(self, asked: AddressParameters) -> str:
        """The id of the side that was taken."""
        return id_in_address(asked, "side", self.sides)

    def beside(self) -> Iterator[View]:
        """What is said before a side is taken, then the heading after it."""
        yield texts(self.heading, self.words, self.ask)
        yield texts(self.after or self.heading)

    def views(self) -> Iterator[View]:
        """The claim with both sides, then with the arguments of each."""
        labels = [side.label for side in self.sides]
        yield [*texts(self.heading, self.words, self.ask), self.claim, *labels]
        for side in self.sides:
            said = texts(self.heading, self.words, self.ask, self.after)
            yield [*said, self.claim, *labels, side.because, side.then]
