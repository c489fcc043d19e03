"""Reads YAML with all scalars as strings and checks it with a schema; reports every problem with its line."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from kiosk.content.problem import ContentError, ContentProblem
from kiosk.content.schema_mistakes import Where, expected_value, explain, message_in, named, unseen_character

T = TypeVar("T")
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# What a sentence says that kiosk does: `{claim:id}` after it names the test that holds it, and nobody is shown it.
CLAIM = re.compile(r"[ \t]*\{claim:([a-z0-9-]+)\}")
_CLAIM_BYTES = re.compile(CLAIM.pattern.encode())
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)]

# The C loader is about ten times faster; the pure one is there for platforms without libyaml.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_PLAIN_TAGS = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}


class Schema(BaseModel):
    """Base of every schema: unknown keys are mistakes, and objects are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Source:
    """YAML as read: nested strings, lists and maps, and the line of each of them."""

    path: Path
    data: Any
    lines: Mapping[Where, int] = field(repr=False)

    def line(self, *where: str | int) -> int:
        """The line of a key or list entry, or of the nearest thing around it if it is missing."""
        return self.lines[self.known(where)]

    def known(self, where: Where) -> Where:
        """The part of a path that exists in the file, without the steps that the schema added."""
        found: Where = ()
        for step in where:
            if (*found, step) in self.lines:
                found = (*found, step)
        return found

    def problem(self, message: str, *where: str | int) -> ContentProblem:
        """A problem with a key or list entry."""
        return ContentProblem(self.path, self.line(*where), message)


def read_text(path: Path) -> str:
    """The file's text without its claims; raises ContentError when it is missing or not UTF-8."""
    return CLAIM.sub("", read_marked_text(path))


def read_marked_text(path: Path) -> str:
    """The file's text as its author wrote it, with the claims; raises ContentError like `read_text`."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ContentError([ContentProblem(path, 1, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise ContentError([ContentProblem(path, 1, "is not UTF-8 text")]) from None


def content_hash(path: Path, left_out: re.Pattern[bytes] = _CLAIM_BYTES) -> str:
    """First 16 hex digits of the SHA-256 of what a file says.

    Line ends count as LF, so that every checkout agrees; claims do not count, as they change no word.
    """
    said = left_out.sub(b"", path.read_bytes().replace(b"\r\n", b"\n"))
    return hashlib.sha256(said).hexdigest()[:16]


def parse_yaml(text: str, path: Path, first_line: int = 1) -> Source:
    """Read YAML that begins on `first_line` of `path`; raises ContentError."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise ContentError([_syntax_problem(explain(error, text, first_line), path, first_line)]) from None
    except yaml.reader.ReaderError as error:
        raise ContentError([_syntax_problem(unseen_character(error, text), path, first_line)]) from None
    except yaml.YAMLError as error:
        raise ContentError([ContentProblem(path, first_line, f"is not YAML: {error}")]) from None
    if node is None:
        raise ContentError([ContentProblem(path, first_line, "is empty")])
    walk = _NodeReader(path, first_line)
    data = walk.visit(node, ())
    if walk.problems:
        raise ContentError(walk.problems)
    return Source(path, data, walk.lines)


def read_source(path: Path, marked: bool = False) -> Source:
    """Read a YAML file without checking it, `marked` with its claims; raises ContentError."""
    return parse_yaml((read_marked_text if marked else read_text)(path), path)


def read_yaml(path: Path, model: type[T]) -> T:
    """Read a YAML file into a schema; raises ContentError with every problem."""
    return check(read_source(path), model)


def check(source: Source, model: type[T], context: Any = None) -> T:
    """Check data with a schema, whose validators may need a context.

    Raises ContentError with every problem.
    """
    try:
        form: Any = model
        checked: T = _type_adapter(form).validate_python(source.data, context=context)
        return checked
    except ValidationError as error:
        raise ContentError(_schema_problem(source, dict(each)) for each in error.errors()) from None


@cache
def _type_adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


class _NodeReader:
    """Turns YAML nodes into plain data and notes the line of each."""

    def __init__(self, path: Path, first_line: int) -> None:
        self.path, self.first_line = path, first_line
        self.lines: dict[Where, int] = {(): first_line}
        self.problems: list[ContentProblem] = []
        self._seen: set[int] = set()

    def visit(self, node: yaml.Node, where: Where) -> Any:
        line = self.first_line + node.start_mark.line
        self.lines.setdefault(where, line)
        if id(node) in self._seen or node.tag not in _PLAIN_TAGS:
            self._add_problem(
                line,
                "anchors, aliases and tags are not used here; words that begin with &, * or ! stand in quotes",
            )
            return ""
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.visit(child, (*where, index)) for index, child in enumerate(node.value)]
        return node.value

    def _mapping(self, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            line = self.first_line + key.start_mark.line
            if not isinstance(key, yaml.ScalarNode):
                self._add_problem(line, "a key must be one word")
            elif key.value in data:
                self._add_problem(line, f'"{key.value}" appears here twice')
            else:
                self.lines[(*where, key.value)] = line
                data[key.value] = self.visit(value, (*where, key.value))
        return data

    def _add_problem(self, line: int, message: str) -> None:
        self.problems.append(ContentProblem(self.path, line, message))


def _syntax_problem(place: tuple[int, str], path: Path, first_line: int) -> ContentProblem:
    line, message = place
    return ContentProblem(path, first_line + line, message)


def _schema_problem(source: Source, error: Mapping[str, Any]) -> ContentProblem:
    where = source.known(error["loc"])
    name = named(source.data, where)
    last = str(error["loc"][-1]) if error["loc"] else ""
    context: Mapping[str, Any] = error.get("ctx", {})
    tag = str(context.get("discriminator", "")).strip("'")
    match error["type"]:
        case "missing":
            message = message_in(source.data, where, f'"{last}" is missing')
        case "extra_forbidden" | "unexpected_keyword_argument":
            hint = "; words with a comma stand in quotes" if " " in last else ""
            message = message_in(source.data, _parent_place(where, last), f'unknown key "{last}"{hint}')
        case "string_too_short":
            message = f"{name} is empty"
        case "literal_error" | "enum":
            message = f"{name} is {error['input']!r}; it must be {context['expected']}"
        case "union_tag_invalid":
            where = source.known((*where, tag))
            message = f"{named(source.data, where)} is {context['tag']!r}; it must be one of {context['expected_tags']}"
        case "union_tag_not_found":
            message = message_in(source.data, where, f'"{tag}" is missing')
        case "string_pattern_mismatch":
            form = str(context["pattern"])
            wanted = (
                "use small letters, digits and hyphens" if form.startswith("^[a-z") else f"write it as {form}"
            )
            message = f"{name} is {error['input']!r}; {wanted}"
        case _:
            message = f"{name}{expected_value(error)}"
    return ContentProblem(source.path, source.line(*where), message)


def _parent_place(where: Where, last: str) -> Where:
    """The place around a key that is named by itself."""
    return where[:-1] if where and where[-1] == last else where
