"""What is wrong with a file of YAML, in plain words: where a quote is missing, or what does not fit the schema."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_UNQUOTED_COLON = re.compile(r"""^\s*(?:- +)*(?P<key>[\w-]+): +(?P<words>[^"'\[{|>\s].*?):(?:\s|$)""")
_COLON_AFTER_DASH = re.compile(r"""^\s*(?:- +)+[^"'\[{|>:]+ [^:]*:(?:\s|$)""")
_KEY = re.compile(r"^\s*(?:- +)*[\w-]+:(?:\s|$)")
_BARE_KEY = re.compile(r"^\s*(?:- +)*[\w-]+$")
_DOUBLE_QUOTE = re.compile(r'(?<!\\)"')
_NOT_CLOSED = "the quote that begins here is not closed"

Place = tuple[int, str]  # the line, counted from 0, and what to say of it
Where = tuple[str | int, ...]

_WANTED = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "date_from_datetime_parsing": "must be a day such as 2027-09-01",
    "date_parsing": "must be a day such as 2027-09-01",
    "string_type": "must be words, not a list or a group of keys",
    "tuple_type": "must be a list: [one, two], or a line for each that begins with a dash",
    "list_type": "must be a list: [one, two], or a line for each that begins with a dash",
    "dict_type": "must have keys: key: words",
    "mapping_type": "must have keys: key: words",
    "model_type": "must have keys: key: words",
    "model_attributes_type": "must have keys: key: words",
    "dataclass_type": "must have keys: key: words",
}


@dataclass(frozen=True)
class _Bracket:
    """A bracket and the line on which it was opened."""

    sign: str
    line: int
    first_line: int

    def said_on(self, line: int) -> str:
        """What a message about some line calls it."""
        return f"the {self.sign} " + (
            "that begins here" if line == self.line else f"of line {self.first_line + self.line}"
        )


def explain(error: yaml.MarkedYAMLError, text: str, first_line: int) -> Place:
    """Where the mistake is, and what to do about it; `first_line` is the line of the file where the text begins."""
    mark = error.problem_mark or error.context_mark
    lines = [*text.split("\n"), ""]
    at = min(mark.line, len(lines) - 1) if mark else 0
    line, column = lines[at], mark.column if mark else 0
    begun = error.context_mark.line if error.context_mark else at
    problem, context = error.problem or "", error.context or ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return at, "there is a tab at the start of the line; use spaces"
    if "mapping values are not allowed" in problem:
        return _colon(lines, at)
    if "flow" in context:
        opened = _Bracket("{" if "mapping" in context else "[", begun, first_line)
        return _brackets(lines, at, column, opened)
    if "block mapping" in context or "block collection" in context:
        return _end_of_block(lines, at, column)
    if "could not find expected ':'" in problem:
        return begun, "there is no colon with a space after it in this line; write key: words"
    if "quoted scalar" in context and "end of stream" in problem:
        return begun, _NOT_CLOSED
    if "escape" in problem:
        return at, "inside double quotes a backslash is written twice"
    if "single document" in context:
        return at, "--- stands only around the head of a page"
    if "cannot start any token" in problem:
        return at, _quote_it(line[column : column + 1])
    if "alias" in context or "anchor" in context:
        return begun, _quote_it("*" if "alias" in context else "&")
    return at, f"is not YAML: {problem or context}"


def unseen_character(error: yaml.reader.ReaderError, text: str) -> Place:
    """A character that no file of words should hold."""
    line = text.count("\n", 0, int(error.position))
    return line, "a character stands here that cannot be seen; type the words of this line again"


def _colon(lines: list[str], at: int) -> Place:
    """A colon where none can stand: in words without quotes, or below a line that is no key."""
    line = lines[at]
    if match := _UNQUOTED_COLON.match(line):
        key = match["key"]
        return at, f'a colon stands in the {key}: put the {key} in quotes, {key}: "..."'
    if _COLON_AFTER_DASH.match(line):
        return at, 'a colon stands in these words: put them in quotes, - "..."'
    before = _line_before(lines, at)
    above = lines[before]
    if above.lstrip().startswith("-") and not above.lstrip().startswith("- "):
        return before, "write a space after the dash"
    if not _KEY.match(above) and above.strip() and before < at:
        return before, "there is no colon with a space after it in this line; write key: words"
    return at, "this line is indented further than the line it belongs to"


