"""What changed between two versions, and nothing else: line by line, as people read them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

SHOWN_AS_LINES = {".md", ".yml"}
_BLOCK = re.compile(r"^:::+\s*([a-z-]+)\s*(?:\{#([a-z0-9-]+))?")
_ENTRY = re.compile(r"^\s*-?\s*\{?\s*id:\s*\"?([a-z0-9_-]+)")
_MARKS = re.compile(
    r"^(?:[\s\-#>]|\{(?!help:|fact:))+(?:id: [\w-]+, )?|(?<=:) \|-$|[\s}]+$|(?<=: )\"|\"(?=[,}]|$)"
)

_FOR_KIOSK = re.compile(
    r"(schema|id|lang|band|status|source_version|source_hash|translator|reviewed_by|ring|others): ?\S*"
    r"|(text|steps):$|:::"
)


@dataclass(frozen=True)
class Change:
    """One place that changed: its words before and now, either of which may be empty; a drawing has neither."""

    where: str
    was: str = ""
    now: str = ""


def changes_between(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> list[Change]:
    """Every place at which the files differ, in their order."""
    found: list[Change] = []
    for path in dict.fromkeys((*now, *before)):
        old, new = before.get(path, b""), now.get(path, b"")
        if old == new:
            continue
        if Path(path).suffix in SHOWN_AS_LINES:
            found += _changed_lines(Path(path).name, _lines(old), _lines(new))
        else:
            found.append(Change(path))
    return found


def words_of(files: Mapping[str, bytes]) -> list[str]:
    """The lines of an item's files that say something, without their marks and what only kiosk reads."""
    texts = ((path, data) for path, data in files.items() if Path(path).suffix in SHOWN_AS_LINES)
    said = (line for path, data in texts for line in _lines(data) if path.endswith(".md") or line[:1] != "#")
    lines = (_MARKS.sub("", line) for line in said)
    return [line for line in lines if line and not _FOR_KIOSK.match(line)]


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").replace("\r\n", "\n").splitlines()


def _changed_lines(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        was, now = (
            [_MARKS.sub("", line) for line in lines if line.strip()]
            for lines in (old[first:last], new[start:end])
        )
        where = _place(new[: start + 1]) if new else _place(old[: first + 1])
        paired = (
            list(zip(was, now, strict=True)) if len(was) == len(now) else [("\n".join(was), "\n".join(now))]
        )
        yield from (Change(f"{name}, {where}" if where else name, *both) for both in paired if any(both))


def _place(lines: Sequence[str]) -> str:
    """The block or entry in which the last of these lines stands; empty in the head of a file."""
    for line in reversed(lines):
        if block := _BLOCK.match(line):
            return block[2] or block[1]
        if entry := _ENTRY.match(line):
            return entry[1]
    return ""
