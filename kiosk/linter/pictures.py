"""Drawings and their alt texts: what a file may contain, and how an alt text is written (promises L9, L19)."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import Passage

LARGEST_BYTES = 100_000
ALT_LETTERS = (3, 150)
_ALT_START = re.compile(r"\A(?:an? |the )?(?:image|picture|photo|drawing|illustration|graphic) of\b", re.I)
_MOVING = {".gif", ".mp4", ".webm", ".mov", ".apng", ".avi"}
# A drawing stands in the page itself, where a browser reads it as HTML: quotation marks and spaces may be missing.
_SHAPES = (
    "svg|g|defs|symbol|use|title|desc|metadata|path|rect|circle|ellipse|line|polyline|polygon|text|tspan"
    "|linearGradient|radialGradient|stop|clipPath|mask|pattern|marker"
)
_FORBIDDEN = (
    (re.compile(rf"<(?!/?(?:{_SHAPES})[\s/>]|!--|\?xml\s)"), "something other than shapes and words"),
    (re.compile(r"\bon[a-z]+\s*=", re.I), "an event handler"),
    (re.compile(r"(?:href|src)\s*=\s*+(?![\"']?#)", re.I), "a link"),
    (re.compile(r"url\(\s*[\"']?(?!#)", re.I), "a link"),
    (re.compile(r"\bstyle\s*=", re.I), "a style: our pages allow none; use attributes such as fill"),
)


def check_alt(passage: Passage) -> Iterator[Finding]:
    """The length and beginning of an alt text."""
    if passage.use != "alt":
        return
    fewest, most = ALT_LETTERS
    if not fewest <= len(passage.text) <= most:
        message = f"alt text of {len(passage.text)} letters; {fewest} to {most}"
        yield error(passage.path, passage.line, "L9", message)
    if _ALT_START.match(passage.text):
        yield error(passage.path, passage.line, "L9", "say what is there, not that it is a picture")


def check_drawings(folder: Path, used: Collection[str]) -> Iterator[Finding]:
    """Every file in a lesson's img folder."""
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in _MOVING:
            yield error(path, 1, "L19", "nothing moves or plays by itself")
        elif path.suffix not in {".svg", ".png"}:
            yield error(path, 1, "L9", "only .svg and .png files")
        else:
            yield from _check_file(path)
            if path.name not in used:
                yield warning(path, 1, "L9", "no screen or question shows this drawing")


def _check_file(path: Path) -> Iterator[Finding]:
    data = path.read_bytes()
    if len(data) >= LARGEST_BYTES:
        yield error(path, 1, "L9", f"{len(data) // 1000} kB; under {LARGEST_BYTES // 1000}")
    if path.suffix != ".svg":
        return
    text = data.decode("utf-8", errors="replace")
    if not re.search(r"<svg\b[^>]*\bviewBox=", text):
        yield error(path, 1, "L9", "an SVG drawing has a viewBox")
    for pattern, what in _FORBIDDEN:
        if match := pattern.search(text):
            line = text.count("\n", 0, match.start()) + 1
            yield error(path, line, "L9", f"a drawing holds {what}")
