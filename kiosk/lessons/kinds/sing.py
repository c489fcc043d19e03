"""A song with a movement for each line: one line at a time, so that nobody has to read on."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.lessons.activity import Activity, AddressParameters, Headed, View, check_once, id_in_address, texts
from kiosk.wording.facts import Prose
from kiosk.wording.messages import N_


class SongLine(Schema):
    """One line to sing, and the movement that goes with it."""

    id: Identifier
    says: Prose
    do: Prose
    picture: str = ""


class Sing(Headed):
    """A class sings a line and moves, then the next; a board shows the whole song."""

    kind: ClassVar = "sing"
    asks: ClassVar = ("sung",)
    sends: ClassVar = True
    way_on: ClassVar = N_("We did it")
    words_of: ClassVar = {**Activity.words_of, "says": "told", "do": "told"}

    words: Prose | None = None
    scene: str = ""
    lines: Annotated[tuple[SongLine, ...], Field(min_length=2, max_length=6)]
    ask: Prose | None = None  # what to do with the last line

    @model_validator(mode="after")
    def _check_ids_once(self) -> "Sing":
        check_once(self.lines)
        return self

    @property
    def pictured(self) -> bool:
        """Whether there is one for each line, or for all of them."""
        return bool(self.scene) or all(line.picture for line in self.lines)

    def done(self, asked: AddressParameters) -> str:
        """The id of the line that is sung now; empty at the first."""
        return id_in_address(asked, "sung", self.lines[1:])

    def finished(self, done: object) -> bool:
        """Whether the last line is reached."""
        return done == self.lines[-1].id

    def place(self, done: str) -> int:
        """The place of the line that is sung now; 0 is the first."""
        return next((place for place, line in enumerate(self.lines) if line.id == done), 0)

    def beside(self) -> Iterator[View]:
        """The heading with what is said at the start, then with what to do at the end."""
        yield texts(self.heading, self.words)
        yield texts(self.heading, self.ask)

    def views(self) -> Iterator[View]:
        """Each line with its movement: the first with the words before the song, the last with what to do then."""
        for line in self.lines:
            before = self.words if line is self.lines[0] else None
            after = self.ask if line is self.lines[-1] else None
            yield texts(self.heading, before, line.says, line.do, after)
