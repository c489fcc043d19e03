"""Everybody opens the real form for telling, and whoever has no worry sends "nothing to tell" (promise A17)."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from kiosk.content.source import Schema
from kiosk.lessons.activity import AddressParameters, Headed, View, texts
from kiosk.wording.facts import Prose
from kiosk.wording.messages import N_


class Tap(Schema):
    """One thing to tap, with its picture."""

    label: Prose
    picture: str = ""


class Practice(Headed):
    """The way to the real page, what to tap there, and how to come back; nothing of it is recorded here."""

    kind: ClassVar = "practice"
    way_on: ClassVar = N_("We did it")

    words: Prose
    steps: Annotated[tuple[Tap, ...], Field(min_length=2, max_length=3)]
    then: Prose | None = None

    def done(self, asked: AddressParameters) -> bool:
        """Nothing is known of the real page, so the next step is always available."""
        return True

    def views(self) -> Iterator[View]:
        """The one view there is, with all of its words."""
        yield [self.heading, self.words, *(step.label for step in self.steps), *texts(self.then)]
