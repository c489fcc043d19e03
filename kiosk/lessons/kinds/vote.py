"""One question for a class: each answer has a shape, so that everybody can show or say theirs."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.lessons.activity import Activity, AddressParameters, Headed, View, check_once, id_in_address, texts
from kiosk.wording.facts import Prose

SHAPES = ("circle", "square", "triangle", "diamond")


class Answer(Schema):
    """One answer, and maybe what speaks for it."""

    id: Identifier
    label: Prose
    then: Prose | None = None


class Vote(Headed):
    """Hands up, or a tap on this tablet; a class that is led adds up what is chosen, never by whom."""

    kind: ClassVar = "vote"
    asks: ClassVar = ("shape",)
    words_of: ClassVar = {**Activity.words_of, "talk": "told"}

    words: Prose | None = None
    scene: str = ""
    options: Annotated[tuple[Answer, ...], Field(min_length=2, max_length=4)]
    talk: Prose

    @model_validator(mode="after")
    def _check_ids_once(self) -> "Vote":
        check_once(self.options)
        return self

    def done(self, asked: AddressParameters) -> str:
        """The id of the answer that was tapped."""
        return id_in_address(asked, "shape", self.options)

    def shape(self, option: Answer) -> str:
        """The shape of an answer."""
        return SHAPES[self.options.index(option)]

    def beside(self) -> Iterator[View]:
        """The question, then the same with what to talk about: what an answer says stands on its own card."""
        yield from super().beside()
        yield texts(self.heading, self.talk)

    def views(self) -> Iterator[View]:
        """The question with its answers, then with one of them and what to talk about."""
        labels = [option.label for option in self.options]
        yield [*texts(self.heading, self.words), *labels]
        for option in self.options:
            yield [*texts(self.heading, option.then, self.talk), *labels]
