"""What a family finds of a lesson: the block `::: home` of its file, and its words in other languages.

A translation says of which English it was made (`of`), apart from the rest of the lesson: new words for families make
no translation of the lesson old, and the other way round.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from kiosk.content.language import ENGLISH
from kiosk.content.page import Block
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.content.source import CLAIM, Identifier, Schema, Source, check, parse_yaml
from kiosk.content.translation import Overlay
from kiosk.wording.facts import Facts, Filling, Prose

HOME = "home"
SituationId = Literal["mean", "picture", "stranger", "awful", "gaming", "money", "hurt", "did-it"]
WORDS = frozenset(
    {"ask", "listen_for", "learns", "heading", "steps", "q", "a", "say", "know", "sensitive_ask"}
)


class TryTogether(Schema):
    """Three minutes together, with things that any home has."""

    heading: Prose
    steps: Annotated[tuple[Prose, ...], Field(min_length=2, max_length=4)]


class ChildAsks(Schema):
    """What children ask, and what a grown-up can say."""

    q: Prose
    a: Prose


class IfItHappened(Schema):
    """The first words to a child, and which page of help goes on."""

    say: Prose
    situation: SituationId


class AtHome(Schema):
    """A lesson as a family sees it.

    Where it is sensitive, `know` and `sensitive_ask` stand instead of a question about it and of a thing to try.
    """

    id: Identifier
    ask: Prose | None = None
    listen_for: Prose | None = None
    learns: Annotated[tuple[Prose, ...], Field(min_length=3, max_length=3)]
    try_: Annotated[TryTogether | None, Field(alias="try")] = None
    asked: Annotated[tuple[ChildAsks, ...], Field(min_length=2, max_length=4)]
    happened: IfItHappened
    know: Prose | None = None
    sensitive_ask: Prose | None = None
    lang: str = ENGLISH

    def question(self, quiet: bool) -> Prose | None:
        """What to ask at tea."""
        return self.sensitive_ask if quiet else self.ask


@dataclass
class HomeReader:
    """Reads the home blocks of one file; `problems` gathers what is not as it has to be."""

    path: Path
    facts: Facts
    lang: str = ENGLISH
    problems: list[ContentProblem] = field(default_factory=list)

    def read(self, block: Block | None) -> AtHome | None:
        """The block of an English file; None where there is none, or where it cannot be read."""
        source = self._source(block) if block else None
        return self._checked(block, source.data, source) if block and source else None

    def translated(self, block: Block | None, english: Block | None) -> AtHome | None:
        """The words of a translation over the English; None where it has none, or was made of another English."""
        if block is None:
            return None
        if english is None:
            self._add(block.line, "take ::: home {#home} out: the English has no such block")
            return None
        if not is_current(block, english):
            return None
        mine, theirs = self._source(block), parse_yaml(english.text, self.path)
        if mine is None:
            return None
        overlay = Overlay(mine, WORDS, self.problems)
        before = len(self.problems)
        laid = overlay.lay(mine.data, theirs.data)
        return self._checked(block, laid, mine) if len(self.problems) == before else None

    def _source(self, block: Block) -> Source | None:
        try:
            source = parse_yaml(block.text, self.path, block.line + 1)
        except ContentError as error:
            self.problems += error.problems
            return None
        if isinstance(source.data, dict):
            return source
        self._add(block.line + 1, "write key: value, a line each")
        return None

    def _checked(self, block: Block, data: Mapping[str, object], source: Source) -> AtHome | None:
        whole = Source(
            self.path, {"id": block.id, **data, "lang": self.lang}, {**source.lines, (): block.line}
        )
        try:
            return check(whole, AtHome, Filling(self.facts, self.lang))
        except ContentError as error:
            self.problems += error.problems
            return None

    def _add(self, line: int, message: str) -> None:
        self.problems.append(ContentProblem(self.path, line, message))


def home_block(blocks: Iterable[Block]) -> Block | None:
    """The block for families among those of a file."""
    return next((block for block in blocks if block.name == HOME), None)


def without_home(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks of a file that are the lesson itself."""
    return tuple(block for block in blocks if block.name != HOME)


def home_hash(block: Block) -> str:
    """The hash of what an English block says, which its translations name; claims change no word."""
    return hashlib.sha256(CLAIM.sub("", block.text).strip().encode()).hexdigest()[:16]


def is_current(block: Block, english: Block) -> bool:
    """Whether a translated block was made of the English as it is."""
    return block.attributes.get("of") == home_hash(english)
