"""Puts a lesson's drawings straight into the page, which saves a request and lets their words use the page's font."""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

_UNSHOWN = re.compile(r"<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>|<metadata>.*?</metadata>", re.DOTALL)
_OPENING = re.compile(r"<svg\b([^>]*)>")
_SAID_BY_US = re.compile(r"""\s(?:role|aria-[a-z]+|focusable)=(?:"[^"]*"|'[^']*')""")
_REFERENCE = re.compile(r"""(\bid=["']|url\(#|href=["']#)""")


@cache
def read_drawing(path: Path, alt: str) -> Markup:
    """The SVG in a file as an image called `alt`, or hidden from screen readers where that is empty.

    Ids inside get the file's name in front, so that ids of two drawings on one page cannot clash.
    """
    svg = _UNSHOWN.sub("", path.read_text(encoding="utf-8")).strip()
    svg = _REFERENCE.sub(rf"\g<1>{path.stem}-", svg)
    opening = _OPENING.search(svg)
    if opening is None:
        raise ValueError(f"{path} holds no drawing")
    attributes = _SAID_BY_US.sub("", opening[1])
    # Our own content: the linter lets no script, style or outside address into a drawing.
    return Markup(f'<svg{attributes} {said_as(alt)} focusable="false">{svg[opening.end() :]}')  # nosec B704


def said_as(alt: str) -> str:
    """The attributes by which a drawing is an image called `alt`, or hidden from screen readers where that is empty."""
    return Markup('role="img" aria-label="{}"').format(escape(alt)) if alt else 'aria-hidden="true"'
