"""Pages of text: a head between two lines of dashes, then blocks `::: name {#id key="value"}` ... `:::`."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from kiosk.content.markdown import markdown_problems
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.content.source import Source, check, parse_yaml, read_marked_text, read_text

T = TypeVar("T")

_OPEN = re.compile(r":::+\s*([a-z-]+)\s*(?:\{(.*)\})?\s*")
_ATTRIBUTE = re.compile(
    r'\s*(?:#(?P<id>[a-z0-9-]+)|(?P<key>[a-z-]+)(?:="(?P<value>(?:[^"\\]|\\.)*)")?)(?=\s|$)'
)


@dataclass(frozen=True)
class Block:
    """One fenced block: its name, id, attributes, words, and the line where its words begin."""

    name: str
    id: str
    attributes: Mapping[str, str]
    text: str
    line: int  # of the opening fence

    @property
    def key(self) -> tuple[str, str, int]:
        """Which block of a page it is, also where another file lent it: then two may have one line."""
        return self.name, self.id, self.line


@dataclass(frozen=True)
class ParsedPage(Generic[T]):
    """A page as far as it could be read; `head` is None if the head could not be."""

    path: Path
    head: T | None
    source: Source
    blocks: tuple[Block, ...]
    loose: str  # the text outside blocks
    loose_line: int
    problems: list[ContentProblem] = field(default_factory=list)


def parse_page(
    path: Path, model: type[T], context: Any = None, data: Collection[str] = (), marked: bool = False
) -> ParsedPage[T]:
    """Read as much of a page as possible, so that all its problems are reported at once.

    `data`: names of blocks whose words are not Markdown; `marked`: with the claims.
    """
    lines, problems = _lines_of_file(path, marked)
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    if not problems and (lines[0].rstrip() != "---" or not end):
        problems.append(ContentProblem(path, 1, "the head must stand between two lines of ---"))
    if problems:
        return ParsedPage(path, None, Source(path, {}, {(): 1}), (), "", 1, problems)
    head, source = None, Source(path, {}, {(): 1})
    try:
        source = parse_yaml("\n".join(lines[1:end]), path, first_line=2)
        head = check(source, model, context)
    except ContentError as error:
        problems += error.problems
    body = _BodyParser(path, problems, data)
    for number, line in enumerate(lines[end + 1 :], end + 2):
        body.take(number, line)
    body.finish()
    return ParsedPage(path, head, source, tuple(body.blocks), *body.loose(), problems)


def _lines_of_file(path: Path, marked: bool) -> tuple[list[str], list[ContentProblem]]:
    try:
        return (read_marked_text if marked else read_text)(path).split("\n"), []
    except ContentError as error:
        return [], list(error.problems)


class _BodyParser:
    """Splits the lines after the head into blocks and the text outside them."""

    def __init__(self, path: Path, problems: list[ContentProblem], data: Collection[str]) -> None:
        self.path, self.problems, self.data = path, problems, data
        self.blocks: list[Block] = []
        self._open: Block | None = None
        self._words: list[str] = []
        self._outside: list[tuple[int, str]] = []

    def take(self, number: int, line: str) -> None:
        if not line.startswith(":::"):
            if self._open:
                self._words.append(line)
            else:
                self._outside.append((number, line))
        elif line.strip(": ") == "":
            self._close_block(number)
        else:
            if self._open:
                self._add_problem(self._open.line, f'block "{self._open.name}" is not closed with :::')
                self._keep_block()
            self._open = self._begin_block(number, line)

    def finish(self) -> None:
        if self._open:
            self._add_problem(self._open.line, f'block "{self._open.name}" is not closed with :::')
            self._keep_block()
        words, line = self.loose()
        self.problems += markdown_problems(words, self.path, line)

    def loose(self) -> tuple[str, int]:
        filled = [number for number, line in self._outside if line.strip()]
        if not filled:
            return "", 1
        kept = {number: line for number, line in self._outside if filled[0] <= number <= filled[-1]}
        # Blocks are replaced by blank lines, so that line numbers stay right.
        return "\n".join(kept.get(n, "") for n in range(filled[0], filled[-1] + 1)), filled[0]

    def _begin_block(self, number: int, line: str) -> Block:
        match = _OPEN.fullmatch(line)
        if not match:
            self._add_problem(number, 'a block begins like ::: name {#id key="value"}')
            return Block("", "", {}, "", number)
        name, inside = match[1], match[2] or ""
        attributes = self._attributes(number, inside)
        identifier = attributes.pop("#", "")
        if identifier and identifier in {block.id for block in self.blocks}:
            self._add_problem(number, f'the id "{identifier}" is used twice')
        return Block(name, identifier, attributes, "", number)

    def _attributes(self, number: int, inside: str) -> dict[str, str]:
        attributes: dict[str, str] = {}
        position = 0
        while inside[position:].strip():
            match = _ATTRIBUTE.match(inside, position)
            if not match:
                self._add_problem(number, f'cannot read {inside[position:].strip()!r}; write #id key="value"')
                break
            key = "#" if match["id"] else match["key"]
            if key in attributes:
                self._add_problem(number, f'"{key}" is used twice')
            attributes[key] = match["id"] or re.sub(r"\\(.)", r"\1", match["value"] or "")
            position = match.end()
        return attributes

    def _close_block(self, number: int) -> None:
        if self._open:
            self._keep_block()
        else:
            self._add_problem(number, "::: closes a block, but none is open")

    def _keep_block(self) -> None:
        if self._open and self._open.name:
            text = "\n".join(self._words)
            if self._open.name not in self.data:
                self.problems += markdown_problems(text, self.path, self._open.line + 1)
            self.blocks.append(
                Block(self._open.name, self._open.id, self._open.attributes, text, self._open.line)
            )
        self._open, self._words = None, []

    def _add_problem(self, line: int, message: str) -> None:
        self.problems.append(ContentProblem(self.path, line, message))