def _brackets(lines: list[str], at: int, column: int, opened: _Bracket) -> Place:
    """Something unexpected between brackets: a comma is missing, a colon in words, or the bracket's end."""
    before, here = lines[at][:column], lines[at][column : column + 1]
    if here == ":" and not _BARE_KEY.match(before):
        return at, "a colon stands in words without quotes; put the words in quotes"
    if not before.strip() or here == ":":
        last = _line_before(lines, at)
        return last, f"{opened.said_on(last)} is not closed, or a comma is missing at the end of this line"
    if odd := _odd_quotes(lines, opened.line, at):
        return odd - 1, _NOT_CLOSED
    following = lines[at][column:].split(":")[0].strip()
    return at, f'a comma is missing before "{following}", or {opened.said_on(at)} is not closed'


def _end_of_block(lines: list[str], at: int, column: int) -> Place:
    before, here = lines[at][:column].rstrip(), lines[at][column : column + 1]
    if here in {"]", "}"}:
        return at, f"there is a {here} too many"
    if re.search(r":\s+\{[^}]*\}$", before):
        return at, _quote_it("{")
    if odd := _odd_quotes(lines, max(at - 20, 0), at - 1):
        return odd - 1, _NOT_CLOSED
    if before.endswith('"'):
        return at, 'words stand after the closing quote; inside "..." write \\" for a quote, or use “ and ”'
    if before.endswith("'"):
        return at, "words stand after the closing quote; put words with an apostrophe in double quotes"
    if not before:
        return at, "this line is not indented like those it belongs to, or a dash is missing or too many"
    return at, "this line is not indented like those it belongs to"


def _odd_quotes(lines: list[str], first: int, last: int) -> int:
    """The last line of some in which a double quote has no partner, counted from 1; 0 if there is none."""
    odd = [number for number in range(first, last + 1) if len(_DOUBLE_QUOTE.findall(lines[number])) % 2]
    return odd[-1] + 1 if len(odd) % 2 else 0


def _line_before(lines: list[str], at: int) -> int:
    """The nearest line above that says something; the line itself where there is none."""
    return next((number for number in range(at - 1, -1, -1) if lines[number].strip()), at)


def _quote_it(sign: str) -> str:
    return f"words that begin with {sign} must stand in quotes"


def named(data: Any, where: Where) -> str:
    """What a place is called: entries of a list by their id, else by their number, and keys in quotes."""
    names: list[str] = []
    key = ""
    for step in where:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
            names.append(f"{_one_of(key)} {_id(data) or step + 1}")
            key = ""
        else:
            names += [f'"{key}"'] if key else []
            data = data.get(step) if isinstance(data, dict) else None
            key = step
    return ", ".join([*names, *([f'"{key}"'] if key else [])]) or "this"


def message_in(data: Any, where: Where, message: str) -> str:
    """A message about something inside a place, which is named unless it is the whole file."""
    return f"{named(data, where)}: {message}" if where else message


def expected_value(error: Mapping[str, Any]) -> str:
    """What a value should be, for the kinds of mistake that authors make; else what the schema says."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in _WANTED:
        return f" {_WANTED[kind]}"
    match kind:
        case "too_short":
            return f" needs at least {context['min_length']}, and has {context['actual_length']}"
        case "too_long":
            return f" has {context['actual_length']}, {context['max_length']} at most"
        case "greater_than_equal":
            return f" must be {context['ge']} or more"
        case "less_than_equal":
            return f" must be {context['le']} or less"
    return f": {str(error['msg']).removeprefix('Value error, ')}"


def _one_of(key: str) -> str:
    """The word for one entry of a list."""
    word = key.replace("_", " ")
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word.removesuffix("s") or "entry"


def _id(entry: Any) -> str:
    found = entry.get("id") if isinstance(entry, dict) else None
    return found if isinstance(found, str) else ""
