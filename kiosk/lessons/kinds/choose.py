"""A moment and some moves: nothing is right or wrong, and each move has its cost."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.lessons.activity import AddressParameters, Headed, View, check_once, id_in_address, texts
from kiosk.wording.facts import Prose

Level = Annotated[int, Field(ge=0, le=5)]


class MomentAfterMove(Schema):
    """How the moment has changed after a move; a field left out stays as it was."""

    heading: Prose | None = None
    words: Prose | None = None
    scene: str = ""


class Move(Schema):
    """One thing to do, what follows from it, and who is drawn on its card."""

    id: Identifier
    label: Prose
    faces: Annotated[tuple[str, ...], Field(max_length=3)] = ()
    picture: str = ""
    then: Prose
    after: MomentAfterMove = MomentAfterMove()
    levels: tuple[Level, ...] = ()


class Choose(Headed):
    """The reader taps one move, sees what it costs, and may look at the others."""

    kind: ClassVar = "choose"
    asks: ClassVar = ("move",)

    scene: str = ""
    words: Prose | None = None
    ask: Prose | None = None
    moves: Annotated[tuple[Move, ...], Field(min_length=2, max_length=4)]
    meters: Annotated[tuple[Prose, ...], Field(max_length=2)] = ()
    levels: tuple[Level, ...] = ()

    @model_validator(mode="after")
    def _check_moves_alike(self) -> "Choose":
        check_once(self.moves)
        if len({bool(move.faces or move.picture) for move in self.moves}) > 1:
            raise ValueError("either every move has faces or a picture, or none has")
        for levels in (self.levels, *(move.levels for move in self.moves)):
            if len(levels) != len(self.meters):
                raise ValueError("each meter needs a level: before, and for every move")
        return self

    @property
    def pictured(self) -> bool:
        """Whether each move has one."""
        return all(move.faces or move.picture for move in self.moves)

    def done(self, asked: AddressParameters) -> str:
        """The id of the move that was chosen."""
        return id_in_address(asked, "move", self.moves)

    def chosen(self, done: str) -> Move | None:
        """The move that was chosen."""
        return next((move for move in self.moves if move.id == done), None)

    def beside(self) -> Iterator[View]:
        """The moment, then the moment after each move: what follows stands on the move's own card."""
        yield from super().beside()
        for move in self.moves:
            yield texts(move.after.heading or self.heading, move.after.words)

    def views(self) -> Iterator[View]:
        """The moment with every move, then each move with what follows."""
        labels = [move.label for move in self.moves]
        yield [*texts(self.heading, self.words, self.ask), *self.meters, *labels]
        for move in self.moves:
            changed = texts(move.after.heading or self.heading, move.after.words)
            yield [*changed, *self.meters, *labels, move.then]
