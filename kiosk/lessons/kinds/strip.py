"""Panels of a story in pictures, and the reader picks the last one."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.lessons.activity import AddressParameters, Headed, View, check_once, id_in_address
from kiosk.wording.facts import Prose


class Ending(Schema):
    """One last panel, who answers to it, and what they say or do."""

    id: Identifier
    label: Prose
    scene: Identifier
    who: str = ""
    then: Prose


class Strip(Headed):
    """One or two panels and an empty frame, which a tap on an ending fills."""

    kind: ClassVar = "strip"
    asks: ClassVar = ("end",)

    panels: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=2)]
    endings: Annotated[tuple[Ending, ...], Field(min_length=2, max_length=3)]

    @model_validator(mode="after")
    def _check_ids_once(self) -> "Strip":
        check_once(self.endings)
        return self

    def done(self, asked: AddressParameters) -> str:
        """The id of the ending that was picked."""
        return id_in_address(asked, "end", self.endings)

    def chosen(self, done: str) -> Ending | None:
        """The ending that was picked."""
        return next((ending for ending in self.endings if ending.id == done), None)

    def views(self) -> Iterator[View]:
        """The endings to pick from, then each with its answer."""
        yield [self.heading, *(ending.label for ending in self.endings)]
        for ending in self.endings:
            yield [self.heading, ending.label, ending.then]
