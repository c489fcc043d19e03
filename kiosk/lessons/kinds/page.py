"""A made-up page of results, a shop, an inbox or settings, whose parts can be opened."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.lessons.activity import Activity, AddressParameters, Headed, View, check_once, texts
from kiosk.wording.facts import Prose


class PageFact(Schema):
    """A fact that an opened part of the made-up page shows, such as who wrote it."""

    about: Prose
    said: Prose = Field(alias="is")


class PagePart(Schema):
    """A part of the made-up page that can be opened, and what opening it shows."""

    id: Identifier
    title: Prose
    line: Prose
    label: Prose | None = None
    claim: Prose
    facts: Annotated[tuple[PageFact, ...], Field(max_length=3)] = ()
    ask: Prose | None = None


class Page(Headed):
    """Some parts are opened, one after the other; then the heading asks what comes of it."""

    kind: ClassVar = "page"
    asks: ClassVar = ("open",)
    words_of: ClassVar = {
        **Activity.words_of,
        "claim": "message",
        "title": "message",
        "line": "message",
        "box": "message",
        "is": "told",
        "about": "told",
        "clock": "told",
    }

    words: Prose | None = None
    box: Prose
    clock: Prose | None = None
    open: Annotated[int, Field(ge=1, le=4)]
    after: Prose
    results: Annotated[tuple[PagePart, ...], Field(min_length=3, max_length=5)]

    @model_validator(mode="after")
    def _check_parts_to_open(self) -> "Page":
        check_once(self.results)
        if self.open > len(self.results):
            raise ValueError(f"{self.open} cannot be opened of {len(self.results)}")
        return self

    def done(self, asked: AddressParameters) -> tuple[str, ...]:
        """The ids of what was opened, the newest last."""
        known = {result.id for result in self.results}
        newest_last = dict.fromkeys(reversed([id for id in asked.getlist("open") if id in known]))
        return tuple(reversed(newest_last))

    def finished(self, done: object) -> bool:
        """Whether enough was opened."""
        return isinstance(done, tuple) and len(done) >= self.open

    def shown(self, done: tuple[str, ...]) -> PagePart | None:
        """The part of the page that is open; None if none is."""
        return next((result for result in self.results if done and result.id == done[-1]), None)

    def beside(self) -> Iterator[View]:
        """The task, then what comes of it."""
        yield from super().beside()
        yield texts(self.after, self.words)

    def views(self) -> Iterator[View]:
        """The list, then the list beside each opened part."""
        listed = [text for one in self.results for text in texts(one.title, one.line, one.label)]
        yield [*texts(self.heading, self.words, self.clock), *listed]
        for one in self.results:
            told = [text for fact in one.facts for text in (fact.about, fact.said)]
            yield [*texts(self.after, self.clock, one.claim, one.ask), *told, *listed]
