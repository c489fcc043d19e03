"""A scene to play: who is who and what each wants, the first line, and maybe the same again with parts swapped."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.lessons.activity import Activity, AddressParameters, Headed, View, check_once, param_of, texts
from kiosk.wording.facts import Prose
from kiosk.wording.messages import N_

SWAPPED = "b"  # the second turn


class Role(Schema):
    """One part to play: who it is, and what that figure wants."""

    id: Identifier
    who: str = ""
    name: Prose
    wants: Prose


class Act(Headed):
    """Two to four play a scene from its first line; where `swap` is set, they swap parts and play it again."""

    kind: ClassVar = "act"
    asks: ClassVar = ("turn",)
    sends: ClassVar = True
    way_on: ClassVar = N_("We did it")
    words_of: ClassVar = {**Activity.words_of, "name": "told", "wants": "told", "first": "message"}

    words: Prose | None = None
    scene: str = ""
    parts: Annotated[tuple[Role, ...], Field(min_length=2, max_length=4)]
    first: Prose
    swap: bool = False
    ask: Prose | None = None

    @model_validator(mode="after")
    def _check_ids_once(self) -> "Act":
        check_once(self.parts)
        return self

    @property
    def pictured(self) -> bool:
        """Whether each part has a face."""
        return all(part.who for part in self.parts)

    def done(self, asked: AddressParameters) -> str:
        """Whether it was played once and parts are swapped."""
        return SWAPPED if self.swap and param_of(asked, "turn") == SWAPPED else ""

    def finished(self, done: object) -> bool:
        """Whether it is played for the last time."""
        return bool(done) or not self.swap

    def beside(self) -> Iterator[View]:
        """The heading with what is said before it is played, then with the question."""
        yield texts(self.heading, self.words, None if self.swap else self.ask)
        yield texts(self.heading, self.ask)

    def views(self) -> Iterator[View]:
        """All parts and the first line; once they are swapped, with the question."""
        parts = [text for part in self.parts for text in (part.name, part.wants)]
        yield [*texts(self.heading, self.words, None if self.swap else self.ask), *parts, self.first]
        if self.swap:
            yield [*texts(self.heading, self.ask), *parts, self.first]
