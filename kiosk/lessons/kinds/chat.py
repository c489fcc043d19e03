"""A made-up chat: the reader taps the line at which they would stop or step in; no line is the right one."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from markupsafe import Markup
from pydantic import Field, model_validator

from kiosk.content.source import Schema
from kiosk.lessons.activity import Activity, AddressParameters, Headed, View, check_once, id_in_address, texts
from kiosk.wording.facts import Prose


class Line(Schema):
    """What somebody wrote, or a note that somebody came or left; a clue says why the line matters."""

    id: str = ""
    note: Prose | None = None
    who: str = ""
    face: str = "glad"
    name: str = ""  # the name of a speaker who is not drawn
    at: str = ""
    says: Prose | None = None
    clue: Prose | None = None
    stop: Prose | None = None  # the heading for who stops here or, until the next one, further down

    @model_validator(mode="after")
    def _one_thing(self) -> "Line":
        if self.note:
            if self.says or self.id:
                raise ValueError("a note has no id and says nothing")
            return self
        if not self.id or not self.says or bool(self.who) == bool(self.name):
            raise ValueError("a line has an id, who (or name) and says; a note has note alone")
        return self

    @property
    def speaker(self) -> str:
        """Who wrote it, as the chat shows it."""
        return self.name or self.who.replace("-", " ").title()


class Chat(Headed):
    """Lines to tap; afterwards what came later is paler, clues have numbers, and a line to write stands beside."""

    kind: ClassVar = "chat"
    asks: ClassVar = ("stop",)
    sends: ClassVar = True
    words_of: ClassVar = {
        **Activity.words_of,
        "clue": "told",
        "stop": "told",
        "could": "told",
        "says": "message",
        "note": "message",
        "name": "message",
        "members": "message",
    }

    words: Prose | None = None
    ask: Prose
    name: Prose
    members: Prose
    lines: Annotated[tuple[Line, ...], Field(min_length=3, max_length=8)]
    could: Prose | None = None

    @model_validator(mode="after")
    def _check_stops(self) -> "Chat":
        check_once(self.said)
        if not self.said or not self.said[0].stop:
            raise ValueError("the first line has a stop: the heading for who stops there")
        if len(self.clues) > 3:
            raise ValueError("at most three lines have a clue")
        return self

    @property
    def said(self) -> list[Line]:
        """The lines that can be tapped."""
        return [line for line in self.lines if line.id]

    @property
    def clues(self) -> list[Line]:
        """The lines with a clue, in order."""
        return [line for line in self.lines if line.clue]

    @property
    def speakers(self) -> list[Line]:
        """The first line of each person who is drawn."""
        return list({line.who: line for line in reversed(self.said) if line.who}.values())[::-1]

    def done(self, asked: AddressParameters) -> str:
        """The id of the line at which the reader stopped."""
        return id_in_address(asked, "stop", self.said)

    def stopped(self, done: str) -> Markup:
        """The heading after stopping at a line: its own, or that of the nearest line above."""
        heading = Markup("")
        for line in self.said:
            heading = line.stop or heading
            if line.id == done:
                break
        return heading

    def clue_number(self, line: Line) -> int:
        """The number of a line's clue; 0 where it has none."""
        return self.clues.index(line) + 1 if line in self.clues else 0

    def beside(self) -> Iterator[View]:
        """The task, then the heading of each stop with the line to write."""
        yield from super().beside()
        for line in self.said:
            yield texts(line.stop, self.could)

    def views(self) -> Iterator[View]:
        """The chat with the question, then with each heading, the clues and the line to write."""
        chat = [text for line in self.lines for text in texts(line.note, line.says)]
        yield [*texts(self.heading, self.words, self.ask), *chat]
        clues = [line.clue for line in self.clues if line.clue]
        for line in self.said:
            if line.stop:
                yield [line.stop, *clues, *chat, *texts(self.could)]
