"""Two documents: lines of the first are underlined, and the second explains some of them."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.lessons.activity import Activity, AddressParameters, Headed, View, check_once, param_of, texts
from kiosk.wording.facts import Prose


class Sheet(Schema):
    """What a document is, and its title."""

    kind: Prose
    title: Prose


class Line(Schema):
    """A sentence of the first document."""

    id: Identifier
    says: Prose


class Sentence(Schema):
    """A sentence of the second document, and the line of the first that it explains."""

    says: Prose
    explains: str = ""


class Papers(Headed):
    """Lines to underline; afterwards letters tie both documents together."""

    kind: ClassVar = "papers"
    asks: ClassVar = ("line", "compare")
    sends: ClassVar = True
    words_of: ClassVar = {**Activity.words_of, "notes": "told", "says": "message", "title": "message"}

    ask: Prose
    after: Prose
    first: Sheet
    lines: Annotated[tuple[Line, ...], Field(min_length=3, max_length=6)]
    second: Sheet
    letter: Annotated[tuple[Sentence, ...], Field(min_length=2, max_length=6)]
    notes: Annotated[tuple[Prose, ...], Field(min_length=1, max_length=2)]

    @model_validator(mode="after")
    def _check_letter_ties(self) -> "Papers":
        check_once(self.lines)
        tied = [one.explains for one in self.letter if one.explains]
        if unknown := [id for id in tied if id not in {line.id for line in self.lines}]:
            raise ValueError(f'the letter explains "{unknown[0]}", which is no line')
        if not tied or len(tied) > 3 or len(set(tied)) < len(tied):
            raise ValueError("one to three sentences explain a line, each another one")
        return self

    def done(self, asked: AddressParameters) -> tuple[str, ...] | None:
        """The ids of the lines that were underlined, none at all included; None before that."""
        if param_of(asked, "compare") != "1":
            return None
        underlined = set(asked.getlist("line"))
        return tuple(line.id for line in self.lines if line.id in underlined)

    def finished(self, done: object) -> bool:
        """Whether the reader has compared."""
        return done is not None

    def mark(self, line_id: str) -> str:
        """The letter that ties a line to the sentence that explains it; empty where none does."""
        tied = [one.explains for one in self.letter if one.explains]
        return "ABC"[tied.index(line_id)] if line_id in tied else ""

    def views(self) -> Iterator[View]:
        """Both documents with the task, then with what ties them together."""
        both = [
            *(self.first.kind, self.first.title, *(line.says for line in self.lines)),
            *(self.second.kind, self.second.title, *(one.says for one in self.letter)),
        ]
        yield [*texts(self.heading, self.ask), *both]
        yield [*texts(self.after), *both, *self.notes]
